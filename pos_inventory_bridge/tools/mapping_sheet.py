"""Mappings as a workbook: written, and read again without losing anything.

Knows nothing of Odoo. The first row, which is hidden, names the columns whatever the
language of the headings below it; a workbook without it is read by its headings.
"""

import io
import zipfile

import openpyxl
import xlsxwriter

#: Columns in their order; what a person changes comes after what an item is.
COLUMNS = (
    "integration",
    "item_id",
    "item",
    "sku",
    "group",
    "uses",
    "target",
    "code",
    "quantity",
    "unit",
    "gives_back",
    "since",
    "outlet",
    "under_item",
    "under_group",
    "reason",
    "target_id",
)
WIDTHS = {"item": 32, "target": 32, "reason": 24, "integration": 18, "group": 14}
NEEDED = {"item_id", "uses"}
#: Data has digits here.
NUMBERS = {"quantity", "since", "target_id"}
MOST_ROWS = 20_000
MOST_BYTES = 10 * 2**20
#: What a workbook may become when it is unpacked.
MOST_UNPACKED = 200 * 2**20
HEADER_WITHIN = 10


class SheetRefused(Exception):
    """The file as a whole cannot be read; ``code`` says why."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.code, self.values = code, values


def write_sheet(rows, headings, title):
    """A workbook of rows, each a dict by column, as bytes."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(title[:31]), book.add_format({"bold": True})
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, COLUMNS)
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.write_row(1, 0, [headings[name] for name in COLUMNS], bold)
        sheet.freeze_panes(2, 3)
        for place, name in enumerate(COLUMNS):
            is_hidden = {"hidden": True} if name == "target_id" else {}
            sheet.set_column(place, place, WIDTHS.get(name, 12), None, is_hidden)
        for number, row in enumerate(rows, 2):
            for place, name in enumerate(COLUMNS):
                _write_cell(sheet, number, place, row.get(name), date)
    return out.getvalue()


def _write_cell(sheet, number, place, value, date):
    if value is None or value is False or value == "":
        return
    if isinstance(value, (int, float)):
        sheet.write_number(number, place, value)
    elif isinstance(value, str):
        sheet.write_string(number, place, value)
    else:
        sheet.write_datetime(number, place, value, date)


def read_sheet(content, headings):
    """[(number of the row, {column: value})] of a workbook.

    :param headings: {column: heading} in the language of the reader
    :raises SheetRefused: it is no workbook, or has no column that says the item
    """
    rows = _read_cells(content)
    known = {name: name for name in COLUMNS}
    known |= {text.casefold(): name for name, text in headings.items()}
    start, columns = _find_header(rows, known)
    if rows[start:] and _is_heading(rows[start][1], columns):
        start += 1
    read = []
    for number, cells in rows[start:]:
        row = {columns[p]: _plain(cell) for p, cell in enumerate(cells) if p in columns}
        row = {name: value for name, value in row.items() if value not in (None, "")}
        if row:
            read.append((number, row))
    if not read:
        raise SheetRefused("empty")
    return read


def _read_cells(content):
    """[(number, cells)] of the first sheet."""
    if len(content) > MOST_BYTES:
        raise SheetRefused("too_large", size=MOST_BYTES // 2**20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise SheetRefused("too_large", size=MOST_BYTES // 2**20)
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
        rows = book.worksheets[0].iter_rows(values_only=True)
        cells = []
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                raise SheetRefused("too_many", rows=MOST_ROWS)
            cells.append((number, row))
        return cells
    except SheetRefused:
        raise
    except Exception as error:
        # A damaged workbook fails in any way that there is.
        raise SheetRefused("unreadable") from error


def _find_header(rows, known):
    """(index of the first row with data, {place: column})"""
    found = None
    for index, (_number, cells) in enumerate(rows[:HEADER_WITHIN]):
        names = [known.get(str(cell or "").strip().casefold()) for cell in cells]
        if set(names) >= NEEDED:
            found = index + 1, {p: name for p, name in enumerate(names) if name}
    if not found:
        raise SheetRefused("no_header")
    return found


def _is_heading(cells, columns):
    """Whether this row is headings in a language that the reader does not use: each
    cell is filled, and with words where data has digits.
    """
    texts = {columns[p]: cell for p, cell in enumerate(cells) if p in columns}
    return (
        texts.keys() >= {"quantity", "since"}
        and len(texts) == len(columns)
        and all(isinstance(text, str) and text.strip() for text in texts.values())
        and not any(
            letter.isdigit()
            for name in NUMBERS & texts.keys()
            for letter in texts[name]
        )
    )


def _plain(cell):
    """Texts without blanks around them, and 12 for the code 12.0."""
    if isinstance(cell, str):
        return cell.strip()
    if hasattr(cell, "date"):
        return cell.date()
    return cell
