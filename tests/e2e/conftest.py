import pytest
from odoo_process import Stage


@pytest.fixture(scope="module")
def stage(request, tmp_path_factory):
    """Odoo on a database of its own, for all tests of a module."""
    log = tmp_path_factory.mktemp("odoo") / "odoo.log"
    name = request.module.__name__.rpartition("_")[2]
    with open(log, "w", encoding="utf-8") as file, Stage(name, file) as stage:
        yield stage
