import logging
import re

from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.pos_bridge_oauth2 import PATH

FORM = "/odoo/action-pos_inventory_bridge.pos_bridge_integration_action"


class OAuth2Controller(http.Controller):
    @http.route(PATH, type="http", auth="user", methods=["GET"], sitemap=False)
    def callback(
        self, state=None, code=None, error=None, error_description=None, **_unknown
    ):
        """The till's page sent the browser back; what it told ends in a banner."""
        try:
            integration, nonce = request.env["pos.bridge.integration"]._oauth2_find(
                state
            )
        except UserError as refusal:
            raise Forbidden(str(refusal)) from None
        integration._oauth2_receive(nonce, code, error, error_description)
        return request.redirect(f"{FORM}/{integration.id}")


class _WithoutCode(logging.Filter):
    """The address that the browser came back to has a code in it, which lets somebody
    in for a moment: the server's list of requests does not show it.
    """

    query = re.compile(rf"({re.escape(PATH)})\?\S*")

    def filter(self, record):
        message = record.getMessage()
        if PATH in message:
            record.msg, record.args = self.query.sub(r"\1", message), ()
        return True


logging.getLogger("werkzeug").addFilter(_WithoutCode())
