import {X2ManyField, x2ManyField} from "@web/views/fields/x2many/x2many_field";
import {ListRenderer} from "@web/views/list/list_renderer";
import {SIZES} from "@web/core/ui/ui_service";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useBus} from "@web/core/utils/hooks";

/** A list of many columns: those marked with ``wide_only`` give way on a narrow screen. */
export class WideListRenderer extends ListRenderer {
    setup() {
        super.setup();
        useBus(this.uiService.bus, "resize", () => this.render());
    }

    getActiveColumns() {
        const columns = super.getActiveColumns();
        return this.uiService.size < SIZES.LG
            ? columns.filter(({options}) => !options?.wide_only)
            : columns;
    }
}

/** The same list inside a form: a row opens what it opens in the list view. */
export class WideListField extends X2ManyField {
    static components = {...X2ManyField.components, ListRenderer: WideListRenderer};

    async openRecord(record) {
        const {openAction} = this.archInfo;
        if (!openAction) {
            return super.openRecord(record);
        }
        const {resModel, resId, context} = record;
        return this.action.doActionButton({
            name: openAction.action,
            type: openAction.type,
            resModel,
            resId,
            resIds: [resId],
            context,
        });
    }
}

registry
    .category("views")
    .add("pos_bridge_wide_list", {...listView, Renderer: WideListRenderer});
registry
    .category("fields")
    .add("pos_bridge_wide_list", {...x2ManyField, component: WideListField});
