"""Years of posted days in a minute: copies of one day that was posted for real."""

OF_DAY = """(outlet_id, business_date) IN (
    SELECT outlet_id, business_date FROM pos_bridge_day WHERE id = %(day)s)"""
#: Of each table what belongs to a day, and which columns point into these tables.
TABLES = {
    "pos_bridge_day": ("id = %(day)s", {}),
    "pos_bridge_transfer": (
        "day_id = %(day)s",
        {"day_id": "pos_bridge_day", "posting_id": "pos_bridge_posting"},
    ),
    "pos_bridge_posting": (
        "day_id = %(day)s",
        {"day_id": "pos_bridge_day", "transfer_id": "pos_bridge_transfer"},
    ),
    "pos_bridge_usage": ("day_id = %(day)s", {"day_id": "pos_bridge_day"}),
    "pos_bridge_sale": (
        OF_DAY,
        {},
    ),
    "pos_bridge_sale_line": (
        OF_DAY,
        {"sale_id": "pos_bridge_sale", "parent_id": "pos_bridge_sale_line"},
    ),
    "stock_picking": (
        "pos_bridge_day_id = %(day)s",
        {
            "pos_bridge_day_id": "pos_bridge_day",
            "pos_bridge_posting_id": "pos_bridge_posting",
        },
    ),
    "stock_move": (
        "pos_bridge_day_id = %(day)s",
        {
            "pos_bridge_day_id": "pos_bridge_day",
            "pos_bridge_posting_id": "pos_bridge_posting",
            "picking_id": "stock_picking",
        },
    ),
    "stock_move_line": (
        "move_id IN (SELECT id FROM stock_move WHERE pos_bridge_day_id = %(day)s)",
        {"move_id": "stock_move", "picking_id": "stock_picking"},
    ),
}
#: Unique texts get the number of the copy.
NUMBERED = {("pos_bridge_sale", "external_id"), ("stock_picking", "name")}


def add_history(cr, day_id, count):
    """Copy a posted day to each of the ``count`` days before it.

    The database does it: one statement per table, ids, links and dates moved on.

    :return: {table: number of rows}
    """
    steps = {table: _step(cr, table, day_id) for table in TABLES}
    # Links lead to rows that come later; all are there at the end.
    cr.execute("SET session_replication_role = replica")
    rows = {table: _copy(cr, table, steps, day_id, count) for table in TABLES}
    cr.execute("SET session_replication_role = origin")
    for table in TABLES:
        cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    cr.execute("ANALYZE")
    cr.commit()
    return rows


def _step(cr, table, day_id):
    """(how far ids must go to be new, how far one copy is from the next)."""
    where, _links = TABLES[table]
    cr.execute(
        f"SELECT min(id), max(id), (SELECT max(id) FROM {table}) FROM {table} "
        f"WHERE {where}",
        {"day": day_id},
    )
    first, last, newest = cr.fetchone()
    span = last - first + 1
    return newest - first + 1 - span, span


def _copy(cr, table, steps, day_id, count):
    """The day's rows of one table, again and again, a day earlier each time."""
    where, links = TABLES[table]
    cr.execute(
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_name = %s",
        [table],
    )
    values = {
        name: _value(table, name, kind, {"id": table, **links}, steps)
        for name, kind in cr.fetchall()
    }
    cr.execute(
        f"INSERT INTO {table} ({', '.join(values)}) "
        f"SELECT {', '.join(values.values())} FROM {table}, "
        f"generate_series(1, %(count)s) AS copy WHERE {where}",
        {"day": day_id, "count": count},
    )
    return cr.rowcount


def _value(table, name, kind, links, steps):
    """What a copy has in a column, as SQL."""
    column = f'{table}."{name}"'
    if name in links:
        offset, span = steps[links[name]]
        return f"{column} + {offset} + copy * {span}"
    if (table, name) in NUMBERED:
        return f"{column} || '/' || copy"
    if kind == "date":
        return f"{column} - copy"
    if kind.startswith("timestamp"):
        return f"{column} - copy * interval '1 day'"
    return column
