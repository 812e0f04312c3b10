import {GraphController} from "@web/views/graph/graph_controller";
import {ListController} from "@web/views/list/list_controller";
import {PivotController} from "@web/views/pivot/pivot_controller";
import {graphView} from "@web/views/graph/graph_view";
import {listView} from "@web/views/list/list_view";
import {pivotView} from "@web/views/pivot/pivot_view";
import {registry} from "@web/core/registry";

/**
 * Reports that say in one sentence what they show: the one that the action's help marks,
 * so that it is translated where all help is.
 *
 * @param {Function} Controller of a view
 * @returns {Function} the same, with ``sentence`` for its template
 */
function explained(Controller) {
    return class extends Controller {
        get sentence() {
            const help = String(this.props.info.noContentHelp || "");
            const page = new DOMParser().parseFromString(help, "text/html");
            return page.querySelector(".o_pos_bridge_sentence")?.textContent.trim();
        }
    };
}

class ReportList extends explained(ListController) {
    static template = "pos_inventory_bridge.ReportList";
}

class ReportPivot extends explained(PivotController) {
    static template = "pos_inventory_bridge.ReportPivot";
}

class ReportGraph extends explained(GraphController) {
    static template = "pos_inventory_bridge.ReportGraph";
}

const views = registry.category("views");
views.add("pos_bridge_report_list", {...listView, Controller: ReportList});
views.add("pos_bridge_report_pivot", {...pivotView, Controller: ReportPivot});
views.add("pos_bridge_report_graph", {...graphView, Controller: ReportGraph});
