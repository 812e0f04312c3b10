from . import pos_bridge_csv_upload
