/**
 * Reports that say in one sentence what they show: the one that the action's help marks,
 * so that it is translated where all help is.
 *
 * @param {Function} Controller of a view
 * @returns {Function} the same, with ``sentence`` for its template
 */
export function explained(Controller) {
    return class extends Controller {
        get sentence() {
            const help = String(this.props.info.noContentHelp || "");
            const page = new DOMParser().parseFromString(help, "text/html");
            return page.querySelector(".o_pos_bridge_sentence")?.textContent.trim();
        }
    };
}
