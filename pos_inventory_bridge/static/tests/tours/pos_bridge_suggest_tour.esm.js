import {registry} from "@web/core/registry";

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
