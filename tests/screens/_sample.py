"""A till's export to upload: read right only with the decimal comma and the German date."""

from pathlib import Path

FIXTURES = "pos_inventory_bridge_csv/tests/fixtures"
SAMPLE = Path(__file__).parents[2] / FIXTURES / "german.csv"
