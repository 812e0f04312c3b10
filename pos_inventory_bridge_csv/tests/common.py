"""What the tests of the add-on stand on: an integration that is fed by files."""

import base64
from datetime import date

from odoo import Command
from odoo.tests import Form

from odoo.addons.pos_inventory_bridge.tests.common import PosBridgeCommon

HEADER = "date,time,outlet,receipt,line,modifies,code,name,quantity,net,kind"
DAY = date(2026, 3, 3)


class CsvCommon(PosBridgeCommon):
    """The default layout; outlet Bar, whose day starts at 05:00 in Berlin."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.integration.connector = "csv"
        cls.outlet.external_id = "Bar"
        cls.layout = cls.integration.csv_layout_ids
        cls.layout.is_confirmed = True
        cls.files = cls.env["pos.bridge.csv.file"]
        cls.beans = cls.ingredient("Coffee beans")
        cls.bottle = cls.ingredient("Cola bottle", cls.uom_unit)
        cls.stock_up(cls.beans | cls.bottle)
        cls.espresso = cls.item("ESP", cls.beans, 0.5)
        cls.cola = cls.item("COLA", cls.bottle)

    @staticmethod
    def csv(*rows, header=HEADER):
        return "\n".join((header, *rows, "")).encode()

    def store(self, content, name="sales.csv", **vals):
        """Keep a file as the back-office user does."""
        files = self.files.with_user(self.user)
        integration = self.integration.with_user(self.user)
        content = content if isinstance(content, bytes) else self.csv(*content)
        return files._store(integration, name, content, **vals)

    @classmethod
    def manager(cls):
        """Who may say how files are read."""
        group = cls.env.ref("pos_inventory_bridge.pos_bridge_group_manager")
        return cls.user.copy(
            {"login": "pos_bridge_manager", "group_ids": [Command.set(group.ids)]}
        )

    def wizard(self, content, user=None, name="sales.csv"):
        """The upload wizard, after its first step."""
        form = Form(self.env["pos.bridge.csv.upload"].with_user(user or self.user))
        form.integration_id = self.integration
        form.file = base64.b64encode(content)
        wizard = form.save()
        wizard.file_name = name
        wizard.action_read()
        return wizard

    def upload(self, content, **vals):
        """Keep a file and post its days, as the back-office user does."""
        file, _is_new = self.store(content, **vals)
        file._queue()._run_all()
        self.env.invalidate_all()
        return file
