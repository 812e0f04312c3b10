import {RelationalModel} from "@web/model/relational_model/relational_model";
import {omit} from "@web/core/utils/objects";

/** What is known of an item is true as long as its mapping is the same. */
function keyOf({resId, data}) {
    return `${resId}/${data.mapping_id?.id || ""}`;
}

function fill(records, known) {
    for (const record of records) {
        const values = known[keyOf(record)];
        if (values) {
            record._applyValues(values);
        }
    }
}

/**
 * The items without the fields that the view marks with ``later``: the list is there at
 * once, and what takes longer to find out follows in one request for all of its rows.
 */
export class ItemListModel extends RelationalModel {
    setup(params, services) {
        super.setup(params, services);
        this.later = params.later;
    }

    async _loadUngroupedList(config, cache) {
        return super._loadUngroupedList(this.withoutLater(config), cache);
    }

    async _webReadGroup(config, cache) {
        return super._webReadGroup(this.withoutLater(config), cache);
    }

    withoutLater(config) {
        return {...config, activeFields: omit(config.activeFields, ...this.later)};
    }

    /** Ask for what follows, once for all rows; what was known before stays meanwhile. */
    async loadLater(known) {
        const {records = []} = this.root;
        if (!records.length || !this.later.length) {
            return;
        }
        fill(records, known);
        const {resModel, context} = this.config;
        const specification = Object.fromEntries(this.later.map((name) => [name, {}]));
        const rows = await this.orm.silent.webRead(
            resModel,
            records.map(({resId}) => resId),
            {specification, context}
        );
        const values = Object.fromEntries(rows.map((row) => [row.id, row]));
        for (const record of records.filter(({resId}) => values[resId])) {
            known[keyOf(record)] = values[record.resId];
        }
        fill(records, known);
    }
}
