from . import columns, reader, sheet
