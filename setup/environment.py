#!/usr/bin/env -S python3 -B
"""Everything the commands need to run Odoo 19: found, or made in the cache folder.

Nothing is written outside the cache folder, and no existing folder's mode changes.
For developers, with the configuration of this repository:

    setup/environment.py odoo -d pos_bridge_demo -u pos_inventory_bridge
    setup/environment.py python some_script.py
    setup/environment.py psql pos_bridge_demo
"""

import ast
import concurrent.futures
import contextlib
import dataclasses
import hashlib
import os
import stat
from pathlib import Path

import odoo_package
import postgres
import python_packages
from console import Children, SetupError, exclusive, run, run_command

SETUP = Path(__file__).resolve().parent
REPOSITORY = SETUP.parent
CACHE_OF_ROOT = Path("/var/lib/pos_inventory_bridge")
CONFIGURATION = """[options]
addons_path = {addons}
data_dir = {data}
screenshots = {cache}/screenshots
db_host = {PGHOST}
db_port = {PGPORT}
db_user = {PGUSER}
max_cron_threads = 0
without_demo = True
list_db = False
"""


@dataclasses.dataclass(frozen=True)
class Environment:
    """A prepared machine: what to run Odoo with."""

    cache: Path
    python: Path
    odoo: odoo_package.Odoo
    connection: dict
    configuration: Path

    @property
    def data(self):
        return self.cache / "data"

    @property
    def variables(self):
        """For child processes, also those that tests start themselves."""
        return (
            os.environ
            | self.connection
            | bytecode_folder(self.cache)
            | {
                "PYTHONPATH": str(self.odoo.import_path),
                "POS_BRIDGE_ODOO_RC": str(self.configuration),
                "PATH": os.pathsep.join((str(self.programs), os.environ["PATH"])),
            }
        )

    @property
    def programs(self):
        return postgres.client_folder(self.python)

    def odoo_command(self, *arguments):
        """``odoo [command] arguments`` with this repository's configuration."""
        command = ()
        if arguments and not arguments[0].startswith("-"):
            command, arguments = arguments[:1], arguments[1:]
        start = (self.python, "-m", "odoo", *command)
        return [*start, "-c", self.configuration, *arguments]


def bytecode_folder(cache):
    """Python's bytecode goes to the cache, not beside sources that may not be ours.

    Worth writing even where people switch it off: Odoo starts in half the time.
    """
    folder = str(cache / "bytecode")
    return {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}


def cache_folder():
    """The folder everything is kept in; made when missing."""
    named = os.environ.get("POS_BRIDGE_CACHE")
    if named:
        folder = Path(named).expanduser().absolute()
    elif not os.geteuid():
        folder = CACHE_OF_ROOT
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(base, "pos_inventory_bridge")
    if not os.geteuid():
        _refuse_private_parents(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def _refuse_private_parents(folder):
    """As root the embedded PostgreSQL runs as another user, who must get there."""
    for parent in (folder, *folder.parents):
        if parent.exists() and not parent.stat().st_mode & stat.S_IXOTH:
            raise SetupError(
                f"The cache folder {folder} lies below {parent}, which other users "
                "may not enter. As root, PostgreSQL runs as another user and could not "
                "reach it; the modes of your folders are not touched. Name another "
                f"folder in POS_BRIDGE_CACHE, or unset it for {CACHE_OF_ROOT}."
            )


def add_ons():
    """Names of the repository's add-ons."""
    return sorted(path.parent.name for path in REPOSITORY.glob("*/__manifest__.py"))


def manifest(name):
    """What an add-on of the repository says of itself."""
    path = REPOSITORY / name / "__manifest__.py"
    return ast.literal_eval(path.read_text(encoding="utf-8"))


def chosen_add_ons():
    """Those that people choose. The others join us with somebody else's add-on, and
    install themselves where that one is.
    """
    return [name for name in add_ons() if not manifest(name).get("auto_install")]


@contextlib.contextmanager
def prepared():
    """Get everything ready, and keep the database server running meanwhile."""
    cache = cache_folder()
    with exclusive(cache / "lock"):
        odoo, python = _odoo_and_python(cache)
    with postgres.server(cache, python) as connection:
        configuration = _write_configuration(cache, odoo, connection)
        yield Environment(cache, python, odoo, connection, configuration)


def _odoo_and_python(cache):
    """Side by side: one mostly waits for the network, the other for the disk."""
    requirements = (SETUP / "requirements.txt", SETUP / "requirements-test.txt")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        try:
            odoo = pool.submit(odoo_package.find, cache)
            make = python_packages.environment
            python = pool.submit(make, cache, "odoo", *requirements)
            return odoo.result(), python.result()
        except BaseException:
            Children.end()
            raise


def _write_configuration(cache, odoo, connection):
    """One per clone: several clones may share the cache."""
    folders = (*odoo.addons, REPOSITORY) if add_ons() else odoo.addons
    clone = hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:8]
    text = CONFIGURATION.format(
        addons=",".join(str(folder) for folder in folders),
        data=cache / "data",
        cache=cache,
        **connection,
    )
    if "PGPASSWORD" in connection:
        text += f"db_password = {connection['PGPASSWORD']}\n"
    path = cache / f"odoo-{clone}.conf"
    new = path.with_suffix(".part")
    new.touch(mode=0o600)
    new.write_text(text, encoding="utf-8")
    new.rename(path)
    return path


def main(arguments):
    """Run a program in the prepared environment."""
    if not arguments or arguments[0] not in ("odoo", "python", "psql"):
        raise SetupError("Say what to run: odoo, python or psql, with its arguments.")
    program, *rest = arguments
    with prepared() as environment:
        command = {
            "odoo": environment.odoo_command(*rest),
            "python": [environment.python, *rest],
            "psql": [environment.programs / "psql", *rest],
        }[program]
        return run(command, env=environment.variables)


if __name__ == "__main__":
    run_command(main)
