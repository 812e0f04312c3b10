import base64
import json
from decimal import Decimal
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import formatLang

from ..models.pos_bridge_token import keep_out_of_logs
from ..tools.errors import ConnectorError
from ..tools.json_guess import Look
from ..tools.json_reader import Reader
from ..tools.wording import number_text

SHOWN_RECORDS = 30
# Guests stand in real answers.
keep_out_of_logs("answer", "answer_file")


class PosBridgeTryAnswerWizard(models.TransientModel):
    """Try the contract on a real answer of the till, and adapt it until it fits."""

    _name = "pos.bridge.try.answer.wizard"
    _inherit = "pos.bridge.sealed.sheet"
    _description = "Try a POS contract on an answer"

    integration_id = fields.Many2one(required=True)
    kind = fields.Selection(
        [("sale", "Sales of a day"), ("item", "Items"), ("outlet", "Outlets")],
        string="It Is About",
        default="sale",
        required=True,
    )
    answer = fields.Text(
        compute="_compute_answer",
        inverse="_inverse_answer",
        help="What the till answered, as it is. It is kept encrypted while this sheet "
        "is open, and then thrown away.",
    )
    answer_file = fields.Binary("Answer in a File", store=False)
    override = fields.Text(
        "Contract Override", help="Change it here, and see at once what it does."
    )
    proposal = fields.Text("Proposed Override", compute="_compute_look")
    look_html = fields.Html(compute="_compute_look", sanitize=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        integrations = self.env["pos.bridge.integration"]
        integration = integrations.browse(values.get("integration_id"))
        return {**values, "override": integration.contract_override}

    def _compute_answer(self):
        for sheet in self:
            sheet.answer = sheet._unseal()

    def _inverse_answer(self):
        for sheet in self:
            sheet._seal(sheet.answer)

    @api.onchange("answer_file")
    def _onchange_answer_file(self):
        if self.answer_file:
            content = base64.b64decode(self.answer_file)
            self.answer = content.decode("utf-8", "replace")
            self.answer_file = False

    @api.depends("answer", "override", "kind", "integration_id")
    def _compute_look(self):
        for sheet in self:
            values = sheet._look() if sheet.answer else {}
            template = "pos_inventory_bridge.try_answer_look"
            sheet.proposal = values.pop("proposal", False)
            sheet.look_html = self.env["ir.qweb"]._render(template, values)

    def _look(self):
        try:
            contract = self.integration_id._get_contract(self.override or "{}")
            answer = json.loads(self.answer, parse_float=Decimal)
        except ValidationError as error:
            return {"trouble": str(error)}
        except ValueError as error:
            text = self.env._("This is no JSON, so it cannot be an answer: %s", error)
            return {"trouble": text}
        look = Look(contract, self.kind, answer)
        override = look.contract.override if look.change else None
        return {
            "report": look.report,
            "count": len(look.rows),
            "proposal": override and json.dumps(override, indent=2, ensure_ascii=False),
            **self._read(look.contract, look.rows),
        }

    def _read(self, contract, rows):
        """What the contract, with what is proposed, makes of it."""
        integration = self.integration_id
        connector = integration._connector()
        reader = Reader(contract, integration.contract_tz or connector._contract_tz)
        try:
            with connector._spoken():
                if self.kind != "sale":
                    read = reader.items if self.kind == "item" else reader.outlets
                    return {"records": read(rows)[:SHOWN_RECORDS]}
                sales = reader.sales(rows, None, None)
        except (ConnectorError, ValueError) as error:
            return {"trouble": str(error)}
        kinds = self.env["pos.bridge.sale.line"]._fields["kind"]
        return {
            "sales": sales[:SHOWN_RECORDS],
            "kinds": dict(kinds._description_selection(self.env)),
            "refused": reader.refused,
            "notes": reader.notes,
            "number": partial(number_text, self.env),
            "money": partial(formatLang, self.env),
        }

    def _title(self):
        return self.env._("Try on an Answer")

    # === ACTIONS === #

    def action_propose(self):
        """Take over what is proposed; nothing of the connection changes yet."""
        self.override = self.proposal or self.override
        return self._action()

    def action_save(self):
        integration = self.integration_id
        if not integration.has_access("write"):
            raise UserError(self.env._("A manager of POS Inventory can save this."))
        integration.contract_override = self.override
        self.sudo().unlink()
        message = integration.env._(
            "The contract override is saved. Check the connection."
        )
        action = integration._notification(message, "success")
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action
