from . import pos_bridge_sealed_sheet
from . import (
    pos_bridge_activation_wizard,
    pos_bridge_connect_wizard,
    pos_bridge_correction_wizard,
    pos_bridge_fetch_wizard,
    pos_bridge_mapping_wizard,
    pos_bridge_mapping_wizard_preview,
    pos_bridge_preview_wizard,
    pos_bridge_queue_wizard,
    pos_bridge_resume_wizard,
    pos_bridge_mapping_sheet,
    pos_bridge_suggest_wizard,
    pos_bridge_mapping_wizard_suggest,
    pos_bridge_test_wizard,
    pos_bridge_try_answer_wizard,
    stock_return_picking,
)
