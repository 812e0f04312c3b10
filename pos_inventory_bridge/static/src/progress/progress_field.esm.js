import {ProgressBarField, progressBarField} from "@web/views/fields/progress_bar/progress_bar_field";
import {onMounted, onWillUnmount} from "@odoo/owl";
import {registry} from "@web/core/registry";

const MILLISECONDS_BETWEEN_LOOKS = 3000;
/** Of records that have a state: nothing goes on in these. */
const STATES_AT_REST = ["draft", "paused", "cancelled"];

/**
 * A progress bar that looks again by itself, until it is full.
 */
export class PosBridgeProgressField extends ProgressBarField {
    setup() {
        super.setup();
        onMounted(() => {
            this.timer = setInterval(() => this.look(), MILLISECONDS_BETWEEN_LOOKS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get isMoving() {
        const isAtRest = STATES_AT_REST.includes(this.props.record.data.state);
        return this.currentValue < 100 && !isAtRest;
    }

    async look() {
        if (this.isMoving && !document.hidden) {
            await this.props.record.load();
        }
    }
}

registry.category("fields").add("pos_bridge_progress", {
    ...progressBarField,
    component: PosBridgeProgressField,
});
