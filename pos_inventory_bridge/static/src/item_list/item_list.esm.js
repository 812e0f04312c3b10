import {MAPPING_SAVED, notifySaved, postAgain} from "./mapping_saved.esm";
import {useEffect, useExternalListener, useState, useSubEnv} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {ItemListModel} from "./item_model.esm";
import {ListController} from "@web/views/list/list_controller";
import {ListRenderer} from "@web/views/list/list_renderer";
import {MappingSheet} from "./mapping_sheet.esm";
import {SIZES} from "@web/core/ui/ui_service";
import {Turns} from "./turns.esm";
import {_t} from "@web/core/l10n/translation";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useBus} from "@web/core/utils/hooks";
import {useHotkey} from "@web/core/hotkeys/hotkey_hook";

const WAITING = [["mapping_state", "in", ["unmapped", "review"]]];

// What gives way where there is little room: the sheet tells most of it.
const WIDE_ONLY = [
    "sku",
    "list_price",
    "sold_7_days",
    "mapping_since",
    "suggestion_reason",
];
const ROOMY_ONLY = ["list_price", "sold_7_days"];
const NOT_BESIDE_SHEET = [
    "sku",
    "list_price",
    "mapping_since",
    "mapping_state",
    "suggestion_reason",
];
// What says nothing about items that wait, and what says nothing about the others.
const OF_MAPPED = ["mapping_id", "mapping_since", "poor_mapping", "mapping_state"];
const LESS_OF_BOTH = ["suggestion_reason", "mapping_since"];
const OF_WAITING = ["suggestion", "suggestion_confidence", "suggestion_reason"];

/** The rows whose mapping is open beside the list stay marked. */
export class ItemListRenderer extends ListRenderer {
    setup() {
        this.sheet = useState(this.env.mappingSheet);
        super.setup();
        useBus(this.uiService.bus, "resize", () => this.render());
        useExternalListener(window, "pointerdown", (ev) => this.onPressed(ev));
        useExternalListener(window, "pointerup", (ev) => this.onReleased(ev));
        this.known = {};
        useEffect(
            () => void this.props.list.model.loadLater(this.known),
            () => [this.props.list.records?.map(({id}) => id).join()]
        );
    }

    onPressed({button, target}) {
        const row = target.closest?.(".o_data_row");
        const isCell = !target.closest?.("button, .o_list_record_selector");
        const {records = []} = this.props.list;
        const record = records.find(({id}) => id === row?.dataset.id);
        this.pressed = button === 0 && isCell && record ? {row, record} : null;
    }

    /** A row that was read anew while the button of the mouse was down gets no click. */
    onReleased({target}) {
        const {row, record} = this.pressed || {};
        this.pressed = null;
        if (row && !row.isConnected && this.tableRef.el?.contains(target)) {
            this.props.openRecord(record);
        }
    }

    getActiveColumns() {
        const silent = this.silentColumns;
        const columns = super
            .getActiveColumns()
            .filter(({name}) => !silent.includes(name));
        const isNarrow = this.uiService.size < SIZES.LG;
        const isOpen = this.sheet.itemIds.length > 0;
        if (!isNarrow && !isOpen) {
            return this.uiService.size < SIZES.XXL
                ? columns
                      .filter(({name}) => !ROOMY_ONLY.includes(name))
                      .map((column) => this.asIcon(column))
                : columns;
        }
        const hidden = isNarrow ? WIDE_ONLY : NOT_BESIDE_SHEET;
        return columns
            .filter(({name, type}) => type === "field" && !hidden.includes(name))
            .map((column) => (isNarrow ? this.asIcon(column) : column));
    }

    /** Columns that would be empty, or the same for all of the items that are shown. */
    get silentColumns() {
        const {records} = this.props.list;
        if (!records?.length) {
            return [];
        }
        const hasSku = records.some(({data}) => data.sku);
        return [...(hasSku ? [] : ["sku"]), ...this.columnsOfOtherStates];
    }

    get columnsOfOtherStates() {
        const states = this.props.list.records.map(({data}) => data.mapping_state);
        const waiting = states.filter((state) => state === "unmapped").length;
        if (!waiting) {
            return OF_WAITING;
        }
        if (waiting === states.length) {
            return OF_MAPPED;
        }
        const isNarrow = this.uiService.size < SIZES.LG;
        return isNarrow ? [...LESS_OF_BOTH, "suggestion_confidence"] : LESS_OF_BOTH;
    }

    /** Of a poor mapping only the sign is shown, its words stay for screen readers. */
    asIcon(column) {
        return column.name === "poor_mapping"
            ? {...column, attrs: {...column.attrs, width: "40px"}, label: ""}
            : column;
    }

    getRowClass(record) {
        const isOpen = this.sheet.itemIds.includes(record.resId);
        return `${super.getRowClass(record)} ${isOpen ? "o_pos_bridge_open" : ""}`;
    }
}

/** The list of items: a row opens its mapping beside the list, on the same page. */
export class ItemListController extends ListController {
    static template = "pos_inventory_bridge.ItemList";
    static components = {...ListController.components, MappingSheet};

    setup() {
        super.setup();
        // ``key`` counts the sheets: a new one begins with nothing typed.
        this.sheet = useState({itemIds: [], key: 0, mapType: false, saved: null});
        this.isSheetDirty = async () => false;
        this.turns = new Turns();
        const execute = this.env.onClickViewButton;
        useSubEnv({
            mappingSheet: this.sheet,
            onClickViewButton: (params) => this.onButton(params, execute),
        });
        useBus(this.env.bus, MAPPING_SAVED, ({detail}) => this.onMappingSaved(detail));
        useHotkey("escape", () => this.closeSheet(), {
            bypassEditableProtection: true,
            isAvailable: () =>
                this.sheet.itemIds.length &&
                !document.querySelector(".o-autocomplete--dropdown-menu, .o_popover"),
        });
    }

    get modelParams() {
        const nodes = Object.values(this.archInfo.fieldNodes);
        const later = nodes.filter(({options}) => options.later);
        return {...super.modelParams, later: later.map(({name}) => name)};
    }

    async onButton(params, execute) {
        if (params.clickParams.name === "action_map") {
            return this.openSheet(params.getResParams().resIds);
        }
        return (await this.turns.wait()) && this.turns.hold(() => execute(params));
    }

    async openRecord(record, options = {}) {
        if (options.newWindow) {
            return super.openRecord(record, options);
        }
        return this.openSheet([record.resId]);
    }

    async openSheet(itemIds) {
        const wasSaving = this.turns.isBusy;
        if ((await this.turns.wait()) && (await this.mayLeaveSheet())) {
            this.showSheet(itemIds);
            // What was saved meanwhile is still to be read.
            this.sheet.saved = wasSaving ? this.sheet.saved : null;
        }
    }

    showSheet(itemIds) {
        this.isSheetDirty = async () => false;
        this.sheet.itemIds = itemIds;
        this.sheet.key++;
    }

    async closeSheet() {
        if ((await this.turns.wait()) && (await this.mayLeaveSheet())) {
            const [itemId] = this.sheet.itemIds;
            this.showSheet([]);
            this.sheet.saved = null;
            this.focusRow(itemId);
        }
    }

    focusRow(itemId) {
        const record = this.model.root.records.find(({resId}) => resId === itemId);
        const row = `.o_data_row[data-id="${record?.id}"] .o_data_cell`;
        this.rootRef.el.querySelector(row)?.focus();
    }

    /** What is typed and not saved is not thrown away without a question. */
    async mayLeaveSheet() {
        if (!this.sheet.itemIds.length || !(await this.isSheetDirty())) {
            return true;
        }
        return new Promise((resolve) => {
            this.dialogService.add(
                ConfirmationDialog,
                {
                    title: _t("Not saved yet"),
                    body: _t("What you typed in the mapping is not saved."),
                    confirmLabel: _t("Discard it"),
                    confirm: () => resolve(true),
                    cancelLabel: _t("Keep editing"),
                    cancel: () => resolve(false),
                },
                {onClose: () => resolve(false)}
            );
        });
    }

    async onMappingSaved(detail) {
        const saved = this.sheet.itemIds;
        detail.isShown = Boolean(saved.length);
        return this.turns.hold(() => this.showSaved(detail, saved));
    }

    async showSaved(detail, saved) {
        const goesOn = detail.go_on && saved.length;
        const next = detail.item_ids || (goesOn ? await this.findNext(saved) : saved);
        await this.reloadList();
        if (!saved.length) {
            return;
        }
        this.sheet.saved = detail;
        if (detail.map_type !== "nothing") {
            this.sheet.mapType = detail.map_type;
        }
        if (this.turns.isAwaited || (!goesOn && (await this.isSheetDirty()))) {
            return;
        }
        if (!next.length) {
            this.notifyLast(detail);
        }
        this.showSheet(next);
    }

    /** The sheet closes: what it would have said is said by a notification. */
    notifyLast(detail) {
        const message = _t("%s No item of this list waits any more.", detail.message);
        notifySaved(this.env, {...detail, message});
    }

    /** The next row that waits; after the last one, whatever of the list still does. */
    async findNext(saved) {
        const {records, domain, context, resModel, orderBy} = this.model.root;
        const last = records.findLastIndex(({resId}) => saved.includes(resId));
        const waits = ({resId, data}) =>
            ["unmapped", "review"].includes(data.mapping_state) &&
            !saved.includes(resId);
        const row = records.slice(last + 1).find(waits) || records.find(waits);
        if (row) {
            return [row.resId];
        }
        const order = orderBy.map(({name, asc}) => `${name} ${asc ? "ASC" : "DESC"}`);
        return this.orm.search(
            resModel,
            [...(domain || []), ...WAITING, ["id", "not in", saved]],
            {context, limit: 1, order: order.join(", ")}
        );
    }

    /** The rows and the counts of the panel at the left; page and place stay. */
    async reloadList() {
        const {searchModel} = this.env;
        if (searchModel.searchPanelInfo) {
            searchModel.searchPanelInfo.shouldReload = true;
            await searchModel._reloadSections();
        }
        await this.model.root.load();
    }

    async onPostAgain() {
        const dayIds = this.sheet.saved.day_ids;
        this.sheet.saved = null;
        await postAgain(this.env, dayIds);
        await this.reloadList();
    }

    onSheetReady(isDirty) {
        this.isSheetDirty = isDirty;
    }

    onSheetButton(execute) {
        return this.turns.hold(execute);
    }
}

registry.category("views").add("pos_bridge_item_list", {
    ...listView,
    Controller: ItemListController,
    Model: ItemListModel,
    Renderer: ItemListRenderer,
});
