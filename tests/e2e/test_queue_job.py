"""With OCA's job queue: its runner and two worker processes post what waits.

The queue and its add-on are installed here, into a database of this module's own.
"""

import configparser
import os
import unittest
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polib
import pytest
import week
from odoo_process import Server, Stage, free_ports, wait_until

from odoo.addons.pos_inventory_bridge.tests.test_i18n import TranslationChecks

ADD_ON = "pos_inventory_bridge_queue_job"
OUTLETS = ("bar", "hall")
#: Those that ended, well or not
JOBS = """
SELECT job.state, job.channel, job.exc_info, transfer.state, job.worker_pid
  FROM queue_job AS job
  JOIN pos_bridge_transfer AS transfer
    ON job.identity_key = 'pos.bridge.transfer,' || transfer.id
 WHERE job.state IN ('done', 'failed')
"""
WAITING = """
SELECT job.name, job.priority, job.eta::text, user_id
  FROM queue_job AS job WHERE job.state = 'pending' ORDER BY job.id
"""
ALL_SCHEDULED_OFF = "UPDATE ir_cron SET active = false"


@pytest.fixture(scope="module")
def cafe(tmp_path_factory):
    """The café on a database that has the job queue, too."""
    folder = tmp_path_factory.mktemp("queue_job")
    with (
        open(folder / "odoo.log", "w", encoding="utf-8") as log,
        Stage("jobs", log, variables(folder), ("queue_job",)) as stage,
    ):
        stage.do("open_cafe", outlets=OUTLETS, units=2)
        # What is posted here is posted by jobs.
        stage.admin(ALL_SCHEDULED_OFF, database=stage.database)
        yield stage


def variables(folder):
    """The configuration of the tests, with the job queue in it."""
    queue_job = Path(os.environ["POS_BRIDGE_QUEUE_JOB"])
    rc = configparser.ConfigParser(interpolation=None)
    rc.read(os.environ["POS_BRIDGE_ODOO_RC"])
    rc["options"]["addons_path"] += f",{queue_job / 'odoo/addons'}"
    rc["options"]["server_wide_modules"] = "base,rpc,web,queue_job"
    rc["queue_job"] = {"channels": "root:2"}
    path = folder / "odoo.conf"
    with open(path, "w", encoding="utf-8", opener=_private) as file:
        rc.write(file)
    return {
        "POS_BRIDGE_ODOO_RC": str(path),
        "PYTHONPATH": os.pathsep.join((os.environ["PYTHONPATH"], str(queue_job))),
    }


def _private(path, flags):
    return os.open(path, flags, mode=0o600)


@pytest.fixture(scope="module")
def served(cafe):
    """Two HTTP workers, the job runner, and no scheduled action."""
    http, gevent = free_ports(2)
    # Of other tests
    cafe.admin("DELETE FROM pos_bridge_transfer", database=cafe.database)
    forget_jobs(cafe)
    ports = (f"--http-port={http}", f"--gevent-port={gevent}")
    with Server(cafe, "--workers=2", "--max-cron-threads=0", *ports):
        yield cafe


def test_installs_itself(cafe):
    """Only the job queue was asked for."""
    query = f"SELECT state FROM ir_module_module WHERE name = '{ADD_ON}'"
    assert cafe.rows(query) == [("installed",)]


def test_one_job_per_transfer(cafe):
    """Asked for again, it is the same job, which moves with its transfer."""
    later, sooner = moment(days=2), moment(days=1)
    cafe.do("dispatch", day="2026-02-03", next_try_at=later)
    before = cafe.rows(WAITING)
    cafe.do("dispatch", day="2026-02-03", priority=3, next_try_at=sooner)
    name = "Bar \N{MIDDLE DOT} Tue 3 Feb 2026: fetch and post"
    assert before == [(name, 10, later, 1)]
    assert cafe.rows(WAITING) == [(name, 3, sooner, 1)]


def test_job_that_comes_too_early(cafe):
    """The transfer was put off meanwhile: not run, and its next job is there."""
    cafe.do("dispatch", day="2026-02-04", next_try_at=moment(days=1))
    forget_jobs(cafe)
    assert cafe.do("run_as_job", day="2026-02-04") is None
    (job,) = cafe.rows(WAITING)
    assert job[0] == "Bar \N{MIDDLE DOT} Wed 4 Feb 2026: fetch and post"
    tried = "SELECT state, started_at FROM pos_bridge_transfer"
    assert set(cafe.rows(tried)) == {("queued", None)}


def test_job_of_a_busy_outlet(cafe):
    """It makes room for others, as often as it takes."""
    cafe.do("dispatch", day="2026-02-05", next_try_at=moment(days=-1))
    forget_jobs(cafe)
    answer = cafe.do("run_as_job", day="2026-02-05", busy=True)
    assert answer == ["RetryableJobError", True]


def forget_jobs(stage):
    stage.admin("DELETE FROM queue_job", database=stage.database)


def moment(days):
    """A time of the database, so many days from now."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return str(now + timedelta(days=days))


def test_workers_empty_the_queue(served):
    sales = week.sales(OUTLETS, range(10))
    served.do("upload", text=week.csv(sales))
    wait_for_jobs(served, len(sales))
    jobs = served.rows(JOBS)
    assert {job[:4] for job in jobs} == {("done", "root.pos_bridge", None, "done")}
    assert len({job[4] for job in jobs}) == 2, "one worker did it all"
    week.assert_posted_once(served, sales)


def test_scheduled_action_beside_the_jobs(served):
    """The net takes from the same queue at the same time: nothing is posted twice."""
    before, sales = (week.sales(OUTLETS, days) for days in (range(10), range(10, 15)))
    served.do("upload", text=week.csv(sales))
    served.do("run_queue", till={})
    wait_for_jobs(served, len(before) + len(sales))
    assert {job[0] for job in served.rows(JOBS)} == {"done"}
    week.assert_posted_once(served, before | sales)


def wait_for_jobs(stage, count):
    """All of them were taken by a worker, and nothing was left."""
    wait_until(lambda: len(stage.rows(JOBS)) >= count, "the jobs are done")
    week.wait_for_queue(stage)


def test_template_holds_every_message(cafe):
    exported = set(cafe.do("messages", add_on=ADD_ON))
    folder = Path(__file__).parents[2] / ADD_ON / "i18n"
    template = polib.pofile(str(folder / f"{ADD_ON}.pot"))
    assert {entry.msgid for entry in template} == exported


class TestTranslation(TranslationChecks, unittest.TestCase):
    test_module = ADD_ON
    same_in_german = {"ID"}
