"""A till's export to upload; it is read right with decimal comma and German dates."""

from pathlib import Path

FIXTURES = "pos_inventory_bridge_csv/tests/fixtures"
SAMPLE = Path(__file__).parents[2] / FIXTURES / "german.csv"
