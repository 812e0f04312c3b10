from . import columns, merge, reader, sheet
