from . import (
    pos_bridge_connector_lightspeed,
    pos_bridge_integration,
    pos_bridge_lightspeed_check,
)
