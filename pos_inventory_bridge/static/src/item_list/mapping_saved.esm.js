import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** On ``env.bus``: a mapping was saved. Who shows it sets ``detail.isShown``. */
export const MAPPING_SAVED = "POS_BRIDGE:MAPPING_SAVED";

/** Post days again and say what came of it, without leaving the screen. */
export async function postAgain(env, dayIds) {
    const result = await env.services.orm.call("pos.bridge.day", "action_repost", [
        dayIds,
    ]);
    const {message, type} = result.params;
    env.services.notification.add(message, {type});
}

/** What was saved, as a notification; it offers to post the days that wait. */
export function notifySaved(
    env,
    {message, day_ids, button, undo_button, batch_ids = []}
) {
    const waits = day_ids.length > 0;
    const buttons = [];
    const addButton = (name, primary, act) =>
        buttons.push({
            name,
            primary,
            onClick: () => {
                close();
                return act();
            },
        });
    if (waits) {
        addButton(button, true, () => postAgain(env, day_ids));
    }
    if (batch_ids.length) {
        addButton(undo_button || _t("Undo"), false, () => undo(env, batch_ids));
    }
    const close = env.services.notification.add(message, {
        type: waits ? "warning" : "success",
        sticky: waits || batch_ids.length > 0,
        buttons,
    });
}

/** Take back what was mapped together; the list and the reader are told. */
async function undo(env, batchIds) {
    const action = await env.services.orm.call(
        "pos.bridge.mapping.batch",
        "action_undo",
        [batchIds]
    );
    return env.services.action.doAction(action);
}

/** Tell the list of items; where no sheet is open beside one, notify. */
function mappingSaved(env, action) {
    const detail = {...action.params, isShown: false};
    env.bus.trigger(MAPPING_SAVED, detail);
    if (!detail.isShown || detail.batch_ids) {
        notifySaved(env, detail);
    }
    return action.params.next;
}

registry.category("actions").add("pos_bridge_mapping_saved", mappingSaved);
