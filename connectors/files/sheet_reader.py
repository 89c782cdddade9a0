"""Reading XLSX workbooks and Parquet files, with typed cells turned into texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from connectors.files.options import StreamOptions
from connectors.files.packed import check_archive
from connectors.files.tables import Row, Table, as_row, column_names, unreadable
from connectors.mapping.rejects import FaultyRow

#: Excel keeps 15 digits of a number.
_EXACT_UP_TO = 10**15


def read_xlsx(path: Path, options: StreamOptions, limit_mib: int) -> Table:
    """Open a sheet of a workbook.

    Whole numbers become texts without a fraction; dates ISO 8601.

    Raises:
        SourceError: it is no workbook, is protected, lacks the sheet, or has no header.
    """
    check_archive(path, limit_mib)
    try:
        book = CalamineWorkbook.from_path(path)
        if options.sheet is not None and options.sheet not in book.sheet_names:
            names = ", ".join(book.sheet_names)
            raise unreadable(path, f"it has no sheet {options.sheet!r}", f"It has: {names}.")
        sheet = book.get_sheet_by_name(options.sheet or book.sheet_names[0])
    except PasswordError:
        raise unreadable(path, "it is protected by a password", "Save it without one.") from None
    except CalamineError as error:
        raise unreadable(path, f"it is no workbook ({error})", "Save it as .xlsx again.") from None
    rows = (cells for cells in sheet.iter_rows() if any(cell not in ("", None) for cell in cells))
    header = next(islice(rows, options.header_row - 1, None), None)
    if header is None:
        raise unreadable(path, "the sheet is empty", "Choose another with sheet:, or export again.")
    columns = column_names([_text(cell) for cell in header])
    return Table(columns, _sheet_rows(columns, rows), options.header_row + 1)


def _sheet_rows(columns: list[str], rows: Iterator[list[Any]]) -> Iterator[Row]:
    for cells in rows:
        row = as_row(columns, [_text(cell) for cell in cells], exact=False)
        lost = [name for name, cell in zip(columns, cells, strict=False) if _is_rounded(cell)]
        if lost:
            problem = (
                f"has a number of more than 15 digits in {lost[0]!r}; the workbook has lost its "
                "last digits, so format the column as text and enter it again"
            )
            row = FaultyRow(row, problem)
        yield row


def _is_rounded(cell: object) -> bool:
    return isinstance(cell, float) and cell.is_integer() and abs(cell) >= _EXACT_UP_TO


def _text(cell: object) -> str | None:
    """The text of a typed cell, as somebody would have typed it."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def read_parquet(path: Path, rows_per_page: int) -> Table:
    """Open a Parquet file; values keep their types.

    Raises:
        SourceError: it is none, or damaged.
    """
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from None
    return Table(file.schema_arrow.names, _parquet_rows(path, file, rows_per_page))


def _parquet_rows(path: Path, file: pq.ParquetFile, rows_per_page: int) -> Iterator[Row]:
    with file:
        try:
            for batch in file.iter_batches(rows_per_page):
                yield from batch.to_pylist()
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> Exception:
    problem = f"it is no Parquet file, or damaged ({str(error).splitlines()[0]})"
    return unreadable(path, problem, "Export it again.")
