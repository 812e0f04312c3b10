"""A short migration with ten misfortunes; ``setup/bench faults`` tries more of them."""

from pathlib import Path

import pytest
from benchmark import benchmark

SALES = Path(__file__).parents[3] / "shared/data/pizza"


@pytest.mark.skipif(not SALES.exists(), reason="../shared/data/pizza is not there")
def test_ledger_after_ten_misfortunes(tmp_path):
    options = ("--days=10", "--kills=10", f"--data={SALES}")
    with benchmark("faults", tmp_path, *options) as (results, _stage):
        assert results["killed"] + results["dropped"] >= 5
        assert results["restarted"] == 2
        assert results["days done"] == 10
        assert results["the ledger: ingredients and days compared"] > 600
        assert results["the ledger: differences"] == 0
