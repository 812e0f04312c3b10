"""The reports over a real place's sales, for what they say: its first weeks."""

from pathlib import Path

import pytest
from benchmark import benchmark

SALES = Path(__file__).parents[3] / "shared/data/pizza"


@pytest.mark.skipif(not SALES.exists(), reason="../shared/data/pizza is not there")
def test_every_figure(tmp_path):
    options = ("--days=40", f"--data={SALES}")
    with benchmark("pizza_reports", tmp_path, *options) as (results, _stage):
        assert results["differences"] == 0
    # 91 items in two months, as far as they were sold; 65 ingredients each month.
    assert results["sales, cost:sum: compared"] > 150
    assert results["consumption, cost:sum: compared"] > 120
    assert results["variance between dates: compared"] > 300
    assert results["variance from count to count: compared"] > 150
    assert results["accountant's month: compared"] == 93
