"""What a database says was posted: read with plain SQL, told by names, not by ids."""

MOVES = """
SELECT outlet.external_id, day.business_date::text, template.name->>'en_US' AS product,
       place.name AS unit, source.usage = 'internal' AS is_issue,
       round(move.quantity::numeric, 9)::float, posting.revision, move.date::text,
       round(move.value::numeric, 6)::float, origin.id IS NOT NULL AS is_return
  FROM stock_move move
  JOIN pos_bridge_day day ON day.id = move.pos_bridge_day_id
  JOIN pos_bridge_outlet outlet ON outlet.id = day.outlet_id
  JOIN pos_bridge_posting posting ON posting.id = move.pos_bridge_posting_id
  JOIN product_product product ON product.id = move.product_id
  JOIN product_template template ON template.id = product.product_tmpl_id
  JOIN stock_location source ON source.id = move.location_id
  JOIN stock_location place ON place.usage = 'internal'
       AND place.id IN (move.location_id, move.location_dest_id)
  LEFT JOIN stock_move origin ON origin.id = move.origin_returned_move_id
 WHERE move.state = 'done'
"""
UNFINISHED_MOVES = """
SELECT move.state, count(*) FROM stock_move move
 WHERE move.pos_bridge_day_id IS NOT NULL AND move.state != 'done' GROUP BY 1
"""
SHELVES = """
SELECT template.name->>'en_US', place.name,
       round(sum(quant.quantity)::numeric, 9)::float
  FROM stock_quant quant
  JOIN product_product product ON product.id = quant.product_id
  JOIN product_template template ON template.id = product.product_tmpl_id
  JOIN stock_location place ON place.id = quant.location_id
       AND place.usage = 'internal'
 GROUP BY 1, 2
"""
USAGE = """
SELECT outlet.external_id, usage.business_date::text, item.external_id,
       template.name->>'en_US', usage.quantity, usage.sold_quantity,
       usage.revision_from, usage.revision_to
  FROM pos_bridge_usage usage
  JOIN pos_bridge_outlet outlet ON outlet.id = usage.outlet_id
  JOIN pos_bridge_item item ON item.id = usage.item_id
  JOIN product_product product ON product.id = usage.product_id
  JOIN product_template template ON template.id = product.product_tmpl_id
"""
EXCEPTIONS = """
SELECT day.business_date::text, problem.code, item.external_id, problem.message,
       problem.quantity, problem.amount::float, problem.resolved
  FROM pos_bridge_exception problem
  JOIN pos_bridge_day day ON day.id = problem.day_id
  LEFT JOIN pos_bridge_item item ON item.id = problem.item_id
"""
FIGURES = """
SELECT business_date::text, state, revision, attention, stale_reason, source_complete,
       sales_digest, reported_count, reported_amount::float, read_count, read_quantity,
       posted_count, posted_quantity, posted_amount::float, unmapped_count,
       failed_count, ignored_count, zero_count
  FROM pos_bridge_day
"""
POSTINGS = """
SELECT day.business_date::text, posting.revision, posting.kind, posting.name,
       posting.move_date::text, posting.accounting_date::text,
       (SELECT count(*) FROM stock_picking WHERE pos_bridge_posting_id = posting.id)
  FROM pos_bridge_posting posting JOIN pos_bridge_day day ON day.id = posting.day_id
"""
SALES = """
SELECT sale.external_id, sale.business_date::text, sale.revision,
       sale.vanished_at IS NOT NULL, line.external_id, line.quantity,
       line.vanished_at IS NOT NULL
  FROM pos_bridge_sale sale
  LEFT JOIN pos_bridge_sale_line line ON line.sale_id = sale.id
"""
TRANSFERS = """
SELECT day.business_date::text, transfer.trigger, transfer.state, transfer.error
  FROM pos_bridge_transfer transfer JOIN pos_bridge_day day ON day.id = transfer.day_id
"""
ALL = {
    "moves": MOVES,
    "unfinished moves": UNFINISHED_MOVES,
    "shelves": SHELVES,
    "usage": USAGE,
    "exceptions": EXCEPTIONS,
    "figures": FIGURES,
    "postings": POSTINGS,
    "sales": SALES,
    "transfers": TRANSFERS,
}


def everything(stage):
    """{what: sorted rows} of all that a run writes."""
    return {
        name: sorted(
            stage.rows(query), key=lambda row: [(cell is None, cell) for cell in row]
        )
        for name, query in ALL.items()
    }


def used(stage, outlet="bar"):
    """{date: {product: quantity that left}} of the done moves."""
    totals = {}
    for row in stage.rows(MOVES):
        place, day, product, _unit, is_issue, quantity = row[:6]
        if place == outlet:
            of_day = totals.setdefault(day, {})
            signed = quantity if is_issue else -quantity
            of_day[product] = round(of_day.get(product, 0) + signed, 9)
    return {
        day: {product: quantity for product, quantity in of_day.items() if quantity}
        for day, of_day in totals.items()
    }
