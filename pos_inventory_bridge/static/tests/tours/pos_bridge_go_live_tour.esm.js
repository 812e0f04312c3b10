import {SHEET, openMenu} from "./pos_bridge_tour.esm";
import {registry} from "@web/core/registry";

const BUTTONS = ".o_statusbar_buttons";

/**
 * A manager goes live: the outlet is activated, its last 90 days are read, what was not
 * mapped is mapped, what was mapped wrongly is corrected for past days, and those days
 * are posted again. It begins at the outlet's form.
 */
registry.category("web_tour.tours").add("pos_bridge_go_live", {
    steps: () => [
        {
            content: "Nothing is in the way",
            trigger: ".o_form_view:contains('Everything is ready: press Activate.')",
        },
        {
            content: "Activate the outlet",
            trigger: `${BUTTONS} button[name=action_activate]`,
            run: "click",
        },
        {
            content: "It says when it runs from now on",
            trigger: ".modal .o_field_widget[name=schedule_text]:contains('for the day before')",
        },
        {
            content: "It offers the months before",
            trigger: ".modal button[name=action_past_sales]",
            run: "click",
        },
        {
            content: "90 days are proposed",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=range_text]:contains('90 days are read.')",
        },
        {
            content: "Read them",
            trigger: `${BUTTONS} button[name=action_start]`,
            run: "click",
        },
        {
            content: "All were read; on three of them something was not mapped",
            trigger:
                ".alert:contains('Every day of this range was read and posted.') .o_field_widget[name=exception_day_count]:contains('3')",
            timeout: 60000,
        },
        {
            content: "Look at those",
            trigger: "button[name=action_view_exception_days]",
            run: "click",
        },
        {
            content: "Open the oldest of them",
            trigger: ".o_data_row:last .o_data_cell[name=outlet_id]",
            run: "click",
        },
        {
            content: "What is open on it",
            trigger: ".o_form_view .nav-link[name=exceptions]",
            run: "click",
        },
        {
            content: "An item that was sold and uses nothing yet: map it from here",
            trigger:
                ".o_data_row:contains('Season') button[name=action_open_cure]:contains('Map')",
            run: "click",
        },
        {
            content: "It uses one ingredient",
            trigger:
                ".modal .o_field_widget[name=map_type] input[data-value=ingredient]",
            run: "click",
        },
        {
            content: "Tomatoes",
            trigger: ".modal .o_field_widget[name=product_id] input",
            run: "edit Tomato",
        },
        {
            content: "Choose them",
            trigger: ".ui-autocomplete .ui-menu-item a:contains('Tomato')",
            run: "click",
        },
        {
            content: "200 g for one soup",
            trigger: ".modal .o_field_widget[name=quantity] input",
            run: "edit 0.2 && press Tab",
        },
        {
            content: "Save; always is proposed, so past days count as well",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "It says how many days wait now",
            trigger:
                "body:not(:has(.modal)) .o_notification:contains('Season is mapped; 3 posted days wait.')",
        },
        openMenu("item"),
        {
            content: "The latte takes ten times the milk that it should",
            trigger: ".o_data_row:contains('Milk 2 kg') .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "200 g, not 2 kg",
            trigger: `${SHEET}:contains('LATTE') .o_field_widget[name=quantity] input`,
            run: "edit 0.2 && press Tab",
        },
        {
            content: "This was so for past days, too",
            trigger: `${SHEET} .o_field_widget[name=change_from] input[data-value=date]`,
            run: "click",
        },
        {
            content: "For the last thirty; before that it was a bigger one",
            trigger: `${SHEET} .o_field_widget[name=date_from] input, ${SHEET} .o_field_widget[name=date_from] button`,
            run: "edit -30d && press Tab",
        },
        {
            content: "Save",
            trigger: `${SHEET} button[name=action_apply]`,
            run: "click",
        },
        {
            content: "It is corrected; all four days wait",
            trigger: `${SHEET} header:contains('4 posted days wait')`,
        },
        openMenu("days"),
        openMenu("migration"),
        {
            content: "Back to the past sales of this outlet",
            trigger: ".o_data_row:contains('Bar') .o_data_cell[name=outlet_id]",
            run: "click",
        },
        {
            content: "Post the days again that wait",
            trigger: `${BUTTONS} button[name=action_repost]`,
            run: "click",
        },
        {
            content: "Nothing is left to be done",
            trigger:
                ".o_form_view:not(:has(button[name=action_repost])) .alert:contains('Every day of this range')",
            timeout: 60000,
        },
    ],
});
