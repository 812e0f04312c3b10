"""A database of the demo café, filled by scripts and served on this machine."""

import contextlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

from console import SetupError, child, step
from environment import SETUP

ADDRESS = "127.0.0.1"
SECONDS_TO_START = 120
# ``odoo shell`` runs what comes on its standard input, with ``env`` at hand.
SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
import {module}
{module}.main(env{arguments})
env.cr.commit()
"""


def require_port(port, command):
    """Say so before the long steps, not after them."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError) as error:
            raise SetupError(
                f"Port {port} cannot be used ({error}). Perhaps another Odoo is "
                "running, or an earlier setup/demo: stop it, or choose a port, for "
                f"example {command} --port {port + 1}."
            ) from None


def fill(environment, database, module, *arguments):
    """Run a module of this folder with the database's ``env``; harmless when done
    before.
    """
    options = ("-d", database, "--no-http", "--log-level=warn")
    shell = environment.odoo_command("shell", *options)
    script = SCRIPT.format(
        folder=str(SETUP),
        module=module,
        arguments="".join(f", {argument!r}" for argument in arguments),
    )
    pipe = {"stdin": subprocess.PIPE, "text": True}
    with child(shell, env=environment.variables, **pipe) as process:
        process.communicate(script)
    if process.returncode:
        raise SetupError(
            "The café could not be filled; the reason stands above. setup/demo --reset "
            "begins with a new database."
        )


@contextlib.contextmanager
def served(environment, database, port, *arguments):
    """The web client of a database, until we are done with it."""
    command = environment.odoo_command(
        *("-d", database, f"--db-filter=^{database}$", "--log-level=warn"),
        *(f"--http-interface={ADDRESS}", f"--http-port={port}", *arguments),
    )
    step("Starting the web client.")
    options = {"env": environment.variables, "start_new_session": True}
    with child(command, **options) as process:
        _wait_for_page(process, port)
        step("Ready.")
        yield process


def _wait_for_page(process, port):
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://{ADDRESS}:{port}/web/login", timeout=60)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SetupError("Odoo does not answer; what it said stands above.")
