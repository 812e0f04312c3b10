"""An integration that waits to be connected to the simulated Lightspeed.

``setup/demo --lightspeed`` calls ``main`` every time it runs: the addresses may have
changed, whatever a person has set up since stays.
"""

NAME = "Harbour Kitchen"


def main(env, odoo, lightspeed, client, secret):
    """:param odoo: where the browser is sent back to: http://127.0.0.1:8069"""
    env["ir.config_parameter"].set_param("web.base.url", odoo)
    realm = f"{lightspeed}/realms/k-series/protocol/openid-connect"
    _integration(env).write(
        {
            "lightspeed_api_url": lightspeed,
            "lightspeed_authorize_url": f"{realm}/auth",
            "lightspeed_exchange_url": f"{realm}/token",
            "lightspeed_client": client,
            "lightspeed_client_secret": secret,
        }
    )


def _integration(env):
    integrations = env["pos.bridge.integration"]
    found = integrations.search([("connector", "=", "lightspeed")], limit=1)
    # The simulated account has two businesses, one in London and one in Berlin.
    vals = {"name": NAME, "connector": "lightspeed", "lightspeed_business": "14154"}
    return found or integrations.create(vals)
