from odoo import SUPERUSER_ID, api

#: Refunds and voids without a minus, and what modifies them.
SIGN = """
    WITH RECURSIVE taken_back AS (
        SELECT id FROM pos_bridge_sale_line WHERE kind IN ('refund', 'void')
         UNION
        SELECT line.id
          FROM pos_bridge_sale_line line
          JOIN taken_back ON line.parent_id = taken_back.id
         WHERE line.kind IN ('sale', 'modifier'))
    UPDATE pos_bridge_sale_line line
       SET quantity = -quantity, amount_net = -ABS(amount_net)
      FROM taken_back
     WHERE line.id = taken_back.id
       AND (quantity > 0 OR quantity = 0 AND amount_net > 0)
 RETURNING line.outlet_id, line.business_date
"""
FOREIGN = """
    UPDATE pos_bridge_sale sale
       SET foreign_currency = told.name
      FROM res_company company, res_currency told
     WHERE company.id = sale.company_id
       AND told.id = sale.currency_id
       AND told.id <> company.currency_id
 RETURNING sale.outlet_id, sale.business_date
"""
SETTLED = ("posted", "provisional", "undone")


def migrate(cr, version):
    """Money that was taken back is subtracted; that of undone days stands apart, and
    that in another currency nowhere.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
    cr.execute(SIGN)
    changed = set(cr.fetchall())
    cr.execute(FOREIGN)
    changed |= set(cr.fetchall())
    env.invalidate_all()
    days = env["pos.bridge.day"].search([("state", "in", SETTLED)])
    for day in days:
        if day._is_undone() or (day.outlet_id.id, day.business_date) in changed:
            day._settle(day._sold())
    if days:
        env["pos.bridge.sold"]._note_posted_costs(tuple(days.ids))
