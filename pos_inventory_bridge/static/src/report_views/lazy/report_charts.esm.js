import {GraphController} from "@web/views/graph/graph_controller";
import {PivotController} from "@web/views/pivot/pivot_controller";
import {explained} from "../explained.esm";
import {graphView} from "@web/views/graph/graph_view";
import {pivotView} from "@web/views/pivot/pivot_view";
import {registry} from "@web/core/registry";

class ReportPivot extends explained(PivotController) {
    static template = "pos_inventory_bridge.ReportPivot";
}

class ReportGraph extends explained(GraphController) {
    static template = "pos_inventory_bridge.ReportGraph";
}

const views = registry.category("views");
views.add("pos_bridge_report_pivot", {...pivotView, Controller: ReportPivot});
views.add("pos_bridge_report_graph", {...graphView, Controller: ReportGraph});
