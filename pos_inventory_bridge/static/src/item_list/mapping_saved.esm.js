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
export function notifySaved(env, {message, day_ids: dayIds, button}) {
    const waits = dayIds.length > 0;
    const postButton = {
        name: button,
        primary: true,
        onClick: () => {
            close();
            return postAgain(env, dayIds);
        },
    };
    const close = env.services.notification.add(message, {
        type: waits ? "warning" : "success",
        sticky: waits,
        buttons: waits ? [postButton] : [],
    });
}

/** Tell the list of items; where no sheet is open beside one, notify. */
function mappingSaved(env, action) {
    const detail = {...action.params, isShown: false};
    env.bus.trigger(MAPPING_SAVED, detail);
    if (!detail.isShown) {
        notifySaved(env, detail);
    }
    return action.params.next;
}

registry.category("actions").add("pos_bridge_mapping_saved", mappingSaved);
