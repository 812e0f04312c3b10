"""Pytest plugin: of several processes each has its own databases and stored files."""

import contextlib
import os
import shutil
from pathlib import Path

import pytest_odoo

from odoo.tools import config as odoo_config


def pytest_configure(config):
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and hasattr(config, "workerinput"):
        os.environ["POS_BRIDGE_DATABASE"] += f"_{worker}"
    # Shared, the files of one process would be cleaned away by the other: Odoo removes
    # after every class what no attachment of its own database names.
    pytest_odoo._shared_filestore = own_files


@contextlib.contextmanager
def own_files(original, database):
    """Links to the original's files, which Odoo never changes in place."""
    if original == database:
        yield
        return
    folder = Path(odoo_config["data_dir"], "filestore")
    shutil.rmtree(folder / database, ignore_errors=True)
    if (folder / original).exists():
        shutil.copytree(folder / original, folder / database, copy_function=os.link)
    try:
        yield
    finally:
        shutil.rmtree(folder / database, ignore_errors=True)
