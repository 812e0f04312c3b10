import {registry} from "@web/core/registry";

const MENU = "pos_inventory_bridge.pos_bridge";
const SHEET = ".o_pos_bridge_sheet";

function openMenu(name) {
    return {
        content: `Open the menu ${name}`,
        trigger: `[data-menu-xmlid="${MENU}_${name}_menu"]`,
        run: "click",
    };
}

function openTab(name) {
    return {
        content: `Open the tab ${name}`,
        trigger: `.o_notebook .nav-link[name=${name}]`,
        run: "click",
    };
}

/** An item is opened beside the list and uses one ingredient. */
function mapItem(item, product, quantity) {
    return [
        {
            content: `${item} is not mapped`,
            trigger: `.o_data_row:contains('${item}') .o_data_cell[name=name]`,
            run: "click",
        },
        {
            content: "It uses one ingredient",
            trigger: `${SHEET}:contains('${item}') .o_field_widget[name=map_type] input[data-value=ingredient]`,
            run: "click",
        },
        {
            content: product,
            trigger: `${SHEET} .o_field_widget[name=product_id] input`,
            run: `edit ${product}`,
        },
        {
            content: "Choose it",
            trigger: `.ui-autocomplete .ui-menu-item a:contains('${product}')`,
            run: "click",
        },
        {
            content: "So much of it",
            trigger: `${SHEET} .o_field_widget[name=quantity] input`,
            run: `edit ${quantity} && press Tab`,
        },
        {
            content: "Save",
            trigger: `${SHEET} button[name=action_apply]`,
            run: "click",
        },
        {
            content: "It is mapped",
            trigger: `${SHEET} header:contains('${item} is mapped')`,
        },
    ];
}

/**
 * From nothing to past sales that are being read: a manager who knows client id and
 * secret connects on Lightspeed's page and follows the checklist.
 */
registry.category("web_tour.tours").add("pos_bridge_lightspeed_connect", {
    steps: () => [
        openTab("connection"),
        {
            content: "The client id",
            trigger: ".o_field_widget[name=lightspeed_client] input",
            run: "edit devp-v2-demo-tour",
        },
        {
            content: "Its secret",
            trigger: ".o_field_widget[name=lightspeed_client_secret] input",
            run: "edit tour-secret && press Tab",
        },
        {
            content: "Connect: Lightspeed's page asks, and sends the browser back",
            trigger: ".o_statusbar_buttons button[name=action_authorize]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A green banner says that it worked",
            trigger: ".o_form_view .alert-success:contains('Connected: the till lets us in')",
        },
        {
            content: "Nobody has compared an answer with the till yet",
            trigger: ".alert-warning:contains('Not confirmed on your account')",
        },
        {
            content: "Sync locations and items",
            trigger: "[data-step=outlets][data-state=todo] button",
            run: "click",
        },
        {
            content: "They are known",
            trigger: ".o_notification:contains('Items known now: 15')",
        },
        {
            content: "The checklist names the locations that want a storage unit",
            trigger: "[data-step=storage][data-state=attention]:contains('Harbour Kitchen Docks')",
        },
        {
            content: "The storage unit of the first location",
            trigger: ".o_field_widget[name=outlet_ids] .o_data_row:contains('Docks') .o_data_cell[name=storage_unit_id]",
            run: "click",
        },
        {
            content: "Bar",
            trigger: ".o_field_widget[name=outlet_ids] .o_selected_row [name=storage_unit_id] input",
            run: "edit Bar",
        },
        {
            content: "Choose it",
            trigger: ".ui-autocomplete .ui-menu-item a:contains('Bar')",
            run: "click",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Map what is sold",
            trigger: "[data-step=items] button:contains('Map the rest')",
            run: "click",
        },
        ...mapItem("Coffee", "Beans", "0.009"),
        ...mapItem("Cheeseburger", "Bun", "1"),
        openMenu("configuration"),
        openMenu("integration"),
        {
            content: "Back to the integration",
            trigger: ".o_data_row:contains('Lightspeed') .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "Two items are mapped",
            trigger: "[data-step=items]:contains('2 of 15')",
        },
        {
            content: "Activate the location",
            trigger: ".o_field_widget[name=outlet_ids] .o_data_row:contains('Docks') button[name=action_activate]",
            run: "click",
        },
        {
            content: "The 90 days before it, too",
            trigger: ".modal:contains('90 days') button[name=action_past_sales]",
            run: "click",
        },
        {
            content: "Start",
            trigger: ".o_form_view .o_statusbar_buttons button[name=action_start]",
            run: "click",
        },
        {
            content: "They are being read",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Running')",
        },
    ],
});

/** The queue has run: every day of a connection that nobody confirmed waits for a look. */
registry.category("web_tour.tours").add("pos_bridge_lightspeed_look", {
    steps: () => [
        {
            content: "Ninety days are read, and all of them wait for a look",
            trigger: ".o_form_view button[name=action_view_look_days]:contains('90')",
        },
        {
            content: "What would they post?",
            trigger: ".o_statusbar_buttons button[name=action_look]",
            run: "click",
        },
        {
            content: "Buns and beans; that is what the till's own report says",
            trigger: ".modal .o_data_row:contains('Bun')",
        },
        {
            content: "Post as read",
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            content: "None waits any more",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_view_look_days]))",
        },
        openMenu("ledger"),
        {
            content: "Buns in Bar",
            trigger: ".o_data_row:contains('Bun'):contains('Bar') .o_data_cell",
            run: "click",
        },
        {
            content: "Each posting of a sales day is an issue of its own",
            trigger: ".o_data_row:contains('Issue'):contains('Docks')",
        },
    ],
});
