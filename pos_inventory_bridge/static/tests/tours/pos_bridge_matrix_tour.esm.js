import {registry} from "@web/core/registry";

const MATRIX = ".o_pos_bridge_day_matrix";

/** A day that is missing is fetched from the matrix; its cell says so at once. */
registry.category("web_tour.tours").add("pos_bridge_day_matrix", {
    steps: () => [
        {
            content: "The newest due day is missing",
            trigger: `${MATRIX} td [data-state=missing]:last`,
            run: "click",
        },
        {
            content: "The sheet knows outlet and day",
            trigger: ".modal .o_field_widget[name=outlet_ids]:contains('Bar')",
        },
        {
            content: "Fetch it",
            trigger: ".modal button[name=action_fetch]",
            run: "click",
        },
        {
            content: "What happened is said at once",
            trigger: ".modal .o_data_row:contains('Posted'):contains('Coffee 2 kg')",
        },
        {
            content: "Back to the matrix",
            trigger: ".modal .modal-footer button:contains('Close')",
            run: "click",
        },
        {
            content: "It is posted; open it",
            trigger: `body:not(:has(.modal)) ${MATRIX} td [data-state=posted]`,
            run: "click",
        },
        {
            content: "The sales day",
            trigger: ".o_form_view .o_field_widget[name=display_name]:contains('Bar')",
        },
    ],
});
