"""Odoo as a script: a server with workers starts a second one of itself by this name,
which it cannot when it was started as a module.
"""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
