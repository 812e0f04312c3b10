import {Component, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const {DateTime} = luxon;
const LENGTHS = [14, 31];

/**
 * How a state of a day looks: never by colour alone.
 */
export function getLooks() {
    return {
        posted: {
            label: _t("Posted"),
            icon: "fa-check",
            css: "text-bg-success",
        },
        provisional: {
            label: _t("Provisional: the day is still open"),
            icon: "fa-clock-o",
            css: "text-bg-info",
        },
        expected: {
            label: _t("Expected, or in the queue"),
            icon: "fa-ellipsis-h",
            css: "border text-muted",
        },
        closed: {
            label: _t("Closed, or no sales"),
            icon: "fa-moon-o",
            css: "border text-muted",
        },
        open: {
            label: _t("Posted, with exceptions to solve"),
            icon: "fa-exclamation",
            css: "text-bg-warning",
        },
        waits: {
            label: _t("Not posted: waits for a look"),
            icon: "fa-hand-paper-o",
            css: "text-bg-warning",
        },
        stale: {
            label: _t("Changed since: to post again"),
            icon: "fa-refresh",
            css: "text-bg-warning",
        },
        partial: {
            label: _t("Partial: sales are missing"),
            icon: "fa-adjust",
            css: "text-bg-danger",
        },
        missing: {
            label: _t("Missing: not fetched"),
            icon: "fa-question",
            css: "text-bg-danger",
        },
        failed: {
            label: _t("Failed"),
            icon: "fa-times",
            css: "text-bg-danger",
        },
        undone: {
            label: _t("Undone"),
            icon: "fa-undo",
            css: "text-bg-secondary",
        },
    };
}

/**
 * Outlets by days; each cell leads to its day, or to the fetching of a missing one.
 */
export class DayMatrix extends Component {
    static template = "pos_inventory_bridge.DayMatrix";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.lengths = LENGTHS;
        this.looks = getLooks();
        this.display = {controlPanel: {}};
        const left = this.props.state || {};
        this.state = useState({
            dateTo: left.dateTo || DateTime.now().toISODate(),
            count: left.count || LENGTHS[0],
            dates: [],
            outlets: [],
        });
        useSetupAction({
            getLocalState: () => ({dateTo: this.state.dateTo, count: this.state.count}),
        });
        onWillStart(() => this.load());
    }

    async load() {
        const {dateTo, count} = this.state;
        const found = await this.orm.call("pos.bridge.day", "get_day_matrix", [
            dateTo,
            count,
        ]);
        // A slower answer to an earlier question is of no use.
        if (dateTo === this.state.dateTo && count === this.state.count) {
            this.state.dates = found.dates.map((date) => this.describe(date));
            this.state.outlets = found.outlets;
        }
    }

    describe(date) {
        const moment = DateTime.fromISO(date);
        return {
            date,
            weekday: moment.toFormat(this.state.count > LENGTHS[0] ? "ccccc" : "ccc"),
            day: moment.toFormat("d"),
            month: moment.toFormat("LLL"),
            text: moment.toFormat("ccc d LLL yyyy"),
            isToday: date === DateTime.now().toISODate(),
        };
    }

    get isNow() {
        return this.state.dateTo >= DateTime.now().toISODate();
    }

    get range() {
        const {dates} = this.state;
        return dates.length ? `${dates[0].text} \u2013 ${dates.at(-1).text}` : "";
    }

    /** The states that are there, with how many days are in each. */
    get legend() {
        const cells = this.state.outlets.flatMap((outlet) => outlet.cells);
        return Object.entries(this.looks).map(([state, look]) => ({
            state,
            ...look,
            count: cells.filter((cell) => cell.state === state).length,
        }));
    }

    titleOf(outlet, cell, date) {
        return `${outlet.name} \u00b7 ${date.text}: ${this.looks[cell.state].label}`;
    }

    async move(days) {
        const {dateTo} = this.state;
        const moved = DateTime.fromISO(dateTo).plus({days}).toISODate();
        const today = DateTime.now().toISODate();
        this.state.dateTo = moved > today ? today : moved;
        await this.load();
    }

    async show(count) {
        this.state.count = count;
        await this.load();
    }

    async open(outlet, cell, date) {
        if (cell.day_id && cell.state !== "missing") {
            await this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "pos.bridge.day",
                res_id: cell.day_id,
                views: [[false, "form"]],
            });
        } else {
            await this.fetch(outlet, date);
        }
    }

    async fetch(outlet, date) {
        const name = "pos_inventory_bridge.pos_bridge_transfer_wizard_action";
        await this.action.doAction(name, {
            additionalContext: {
                default_outlet_ids: [outlet.id],
                default_date_from: date.date,
                default_date_to: date.date,
            },
            onClose: () => this.load(),
        });
    }
}

registry.category("actions").add("pos_bridge_day_matrix", DayMatrix);
