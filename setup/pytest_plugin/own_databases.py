"""Pytest plugin: of several processes each makes its databases under its own name."""

import os


def pytest_configure(config):
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and hasattr(config, "workerinput"):
        os.environ["POS_BRIDGE_DATABASE"] += f"_{worker}"
