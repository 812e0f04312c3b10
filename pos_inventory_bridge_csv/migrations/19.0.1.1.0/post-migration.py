from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """What files say is kept beside them since this version: read all of them once.

    Layouts that were in use count as confirmed; their only date format was ISO.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    layouts = env["pos.bridge.csv.layout"].search([])
    layouts.write({"date_format": "ymd", "is_confirmed": True})
    # Oldest first: of what several tell of an item, the newest has the say.
    files = env["pos.bridge.csv.file"].search([], order="answers_since, id")
    files.write({"catalogue": {"items": {}, "outlets": []}})
    for file in files:
        file._read_again()
