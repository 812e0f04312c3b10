"""The benchmark of many sites, for its results: nothing lost, nothing twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

from odoo_process import Stage

BENCHMARK = Path(__file__).parents[1] / "bench/chain.py"
POSTED = """
SELECT outlet.name, day.business_date, day.state, count(DISTINCT posting.id),
       count(move.id) - count(DISTINCT move.product_id), sum(move.quantity)
  FROM pos_bridge_day day
  JOIN pos_bridge_outlet outlet ON outlet.id = day.outlet_id
  JOIN pos_bridge_posting posting ON posting.day_id = day.id
  JOIN stock_move move ON move.pos_bridge_posting_id = posting.id
 GROUP BY outlet.name, day.id
"""
USED_ONCE = "SELECT sum(round(quantity::numeric, 5)) FROM pos_bridge_usage"


def test_sites_and_workers(tmp_path):
    stage = Stage("chain", None)
    stage.copy(os.environ["POS_BRIDGE_TEMPLATE"], stage.database)
    figures = tmp_path / "figures.json"
    try:
        done = subprocess.run(
            [sys.executable, BENCHMARK, "--sites=5", "--days=2", "--workers=2"]
            + [f"--json={figures}"],
            env=os.environ | {"POS_BRIDGE_DATABASE": stage.database},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        days = stage.rows(POSTED)
        taken, used = sum(day[-1] for day in days), stage.rows(USED_ONCE)[0][0]
    finally:
        stage.drop(stage.database)
    results = json.loads(figures.read_text(encoding="utf-8"))
    assert results["1 worker: days posted"] == 10
    assert results["2 workers: days posted"] == 10
    assert results["differences in the ledger"] == 0
    assert len({day[:2] for day in days}) == len(days) == 20
    assert {day[2:5] for day in days} == {("posted", 1, 0)}
    assert abs(float(taken) - float(used)) < 0.001
