"""From the bytes of a file to its rows, one by one, whatever they mean.

CSV by Python's own ``csv``, workbooks by ``openpyxl`` in read-only mode: neither holds
more than a row at a time.
"""

import csv
import io
import zipfile
from collections import Counter
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice

from openpyxl import load_workbook

#: Beyond this a file is refused: no till sells as much, and it is kept in memory.
LARGEST_FILE = 64 * 1024 * 1024
#: A workbook is packed; what comes out of it must have an end, too.
LARGEST_WORKBOOK = 512 * 1024 * 1024
#: Of a workbook's shared texts, which have to be in memory all at once.
LARGEST_TEXTS = 128 * 1024 * 1024
SHARED_TEXTS = "xl/sharedStrings.xml"
MOST_COLUMNS = 500
#: So many show how many cells a row of this file has.
ROWS_TO_MEASURE = 50
#: Later versions of this format are archives with a list of their contents.
ARCHIVE = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


class Refusal(ValueError):
    """Why a file, or one of its rows, cannot be used.

    :param code: which sentence a person gets to read; ``values`` complete it
    """

    def __init__(self, code, **values):
        super().__init__(code, values)
        self.code = code
        self.values = values


def is_workbook(content: bytes) -> bool:
    return content.startswith((ARCHIVE, OLD_WORKBOOK))


def read_cells(content: bytes, encoding: str, delimiter: str):
    """Yield (row number as in a spreadsheet, cells) of every row that is not blank.

    Cells of a text file are texts; those of a workbook may be ``Decimal``,
    ``datetime`` or ``time``, so that nothing has to be guessed about them.

    :raises Refusal: the file as a whole cannot be used, found out at any row
    """
    if len(content) > LARGEST_FILE:
        raise Refusal("file_too_large", limit=LARGEST_FILE // 1024**2)
    if is_workbook(content):
        return _workbook_cells(content)
    return _text_cells(content, encoding, delimiter)


def read_rows(content, encoding, delimiter, columns, header_row=None):
    """Yield (row number, {column: cell}, all cells) of every row below the header.

    A row with too many or too few cells is yielded without named ones: what stands in
    which column cannot be told.

    :param columns: the names that the file must have; upper and lower case make no
        difference
    :param header_row: the number of the row that names the columns; 0 or None: the
        first that is not blank
    :raises Refusal: the file as a whole cannot be used
    """
    rows = read_cells(content, encoding, delimiter)
    _number, header = read_header(rows, header_row)
    places = _places(named_columns(header), columns)
    first = list(islice(rows, ROWS_TO_MEASURE))
    if not first:
        raise Refusal("file_without_rows")
    width = None if is_workbook(content) else _width(header, first)
    for number, cells in chain(first, rows):
        named = {}
        if width in (None, len(cells)):
            # A workbook knows the place of each cell, and leaves out empty ones.
            row = [*cells, *[""] * (len(header) - len(cells))]
            named = {name: row[at] for name, at in places.items()}
        yield number, named, cells


def _width(header, rows):
    """How many cells a row has: as many as the header, or more where all of them end
    with the same empty ones.
    """
    (width, _count), *_rest = Counter(len(cells) for _n, cells in rows).most_common()
    usual = (cells for _n, cells in rows if len(cells) == width)
    extra = [cell for cells in usual for cell in cells[len(header) :]]
    return width if width > len(header) and not any(extra) else len(header)


def read_header(rows, header_row=None):
    """Go on to the row that names the columns; (its number, its cells).

    :raises Refusal: there is none
    """
    for number, cells in rows:
        if number >= (header_row or 0):
            return number, cells
    raise Refusal("file_without_rows" if header_row else "file_empty")


def named_columns(header):
    """The names of a header as texts, without empty ones at its end."""
    names = [as_text(cell).strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    return names


def as_text(cell) -> str:
    """A cell as a person would write it, ISO dates included."""
    if isinstance(cell, datetime):
        if cell.time() == time():
            return cell.date().isoformat()
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return str(cell)


def printable(text, most):
    """The beginning of a text, as databases and people can take it."""
    return text[:most].replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _text_cells(content, encoding, delimiter):
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    text = io.TextIOWrapper(io.BytesIO(content), encoding=codec, newline="")
    number = 0
    try:
        for cells in csv.reader(text, delimiter=delimiter, strict=True):
            number += 1
            if len(cells) > MOST_COLUMNS:
                raise Refusal("too_many_columns", row=number, limit=MOST_COLUMNS)
            if any(cell.strip() for cell in cells):
                yield number, cells
    except UnicodeError as error:
        name = encoding.upper()
        raise Refusal("file_encoding", row=number + 1, encoding=name) from error
    except csv.Error as error:
        raise Refusal("file_damaged", row=number + 1) from error


def _workbook_cells(content):
    """The rows of the first sheet in which anything stands."""
    _check_archive(content)
    try:
        book = load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        for sheet in book.worksheets:
            rows = _sheet_cells(sheet)
            first = next(rows, None)
            if first:
                yield first
                yield from rows
                return
    except (Refusal, GeneratorExit, MemoryError):
        raise
    except Exception as error:
        # openpyxl raises whatever the damaged part of the archive makes it raise.
        raise Refusal("workbook_damaged") from error


def _check_archive(content):
    """Neither an old workbook, nor another archive, nor one that never ends."""
    if content.startswith(OLD_WORKBOOK):
        raise Refusal("workbook_old")
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refusal("workbook_damaged") from error
    sizes = {part.filename: part.file_size for part in parts}
    if "xl/workbook.xml" not in sizes:
        raise Refusal("file_binary")
    is_endless = sum(sizes.values()) > LARGEST_WORKBOOK
    if is_endless or sizes.get(SHARED_TEXTS, 0) > LARGEST_TEXTS:
        raise Refusal("workbook_too_large", limit=LARGEST_WORKBOOK // 1024**2)


def _sheet_cells(sheet):
    # What a file says about its own size is often wrong.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        filled = len(cells)
        while filled and cells[filled - 1] is None:
            filled -= 1
        if filled > MOST_COLUMNS:
            raise Refusal("too_many_columns", row=number, limit=MOST_COLUMNS)
        cells = [_plain_cell(cell) for cell in cells[:filled]]
        if any(as_text(cell).strip() for cell in cells):
            yield number, cells


def _plain_cell(cell):
    """Texts, numbers and times; of a formula the result that was last computed."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return Decimal(repr(cell))
    if isinstance(cell, timedelta):
        # What a clock shows beyond 24 hours is no time of a day.
        return str(cell)
    if isinstance(cell, datetime | time):
        return cell
    return str(cell)


def _places(header, columns):
    """{column: position} of the columns that are needed."""
    found = [name.casefold() for name in header]
    if any("\x00" in name for name in found):
        raise Refusal("file_binary")
    counts = Counter(found)
    missing = [name for name in columns if not counts[name.strip().casefold()]]
    if missing:
        found_names = ", ".join(header)[:200]
        raise Refusal("columns_missing", columns=", ".join(missing), found=found_names)
    twice = [name for name in columns if counts[name.strip().casefold()] > 1]
    if twice:
        raise Refusal("columns_twice", columns=", ".join(twice))
    return {name: found.index(name.strip().casefold()) for name in columns}
