"""Reading CSV files: all values stay text, so that leading zeros do."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from connectors.files.encodings import encoding_of
from connectors.files.options import StreamOptions
from connectors.files.tables import Row, Table, as_row, column_names, unreadable

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_ROWS = 50
#: A longer field is a quotation mark that was never closed.
_LONGEST_FIELD = 1_000_000
_CLOSE = "Close the quotation mark that opens before this row, or double those inside a field."


def read_csv(path: Path, options: StreamOptions) -> Table:
    """Open a CSV file.

    Raises:
        SourceError: it is empty, has no header, or is not in its encoding. Iterating raises it
            too, where quotation marks do not pair up.
    """
    encoding = encoding_of(path, options.encoding)
    delimiter = options.delimiter
    if delimiter == "auto":
        delimiter = _sniffed(path, encoding)
    rows = _cells(path, encoding, delimiter)
    header = next(islice(rows, options.header_row - 1, None), None)
    if header is None:
        raise unreadable(
            path, "it is empty", "Export it again; a file without rows keeps a header."
        )
    names = column_names(header)
    return Table(names, _rows(names, rows), options.header_row + 1)


def _rows(names: list[str], rows: Iterator[list[str]]) -> Iterator[Row]:
    for cells in rows:
        yield as_row(names, cells, exact=True)


def _cells(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Rows that are not blank."""
    csv.field_size_limit(_LONGEST_FIELD)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                if any(cell and not cell.isspace() for cell in cells):
                    yield cells
        except csv.Error as error:
            problem = f"its quotation marks do not pair up ({error})"
            raise unreadable(path, problem, _CLOSE, reader.line_num) from None
        except UnicodeDecodeError as error:
            problem = f"it is not in {encoding}: byte 0x{error.object[error.start]:02x}"
            raise unreadable(path, problem, "Save it as UTF-8.", reader.line_num) from None


def _sniffed(path: Path, encoding: str) -> str:
    """The delimiter that cuts the first rows into the most columns, all rows alike."""
    best, most = ",", 1
    for delimiter in _DELIMITERS:
        with path.open(encoding=encoding, newline="") as file:
            try:
                rows = [
                    r for r in islice(csv.reader(file, delimiter=delimiter), _SNIFFED_ROWS) if r
                ]
            except csv.Error:
                continue
        if not rows:
            continue
        width = len(rows[0])
        alike = sum(len(row) == width for row in rows)
        if width > most and alike >= 0.9 * len(rows):
            best, most = delimiter, width
    return best
