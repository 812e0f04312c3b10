import {Component, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {formatMonetary} from "@web/views/fields/formatters";
import {getLooks} from "../day_matrix/day_matrix.esm";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useProgress} from "../report_views/explained.esm";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;
const TONES = {
    good: "text-bg-success",
    waits: "text-bg-warning",
    bad: "text-bg-danger",
    off: "text-bg-secondary",
};

/**
 * The page of every morning: this month, the connections, and of each outlet its last
 * days and the one thing to do now.
 */
export class Overview extends Component {
    static template = "pos_inventory_bridge.Overview";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.looks = getLooks();
        this.progress = useProgress(false);
        this.tones = TONES;
        this.display = {controlPanel: {}};
        this.state = useState({
            isLoaded: false,
            months: [],
            integrations: [],
            dates: [],
            outlets: [],
        });
        onWillStart(() => this.load());
    }

    async load() {
        const found = await this.orm.call("pos.bridge.overview", "get_overview", []);
        Object.assign(this.state, found, {isLoaded: true});
        this.progress.text = found.progress;
    }

    // This month against last

    get figures() {
        return [
            {
                key: "sales",
                label: _t("Sales"),
                help: _t("Net money of all receipts that were read"),
                more: "good",
            },
            {
                key: "cost",
                label: _t("Cost of goods"),
                help: _t("What the ledger booked for the goods that were used"),
                more: "",
            },
            {
                key: "margin",
                label: _t("Margin"),
                help: _t(
                    "Sales of what is mapped, minus the cost of its goods; items that are not mapped are left out"
                ),
                more: "good",
            },
            {
                key: "unmapped",
                label: _t("Not deducted"),
                help: _t(
                    "Net money of items that are not mapped, could not be used, or whose day is undone"
                ),
                more: "bad",
            },
        ];
    }

    money(month, amount) {
        return formatMonetary(amount, {currencyId: month.currency_id});
    }

    /** Like "+4 %", empty where there is nothing to compare with. */
    change(month, key) {
        const before = month.last[key];
        if (!before || before < 0) {
            return "";
        }
        const share = Math.round((100 * (month.this[key] - before)) / before);
        return _t("%s %", share > 0 ? `+${share}` : `${share}`);
    }

    toneOfChange(month, figure) {
        const difference = month.this[figure.key] - month.last[figure.key];
        if (!figure.more || !difference) {
            return "text-muted";
        }
        return (difference > 0) === (figure.more === "good")
            ? "text-success"
            : "text-danger";
    }

    share(value) {
        return _t("%s %", Math.floor(100 * value));
    }

    // Connections and outlets

    outletsOf(integration) {
        return this.state.outlets.filter(
            (outlet) => outlet.integration_id === integration.id
        );
    }

    hasMarks(outlet) {
        return outlet.cells.some((cell) => cell.state);
    }

    /** Like "today 05:10", short for the card. */
    moment(text) {
        if (!text) {
            return "";
        }
        const moment = deserializeDateTime(text);
        const time = moment.toFormat("HH:mm");
        const days = moment.startOf("day").diff(DateTime.now().startOf("day"), "days");
        if (Math.abs(days.days) > 1) {
            return moment.toFormat("ccc d LLL HH:mm");
        }
        return [_t("yesterday %s", time), _t("today %s", time), _t("tomorrow %s", time)][
            days.days + 1
        ];
    }

    titleOf(outlet, index, cell) {
        const date = DateTime.fromISO(this.state.dates[index]).toFormat("ccc d LLL");
        return `${outlet.name} \u00b7 ${date}: ${this.looks[cell.state].label}`;
    }

    async openDay(outlet, index, cell) {
        if (cell.day_id && cell.state !== "missing") {
            return this.open("pos.bridge.day", cell.day_id);
        }
        const date = this.state.dates[index];
        await this.action.doAction(
            "pos_inventory_bridge.pos_bridge_transfer_wizard_action",
            {
                additionalContext: {
                    default_outlet_ids: [outlet.id],
                    default_date_from: date,
                    default_date_to: date,
                },
                onClose: () => this.load(),
            }
        );
    }

    async open(model, id) {
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id || false,
            views: [[false, "form"]],
        });
    }

    async viewSales({first}, onlyLacking = false) {
        const action = await this.orm.call("pos.bridge.overview", "action_view_sales", [
            first,
            onlyLacking,
        ]);
        await this.action.doAction(action);
    }

    async doStep(outlet) {
        const {method} = outlet.step;
        await this.call("pos.bridge.outlet", method, outlet.id);
    }

    async viewItems(integration) {
        await this.call("pos.bridge.integration", "action_setup_items", integration.id);
    }

    async call(model, method, id) {
        const action = await this.orm.call(model, method, [[id]]);
        if (action) {
            await this.action.doAction(action, {onClose: () => this.load()});
        }
        if (!action || action.type === "ir.actions.client") {
            await this.load();
        }
    }
}

registry.category("actions").add("pos_bridge_overview", Overview);
