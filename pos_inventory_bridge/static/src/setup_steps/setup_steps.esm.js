import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * The set-up checklist: each step with what is done and a button that leads to its
 * cure. Folded away once nothing is left to be done.
 */
export class SetupSteps extends Component {
    static template = "pos_inventory_bridge.SetupSteps";
    static props = {...standardFieldProps};

    setup() {
        this.fold = useState({isOpen: null});
    }

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    get isDone() {
        return this.steps.every((step) => step.state === "done" || step.optional);
    }

    get isOpen() {
        return this.fold.isOpen === null ? !this.isDone : this.fold.isOpen;
    }

    get summary() {
        const done = this.steps.filter((step) => step.state === "done").length;
        return this.isDone
            ? _t("Set-up: done")
            : _t("Set-up: %(done)s of %(all)s steps done", {
                  done,
                  all: this.steps.length,
              });
    }

    iconOf(step) {
        return {
            done: "fa-check-circle text-success",
            attention: "fa-exclamation-circle text-warning",
            todo: "fa-circle-o text-muted",
        }[step.state];
    }

    labelOf(step) {
        return {done: _t("Done"), attention: _t("Waits for you"), todo: _t("To do")}[
            step.state
        ];
    }

    onToggle() {
        this.fold.isOpen = !this.isOpen;
    }

    async onStep(step) {
        const record = this.props.record;
        await this.env.onClickViewButton({
            clickParams: {type: "object", name: step.method},
            getResParams: () => ({
                context: record.context,
                evalContext: record.evalContext,
                resModel: record.resModel,
                resId: record.resId,
                resIds: record.resIds,
            }),
        });
    }
}

registry.category("fields").add("pos_bridge_setup_steps", {
    component: SetupSteps,
    displayName: _t("Set-up checklist"),
    supportedTypes: ["json"],
});
