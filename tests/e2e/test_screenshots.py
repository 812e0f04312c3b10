"""Pictures of two screens, so that the program that takes them cannot rot."""

import contextlib
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from odoo_process import Server, Stage, free_ports, wait_until

PROGRAM = Path(__file__).parents[1] / "screens/take.py"
#: How a file of pictures begins, and where it says how wide they are.
PNG, WIDTH = b"\x89PNG\r\n\x1a\n", slice(16, 20)


@pytest.fixture
def stage(tmp_path):
    with (
        open(tmp_path / "odoo.log", "w", encoding="utf-8") as log,
        Stage("screenshots", log) as stage,
    ):
        yield stage


def take(port, folder, *names):
    command = [sys.executable, PROGRAM, f"http://127.0.0.1:{port}", "--out", folder]
    return subprocess.run(
        [*command, "--width", "1400", "800", "--names", *names],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def pictures(folder):
    """{file name: width of a real picture}"""
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert all(content.startswith(PNG) for content in contents.values())
    return {
        name: int.from_bytes(content[WIDTH], "big")
        for name, content in contents.items()
    }


def answers(port):
    with contextlib.suppress(OSError):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=60)


def test_two_screens_and_one_that_cannot_be_shown(stage, tmp_path):
    """Without any sales there is no day to be shown, and the program says so."""
    (port,) = free_ports(1)
    with Server(stage, f"--http-port={port}", "--max-cron-threads=0"):
        wait_until(lambda: answers(port), "Odoo answers")
        done = take(port, tmp_path / "good", "days", "integrations")
        assert done.returncode == 0, done.stdout + done.stderr
        failed = take(port, tmp_path / "bad", "day_form")
    assert pictures(tmp_path / "good") == {
        "days_1400.png": 1400,
        "days_800.png": 800,
        "integrations_1400.png": 1400,
        "integrations_800.png": 800,
    }
    assert failed.returncode == 1
    assert "there is no pos.bridge.day" in failed.stdout
