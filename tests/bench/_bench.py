"""What the benchmarks have in common: a database, a watch, and a place for results."""

import argparse
import json
import os
import platform
import resource
import sys
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path


def configure():
    """Odoo's settings, as the environment of this run has them."""
    import odoo

    odoo.tools.config.parse_config(
        ["-c", os.environ["POS_BRIDGE_ODOO_RC"], "--log-level=error"]
    )


def environment():
    """An Odoo environment on the benchmark's database, with a cursor that commits."""
    import odoo
    from odoo.modules.registry import Registry

    configure()
    registry = Registry(os.environ["POS_BRIDGE_DATABASE"])
    return odoo.api.Environment(registry.cursor(), odoo.api.SUPERUSER_ID, {})


def install(*modules):
    """Install more of Odoo's own add-ons into the benchmark's database."""
    import odoo
    from odoo.modules.registry import Registry

    configure()
    odoo.tools.config["without_demo"] = True
    Registry.new(
        os.environ["POS_BRIDGE_DATABASE"],
        update_module=True,
        install_modules=list(modules),
    )


def peak_mb():
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def machine():
    cores = os.cpu_count()
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"


def parser(docstring):
    """Options that every benchmark has."""
    options = argparse.ArgumentParser(
        description=docstring, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--json", type=Path, help="write the raw results here, too")
    return options


class Results:
    """Prints figures as they come, and keeps them."""

    def __init__(self, path=None):
        self.path = path
        self.values = {
            "command": " ".join([Path(sys.argv[0]).stem, *sys.argv[1:]]),
            "date": str(date.today()),
            "machine": machine(),
        }

    def add(self, name, value, unit=""):
        self.values[name] = value
        shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
        print(f"   {name:48} {shown:>14} {unit}".rstrip(), flush=True)

    @contextmanager
    def timed(self, name):
        start = time.perf_counter()
        yield
        self.add(name, time.perf_counter() - start, "s")

    def end(self):
        if self.path:
            text = json.dumps(self.values, indent=4) + "\n"
            self.path.write_text(text, encoding="utf-8")
