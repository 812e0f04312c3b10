import time

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import Domain

from odoo.addons.queue_job.exception import RetryableJobError

#: A job whose outlet or till is busy looks again so often, so many times.
SECONDS_BETWEEN_LOOKS = 0.2
LOOKS = 25
#: Then it makes room for others.
SECONDS_BEFORE_RETRY = 5


class PosBridgeTransfer(models.Model):
    """Who runs what waits: jobs. States, tries and parking stay the transfer's own."""

    _inherit = "pos.bridge.transfer"

    def _dispatch(self):
        """Each of these waiting transfers becomes a job; the one that it has is moved.

        No scheduled action is woken: they come by now and then, and run what no job
        took. Two that take the same transfer do no harm, one of them claims it.
        """
        jobs = {job.identity_key: job for job in self._get_pending_jobs()}
        for transfer in self.sudo().sorted("business_date"):
            options = transfer._prepare_job_options()
            job = jobs.get(options["identity_key"])
            moment = {name: options[name] for name in ("priority", "eta")}
            if not job:
                transfer._as_scheduled().with_delay(**options)._run_as_job()
            elif any(job[name] != value for name, value in moment.items()):
                job.write(moment)

    def _run_as_job(self):
        """The work of a job: run this transfer, if it may be run now.

        The days of an outlet go one after the other, so a job may have to wait a while.
        """
        for _look in range(LOOKS):
            if not self._may_run_now():
                self._filter_later()._dispatch()
                return
            if self._run_once() is None:
                return
            time.sleep(SECONDS_BETWEEN_LOOKS)
        raise RetryableJobError(
            self.env._("Other days of this outlet, or of its till, are being run."),
            seconds=SECONDS_BEFORE_RETRY,
            ignore_retry=True,
        )

    def _may_run_now(self):
        """Not when somebody else ran it, nor while its outlet is paused: what ends the
        pause dispatches it again.
        """
        self._commit()
        self.invalidate_recordset()
        domain = Domain("id", "=", self.id) & Domain(self._domain_waiting())
        return bool(self.search_count(domain))

    def _filter_later(self):
        """Its time was put off after it became a job."""
        moment = fields.Datetime.now()
        return self.exists().filtered(
            lambda transfer: (
                transfer.state == "queued"
                and transfer.next_try_at
                and transfer.next_try_at > moment
            )
        )

    def _as_scheduled(self):
        """As the scheduled actions see it: whoever asked does not change the result."""
        self.ensure_one()
        scheduled = self.env(user=SUPERUSER_ID, context={})
        return self.with_env(scheduled).with_company(self.company_id)

    def _prepare_job_options(self):
        day = self.day_id.display_name
        if self.reads_source:
            description = self.env._("%(day)s: fetch and post", day=day)
        else:
            description = self.env._("%(day)s: post", day=day)
        return {
            "identity_key": self._job_key(),
            "description": description,
            "priority": self.priority,
            "eta": self.next_try_at,
        }

    def _job_key(self):
        return f"pos.bridge.transfer,{self.id}"

    def _get_pending_jobs(self):
        """Jobs of these transfers that were not started yet."""
        keys = [transfer._job_key() for transfer in self]
        return (
            self.env["queue.job"]
            .sudo()
            .search([("identity_key", "in", keys), ("state", "=", "pending")])
        )
