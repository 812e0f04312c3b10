from . import (
    pos_bridge_booking,
    pos_bridge_exception_cause,
    pos_bridge_ledger,
    pos_bridge_stock,
)
