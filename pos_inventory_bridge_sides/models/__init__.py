from . import (
    pos_bridge_sides_settings,
    pos_bridge_connector_sides,
    pos_bridge_integration,
)
