import {SHEET, openMenu, useIngredient} from "./pos_bridge_tour.esm";
import {registry} from "@web/core/registry";

const CARD = ".o_pos_bridge_card[data-outlet=Bar]";

/**
 * Every morning: the overview says the one thing to do, it is done, and the next one is
 * said until the card is green. No step depends on the language.
 */
registry.category("web_tour.tours").add("pos_bridge_morning_round", {
    steps: () => [
        {
            content: "Yesterday is there, and something on it waits",
            trigger: `${CARD}[data-tone=warning] .o_pos_bridge_mark[data-state=open]`,
        },
        {
            content: "The one thing to do now: map what was sold",
            trigger: `${CARD} article button.btn-primary, ${CARD} button.btn-primary`,
            run: "click",
        },
        {
            content: "The item that waits",
            trigger: ".o_data_row:contains('Season') .o_data_cell[name=name]",
            run: "click",
        },
        // Whole kilograms are written the same in every language.
        ...useIngredient("Tomato", "2"),
        {
            content: "Save",
            trigger: `${SHEET} button[name=action_apply]`,
            run: "click",
        },
        {
            content: "It is mapped, so it has left the list",
            trigger: ".o_list_renderer:not(:contains('Season'))",
        },
        openMenu("overview"),
        {
            content: "The next thing: the day that it touches",
            trigger: `${CARD}[data-tone=warning] .o_pos_bridge_mark[data-state=stale]`,
        },
        {
            content: "See what changes",
            trigger: `${CARD} button.btn-primary`,
            run: "click",
        },
        {
            content: "Look at it",
            trigger: ".o_data_row .o_list_record_selector input",
            run: "click",
        },
        {
            content: "The preview",
            trigger: "button[name=action_preview_to_post_again]",
            run: "click",
        },
        {
            content: "Tomatoes go; post it",
            trigger: ".modal:has(.o_data_row:contains('Tomato')) button[name=action_post].btn-primary:visible",
            run: "click",
        },
        {
            content: "It is being posted",
            trigger: "body:not(:has(.modal))",
        },
        openMenu("overview"),
        {
            content: "Everything is done",
            trigger: `${CARD}[data-tone=success] .o_pos_bridge_mark[data-state=posted]`,
        },
    ],
});
