import {onWillStart, useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/**
 * Days that are posted at this moment, in words: figures lack them. ``text`` is false
 * where there are none.
 *
 * @param {String|Boolean} [text] what is known already
 * @returns {Object} ``text`` and ``open``, which leads to the run log
 */
export function useProgress(text) {
    const action = useService("action");
    const orm = useService("orm");
    const progress = useState({
        text,
        open: () => action.doAction("pos_inventory_bridge.pos_bridge_transfer_action"),
    });
    if (text === undefined) {
        onWillStart(async () => {
            progress.text = await orm.call(
                "pos.bridge.transfer",
                "get_text_of_progress",
                []
            );
        });
    }
    return progress;
}

/**
 * Reports that say in one sentence what they show: the one that the action's help marks,
 * so that it is translated where all help is.
 *
 * @param {Function} Controller of a view
 * @returns {Function} the same, with ``sentence`` for its template
 */
export function explained(Controller) {
    return class extends Controller {
        setup() {
            super.setup();
            this.progress = useProgress();
        }

        get sentence() {
            const help = String(this.props.info.noContentHelp || "");
            const page = new DOMParser().parseFromString(help, "text/html");
            return page.querySelector(".o_pos_bridge_sentence")?.textContent.trim();
        }
    };
}
