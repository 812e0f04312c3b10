from . import (
    pos_bridge_csv_upload,
    pos_bridge_csv_upload_column,
    pos_bridge_csv_upload_money,
    pos_bridge_csv_upload_summary,
)
