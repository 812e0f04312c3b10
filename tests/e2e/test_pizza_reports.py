"""Every figure of overview and reports over a real place's sales, calculated twice.

Its first weeks in two outlets, across the end of a month, with everything that happens
in the whole year: ``setup/bench pizza_reports`` plays that.

The sales lie in ../shared/data/pizza, or under the folder that POS_BRIDGE_SHARED names.
"""

import os
from pathlib import Path

import pytest
from benchmark import benchmark

HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("POS_BRIDGE_SHARED") or HERE.parents[3] / "shared")
SALES = SHARED / "data/pizza"
#: Up to 14 February: January is counted, corrected, closed, and corrected once more.
DAYS = 45
#: {what the names of figures begin with: cells that are compared at least}
CELLS = {
    "sales by": 2_000,
    "use by": 10_000,
    "use against sales": 250,
    "overview": 200,
    "corrections": 250,
    "open exceptions": 40,
    "variance between dates": 7_000,
    "variance between counts": 2_000,
    "variance, coverage": 30,
    "accountant's month, days": 1_000,
    "accountant's month, corrections": 250,
    "accountant's month, open exceptions": 30,
    "accountant's month, stock and books": 3,
    "what is there": 288,
}


@pytest.mark.skipif(not SALES.exists(), reason="../shared/data/pizza is not there")
def test_every_figure(tmp_path):
    options = (f"--days={DAYS}", f"--data={SALES}")
    with benchmark("pizza_reports", tmp_path, *options) as (results, _stage):
        assert results["differences"] == 0
    for part, least in CELLS.items():
        names = [name for name in results if name.startswith(part)]
        cells = sum(results[name] for name in names)
        assert cells >= least, f"{part}: {cells}"
