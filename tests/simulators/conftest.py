"""A simulated Lightspeed for the tests here; one with other needs has its own."""

import pytest

from simulators.lightspeed_reader import Reader, simulator


@pytest.fixture(name="till")
def _till():
    with simulator(receipts=16) as till:
        yield till


@pytest.fixture(name="reader")
def _reader(till):
    return Reader(till).connect()
