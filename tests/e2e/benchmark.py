"""Benchmarks run as tests: for what they find, never for how long it takes."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

from odoo_process import Stage

FOLDER = Path(__file__).parents[1] / "bench"


@contextlib.contextmanager
def benchmark(name, folder, *arguments):
    """(its figures, the database that it left) of a benchmark that must succeed."""
    stage = Stage(name, None)
    stage.copy(os.environ["POS_BRIDGE_TEMPLATE"], stage.database)
    figures = folder / "figures.json"
    command = [sys.executable, FOLDER / f"{name}.py", *arguments, f"--json={figures}"]
    try:
        done = subprocess.run(
            command,
            env=os.environ | {"POS_BRIDGE_DATABASE": stage.database},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield json.loads(figures.read_text(encoding="utf-8")), stage
    finally:
        stage.drop(stage.database)
