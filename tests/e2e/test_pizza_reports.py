"""Every figure of overview and reports over a real place's sales, calculated twice: the
first ten weeks, with two ends of a month, two counts and a closed January.

The sales lie in ../shared/data/pizza, or under the folder that POS_BRIDGE_SHARED names.
"""

import os
from pathlib import Path

import pytest
from benchmark import benchmark

HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("POS_BRIDGE_SHARED") or HERE.parents[3] / "shared")
SALES = SHARED / "data/pizza"
#: {part of a figure's name: cells that are compared at least}
CELLS = {}


@pytest.mark.skipif(not SALES.exists(), reason="../shared/data/pizza is not there")
def test_every_figure(tmp_path):
    options = ("--days=70", f"--data={SALES}")
    with benchmark("pizza_reports", tmp_path, *options) as (results, _stage):
        assert results["differences"] == 0
    for part, least in CELLS.items():
        names = [name for name in results if name.startswith(part)]
        cells = sum(results[name] for name in names)
        assert cells >= least, f"{part}: {cells}"
