import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const MENU = "pos_inventory_bridge.pos_bridge";
export const SHEET = ".o_pos_bridge_sheet";

export function openMenu(name) {
    return {
        content: `Open the menu ${name}`,
        trigger: `[data-menu-xmlid="${MENU}_${name}_menu"]`,
        run: "click",
    };
}

/** In the sheet beside the list: so much of one ingredient for one sold item. */
export function useIngredient(name, quantity) {
    return [
        {
            content: "It uses one ingredient",
            trigger: `${SHEET} .o_field_widget[name=map_type] input[data-value=ingredient]`,
            run: "click",
        },
        {
            content: `Look for ${name}`,
            trigger: `${SHEET} .o_field_widget[name=product_id] input`,
            run: `edit ${name}`,
        },
        {
            content: `Choose ${name}`,
            trigger: `.ui-autocomplete .ui-menu-item a:contains('${name}')`,
            run: "click",
        },
        {
            content: `${quantity} for each that is sold`,
            trigger: `${SHEET} .o_field_widget[name=quantity] input`,
            run: `edit ${quantity} && press Tab`,
        },
    ];
}

/** Several items that wait: one is ignored without a target, the next one is mapped. */
registry.category("web_tour.tours").add("pos_bridge_item_sheet", {
    steps: () => [
        {
            content: "Only what is not mapped",
            trigger: ".o_search_panel_category_value:contains('Not mapped') header",
            run: "click",
        },
        {
            content: "Two items wait; what sold for most comes first",
            trigger: ".o_data_row:first:contains('Season') .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "The till says what it is",
            trigger: `${SHEET} .o_field_widget[name=facts]:contains('SEASON')`,
        },
        {
            content: "Ignore it: no target is needed for that",
            trigger: `${SHEET} button[name=action_ignore]`,
            run: "click",
        },
        {
            content: "The sheet goes on with the next item, and says what it did",
            trigger: `${SHEET} header:contains('Season is ignored')`,
        },
        {
            content: "The next item is marked, the first one is gone from the list",
            trigger:
                ".o_list_renderer:not(:contains('Season')) .o_data_row.o_pos_bridge_open:contains('Giftcard')",
        },
        {
            content: "An ingredient",
            trigger: `${SHEET}:contains('GIFTCARD') .o_field_widget[name=map_type] input[data-value=ingredient]`,
            run: "click",
        },
        {
            content: "Something is typed and not saved",
            trigger: `${SHEET} .o_field_widget[name=quantity] input`,
            run: "edit 3 && press Tab",
        },
        {
            content: "Escape asks before it throws that away",
            trigger: `${SHEET} .o_field_widget[name=quantity] input`,
            run: "press Escape",
        },
        {
            content: "Discard it",
            trigger: ".modal button:contains('Discard')",
            run: "click",
        },
        {
            content: "The list has its page for itself again",
            trigger: `body:not(:has(${SHEET})) .o_data_row:contains('Giftcard')`,
        },
    ],
});

/**
 * The main job of a back-office user: an item that was sold and is not mapped is mapped
 * beside the list, the day is posted again, and the ledger shows the difference.
 */
registry.category("web_tour.tours").add("pos_bridge_main_job", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open POS Inventory",
            trigger: `.o_app[data-menu-xmlid="${MENU}_menu"]`,
            run: "click",
        },
        openMenu("item"),
        {
            content: "The seasonal soup waits for a mapping: its row opens the sheet",
            trigger: ".o_data_row:contains('Season') .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "The sheet stands beside the list and says what was sold",
            trigger: `${SHEET} .o_field_widget[name=preview]:contains('sold from')`,
        },
        {
            content: "Its row stays marked",
            trigger: ".o_data_row.o_pos_bridge_open:contains('Season')",
        },
        ...useIngredient("Tomato", "0.2"),
        {
            content: "The sentence says what the last week would have used",
            trigger: `${SHEET} .o_field_widget[name=preview]:contains('0.2 kg Tomato from Bar')`,
        },
        {
            content: "Save and go on, by the keyboard alone",
            trigger: `${SHEET} .o_field_widget[name=quantity] input`,
            run: "press Alt+s",
        },
        {
            content: "Nothing waits any more; one day would change",
            trigger:
                ".o_notification:contains('Season is mapped; one posted day waits'):contains('again')",
        },
        {
            content: "It is mapped, with the amount as typed",
            trigger: ".o_data_row:contains('Tomato 0.2 kg')",
        },
        openMenu("days"),
        openMenu("day"),
        {
            content: "Open the day",
            trigger: ".o_data_row:contains('Bar') .o_data_cell",
            run: "click",
        },
        {
            content: "It says why it should be posted again",
            trigger: ".o_form_view .alert:contains('Mapping of Season changed')",
        },
        {
            content: "Post again",
            trigger: "button[name=action_repost]:contains('Post Again')",
            run: "click",
        },
        {
            content: "Nothing is left to be done",
            trigger: ".o_form_view:not(:has(.alert:contains('Mapping of Season')))",
        },
        openMenu("ledger"),
        {
            // The day that is left has such a row, too.
            content: "Tomato in Bar",
            trigger:
                ".o_action_manager:not(:has(.o_form_view)) .o_data_row:contains('Tomato'):contains('Bar') .o_data_cell",
            run: "click",
        },
        {
            content: "The ledger shows both uses",
            trigger: ".o_data_row:contains('correction 1') ~ .o_data_row:contains('Issue')",
        },
    ],
});

/**
 * A recipe is made from nothing but a name while an item is mapped to it, written down
 * afterwards, and corrected for the days that were posted before it was written.
 */
registry.category("web_tour.tours").add("pos_bridge_recipe", {
    steps: () => [
        {
            content: "The seasonal soup waits",
            trigger: ".o_data_row:contains('Season') .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "A recipe that is not there yet",
            trigger: `${SHEET} .o_field_widget[name=bom_id] input`,
            run: "edit Soup of the day",
        },
        {
            content: "Make it",
            trigger: ".ui-autocomplete .o_m2o_dropdown_option_create a",
            run: "click",
        },
        {
            content: "It is warned of: nothing is in it",
            trigger: `${SHEET} .alert-warning .o_field_widget[name=warning]:contains('no ingredients yet')`,
        },
        {
            content: "Save",
            trigger: `${SHEET} button[name=action_apply]`,
            run: "click",
        },
        {
            content: "It is mapped",
            trigger: ".o_data_row:contains('Season'):contains('Soup of the day')",
        },
        openMenu("configuration"),
        {
            content: "Recipes",
            trigger: `[data-menu-xmlid="pos_inventory_bridge.mrp_bom_menu_recipe"]`,
            run: "click",
        },
        {
            content: "The new one",
            trigger: ".o_data_row:contains('Soup of the day') .o_data_cell[name=recipe_name]",
            run: "click",
        },
        {
            content: "Write down what one portion takes",
            trigger: ".o_field_widget[name=bom_line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Tomatoes",
            trigger: ".o_field_widget[name=bom_line_ids] .o_selected_row [name=product_id] input",
            run: "edit Tomato",
        },
        {
            content: "Choose them",
            trigger: ".ui-autocomplete .ui-menu-item a:contains('Tomato')",
            run: "click",
        },
        {
            content: "180 g",
            trigger: ".o_field_widget[name=bom_line_ids] .o_selected_row [name=product_qty] input",
            run: "edit 0.18 && press Tab",
        },
        {
            content: "A tenth is cut off",
            trigger: ".o_field_widget[name=bom_line_ids] .o_selected_row [name=trim_percentage] input",
            run: "edit 10 && press Tab",
        },
        {
            content: "So 200 g leave the shelf",
            trigger: ".o_field_widget[name=bom_line_ids] .o_data_row [name=needed_quantity]:contains('0.2')",
        },
        ...stepUtils.saveForm(),
        {
            content: "It was so before today, too",
            trigger: "button:contains('Past Days Too')",
            run: "click",
        },
        {
            content: "From the first of the month on",
            trigger: ".modal .o_field_widget[name=date_from] input, .modal .o_field_widget[name=date_from] button",
            run: "edit 03/01/2026 && press Tab",
        },
        {
            content: "Correct it",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "The dialog is gone",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
        openMenu("days"),
        openMenu("day"),
        {
            content: "Open the day",
            trigger: ".o_data_row:contains('Bar') .o_data_cell",
            run: "click",
        },
        {
            content: "Post again",
            trigger: ".o_form_view:has(.alert-warning) button[name=action_repost]",
            run: "click",
        },
        {
            content: "Nothing is left to be done",
            trigger: ".o_form_view:not(:has(.alert:contains('changed')))",
        },
    ],
});
