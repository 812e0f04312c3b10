from odoo import fields, models


class PosBridgeToken(models.Model):
    """One secret. No group may read it and only the token code itself writes it.

    A table of its own, because a token is refreshed in a cursor of its own under a row
    lock: whatever else wrote or locked the row would wait for itself for ever.
    """

    _name = "pos.bridge.token"
    _description = "POS integration secret"

    integration_id = fields.Many2one(
        "pos.bridge.integration", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(
        required=True, help="Which secret: access_token, client_secret ..."
    )
    value = fields.Char(copy=False, help="Encrypted; the key is not in the database.")
    key_version = fields.Integer()
    expires_at = fields.Datetime()

    _unique_name = models.Constraint(
        "UNIQUE(integration_id, name)", "An integration has each secret once."
    )
