"""What the tests of the add-on stand on: an integration that is fed by files."""

from datetime import date

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

    def upload(self, content, **vals):
        """Keep a file and post its days, as the back-office user does."""
        file, _is_new = self.store(content, **vals)
        file._queue()._run_all()
        self.env.invalidate_all()
        return file
