from . import pos_bridge_sides_sheet
from . import pos_bridge_sides_answer, pos_bridge_sides_connect, pos_bridge_sides_letter
