from . import (
    pos_bridge_booking,
    pos_bridge_consumption_report,
    pos_bridge_correction_report,
    pos_bridge_cost,
    pos_bridge_exception_cause,
    pos_bridge_ledger,
    pos_bridge_sold,
    pos_bridge_stock,
)
