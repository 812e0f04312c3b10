import {ListController} from "@web/views/list/list_controller";
import {explained} from "./explained.esm";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";

class ReportList extends explained(ListController) {
    static template = "pos_inventory_bridge.ReportList";
}

registry
    .category("views")
    .add("pos_bridge_report_list", {...listView, Controller: ReportList});
