"""Labels and contrast, by axe-core, apart from what Odoo's own screens have as well."""

import json

from _screen import Record, Screen, click, see

RULES = """axe.getRules().map(rule => rule.ruleId).filter(name =>
    name.startsWith('aria-') || ['button-name', 'color-contrast', 'image-alt',
    'input-button-name', 'label', 'link-name', 'select-name'].includes(name))"""
#: What Odoo puts around a view, and fields that are wholly its own.
PARTS_OF_ODOO = (
    ".o_control_panel, .o-mail-Chatter, .o-mail-Avatar, .ace_editor, .o_progressbar, "
    ".o_field_binary, .o_clipboard_button, .o_field_daterange, .o_field_percentage"
)
#: A violation is known by its rule and by what it is seen on: two colours, or an
#: element with its classes.
LOOK = (
    """axe.run(document, {runOnly: {type: 'rule', values: %s}}).then(result =>
    result.violations.flatMap(rule => rule.nodes.map(node => {
        const colours = node.any.map(check => check.data).find(data => data?.fgColor);
        const element = document.querySelector(node.target.at(-1));
        const classes = [...(element?.classList || [])]
            .filter(name => name.startsWith('o_') || name.startsWith('o-'));
        const parent = element?.parentElement?.classList?.[0] || '';
        const kind = colours
            ? `${colours.fgColor} on ${colours.bgColor}, ${colours.contrastRatio}`
            : `${parent} > ${element?.localName} ${classes.join('.')}`;
        const isOdoos = Boolean(
            element?.closest(ODOOS) || element?.matches('.o_technical_modal')
        );
        return {rule: rule.id, kind, isOdoos, html: node.html.slice(0, 160)};
    })))"""
    % RULES
).replace("ODOOS", json.dumps(PARTS_OF_ODOO))

#: Odoo's own screens, with the widgets that ours are made of.
ODOO = (
    Screen("odoo apps", "/odoo/apps"),
    Screen("odoo transfers", "/odoo/action-stock.action_picking_tree_all"),
    Screen(
        "odoo transfer",
        "/odoo/stock.picking/{}",
        record=Record("stock.picking", (("state", "=", "done"),)),
    ),
    Screen(
        "odoo product",
        "/odoo/product.template/{}",
        record=Record("product.template"),
    ),
    Screen("odoo location", "/odoo/stock.location/{}", record=Record("stock.location")),
    Screen("odoo bill", "/odoo/action-mrp.mrp_bom_form_action"),
    Screen(
        "odoo order",
        "/odoo/action-mrp.mrp_bom_form_action/{}",
        record=Record("mrp.bom"),
    ),
    Screen("odoo moves", "/odoo/action-stock.stock_move_action"),
    Screen(
        "odoo pivot",
        "/odoo/action-stock.stock_move_action",
        (click(".o_switch_view.o_pivot"), see(".o_pivot")),
    ),
    Screen("odoo counts", "/odoo/action-stock.action_view_inventory_tree"),
    Screen("odoo user", "/odoo/res.users/{}", record=Record("res.users"), tabs=True),
    Screen("odoo company", "/odoo/res.company/{}", record=Record("res.company")),
    Screen("odoo overview", "/odoo/action-stock.stock_picking_type_action"),
    Screen("odoo settings", "/odoo/settings"),
    Screen("odoo entries", "/odoo/action-account.action_move_journal_line"),
)


class Axe:
    """Collects violations; those that Odoo's own screens show are Odoo's."""

    def __init__(self, page, program):
        self.page = page
        self.program = program.read_text(encoding="utf-8")
        self.odoo = set()
        self.ours = {}
        self.theirs = {}

    def violations(self):
        self.page.evaluate(self.program + "; true")
        return self.page.evaluate(LOOK)

    def learn(self, server):
        for screen in ODOO:
            screen.show(self.page, server)
            found = self.violations()
            self.odoo |= {(each["rule"], each["kind"]) for each in found}

    def look(self, name):
        for each in self.violations():
            key = each["rule"], each["kind"]
            is_theirs = each["isOdoos"] or key in self.odoo
            known = self.theirs if is_theirs else self.ours
            known.setdefault(key, {}).setdefault(name, each["html"])

    def tell(self):
        kinds = len(self.theirs)
        print(f"\nKinds of violations that Odoo's own screens have as well: {kinds}")
        for rule, kind in sorted(self.theirs):
            print(f"    {rule}: {kind}")
        print(f"\nKinds of violations that only our screens have: {len(self.ours)}")
        for (rule, kind), screens in sorted(self.ours.items()):
            print(f"    {rule}: {kind}")
            for name, html in list(screens.items())[:4]:
                print(f"        {name}: {' '.join(html.split())}")
            print(f"        on {len(screens)} screens")
