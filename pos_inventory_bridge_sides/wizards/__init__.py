from . import pos_bridge_sides_letter
