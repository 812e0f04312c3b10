import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const MENU = "pos_inventory_bridge.pos_bridge";
const SHEET = ".o_pos_bridge_sheet";
/** What an administrator writes for a SIDES that talks differently. */
const SECOND = `
{
  "version": "second",
  "auth": {
    "login": {
      "path": "/v3/anmelden",
      "encoding": "form",
      "body": {
        "benutzer": "{username}",
        "kennwort": "{password}"
      },
      "token_paths": "ergebnis.sitzung"
    },
    "query_key": {
      "param": "schluessel"
    },
    "header_key": {
      "header": "X-Schluessel"
    }
  },
  "calls": {
    "outlets": {
      "path": "/v3/filialen"
    },
    "items": {
      "path": "/v3/katalog"
    },
    "sales": {
      "path": "/v3/filialen/{outlet}/bons",
      "params": {
        "tag": "{date}"
      }
    }
  },
  "date_format": "%d.%m.%Y",
  "time_format": "%d.%m.%Y %H:%M:%S",
  "paging": {
    "kind": "page",
    "param": "seite",
    "size_param": "anzahl",
    "size": 5
  },
  "roots": {
    "outlets": "ergebnis.*",
    "items": "ergebnis.inhalt.warengruppen.*.artikel",
    "sales": "ergebnis.inhalt.bons"
  },
  "fields": {
    "outlet": {
      "id": "filialSchluessel",
      "name": "titel"
    },
    "item": {
      "id": "artikelSchluessel",
      "sku": "nr",
      "name": "bezeichnung",
      "type": "art",
      "group": "warengruppe",
      "price": "nettoCent"
    },
    "sale": {
      "id": "kopf.bonId",
      "number": "kopf.bonNr",
      "time": "kopf.abschluss",
      "status": "kopf.zustand",
      "channel": "kopf.vertriebsweg",
      "lines": "posten"
    },
    "line": {
      "id": "postenId",
      "item": "artikel.schluessel",
      "sku": "artikel.nr",
      "name": "bezeichnung",
      "quantity": "menge",
      "type": "art",
      "cancelled": "weg",
      "children": "zutaten",
      "amount_net": "nettoCent"
    }
  },
  "numbers": {
    "decimal_sign": ",",
    "money_divisor": 100
  },
  "cancelled_status": [
    "s"
  ],
  "child_quantity": "absolute"
}
`;

function openMenu(xmlid) {
    return {
        content: `Open the menu ${xmlid}`,
        trigger: `[data-menu-xmlid="${xmlid}_menu"]`,
        run: "click",
    };
}

function type(field, text) {
    return {
        content: `Type the ${field}`,
        trigger: `.modal .o_field_widget[name=${field}] input:visible`,
        run: `edit ${text} && press Tab`,
    };
}

/** Write into the editor of the contract override. */
function override(text, place = "") {
    return {
        content: "Write the contract override",
        trigger: `${place} .o_field_widget[name$=override] .ace_editor`,
        run() {
            window.ace.edit(this.anchor).setValue(text);
        },
    };
}

function map(item, product) {
    return [
        {
            content: `Open the sheet of ${item}`,
            trigger: `.o_data_row:contains('${item}') .o_data_cell[name=name]`,
            run: "click",
        },
        {
            content: "An ingredient",
            trigger: `${SHEET}:contains('${item}') .o_field_widget[name=map_type] input[data-value=ingredient]`,
            run: "click",
        },
        {
            content: `Look for ${product}`,
            trigger: `${SHEET} .o_field_widget[name=product_id] input`,
            run: `edit ${product}`,
        },
        {
            content: `Choose ${product}`,
            trigger: `.ui-autocomplete .ui-menu-item a:contains('${product}')`,
            run: "click",
        },
        {
            content: "Save",
            trigger: `${SHEET} button[name=action_apply]`,
            run: "click",
        },
        {
            content: `${item} is mapped`,
            trigger: `.o_data_row:contains('${item}'):contains('${product}')`,
        },
        {
            content: "The sheet says so, too: it has settled",
            trigger: `${SHEET}:contains('${item}') header:contains('is mapped')`,
        },
    ];
}

const openSheet = [
    stepUtils.showAppsMenuItem(),
    {
        content: "Open POS Inventory",
        trigger: `.o_app[data-menu-xmlid="${MENU}_menu"]`,
        run: "click",
    },
    openMenu(`${MENU}_configuration`),
    openMenu("pos_inventory_bridge_sides.pos_bridge_sides_connect"),
];
const test = {
    content: "Test",
    trigger: ".modal button[name=action_test]:visible",
    run: "click",
};
const testAndSave = [
    test,
    {
        content: "All four are good",
        trigger: ".modal .o_field_widget[name=stages_html] li:nth-child(4) .text-success",
    },
    {
        content: "Save",
        trigger: ".modal button[name=action_save]",
        run: "click",
    },
    {
        content: "It is connected",
        trigger: ".o_form_view .o_statusbar_status .o_arrow_button_current[data-value=connected]",
    },
    {
        content: "Sync stores and products",
        trigger: "button[name=action_sync_items]",
        run: "click",
    },
];
const chooseUnit = [
    {
        content: "Both stores are there; the first one",
        trigger: ".o_field_widget[name=outlet_ids] .o_data_row:contains('Kreuzberg') [name=storage_unit_id]",
        run: "click",
    },
    {
        content: "It deducts from the bar",
        trigger: ".o_field_widget[name=outlet_ids] .o_selected_row [name=storage_unit_id] input",
        run: "edit Bar",
    },
    {
        content: "Choose it",
        trigger: ".ui-autocomplete .ui-menu-item a:contains('Bar')",
        run: "click",
    },
    ...stepUtils.saveForm(),
];

/** From nothing to the ledger: connect, unit, map, activate, 90 days. */
registry.category("web_tour.tours").add("pos_bridge_sides_connect", {
    steps: () => [
        ...openSheet,
        type("contract_user", "MUSTER_DailyOrderReport"),
        type("contract_secret", "wrong"),
        test,
        {
            content: "SIDES does not accept that, and there is nothing to save",
            trigger:
                ".modal:not(:has(button[name=action_save])) .o_field_widget[name=stages_html] li:nth-child(3) .text-danger",
        },
        type("contract_secret", "geheim-Öl&99"),
        ...testAndSave,
        ...chooseUnit,
        openMenu(`${MENU}_item`),
        ...map("Cola", "Cola bottle"),
        ...map("Pizza Margherita", "Flour"),
        openMenu(`${MENU}_configuration`),
        openMenu(`${MENU}_outlet`),
        {
            content: "The store",
            trigger: ".o_data_row:contains('Kreuzberg') .o_list_record_open_form_view button, .o_data_row:contains('Kreuzberg') .o_list_record_open_form_view",
            run: "click",
        },
        {
            content: "Activate it",
            trigger: ".o_form_view button[name=action_activate]",
            run: "click",
        },
        {
            content: "Read its past sales, too",
            trigger: ".modal button[name=action_past_sales]",
            run: "click",
        },
        {
            content: "90 days are about to be read",
            trigger: ".o_form_view .o_field_widget[name=date_from]",
        },
    ],
});

/** A SIDES that talks quite differently is connected by an override alone. */
registry.category("web_tour.tours").add("pos_bridge_sides_dialect", {
    steps: () => [
        ...openSheet,
        type("contract_user", "MUSTER_DailyOrderReport"),
        type("contract_secret", "geheim-Öl&99"),
        test,
        {
            content: "The path is another one, and that is said",
            trigger: ".modal .o_field_widget[name=stages_html]:contains('/storedata/listStorePublic')",
        },
        override(SECOND, ".modal"),
        ...testAndSave,
        ...chooseUnit,
    ],
});

/** One real answer is pasted; what it says is read with what is proposed. */
registry.category("web_tour.tours").add("pos_bridge_try_answer_wizard", {
    steps: () => [
        {
            content: "The settings of the connection",
            trigger: ".o_notebook .nav-link[name=connection]",
            run: "click",
        },
        {
            content: "Try on an answer",
            trigger: "button[name=action_try_answer]",
            run: "click",
        },
        {
            content: "Paste it",
            trigger: ".modal .o_field_widget[name=answer] textarea",
            run: "edit {\"bons\": [{\"bonId\": \"b1\", \"bonNr\": \"7\", \"abschluss\": \"03.03.2026 12:30:00\", \"gast\": {\"anzeige\": \"Erna\"}, \"posten\": [{\"bezeichnung\": \"Cola\", \"menge\": \"2,000\"}]}]} && press Tab",
        },
        {
            content: "What is proposed, and what would be read with it",
            trigger: ".modal .o_field_widget[name=look_html] tr:contains('Cola'):contains('2')",
        },
        {
            content: "Take it over",
            trigger: ".modal button[name=action_propose]",
            run: "click",
        },
        {
            content: "Nothing is left to be proposed",
            trigger:
                ".modal:not(:has(button[name=action_propose])) .o_field_widget[name=look_html] code:contains('posten')",
        },
        {
            content: "Save it",
            trigger: ".modal button[name=action_save]",
            run: "click",
        },
        {
            content: "It is saved",
            trigger: "body:not(:has(.modal)) .o_notification",
        },
    ],
});
