import {SIZES, utils} from "@web/core/ui/ui_service";
import {GraphController} from "@web/views/graph/graph_controller";
import {PivotController} from "@web/views/pivot/pivot_controller";
import {PivotModel} from "@web/views/pivot/pivot_model";
import {PivotRenderer} from "@web/views/pivot/pivot_renderer";
import {explained} from "../explained.esm";
import {graphView} from "@web/views/graph/graph_view";
import {pivotView} from "@web/views/pivot/pivot_view";
import {registry} from "@web/core/registry";
import {sortBy} from "@web/core/utils/arrays";

/** Measures that give way where there is little room; they can be chosen there, too. */
function props(generic, view) {
    const found = pivotView.props(generic, view);
    if (!generic.state && utils.getSize() < SIZES.LG) {
        const {metaData} = found.modelParams;
        metaData.activeMeasures = metaData.activeMeasures.filter(
            (name) => !metaData.fieldAttrs[name]?.options?.wide_only
        );
    }
    return found;
}

/** Rows of which nothing was mapped follow in the order of what is missing of them. */
class ReportPivotModel extends PivotModel {
    _sortRows(sortedColumn, config) {
        const data = config.data || this.data;
        this.missing = (values) =>
            this._getCellValue([values, []], "unmapped_amount", {data}) || 0;
        super._sortRows(sortedColumn, config);
    }

    _sortTree(sortFunction, tree) {
        super._sortTree(sortFunction, tree);
        const valuesOf = (key) => tree.directSubTrees.get(key).root.values;
        const keys = sortBy(tree.sortedKeys, (key) => -this.missing(valuesOf(key)));
        tree.sortedKeys = sortBy(keys, sortFunction(tree));
    }
}

/** A share of nothing is not 0 %. */
class ReportPivotRenderer extends PivotRenderer {
    getFormattedValue(cell) {
        return cell.value === false ? "" : super.getFormattedValue(cell);
    }
}

class ReportPivot extends explained(PivotController) {
    static template = "pos_inventory_bridge.ReportPivot";
}

class ReportGraph extends explained(GraphController) {
    static template = "pos_inventory_bridge.ReportGraph";
}

const views = registry.category("views");
views.add("pos_bridge_report_pivot", {
    ...pivotView,
    props,
    Controller: ReportPivot,
    Model: ReportPivotModel,
    Renderer: ReportPivotRenderer,
});
views.add("pos_bridge_report_graph", {...graphView, Controller: ReportGraph});
