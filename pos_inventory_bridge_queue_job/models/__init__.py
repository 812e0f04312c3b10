from . import pos_bridge_transfer
