import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const MENU = "pos_inventory_bridge.pos_bridge";
const SHEET = ".o_pos_bridge_sheet";
const FILE = `Umsatzbericht;;;;;;;
Filiale;Datum;Uhrzeit;Bonnr;Artikelnr;Bezeichnung;Menge;Netto
Bar;03.03.2026;08:10;R1;ESP;Esp;2;4,80
Bar;03.03.2026;12:30;R2;PAIR;Cola für zwei;3;21,00
Bar;04.03.2026;01:20;R3;COLA;Cola;5;17,50
Summe;;;;;;;43,30
`;

function openMenu(xmlid) {
    return {
        content: `Open the menu ${xmlid}`,
        trigger: `[data-menu-xmlid="${xmlid}_menu"]`,
        run: "click",
    };
}

/**
 * A file of a till becomes the ledger: upload, look at it, post, map what is missing,
 * post again. No step looks for a word of the screen, so it runs in every language.
 */
registry.category("web_tour.tours").add("pos_bridge_csv_upload", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open POS Inventory",
            trigger: `.o_app[data-menu-xmlid="${MENU}_menu"]`,
            run: "click",
        },
        openMenu(`${MENU}_days`),
        openMenu("pos_inventory_bridge_csv.pos_bridge_csv_upload"),
        {
            content: "Choose the file",
            trigger: ".modal .o_field_widget[name=file] input[type=file]:not(:visible)",
            run() {
                const transfer = new DataTransfer();
                transfer.items.add(new File([FILE], "kasse.csv", {type: "text/csv"}));
                this.anchor.files = transfer.files;
                this.anchor.dispatchEvent(new Event("change"));
            },
        },
        {
            content: "It is there",
            trigger: ".modal .o_field_widget[name=file] .o_clear_file_button",
        },
        {
            content: "Continue",
            trigger: ".modal button[name=action_read]",
            run: "click",
        },
        {
            content: "The rows are shown as they will be read: 4.80 of 3 March",
            trigger:
                ".modal .o_field_widget[name=rows_html] tr:contains('ESP'):contains('4'):contains('08:10')",
        },
        {
            content: "The decimal comma was seen",
            trigger: ".modal .o_field_widget[name=decimal_separator]",
        },
        {
            content: "That is right",
            trigger: ".modal button[name=action_check]",
            run: "click",
        },
        {
            content: "One item is not mapped, and the night belongs to the day before",
            trigger:
                ".modal .o_field_widget[name=summary_html]:contains('Cola für zwei') table tbody:has(tr:only-child)",
        },
        {
            content: "Store and post",
            trigger: ".modal button[name=action_store_and_post]",
            run: "click",
        },
        {
            content: "The day is posted, and one item waits",
            trigger: ".o_list_view .o_data_row:contains('Bar')",
        },
        openMenu(`${MENU}_item`),
        {
            content: "Open the sheet of what is missing",
            trigger: ".o_data_row:contains('Cola für zwei') .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "An ingredient",
            trigger: `${SHEET} .o_field_widget[name=map_type] input[data-value=ingredient]`,
            run: "click",
        },
        {
            content: "Cola bottles",
            trigger: `${SHEET} .o_field_widget[name=product_id] input`,
            run: "edit Cola bottle",
        },
        {
            content: "Choose them",
            trigger: ".ui-autocomplete .ui-menu-item a:contains('Cola bottle')",
            run: "click",
        },
        {
            content: "Two of them",
            trigger: `${SHEET} .o_field_widget[name=quantity] input`,
            run: "edit 2 && press Tab",
        },
        {
            content: "The sentence says what that makes of three sold",
            trigger: `${SHEET} .o_field_widget[name=preview]:contains('6')`,
        },
        {
            content: "Save, and go on",
            trigger: `${SHEET} button[name=action_apply_next]`,
            run: "click",
        },
        {
            content: "Post the day again, from the notification",
            trigger: ".o_notification .o_notification_buttons button",
            run: "click",
        },
        {
            content: "It is done",
            trigger: "body:not(:has(.o_notification .o_notification_buttons button)) .o_notification",
        },
        openMenu(`${MENU}_ledger`),
        {
            content: "Cola bottles in Bar",
            trigger: ".o_data_row:contains('Cola bottle'):contains('Bar') .o_data_cell",
            run: "click",
        },
        {
            content: "The ledger has the first posting and what came with the mapping",
            trigger: ".o_data_row:contains('6') ~ .o_data_row:contains('5'), .o_data_row:contains('5') ~ .o_data_row:contains('6')",
        },
    ],
});
