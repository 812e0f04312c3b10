import {SHEET} from "./pos_bridge_tour.esm";
import {registry} from "@web/core/registry";

const ITEMS = 30;

/** The sheet comes with what is suggested; one key saves it and goes on. */
function acceptByKeyboard(number) {
    const name = `Dish ${String(number).padStart(2, "0")}`;
    return [
        {
            content: `${name} is there, and nothing is being saved`,
            trigger: `${SHEET}:has(.o_field_widget[name=title]:contains('${name}')) button[name=action_apply_next]:enabled`,
        },
        {
            content: `${name} stands in the sheet, with its recipe`,
            trigger: `${SHEET}:has(.o_field_widget[name=title]:contains('${name}')):has(.o_field_widget[name=suggestion]:contains('${name}')) .o_field_widget[name=bom_id] input`,
            run: "press Alt+s",
        },
    ];
}

/** Thirty items, mapped without the mouse once the first one is open. */
registry.category("web_tour.tours").add("pos_bridge_map_by_keyboard", {
    steps: () => [
        {
            content: "Only what is not mapped",
            trigger: ".o_search_panel_category_value:contains('Not mapped') header",
            run: "click",
        },
        {
            content: "What is suggested, how sure that is, and why",
            trigger:
                ".o_data_row:contains('Dish 01') .o_data_cell[name=suggestion_reason]:contains('Same name as recipe')",
        },
        {
            content: "The first one",
            trigger: ".o_data_row:contains('Dish 01') .o_data_cell[name=name]",
            run: "click",
        },
        ...Array.from({length: ITEMS}, (_value, index) =>
            acceptByKeyboard(index + 1)
        ).flat(),
        {
            content: "Nothing waits any more",
            trigger: ".o_notification:contains('No item of this list waits any more')",
        },
    ],
});

/** All that is sure at once, after a look; and back again. */
registry.category("web_tour.tours").add("pos_bridge_accept_all", {
    steps: () => [
        {
            content: "Look at all suggestions",
            trigger: ".o_control_panel button:contains('Suggestions')",
            run: "click",
        },
        {
            content: "All of them are chosen",
            trigger: ".modal .o_field_widget[name=summary]:contains('30 of 30')",
        },
        {
            content: "But for one",
            trigger: ".modal .o_data_row:contains('Dish 01') td[name=is_chosen] input",
            run: "click",
        },
        {
            content: "The total follows",
            trigger: ".modal .o_field_widget[name=summary]:contains('29 of 30')",
        },
        {
            content: "Accept",
            trigger: ".modal button[name=action_accept]",
            run: "click",
        },
        {
            content: "They are mapped",
            trigger: ".o_list_view .o_data_row:contains('Dish 30'):contains('Mapped')",
        },
        {
            content: "Take it back",
            trigger: ".o_notification:contains('29 items') button:contains('Undo')",
            run: "click",
        },
        {
            content: "All of them wait again",
            trigger: ".o_notification:contains('Mappings taken back: 29')",
        },
        {
            content: "So says the list",
            trigger:
                ".o_list_view .o_data_row:contains('Dish 30') .o_data_cell[name=suggestion]:contains('Dish 30')",
        },
        {
            content: "One alone is accepted on its line",
            trigger:
                ".o_data_row:contains('Dish 05') button[name=action_accept_suggestion]",
            run: "click",
        },
        {
            content: "It is mapped",
            trigger: ".o_notification:contains('Dish 05 is mapped')",
        },
    ],
});
