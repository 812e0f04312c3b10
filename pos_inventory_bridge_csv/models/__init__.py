from . import (
    pos_bridge_connector_csv,
    pos_bridge_csv_format,
    pos_bridge_csv_layout,
    pos_bridge_csv_file,
    pos_bridge_csv_part,
    pos_bridge_csv_reject,
    pos_bridge_exception,
    pos_bridge_integration,
    pos_bridge_integration_setup,
)
