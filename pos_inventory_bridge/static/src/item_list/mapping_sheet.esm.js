import {Component, onMounted, onWillDestroy, useRef, useSubEnv} from "@odoo/owl";
import {Deferred} from "@web/core/utils/concurrency";
import {FormController} from "@web/views/form/form_controller";
import {FormRenderer} from "@web/views/form/form_renderer";
import {View, getDefaultConfig} from "@web/views/view";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";

const NEED_NO_TARGET = [
    "action_delete",
    "action_ignore",
    "action_ignore_group",
    "action_new_item",
    "action_open_item",
    "action_same_item",
    "action_use_suggestion",
];
const NO_TARGET = {map_type: "nothing", first_from: "always", change_from: "today"};

/**
 * The form of the mapping sheet. Beside a list it has no control panel and no dialog:
 * its buttons stand at its foot, and nothing is saved by leaving it.
 */
export class MappingSheetController extends FormController {
    static template = "pos_inventory_bridge.MappingSheetForm";
    static props = {
        ...FormController.props,
        onReady: {type: Function, optional: true},
        onButton: {type: Function, optional: true},
    };

    setup() {
        super.setup();
        // A row may be clicked before the sheet of the last one has been read.
        this.props.onReady?.(async () => this.hasFailed || this.model.root?.isDirty());
        const {onButton} = this.props;
        if (onButton) {
            this.tellButtons(onButton);
        }
    }

    /** The list lets clicks wait while a button of the sheet is at work. */
    tellButtons(onButton) {
        const execute = this.env.onClickViewButton;
        // A sheet that is taken away never hears what came of it.
        const destroyed = new Deferred();
        onWillDestroy(() => destroyed.resolve());
        useSubEnv({
            onClickViewButton: (params) =>
                onButton(() => Promise.race([this.try(execute, params), destroyed])),
        });
    }

    /** What was typed is not saved where its mapping was refused. */
    async try(execute, params) {
        this.hasFailed = false;
        try {
            return await execute(params);
        } catch (error) {
            this.hasFailed = true;
            throw error;
        }
    }

    get isBesideList() {
        return Boolean(this.props.context.default_is_beside_list);
    }

    /** Whether a target is chosen does not matter to those that need none. */
    async beforeExecuteActionButton(clickParams) {
        if (NEED_NO_TARGET.includes(clickParams.name)) {
            await this.model.root.update(NO_TARGET);
        }
        return super.beforeExecuteActionButton(clickParams);
    }

    beforeVisibilityChange() {
        return undefined;
    }

    async beforeLeave() {
        return true;
    }

    async beforeUnload() {
        return undefined;
    }
}

/** A recipe or ingredient opens over the sheet: what is typed below it stays. */
export class MappingSheetRenderer extends FormRenderer {
    setup() {
        super.setup();
        useSubEnv({inDialog: true});
    }
}

registry.category("views").add("pos_bridge_mapping_sheet", {
    ...formView,
    Renderer: MappingSheetRenderer,
    Controller: MappingSheetController,
});

/** The panel beside the list: one form for one item, or for several. */
export class MappingSheet extends Component {
    static template = "pos_inventory_bridge.MappingSheet";
    static components = {View};
    static props = {
        itemIds: {type: Array, element: Number},
        mapType: {type: [String, Boolean], optional: true},
        onReady: Function,
        onButton: Function,
    };

    setup() {
        this.root = useRef("root");
        // The title of the page stays that of the list.
        useSubEnv({config: {...getDefaultConfig(), setDisplayName: () => undefined}});
        onMounted(() => this.focus());
    }

    get viewProps() {
        const context = {
            default_item_ids: this.props.itemIds,
            default_is_beside_list: true,
        };
        if (this.props.mapType) {
            context.default_map_type = this.props.mapType;
        }
        return {
            type: "form",
            resModel: "pos.bridge.mapping.wizard",
            context,
            display: {controlPanel: false},
            onReady: this.props.onReady,
            onButton: this.props.onButton,
        };
    }

    /** What is typed first is the target. */
    focus() {
        const fields = ["bom_id", "product_id", "quantity"];
        const inputs = fields.map((name) => `.o_field_widget[name=${name}] input`);
        const radio = ".o_field_widget[name=map_type] input:checked";
        for (const selector of [...inputs, radio]) {
            const input = this.root.el.querySelector(selector);
            if (input) {
                return input.focus();
            }
        }
    }
}
