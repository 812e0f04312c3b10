import {SHEET} from "./pos_bridge_tour.esm";
import {registry} from "@web/core/registry";
import {rpcBus} from "@web/core/network/rpc";

const ITEMS = 30;
const NOT_MAPPED = {
    content: "Only what is not mapped",
    trigger: ".o_search_panel_category_value:contains('Not mapped') header",
    run: "click",
};

function dish(number) {
    return `Dish ${String(number).padStart(2, "0")}`;
}

function row(number) {
    return `.o_data_row:contains('${dish(number)}')`;
}

function cell(number) {
    const rows = [...document.querySelectorAll(".o_data_row")];
    return rows
        .find((each) => each.textContent.includes(dish(number)))
        .querySelector("[name=name]");
}

/** The sheet of a dish, with nothing being saved. */
function sheetOf(number) {
    const title = `.o_field_widget[name=title]:contains('${dish(number)}')`;
    return `${SHEET}:has(${title}):has(button[name=action_apply_next]:enabled)`;
}

/** The sheet comes with what is suggested; one key saves it and goes on. */
function acceptByKeyboard(number) {
    return {
        content: `${dish(number)} stands in the sheet, with its recipe`,
        trigger: `${sheetOf(number)}:has(.o_field_widget[name=suggestion]:contains('${dish(number)}')) .o_field_widget[name=bom_id] input`,
        async run({press}) {
            if (document.activeElement !== this.anchor) {
                throw new Error("What is typed first is not the recipe.");
            }
            await press("Alt+s");
        },
    };
}

/** Thirty items, mapped without the mouse once the first one is open. */
registry.category("web_tour.tours").add("pos_bridge_map_by_keyboard", {
    steps: () => [
        NOT_MAPPED,
        {
            content: "What is suggested, how sure that is, and why",
            trigger: `${row(1)} .o_data_cell[name=suggestion_reason]:contains('Same name as recipe')`,
        },
        {
            content: "The first one",
            trigger: `${row(1)} .o_data_cell[name=name]`,
            run: "click",
        },
        ...Array.from({length: ITEMS}, (_value, index) => acceptByKeyboard(index + 1)),
        {
            content: "Nothing waits any more",
            trigger:
                ".o_notification:contains('No item of this list waits any more')",
        },
    ],
});

/** Do something when the list begins to read its rows anew. */
function whenListIsRead(act) {
    const listener = ({detail}) => {
        const {method, model} = detail.data.params;
        if (model === "pos.bridge.item" && method === "web_search_read") {
            rpcBus.removeEventListener("RPC:REQUEST", listener);
            act();
        }
    };
    rpcBus.addEventListener("RPC:REQUEST", listener);
}

function saved(number) {
    return {
        content: `${dish(number)} was saved, and says so`,
        trigger: `${SHEET} header:contains('${dish(number)} is mapped')`,
    };
}

/** The cell on which the button of the mouse was pressed, and not released yet. */
let pressed = null;

/** Whoever clicks the next row while the sheet saves gets that row. */
registry.category("web_tour.tours").add("pos_bridge_click_while_saving", {
    steps: () => [
        {
            content: "The first dish",
            trigger: `${row(1)} .o_data_cell[name=name]`,
            run: "click",
        },
        {
            content: "Click a row before the server has answered, and another one",
            trigger: `${sheetOf(1)} button[name=action_apply_next]`,
            async run({click}) {
                await click();
                cell(3).click();
                cell(5).click();
            },
        },
        saved(1),
        {
            content: "Click a row while the list is read anew",
            trigger: `${sheetOf(5)} button[name=action_apply_next]`,
            async run({click}) {
                whenListIsRead(() => cell(9).click());
                await click();
            },
        },
        saved(5),
        {
            content: "A row is read anew while the button of the mouse is down",
            trigger: `${sheetOf(9)} button[name=action_apply_next]`,
            async run({press}) {
                pressed = cell(12);
                const init = {bubbles: true, button: 0};
                pressed.dispatchEvent(new PointerEvent("pointerdown", init));
                await press("Alt+s");
            },
        },
        saved(9),
        {
            content: "The next one is there, and the mouse is released",
            trigger: sheetOf(10),
            run() {
                if (pressed.isConnected) {
                    throw new Error("The row was not read anew.");
                }
                const init = {bubbles: true, button: 0};
                cell(12).dispatchEvent(new PointerEvent("pointerup", init));
            },
        },
        {
            content: "Escape closes the sheet after the save, not before",
            trigger: `${sheetOf(12)} button[name=action_apply_next]`,
            async run({click, press}) {
                await click();
                await press("Escape");
            },
        },
        {
            content: "It is mapped, and no sheet is open",
            trigger: `body:not(:has(${SHEET})) ${row(12)}:contains('Mapped')`,
        },
    ],
});

/** The requests of the list: its rows, and in one more what is suggested for them. */
const asked = [];
registry.category("web_tour.tours").add("pos_bridge_suggestions_later", {
    steps: () => [
        {
            content: "Listen",
            trigger: `${row(1)} .o_data_cell[name=suggestion]:contains('${dish(1)}')`,
            run() {
                rpcBus.addEventListener("RPC:REQUEST", ({detail}) => {
                    const {kwargs, method, model} = detail.data.params;
                    if (model === "pos.bridge.item" && kwargs?.specification) {
                        asked.push([method, "suggestion" in kwargs.specification]);
                    }
                });
            },
        },
        NOT_MAPPED,
        {
            content: "It was asked for once, for all rows",
            trigger: `.o_search_panel_category_value header.active:contains('Not mapped')`,
        },
        {
            content: "Accept one",
            trigger: `${row(30)} button[name=action_accept_suggestion]`,
            run() {
                const expected = [
                    ["web_search_read", false],
                    ["web_read", true],
                ];
                if (JSON.stringify(asked) !== JSON.stringify(expected)) {
                    throw new Error(`Asked was ${JSON.stringify(asked)}`);
                }
                this.anchor.click();
            },
        },
        {
            content: "It is mapped and gone",
            trigger: `body:not(:has(${row(30)})) ${row(29)}`,
        },
        {
            content: "Grouped, too",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "By group",
            trigger: ".o_group_by_menu .o_menu_item:contains('Group')",
            run: "click",
        },
        {
            content: "Open the group",
            trigger: ".o_group_header",
            run: "click",
        },
        {
            content: "Suggestions are there",
            trigger: `${row(1)} .o_data_cell[name=suggestion]:contains('${dish(1)}')`,
        },
    ],
});
