"""A migration of a real year's days by workers that are killed again and again.

Two workers take the pizza place's days (see pizza_year) from the queue. At random
moments (fixed seed) one of them is killed, loses its connection, or, twice, all are
gone at once as when the server restarts; a new worker goes on. At the end the ledger
must be what a calculation of its own makes of the raw files: nothing lost, nothing
twice.

Workers are forked from a process that has loaded Odoo, so that a kill costs little.
Without the sales in ../shared/data/pizza (or --data) it ends with 2.
"""

import contextlib
import logging
import os
import random
import signal
import sys
import time
import traceback

import psycopg2
from _bench import Results, environment
from pizza_year import compare, options_of, read_chosen, set_up

SEED = 9
WORKERS = 2
RESTARTS = 2
#: A day takes about half a second; so long a worker lives at most.
LONGEST_LIFE = 1.5
#: Of ten misfortunes so many are lost connections; the others are kills.
DROPS_OF_TEN = 3
EMPTY, TROUBLE = 0, 1
LEFT = """
SELECT count(*) FROM pos_bridge_transfer
 WHERE state IN ('queued', 'running') AND migration_id IS NOT NULL
"""
OTHER_BACKENDS = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Workers:
    """Forked processes that empty the queue, and what happens to them."""

    def __init__(self, registry):
        self.registry = registry
        self.running = {}
        self.chance = random.Random(SEED)
        self.counts = dict.fromkeys(("killed", "dropped", "restarted"), 0)

    def fill(self):
        while len(self.running) < WORKERS:
            process = os.fork()
            if not process:
                self.work()
            self.running[process] = time.monotonic()

    def work(self):
        """In the child: run the queue until it is empty."""
        from odoo import SUPERUSER_ID, api

        random.seed()
        try:
            with self.registry.cursor() as cursor:
                env = api.Environment(cursor, SUPERUSER_ID, {})
                env["pos.bridge.transfer"]._cron_run_queued()
        except psycopg2.Error:  # its connection was dropped
            os._exit(TROUBLE)
        except BaseException:  # noqa: BLE001 - a child must not return
            traceback.print_exc()
            os._exit(TROUBLE)
        os._exit(EMPTY)

    def reap(self):
        """Forget those that ended."""
        for process in list(self.running):
            ended, _status = os.waitpid(process, os.WNOHANG)
            if ended:
                del self.running[process]

    def kill(self, *processes):
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            del self.running[process]

    def suffer(self, restart):
        """One misfortune."""
        if restart:
            self.kill(*self.running)
            self.counts["restarted"] += 1
        elif self.chance.randrange(10) < DROPS_OF_TEN:
            self.counts["dropped"] += drop_a_connection(self.chance)
        elif self.running:
            self.kill(self.chance.choice(sorted(self.running)))
            self.counts["killed"] += 1


@contextlib.contextmanager
def connection():
    database = psycopg2.connect(dbname=os.environ["POS_BRIDGE_DATABASE"])
    database.autocommit = True
    try:
        with database.cursor() as cursor:
            yield cursor
    finally:
        database.close()


def drop_a_connection(chance):
    """Let PostgreSQL end one of the workers' connections. Returns how many."""
    with connection() as cursor:
        cursor.execute(OTHER_BACKENDS)
        backends = [process for (process,) in cursor.fetchall()]
        if backends:
            victim = chance.choice(sorted(backends))
            cursor.execute("SELECT pg_terminate_backend(%s)", [victim])
    return bool(backends)


def days_left():
    with connection() as cursor:
        cursor.execute(LEFT)
        return cursor.fetchone()[0]


def run_with_faults(workers, kills):
    """Workers run until nothing is left, whatever happens to them meanwhile."""
    total = days_left()
    while (left := days_left()) or workers.running:
        workers.reap()
        if left:
            workers.fill()
        time.sleep(workers.chance.uniform(0, LONGEST_LIFE))
        done = workers.counts["restarted"]
        is_time = left < total * (1 - (done + 1) / (RESTARTS + 1))
        restart = done < RESTARTS and is_time
        if restart or sum(workers.counts.values()) < kills + RESTARTS:
            workers.suffer(restart)


def main(arguments):
    options = options_of(__doc__)
    options.add_argument("--kills", type=int, default=10, help="misfortunes in all")
    chosen = options.parse_args(arguments)
    menu, lines = read_chosen(chosen)
    results = Results(chosen.json)
    env = environment()
    place = set_up(env, menu)
    place.upload(lines)
    place.map()
    migration = env["pos.bridge.migration"].create(
        {
            "outlet_id": place.outlets.id,
            "date_from": lines[0][0],
            "date_to": lines[-1][0],
        }
    )
    migration.action_start()
    env.cr.commit()
    workers = Workers(env.registry)
    # Lost connections and two writers of one row are what this is about.
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    release_connections(env)
    with results.timed("the migration"):
        run_with_faults(workers, chosen.kills)
    for name, count in workers.counts.items():
        results.add(name, count)
    place = reconnect(place)
    states = place.env["pos.bridge.transfer"]._read_group(
        [("migration_id", "!=", False)], ["state"], ["__count"]
    )
    for state, count in states:
        results.add(f"days {state}", count)
    sold = len({line[0] for line in lines})
    closed = (lines[-1][0] - lines[0][0]).days + 1 - sold
    # Of a date without sales no file tells, so that its run ends with a question.
    expected = {"done": sold, **({"partial": closed} if closed else {})}
    differences = compare(results, "the ledger", place, lines, menu)
    results.end()
    return 1 if differences or dict(states) != expected else 0


def release_connections(env):
    """Children must not share what the parent has open."""
    from odoo import sql_db

    env.cr.close()
    sql_db.close_all()


def reconnect(place):
    from odoo import SUPERUSER_ID, api

    env = api.Environment(place.env.registry.cursor(), SUPERUSER_ID, {})
    place.env, place.outlets = env, place.outlets.with_env(env)
    return place


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
