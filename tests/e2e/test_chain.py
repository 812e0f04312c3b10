"""The benchmark of many sites, for its results: nothing lost, nothing twice."""

from benchmark import benchmark

POSTED = """
SELECT outlet.name, day.business_date, day.state, count(DISTINCT posting.id),
       count(move.id) - count(DISTINCT move.product_id), sum(move.quantity)
  FROM pos_bridge_day day
  JOIN pos_bridge_outlet outlet ON outlet.id = day.outlet_id
  JOIN pos_bridge_posting posting ON posting.day_id = day.id
  JOIN stock_move move ON move.pos_bridge_posting_id = posting.id
 GROUP BY outlet.name, day.id
"""
USED = "SELECT sum(round(quantity::numeric, 5)) FROM pos_bridge_usage"


def test_sites_and_workers(tmp_path):
    options = ("--sites=5", "--days=2", "--workers=2")
    with benchmark("chain", tmp_path, *options) as (results, stage):
        days, ((used,),) = stage.rows(POSTED), stage.rows(USED)
    assert results["2 workers, first day: days posted"] == 5
    assert results["1 worker: days posted"] == 10
    assert results["2 workers: days posted"] == 10
    assert results["differences in the ledger"] == 0
    assert len({day[:2] for day in days}) == len(days) == 25
    assert {day[2:5] for day in days} == {("posted", 1, 0)}
    assert abs(float(sum(day[-1] for day in days)) - float(used)) < 0.001
