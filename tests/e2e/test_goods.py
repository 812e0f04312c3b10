"""Goods that are not there: two runs never take the same ones, and lots that Odoo's own
expiry add-on gives a date are taken in its order.
"""

from datetime import date, timedelta

import ledger
import pytest
from odoo_process import Stage

RULE = ("pos.bridge.day", "_wait_for_goods_turn")
ON_HAND = """
SELECT sum(quant.quantity)::float
  FROM stock_quant quant
  JOIN stock_location place ON place.id = quant.location_id
  JOIN product_product product ON product.id = quant.product_id
  JOIN product_template template ON template.id = product.product_tmpl_id
 WHERE place.storage_unit_id IS NOT NULL AND template.name->>'en_US' = '{}'
"""
OPEN = "SELECT sum(quantity)::float FROM pos_bridge_open WHERE business_date = '{}'"
LOTS = """
SELECT lot.name, sum(line.quantity)::float
  FROM stock_move_line line
  JOIN stock_lot lot ON lot.id = line.lot_id
  JOIN stock_move move ON move.id = line.move_id
  JOIN pos_bridge_day day ON day.id = move.pos_bridge_day_id
 WHERE day.business_date = '{}'
 GROUP BY lot.name
"""


@pytest.fixture(scope="module")
def cafe(stage):
    """Two outlets that sell out of one storage unit."""
    stage.do("open_cafe", outlets=("bar", "hall"))
    return stage


def sold(day, colas):
    return {day: {f"R of {day}": {"COLA": colas}}}


@pytest.mark.parametrize("number", range(3))
def test_two_runs_never_take_the_same_goods(cafe, number):
    """Each wants 6 of 8: what one takes the other leaves, and 4 wait."""
    day = str(date(2025, 3, 1) + timedelta(days=number))
    shelf = {"product": "Cola", "quantity": 8, "policy": "available"}
    cafe.do("goods_jobs.set_shelf", **shelf)
    cafe.admin("DELETE FROM pos_bridge_open", database=cafe.database)
    click = {"till": sold(day, 6), "trigger": "manual", "before": RULE}
    days = [cafe.do("make_day", day=day, outlet=outlet) for outlet in ("bar", "hall")]
    click_slowly = "goods_jobs.click_slowly"
    cafe.run(*((click_slowly, {**click, "day_id": day_id}) for day_id in days))
    cafe.do("run_queue", till=sold(day, 6))
    taken = [ledger.used(cafe, outlet)[day]["Cola"] for outlet in ("bar", "hall")]
    assert sorted(taken) == [2, 6]
    assert cafe.rows(ON_HAND.format("Cola")) == [(0,)]
    assert cafe.rows(OPEN.format(day)) == [(4,)]


def test_lots_in_the_order_of_odoos_expiry_dates(tmp_path):
    with (
        open(tmp_path / "odoo.log", "w", encoding="utf-8") as log,
        Stage("expiry", log, add_ons=("product_expiry",)) as cafe,
    ):
        cafe.do("open_cafe")
        lots = {
            "LATE": (5, "2025-06-01 12:00:00"),
            "GONE": (5, "2025-03-02 12:00:00"),
            "SOON": (5, "2025-03-09 12:00:00"),
        }
        cafe.do("goods_jobs.keep_dates", product="Cola", lots=lots)
        day = "2025-03-03"
        day_id = cafe.do("make_day", day=day)
        click = {"till": sold(day, 12), "day_id": day_id, "trigger": "manual"}
        cafe.run(("click_together", click))
        assert dict(cafe.rows(LOTS.format(day))) == {"SOON": 5, "LATE": 5}
        assert cafe.rows(OPEN.format(day)) == [(2,)]
