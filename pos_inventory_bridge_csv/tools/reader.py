"""From the bytes of a file to its rows, one by one, whatever they mean."""

import csv
import io
from collections import Counter

#: Beyond this a file is refused: it is read in memory, and no till sells as much.
LARGEST_FILE = 64 * 1024 * 1024


class Refusal(ValueError):
    """Why a file, or one of its rows, cannot be used.

    :param code: which sentence a person gets to read; ``values`` complete it
    """

    def __init__(self, code, **values):
        super().__init__(code, values)
        self.code = code
        self.values = values


def read_rows(content: bytes, encoding: str, delimiter: str, columns: list[str]):
    """Yield (row number as in a spreadsheet, {column: cell}, all cells of the row).

    A row with too many or too few cells is yielded without named ones: what stands in
    which column cannot be told.

    :raises Refusal: the file as a whole cannot be used
    """
    if len(content) > LARGEST_FILE:
        raise Refusal("file_too_large", limit=LARGEST_FILE // 1024**2)
    rows = _cells(content, encoding, delimiter)
    header = next(rows, (1, None))[1]
    if not header:
        raise Refusal("file_empty")
    places = _places(header, columns)
    number = None
    for number, cells in rows:
        known = len(cells) == len(header)
        named = {name: cells[place] for name, place in places.items()} if known else {}
        yield number, named, cells
    if number is None:
        raise Refusal("file_without_rows")


def _cells(content, encoding, delimiter):
    """Yield (row number, cells) of every row that is not blank."""
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    text = io.TextIOWrapper(io.BytesIO(content), encoding=codec, newline="")
    number = 0
    try:
        for cells in csv.reader(text, delimiter=delimiter, strict=True):
            number += 1
            if any(cell.strip() for cell in cells):
                yield number, cells
    except UnicodeDecodeError as error:
        name = encoding.upper()
        raise Refusal("file_encoding", row=number + 1, encoding=name) from error
    except csv.Error as error:
        raise Refusal("file_damaged", row=number + 1) from error


def _places(header, columns):
    """{column: position}; upper and lower case make no difference."""
    found = [name.strip().casefold() for name in header]
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
