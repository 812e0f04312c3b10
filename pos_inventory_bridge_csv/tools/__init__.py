from . import columns, merge, presets, proposal, reader, rows, sheet
