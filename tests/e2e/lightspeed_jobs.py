"""What the Odoo processes do with an account at a simulated Lightspeed.

Every public function is a job, as those of ``cafe`` are.
"""

import os
from datetime import date, timedelta
from pathlib import Path

import cafe

from odoo import Command, fields

#: Where the processes that are started together wait for each other.
meeting = None


def open_account(env, url):
    """An integration that knows where Lightspeed is, and one outlet with a storage
    unit; returns where the browser has to be sent back to.
    """
    realm = f"{url}/realms/k-series/protocol/openid-connect"
    integration = env["pos.bridge.integration"].create(
        {
            "name": "Lightspeed",
            "connector": "lightspeed",
            "lightspeed_api_url": url,
            "lightspeed_authorize_url": f"{realm}/auth",
            "lightspeed_exchange_url": f"{realm}/token",
            "lightspeed_confirmed": True,
        }
    )
    env.cr.commit()
    return integration.oauth2_redirect_uri


def begin_to_connect(env, client_id, secret):
    """A person enters what Lightspeed issued, presses Connect: the page's address."""
    integration = _integration(env)
    integration.write(
        {"lightspeed_client": client_id, "lightspeed_client_secret": secret}
    )
    action = integration.action_authorize()
    env.cr.commit()
    return action["url"]


def come_back(env, state, code):
    """The browser is sent back; what the banner says then, good or bad."""
    integration, nonce = env["pos.bridge.integration"]._oauth2_find(state)
    integration._oauth2_receive(nonce, code, None, None)
    env.cr.commit()
    return integration.connection_success or integration.connection_failure


def open_restaurant(env):
    """The first location takes coffee from a storage unit, one for each cup."""
    integration = _integration(env)
    env.ref("uom.decimal_product_uom").digits = 5
    integration.action_sync_items()
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    unit = env["stock.location"].create(
        {
            "name": "Bar",
            "location_id": warehouse.view_location_id.id,
            "is_storage_unit": True,
        }
    )
    outlet = integration.outlet_ids.sorted("external_id")[0]
    outlet.storage_ids = [Command.create({"location_id": unit.id})]
    category = env["product.category"].create({"name": "Ingredients"})
    kg = env.ref("uom.product_uom_kgm")
    beans = cafe._product(env, "Coffee", kg, category)
    env["stock.quant"]._update_available_quantity(beans, unit, 1000)
    coffee = integration.item_ids.filtered(lambda item: item.sku == "COFFEE")
    vals = {"map_type": "ingredient", "product_id": beans.id}
    env["pos.bridge.mapping"].create({"item_id": coffee.id, **vals})
    env.cr.commit()
    return outlet.external_id


def ask(env, day):
    """Queue a day of the outlet that has a storage unit; the day's id."""
    outlet = _integration(env).outlet_ids.filtered("storage_unit_id")
    days = env["pos.bridge.day"]._get_or_create(outlet, [date.fromisoformat(day)])
    env["pos.bridge.transfer"]._enqueue(days, "automatic")
    env.cr.commit()
    return days.id


def add_manager(env, login):
    """Somebody who may set up the connection, and nothing else of Odoo."""
    group = env.ref("pos_inventory_bridge.pos_bridge_group_manager")
    vals = {"name": "Boss", "login": login, "password": login}
    env["res.users"].create({**vals, "group_ids": [Command.set(group.ids)]})
    env.cr.commit()


def grow_old(env):
    """The access token is as old as it can be."""
    token = _integration(env)._secret_rows(["access_token"])
    token.expires_at = fields.Datetime.now() - timedelta(minutes=1)
    env.cr.commit()


def use_together(env):
    """One of several processes that need the till at one moment; what it sees there."""
    integration = _integration(env)
    meeting.wait(60)
    outlets = integration._connector().fetch_outlets(integration)
    return [outlet.name for outlet in outlets]


def run_queue(env, kill=None, process_file=None):
    """What the scheduler does; the process may die before or after a method, or says
    who it is, so that somebody else can kill it.
    """
    if kill:
        cafe._kill_at(env, *kill)
    if process_file:
        Path(process_file).write_text(str(os.getpid()), encoding="utf-8")
    env["pos.bridge.transfer"]._cron_run_queued()
    env.cr.commit()


def told(env):
    """What the person who looks after the connection finds."""
    integration = _integration(env)
    transfer = env["pos.bridge.transfer"].search([], limit=1)
    return {
        "state": integration.state,
        "activities": integration.activity_ids.mapped("summary"),
        "transfer": transfer.state,
        "error": transfer.error or "",
    }


def _integration(env):
    return env["pos.bridge.integration"].search([("connector", "=", "lightspeed")])
