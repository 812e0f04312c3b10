"""Databases that cost a minute once and half a second after that.

Two layers of templates: ``base`` has what the add-ons depend on (Odoo's own add-ons,
changing only with Odoo), ``template`` has the add-ons themselves and is keyed by a
digest of their files. Both are made without demo data. Tests get a copy of the
template; the demo database starts from the base.

Everything is made under a temporary name and renamed when complete, so an interrupted
run leaves nothing that could be taken for finished.
"""

import contextlib
import hashlib
import os
import re
import shutil
import socket
import subprocess

from console import SetupError, end_of, exclusive, run_logged, step
from environment import REPOSITORY, chosen_add_ons, manifest

DEMO = "pos_bridge_demo"
TEMPLATES_KEPT = 2
# What neither the database nor the running server is made from.
NOT_INSTALLED = ("tests", "readme", "static", "examples")
# The comment of a database says what it was made from; it moves with a rename.
COMMENT = "COMMENT ON DATABASE {name} IS '{text}'"


def add_on_digest():
    """Changes with every file of the add-ons that an installation reads."""
    digest = hashlib.sha256()
    for name in chosen_add_ons():
        for path in sorted((REPOSITORY / name).rglob("*")):
            inside = path.relative_to(REPOSITORY / name)
            skipped = inside.parts[0] in NOT_INSTALLED or "__pycache__" in inside.parts
            if path.is_file() and not skipped:
                digest.update(f"{name}/{inside}".encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def dependencies():
    """Odoo's own add-ons that ours are built on."""
    needed = set()
    for name in chosen_add_ons():
        needed |= set(manifest(name)["depends"])
    return sorted(needed - set(chosen_add_ons()))


class Databases:
    """The databases of a prepared environment."""

    def __init__(self, environment):
        self.environment = environment
        self.files = environment.data / "filestore"
        # Also right on a database server that other machines use.
        owner = f"{socket.gethostname()}:{environment.cache}"
        self.owner = hashlib.sha256(owner.encode()).hexdigest()[:6]
        self.unfinished = f"pos_bridge_unfinished_{self.owner}"

    # Plain operations

    def sql(self, statement, database="postgres"):
        """Run a statement with the psql of the environment; give back its rows."""
        psql = self.environment.programs / "psql"
        done = subprocess.run(
            [psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment.variables,
        )
        if done.returncode:
            raise SetupError(f"PostgreSQL refuses: {done.stderr.strip()}")
        return done.stdout.splitlines()

    def names(self, prefix):
        return self.sql(
            f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}') "
            "ORDER BY shobj_description(oid, 'pg_database') DESC, datname"
        )

    def comment(self, name):
        rows = self.sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = '{name}'"
        )
        return rows[0] if rows else None

    def drop(self, name):
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.files / name, ignore_errors=True)

    def copy(self, source, name):
        """Odoo never changes a stored file in place, so links to them will do."""
        self.drop(name)
        self.sql(f"CREATE DATABASE {name} TEMPLATE {source}")
        if (self.files / source).exists():
            folders = (self.files / source, self.files / name)
            shutil.copytree(*folders, copy_function=os.link)

    def rename(self, source, name):
        self.drop(name)
        if (self.files / source).exists():
            (self.files / source).rename(self.files / name)
        self.sql(f"ALTER DATABASE {source} RENAME TO {name}")

    def odoo(self, database, title, *arguments):
        """Install or update, and take every error in the log for a failure."""
        log = self.environment.cache / "logs" / f"{title.lower().replace(' ', '-')}.log"
        command = self.environment.odoo_command(
            *("-d", database, *arguments, "--stop-after-init", "--no-http")
        )
        run_logged(command, title, log, _modules, env=self.environment.variables)
        text = log.read_text(encoding="utf-8", errors="replace")
        if re.search(r" (ERROR|CRITICAL) |demo data failed to install", text):
            raise SetupError(f"{title}: Odoo reports errors.\n{end_of(log)}")

    # Templates

    def template(self):
        """The name of a database with all add-ons, made when there is none."""
        base = self._base()
        name = f"pos_bridge_template_{_digest(base, add_on_digest())}"
        if not self._used(name):
            names = chosen_add_ons()
            step(f"Installing {', '.join(names)} (no demo data).")
            self.copy(base, self.unfinished)
            self.odoo(self.unfinished, "Installing add-ons", "-i", ",".join(names))
            self._finish(name)
        return name

    def _base(self):
        needed = dependencies()
        version = f"{self.environment.odoo.version} {self.environment.odoo.origin}"
        name = f"pos_bridge_base_{_digest(version, *needed)}"
        if not self._used(name):
            step(f"Making a database with Odoo's own add-ons: {', '.join(needed)}.")
            self.drop(self.unfinished)
            self.sql(
                f"CREATE DATABASE {self.unfinished} TEMPLATE template0 ENCODING 'UTF8' "
                "LC_COLLATE 'C'"
            )
            self.odoo(self.unfinished, "Installing Odoo", "-i", ",".join(needed))
            self._finish(name)
        return name

    def _finish(self, name):
        self.rename(self.unfinished, name)
        self._used(name)
        for older in self.names(name.rpartition("_")[0])[TEMPLATES_KEPT:]:
            self.drop(older)

    def _used(self, name):
        """Note when a template was last used, to know which ones to keep."""
        if name not in self.names(name):
            return False
        now = self.sql("SELECT clock_timestamp()")[0]
        self.sql(COMMENT.format(name=name, text=f"used {now}"))
        return True

    # What the commands use

    def drop_left_behind(self):
        """Test databases whose run was killed."""
        for name in self.names(f"pos_bridge_test_{self.owner}_"):
            process = name.split("_")[4].split("-")[0]
            if not os.path.exists(f"/proc/{process}"):
                self.drop(name)

    def demo(self, name=DEMO, reset=False):
        """A demo database, up to date with the add-ons' files."""
        with exclusive(self.environment.cache / "lock"):
            digest = add_on_digest()
            made_from = None if reset else self.comment(name)
            if made_from is None:
                self._make_demo(name, digest)
            elif made_from != digest:
                self._update_demo(name, digest)
            else:
                step(f"Using the database {name} as it is.")
        return name

    def _make_demo(self, name, digest):
        base = self._base()
        step(f"Making the database {name} with the add-ons and the demo café.")
        self.copy(base, self.unfinished)
        self._install_demo(self.unfinished)
        self.sql(COMMENT.format(name=self.unfinished, text=digest))
        self.rename(self.unfinished, name)

    def _update_demo(self, name, digest):
        step("The add-ons have changed since; updating the demo database.")
        try:
            self._install_demo(name, "-u", ",".join(chosen_add_ons()))
        except SetupError as error:
            again = "--reset begins with a new database."
            raise SetupError(f"{error}\n{again}") from None
        self.sql(COMMENT.format(name=name, text=digest))

    def _install_demo(self, database, *arguments):
        """Load our demo data only: Odoo's own would bury the café in office chairs.

        Odoo loads a module's demo data when those it depends on have theirs.
        """
        ours = ", ".join(f"'{name}'" for name in chosen_add_ons())
        mark = "UPDATE ir_module_module SET demo = {} WHERE name NOT IN (" + ours + ")"
        self.sql(mark.format("true"), database)
        install = ("-i", ",".join(chosen_add_ons()))
        self.odoo(database, "Installing the demo", *install, *arguments)
        self.sql(mark.format("false"), database)


@contextlib.contextmanager
def fresh_copy(environment):
    """A database for one run, and another that tests may copy in their turn.

    Both are the run's own: what another command keeps or drops does not matter to it.
    """
    databases = Databases(environment)
    name = f"pos_bridge_test_{databases.owner}_{os.getpid()}"
    with exclusive(environment.cache / "lock"):
        databases.drop_left_behind()
        template = databases.template()
        databases.copy(template, name)
        databases.copy(template, f"{name}_template")
    try:
        yield name, f"{name}_template"
    finally:
        for made in (name, *databases.names(f"{name}_")):  # copies that tests made
            databases.drop(made)


def _digest(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _modules(line):
    """Odoo says which module it loads, and how many there are."""
    found = re.search(r"Loading module (\w+) \((\d+)/(\d+)\)", line)
    return found and "{} ({} of {})".format(*found.groups())
