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

/** Tell the list of items; where none is open, notify. */
async function mappingSaved(env, action) {
    const detail = {...action.params, isShown: false};
    env.bus.trigger(MAPPING_SAVED, detail);
    if (!detail.isShown) {
        const {message, day_ids: dayIds, button} = detail;
        const close = env.services.notification.add(message, {
            type: dayIds.length ? "warning" : "success",
            sticky: Boolean(dayIds.length),
            buttons: dayIds.length
                ? [
                      {
                          name: button || _t("Post again"),
                          primary: true,
                          onClick: () => {
                              close();
                              return postAgain(env, dayIds);
                          },
                      },
                  ]
                : [],
        });
    }
    return action.params.next;
}

registry.category("actions").add("pos_bridge_mapping_saved", mappingSaved);
