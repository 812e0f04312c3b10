from . import (
    columns,
    layout,
    merge,
    presets,
    proposal,
    reader,
    rows,
    sheet,
    sold,
)
