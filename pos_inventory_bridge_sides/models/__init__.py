from . import pos_bridge_connector_sides, pos_bridge_integration
