"""Odoo processes on a database of their own, quick enough to be killed often.

Run as a program, this loads Odoo once and forks a child for every job it is told; a
child opens its own connections, so it is as good as a freshly started server. ``Stage``
is the test's side: it makes the database, copies it, puts it back and tells the program
what to do.
"""

import contextlib
import importlib
import json
import multiprocessing
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from pathlib import Path

import psycopg2

FOLDER = Path(__file__).parent
SECONDS_FOR_A_JOB = 180


class Stage:
    """A copy of the template, copies of that copy, and the Odoo that works on it."""

    def __init__(self, name, log, variables=None, add_ons=()):
        """
        :param variables: of the environment, where the processes need others
        :param add_ons: what the template has not, and this database gets
        """
        # setup/test drops what is named so, also when a test run is cut off.
        self.database = f"{os.environ['POS_BRIDGE_DATABASE']}_{name}"
        self.copies = []
        self.log = log
        self.variables = os.environ | (variables or {})
        self.add_ons = add_ons
        self.program = None

    # === DATABASES === #

    def admin(self, *statements, database="postgres"):
        connection = psycopg2.connect(dbname=database)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def rows(self, query):
        return self.admin(query, database=self.database)

    def copy(self, source, target):
        self.wait_for_backends()
        self.drop(target)
        self.admin(f"CREATE DATABASE {target} TEMPLATE {source}")

    def keep(self, name):
        """Remember the database as it is now."""
        self.copies.append(f"{self.database}_{name}")
        self.copy(self.database, self.copies[-1])

    def restore(self, name):
        self.copy(f"{self.database}_{name}", self.database)

    def drop(self, *names):
        drop = "DROP DATABASE IF EXISTS {} WITH (FORCE)"
        self.admin(*(drop.format(name) for name in names))

    def wait_for_backends(self):
        """PostgreSQL notices soon that a process was killed: its socket closes."""
        count = (
            f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.database}'"
        )
        end = time.monotonic() + 30
        while self.admin(count)[0][0] and time.monotonic() < end:
            time.sleep(0.02)

    # === PROGRAM === #

    def __enter__(self):
        self.copy(os.environ["POS_BRIDGE_TEMPLATE"], self.database)
        if self.add_ons:
            self.odoo("-i", ",".join(self.add_ons), "--stop-after-init", "--no-http")
        self.program = subprocess.Popen(
            [sys.executable, __file__, self.database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=self.variables,
        )
        return self

    def odoo(self, *arguments):
        """Run Odoo on the database, to its end."""
        with Server(self, *arguments) as odoo:
            assert odoo.process.wait(SECONDS_FOR_A_JOB) == 0, self.log.name

    def __exit__(self, *_error):
        self.program.stdin.close()
        self.program.wait(SECONDS_FOR_A_JOB)
        self.drop(self.database, *self.copies)

    def run(self, *jobs):
        """Run jobs side by side, each in a process of its own.

        :param jobs: (function of ``cafe``, or "module.function", {argument: value})
        :return: for each job what it returned, or the signal that killed it
        """
        self.program.stdin.write(json.dumps(jobs) + "\n")
        self.program.stdin.flush()
        answer = self.program.stdout.readline()
        assert answer, f"Odoo ended: see {self.log.name}"
        results = json.loads(answer)
        for result in results:
            assert "error" not in result, result["error"]
        return [result.get("result", result.get("signal")) for result in results]

    def do(self, function, **arguments):
        return self.run((function, arguments))[0]


class Server:
    """Odoo as it is served: with workers, scheduled actions and a port of its own."""

    def __init__(self, stage, *arguments):
        script, rc = FOLDER / "odoo_script.py", stage.variables["POS_BRIDGE_ODOO_RC"]
        self.stage = stage
        self.command = [sys.executable, script, "-c", rc, "-d", stage.database]
        self.command += ("--http-interface=127.0.0.1", *arguments)
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=self.stage.log,
            stderr=subprocess.STDOUT,
            env=self.stage.variables,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_error):
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait(10)

    def signal(self, number):
        """To the server and its workers, if they still run."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def wait_until(happened, what, seconds=60):
    """Look often, give back what is found, and never wait for ever."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = happened()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"Waited {seconds} s in vain: {what}")


def free_ports(count):
    """Ports that nobody listens at."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _port in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


# === THE PROGRAM === #


def load(database):
    """The registry, with no connection left open that children would share."""
    from odoo import sql_db
    from odoo.modules.registry import Registry
    from odoo.tools import config

    rc = os.environ["POS_BRIDGE_ODOO_RC"]
    config.parse_config(["-c", rc, "-d", database, "--log-level=warn"])
    registry = Registry(database)
    sql_db.close_all()
    return registry


def serve(registry, answers):
    for line in sys.stdin:
        jobs = json.loads(line)
        meeting = multiprocessing.get_context("fork").Barrier(len(jobs))
        children = [start(registry, meeting, *job) for job in jobs]
        print(
            json.dumps([finish(*child) for child in children]), file=answers, flush=True
        )


def start(registry, meeting, function, arguments):
    """Fork a child for one job; (process id, where its result can be read)."""
    source, target = os.pipe()
    process = os.fork()
    if process:
        os.close(target)
        return process, source
    try:
        os.close(source)
        os.write(
            target, json.dumps(work(registry, meeting, function, arguments)).encode()
        )
    finally:
        os._exit(0)


def work(registry, meeting, function, arguments):
    from odoo import SUPERUSER_ID, api

    try:
        module_name, _dot, name = function.rpartition(".")
        module = importlib.import_module(module_name or "cafe")
        module.meeting = meeting
        with registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            return {"result": getattr(module, name)(env, **arguments)}
    except Exception:  # noqa: BLE001 - whatever it is, the test shall show it
        return {"error": traceback.format_exc()}


def finish(process, source):
    """Wait for a child; one that hangs is killed and reported."""
    with open(source, encoding="utf-8") as results:
        if not select.select([results], [], [], SECONDS_FOR_A_JOB)[0]:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return {"error": "The job did not end in time."}
        text = results.read()
    _process, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return json.loads(text) if text else {"error": "The job ended without a result."}


if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER))
    # Results go where nothing else can print.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(load(sys.argv[1]), answers)
