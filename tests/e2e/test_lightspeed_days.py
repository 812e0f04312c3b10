"""The benchmark of Lightspeed's days, for its results: the ledger is the truth."""

from benchmark import benchmark


def test_two_days(tmp_path):
    options = ("--days=2", "--receipts=60")
    with benchmark("lightspeed_days", tmp_path, *options) as (results, _stage):
        assert results["days"] == 2
        assert results["receipts told"] >= 2 * 60
        assert results["ingredients and days compared"] > 20
        assert results["differences in the ledger"] == 0
