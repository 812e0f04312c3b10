import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** On ``env.bus``: a mapping was saved. Who shows it sets ``detail.isShown``. */
export const MAPPING_SAVED = "POS_BRIDGE:MAPPING_SAVED";

/** Time to read three sentences, in milliseconds. */
const LONG = 20000;

/** Post days again without leaving the screen: say at once that it is done, then what
 * came of it. What goes on in the background stays a while; overview and reports say
 * how far it is. */
export async function postAgain(env, dayIds) {
    const {notification, orm} = env.services;
    const begun = _t("Posting days again: %s. This can take a minute.", dayIds.length);
    const close = notification.add(begun, {type: "info", sticky: true});
    try {
        const result = await orm.call("pos.bridge.day", "action_repost", [dayIds]);
        const {message, type, sticky = false} = result.params;
        notification.add(message, {type, ...(sticky ? {autocloseDelay: LONG} : {})});
    } finally {
        close();
    }
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
