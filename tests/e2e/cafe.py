"""What the Odoo processes of the end-to-end tests do: a café, its till, its queue.

Every public function is a job: it gets the environment of its own process and commits
what it does.
"""

import functools
import io
import itertools
import os
import signal
import time
from datetime import date, timedelta
from decimal import Decimal

import polib

from odoo import Command, fields
from odoo.service.model import retrying
from odoo.tools.translate import trans_export

from odoo.addons.pos_inventory_bridge.tools.records import (
    SaleData,
    SaleLineData,
    SalesDay,
)

#: Where the processes that are started together wait for each other.
meeting = None

# === OPENING === #


def open_cafe(env, outlets=("bar",), units=1):
    """Three ingredients, a recipe, and a till that sells four items.

    :param units: how many storage units the outlets deduct from, in turn
    """
    env.ref("uom.decimal_product_uom").digits = 5
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    units = env["stock.location"].create(
        [
            {
                "name": f"Bar {number}" if number else "Bar",
                "location_id": warehouse.view_location_id.id,
                "is_storage_unit": True,
            }
            for number in range(units)
        ]
    )
    integration = env["pos.bridge.integration"].create(
        {"name": "Till", "connector": "none", "shrink_limit": 1.0}
    )
    for name, unit in zip(outlets, itertools.cycle(units), strict=False):
        env["pos.bridge.outlet"].create(
            {
                "integration_id": integration.id,
                "external_id": name,
                "name": name.title(),
                "tz": "Europe/Berlin",
                "storage_ids": [Command.create({"location_id": unit.id})],
            }
        )
    _map_items(env, integration)
    ingredients = env["product.product"].search([("categ_id.name", "=", "Ingredients")])
    for product, unit in itertools.product(ingredients, units):
        # Enough of everything: what a shortage says depends on the order of the days.
        env["stock.quant"]._update_available_quantity(product, unit, 1000)
    env.cr.commit()


def _map_items(env, integration):
    kg, piece = env.ref("uom.product_uom_kgm"), env.ref("uom.product_uom_unit")
    category = env["product.category"].create({"name": "Ingredients"})
    category.property_cost_method = "average"
    coffee, tomato = (
        _product(env, name, kg, category) for name in ("Coffee", "Tomato")
    )
    cola, bun = (_product(env, name, piece, category) for name in ("Cola", "Bun"))
    lines = ((bun, 1, 0), (tomato, 0.05, 10))
    burger = env["mrp.bom"].create(
        {
            "product_tmpl_id": _product(
                env, "Burger", piece, category
            ).product_tmpl_id.id,
            "type": "recipe",
            "bom_line_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_qty": quantity,
                        "trim_percentage": trim,
                    }
                )
                for product, quantity, trim in lines
            ],
        }
    )
    targets = {
        "ESP": {"map_type": "ingredient", "product_id": coffee.id, "quantity": 0.009},
        "COLA": {"map_type": "ingredient", "product_id": cola.id},
        "BURGER": {"map_type": "recipe", "bom_id": burger.id},
        "SEASON": None,
    }
    for code, target in targets.items():
        item = env["pos.bridge.item"].create(
            {
                "integration_id": integration.id,
                "external_id": code,
                "name": code.title(),
            }
        )
        if target:
            env["pos.bridge.mapping"].create({"item_id": item.id, **target})


def _product(env, name, unit, category):
    return env["product.product"].create(
        {
            "name": name,
            "type": "consu",
            "is_storable": True,
            "uom_id": unit.id,
            "categ_id": category.id,
            "standard_price": 2.0,
        }
    )


# === THE TILL === #


def _told(receipts, business_date):
    """``{receipt: {item: quantity}}`` as the connector hands it over."""
    return SalesDay(
        complete=True,
        sales=[
            SaleData(
                external_id=name,
                business_date=business_date,
                lines=[
                    SaleLineData(
                        external_id=code,
                        name=code.title(),
                        item_external_id=code,
                        quantity=Decimal(quantity),
                        amount_net=Decimal(10 * quantity),
                    )
                    for code, quantity in lines.items()
                ],
            )
            for name, lines in receipts.items()
        ],
    )


def _set_till(env, till):
    """``till``: {date: {receipt: {item: quantity}}}, the same at every outlet."""

    def fetch_sales(connector, outlet, business_date):
        return _told(till.get(str(business_date), {}), business_date)

    env.registry["pos.bridge.connector.none"].fetch_sales = fetch_sales


def upload(env, text):
    """A file of the till comes in; its days wait to be run, as after an upload."""
    integration = env["pos.bridge.integration"].search([("name", "=", "Till")])
    integration.connector = "csv"
    integration.csv_layout_ids.is_confirmed = True
    files = env["pos.bridge.csv.file"]
    file, _is_new = files._store(integration, "sales.csv", text.encode())
    file._queue()._dispatch()
    env.cr.commit()


# === THE QUEUE === #


def make_day(env, day, outlet="bar"):
    """The day is there, and nothing is asked of it."""
    found = env["pos.bridge.outlet"].search([("external_id", "=", outlet)])
    found = env["pos.bridge.day"]._get_or_create(found, [date.fromisoformat(day)])
    env.cr.commit()
    return found.id


def ask(env, day):
    """Queue a transfer for a day, as the scheduler does."""
    days = env["pos.bridge.day"].browse(make_day(env, day))
    env["pos.bridge.transfer"]._enqueue(days, "automatic")
    env.cr.commit()


def ask_many(env, dates):
    """Queue all these days of every outlet."""
    dates = [date.fromisoformat(day) for day in dates]
    for outlet in env["pos.bridge.outlet"].search([]):
        days = env["pos.bridge.day"]._get_or_create(outlet, dates)
        env["pos.bridge.transfer"]._enqueue(days, "migration")
    env.cr.commit()


def dispatch(env, day, **vals):
    """Queue a transfer for a day and have it run; not necessarily now."""
    days = env["pos.bridge.day"].browse(make_day(env, day))
    env["pos.bridge.transfer"]._enqueue(days, "manual", **vals)._dispatch()
    env.cr.commit()


def run_as_job(env, day, busy=False):
    """What a worker of the job queue does; the name of the error, if it is one."""
    if busy:
        from odoo.addons.pos_inventory_bridge_queue_job.models import (
            pos_bridge_transfer as job,
        )

        job.SECONDS_BETWEEN_LOOKS = 0.001
        env.registry["pos.bridge.transfer"]._run_once = lambda _transfer: "others"
    day = env["pos.bridge.day"].browse(make_day(env, day))
    try:
        day.transfer_ids._run_as_job()
    except Exception as error:  # noqa: BLE001 - the test says which one it shall be
        return type(error).__name__, error.ignore_retry
    finally:
        env.cr.commit()


def pass_time(env):
    """The minutes are over that a run waits which others were always ahead of."""
    soon = fields.Datetime.now() + timedelta(minutes=10)
    waiting = [("state", "=", "queued"), ("next_try_at", "<=", soon)]
    transfers = env["pos.bridge.transfer"].search(waiting)
    transfers.next_try_at = False
    transfers._dispatch()
    env.cr.commit()


def schedule(env, workers):
    """So many scheduled actions run the queue side by side, and there are no others."""
    first = env.ref("pos_inventory_bridge.ir_cron_run_queued")
    crons = env["ir.cron"].with_context(active_test=False).search([])
    there = crons.filtered(lambda cron: cron.code == first.code)[:workers]
    crons.active = False
    there.active = True
    for number in range(len(there), workers):
        name = f"{first.name} ({number + 1})"
        first.copy({"cron_name": name, "nextcall": fields.Datetime.now()})
    env.cr.commit()


def run_queue(env, till, kill=None, times=1):
    """What the scheduler does, as often as it would be started."""
    _set_till(env, till)
    if kill:
        _kill_at(env, *kill)
    for _time in range(times):
        env.ref("pos_inventory_bridge.ir_cron_run_queued").method_direct_trigger()


def _kill_at(env, model, method, is_before, nth=1):
    """The process dies at the nth call of a method, before or after its work."""
    model_class = env.registry[model]
    original = getattr(model_class, method)
    calls = []

    @functools.wraps(original)
    def deadly(*args, **kwargs):
        calls.append(method)
        if is_before and len(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if len(calls) == nth:
            args[0].env.flush_all()  # whatever it wrote is in PostgreSQL's hands
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(model_class, method, deadly)


def _meet_before(env, model, method):
    """The process waits for the other one before its first call of a method."""
    model_class = env.registry[model]
    original = getattr(model_class, method)
    met = []

    @functools.wraps(original)
    def polite(*args, **kwargs):
        if not met:
            met.append(meeting.wait(60))
        return original(*args, **kwargs)

    setattr(model_class, method, polite)


def run_queue_together(env, till, before):
    """What a scheduler does; it waits for another one before a method of the run."""
    _set_till(env, till)
    _meet_before(env, *before)
    env["pos.bridge.transfer"]._cron_run_queued()
    env.cr.commit()


def share_queue(env, till):
    """One of several workers; the days that it posted, in order."""
    _set_till(env, till)
    model_class = env.registry["pos.bridge.transfer"]
    original = model_class._compute_and_post
    posted = []

    def noting(transfer):
        result = original(transfer)
        day = [transfer.outlet_id.external_id, str(transfer.business_date)]
        if day not in posted:  # one that met the other worker is computed again
            posted.append(day)
        return result

    model_class._compute_and_post = noting
    meeting.wait(60)
    env["pos.bridge.transfer"]._cron_run_queued()
    env.cr.commit()
    return posted


def die_while_asking(env, till, seconds):
    """A worker that is killed while the till keeps it waiting."""
    _set_till(env, till)

    def fetch_sales(connector, outlet, business_date):
        meeting.wait(60)
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGKILL)

    env.registry["pos.bridge.connector.none"].fetch_sales = fetch_sales
    env["pos.bridge.transfer"]._cron_run_queued()


def click_together(env, till, day_id, trigger, before=None):
    """What a click does, as the server does it: started again where Odoo would."""
    _set_till(env, till)
    if before:
        _meet_before(env, *before)
    else:
        meeting.wait(60)
    retrying(lambda: env["pos.bridge.day"].browse(day_id)._run_now(trigger), env)


# === THE BOOKS === #


def lock_period(env, until, when):
    """An accountant closes a period while a day is being posted.

    :param when: "before" - it is closed when the other one comes to the meeting;
        "meanwhile" - it is being closed then; "after" - not before
    """
    if when == "after":
        meeting.wait(60)
    env.company.fiscalyear_lock_date = until
    env.flush_all()
    if when == "meanwhile":
        meeting.wait(60)
        time.sleep(0.5)
    env.cr.commit()
    if when == "before":
        meeting.wait(60)


def keep_books(env):
    """Accounts, and stock that is booked when the period is closed."""
    company = env.company
    env["account.chart.template"].try_loading("generic_coa", company, False)
    places = env["pos.bridge.outlet"].search([]).consumption_location_id
    places.valuation_account_id = company._get_pos_bridge_cost_account()
    env.cr.commit()
    env.company.action_close_stock_valuation(auto_post=True)
    env.cr.commit()


def change_price(env):
    """Something to close: without it core refuses."""
    env["product.product"].search([("name", "=", "Cola")]).standard_price += 1
    env.cr.commit()


def close_valuation(env, when, is_draft):
    """An accountant closes the stock valuation while a day is being posted.

    :param when: as ``lock_period`` takes it
    :param is_draft: the entry was made before, and is posted now
    """
    drafts = env["account.move"]
    if is_draft:
        action = env.company.action_close_stock_valuation()
        drafts = drafts.browse(action["res_id"])
        env.cr.commit()

    def close():
        if drafts:
            drafts._post()
        else:
            env.company.action_close_stock_valuation(auto_post=True)
        env.flush_all()
        if when == "meanwhile":
            meeting.wait(60)
            time.sleep(0.5)

    if when == "after":
        meeting.wait(60)
    retrying(close, env)
    if when == "before":
        meeting.wait(60)


def last_closing(env):
    return str(env.company._get_last_closing_date())


# === TRANSLATION === #


def messages(env, add_on):
    """What Odoo finds to be translated."""
    with io.BytesIO() as file:
        trans_export(False, [add_on], file, "po", env)
        exported = polib.pofile(file.getvalue().decode())
    return [entry.msgid for entry in exported]
