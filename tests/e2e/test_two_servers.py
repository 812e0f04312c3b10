"""Two Odoo servers on one database, one of them dies in the middle of a day.

Real servers that share the queue through PostgreSQL alone. The sales come from a file;
what they must have used is worked out from its rows.
"""

import signal

import pytest
import week
from odoo_process import Server, free_ports, wait_until

OUTLETS = ("bar", "hall")
DAYS = range(20)
SERVERS = 2
#: The name of its connections tells which server runs a transfer right now.
RUNNING = """
SELECT DISTINCT activity.application_name
  FROM pg_locks AS lock
  JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
 WHERE lock.locktype = 'advisory' AND lock.granted AND lock.classid = 1346654290
   AND activity.datname = current_database()
"""
#: Its scheduler listens, and waits: the transaction that said LISTEN has ended.
LISTENING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = 'postgres' AND application_name = 'odoo-{}'
   AND state = 'idle' AND query = 'COMMIT'
"""


@pytest.fixture(scope="module")
def cafe(stage):
    """One scheduled action per server; with a single one they would take turns."""
    stage.do("open_cafe", outlets=OUTLETS, units=2)
    stage.do("schedule", workers=SERVERS)
    return stage


def wake(stage):
    """What each server does by itself once a minute: look for scheduled actions."""
    stage.admin(f"NOTIFY cron_trigger, '{stage.database}'")


def start(stage):
    """A server that runs one scheduled action at a time."""
    port = free_ports(1)[0]
    return Server(stage, f"--http-port={port}", "--max-cron-threads=1")


def wait_for(stage, server):
    """It is ready when it listens for what the others trigger."""
    listening = LISTENING.format(server.process.pid)
    wait_until(lambda: stage.admin(listening)[0][0], "the server starts")


def running(stage):
    """The names of the servers that are running a transfer."""
    return {name for (name,) in stage.rows(RUNNING)}


def kill_while_running(stage, server):
    """Not between two days: it is halted first, then looked at."""
    name = f"odoo-{server.process.pid}"

    def caught():
        wait_until(lambda: name in running(stage), "the server runs a transfer")
        server.signal(signal.SIGSTOP)
        if name in running(stage):
            return True
        return server.signal(signal.SIGCONT)

    wait_until(caught, "the server is caught in the middle of a day")
    server.signal(signal.SIGKILL)
    assert server.process.wait(10) == -signal.SIGKILL


def test_one_of_two_servers_dies(cafe):
    sales = week.sales(OUTLETS, DAYS)
    with start(cafe) as first, start(cafe) as second:
        wait_for(cafe, first)
        wait_for(cafe, second)
        cafe.do("upload", text=week.csv(sales))
        names = {f"odoo-{server.process.pid}" for server in (first, second)}
        wait_until(lambda: running(cafe) == names, "both run transfers at once")
        kill_while_running(cafe, first)
        assert cafe.rows(week.WAITING)[0][0], "nothing was left to be run"
        wake(cafe)
        week.wait_for_queue(cafe)
    week.assert_posted_once(cafe, sales)
