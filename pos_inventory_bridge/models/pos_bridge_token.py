import logging
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import keys


class _WithoutSecrets(logging.Filter):
    """On the level of debugging Odoo logs each call with all that was typed: what was
    typed into these fields is left out.
    """

    def __init__(self):
        super().__init__()
        self.names = set()

    def filter(self, record):
        message = record.getMessage()
        if any(name in message for name in self.names):
            record.msg, record.args = self._hidden(message), ()
        return True

    def _hidden(self, message):
        names = "|".join(map(re.escape, sorted(self.names)))
        text = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
        return re.sub(rf"('(?:{names})': )(?:{text})", r"\1'...'", message)


_without_secrets = _WithoutSecrets()
logging.getLogger("odoo.service.model").addFilter(_without_secrets)


def keep_out_of_logs(*names):
    """What is typed into fields of these names is not logged."""
    _without_secrets.names.update(names)


def secret_field(name, **options):
    """A field that a secret is typed into, for a connector's form:

    ``sides_password = secret_field("sides_password", string="Password")``

    What is typed becomes the secret of that name. Nobody is ever told what is stored:
    it reads empty, also for whoever has just saved it.
    """

    def hide(integrations):
        integrations[name] = False

    def keep(integrations):
        for integration in integrations:
            if integration[name]:
                integration._set_secrets({name: integration[name]})
        # What was typed would go back with the answer.
        integrations.invalidate_recordset([name], flush=False)

    keep_out_of_logs(name)
    return fields.Char(compute=hide, inverse=keep, copy=False, **options)


class PosBridgeToken(models.Model):
    """One secret. No group may read it and only the code in this file writes it.

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
    value = fields.Char(
        copy=False,
        groups=fields.NO_ACCESS,
        help="Encrypted; the key is not in the database.",
    )
    key_version = fields.Integer(help="Which key it is encrypted with.")
    expires_at = fields.Datetime()

    _unique_name = models.Constraint(
        "UNIQUE(integration_id, name)", "An integration has each secret once."
    )

    @api.model
    def _rotate(self):
        """Encrypt all anew with the first key of the key file; then older keys may be
        removed from it.

        :return: a notification that says how many were, and whose could not be read
        """
        if not (self.env.su or self.env.user._is_system()):
            raise AccessError(
                self.env._("Only an administrator encrypts secrets anew.")
            )
        tokens = self.sudo().search([("value", "!=", False)])
        unreadable = tokens.browse()
        for token in tokens:
            try:
                text = keys.decrypt(self.env, token.value)
                token.write(self._prepare_vals(text, token.expires_at))
            except keys.MissingKey:
                unreadable |= token
        return self._rotation_notification(tokens, unreadable)

    @api.model
    def _rotation_notification(self, tokens, unreadable):
        integrations = self.env["pos.bridge.integration"]
        message = self.env._(
            "Secrets encrypted anew: %(done)s of %(all)s.",
            done=len(tokens - unreadable),
            all=len(tokens),
        )
        if unreadable:
            names = ", ".join(unreadable.integration_id.mapped("name"))
            message += " " + self.env._(
                "Their key is missing, so these connect again: %s.", names
            )
        return integrations._notification(
            message, "warning" if unreadable else "success"
        )

    @api.model
    def _prepare_vals(self, text, expires_at=None):
        """The text itself stays nowhere."""
        value, version = keys.encrypt(self.env, text)
        return {"value": value, "key_version": version, "expires_at": expires_at}


class PosBridgeConnector(models.AbstractModel):
    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.connector"

    #: Fields of the integration that decide to whom its secrets are sent.
    _secret_addresses = ()


class PosBridgeIntegration(models.Model):
    """The secrets of a connection, for the code that speaks to its till."""

    # One file per concern; pylint: disable=consider-merging-classes-inherited
    _inherit = "pos.bridge.integration"

    def write(self, vals):
        """Secrets belong to the address that they were given for: whoever may change
        the address must not have them sent to a server of his own.
        """
        moved = self.filtered(lambda each: each._sends_secrets_elsewhere(vals))
        if moved:
            # Before: secrets for the new address may be among what is written.
            moved._forget_secrets()
        result = super().write(vals)
        if moved and "state" not in vals:
            moved.state = "draft"
        return result

    def _sends_secrets_elsewhere(self, vals):
        names = vals.keys() & set(self._connector()._secret_addresses)
        return any((vals[name] or False) != self[name] for name in names)

    @api.private
    def _set_secrets(self, secrets, expires_at=None):
        """Keep these secrets, encrypted.

        Whoever sets some commits before the till is asked: a token is renewed in a
        transaction of its own, which would wait for this one.

        :param secrets: {name: text}; None removes one
        :param expires_at: until when they are good, where that is known
        """
        self.ensure_one()
        rows = {row.name: row for row in self._secret_rows(list(secrets))}
        for name, text in secrets.items():
            row = rows.get(name) or self.env["pos.bridge.token"].sudo()
            if text is None:
                row.unlink()
            else:
                vals = row._prepare_vals(text, expires_at)
                self._write_secret_row(row, name, vals)
        self.env["pos.bridge.token"].flush_model()

    def _write_secret_row(self, row, name, vals):
        if row:
            row.write(vals)
        else:
            row.create({**vals, "integration_id": self.id, "name": name})

    @api.private
    def _get_secret(self, name):
        """The secret in clear, or None; raises ``MissingKey``."""
        self.ensure_one()
        row = self._secret_rows([name])
        return keys.decrypt(self.env, row.value) if row else None

    @api.private
    def _has_secret(self, name):
        """Is it there? Whether it can be read is not asked."""
        self.ensure_one()
        return bool(self._secret_rows([name]))

    @api.private
    def _forget_secrets(self, *names):
        """Remove these; all of them where none is named."""
        self._secret_rows(names).unlink()

    def _secret_rows(self, names):
        domain = [("integration_id", "in", self.ids)]
        if names:
            domain.append(("name", "in", list(names)))
        rows = self.env["pos.bridge.token"].sudo().search(domain)
        # Other transactions renew them: what was read before a commit may be old.
        rows.invalidate_recordset()
        return rows
