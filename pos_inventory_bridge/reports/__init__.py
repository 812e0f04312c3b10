from . import pos_bridge_ledger
