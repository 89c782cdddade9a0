"""Results as JSON, CSV and XLSX. Figures equal the page's, to the last displayed digit."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from talentloop.codes import Lang
from talentloop.reports.privacy import Cell, Withheld
from talentloop.reports.result import ReportResult
from talentloop.reports.spec import Column
from talentloop.reports.text import DECIMALS, CellText, rounded

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
Note = tuple[str, str]


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_RISKY) else text


def _heading(column: Column, lang: Lang, *, unit: bool) -> str:
    sign = ("（%）" if lang == "zh" else " (%)") if unit and column.format == "percent" else ""
    return column.label.text(lang) + sign


def _is_number(value: Cell, column: Column) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and column.is_number


def _plain_number(value: Cell, column: Column) -> str:
    assert isinstance(value, int | float)  # noqa: S101 - guarded by _is_number
    if column.format == "percent":
        return f"{rounded(100 * value, 1):.1f}"
    digits = DECIMALS[column.format]
    return f"{rounded(value, digits):.{digits}f}"


def table_texts(
    result: ReportResult, words: CellText, limit: int | None = None
) -> tuple[list[str], list[list[str]]]:
    """Headings and rows as texts, for a terminal."""
    heads = [c.label.text(words.lang) for c in result.columns.values()]
    rows = [
        [words.cell(row[name], column) for name, column in result.columns.items()]
        for row in result.rows[:limit]
    ]
    return heads, rows


def to_csv(result: ReportResult, words: CellText, notes: Sequence[Note] = ()) -> str:
    """Comma-separated text; `notes` stand above the headings, each behind a number sign."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for key, value in notes:
        writer.writerow([f"# {key}", safe_text(value)])
    columns = result.columns
    writer.writerow([_heading(c, words.lang, unit=True) for c in columns.values()])
    for row in result.rows:
        writer.writerow(
            [
                _plain_number(row[name], column)
                if _is_number(row[name], column)
                else "" if row[name] is None and column.codes is None
                else safe_text(words.cell(row[name], column))
                for name, column in columns.items()
            ]
        )  # fmt: skip
    return out.getvalue()


def _json_cell(value: Cell) -> object:
    if isinstance(value, Withheld):
        return {"withheld": value.kind, "bound": value.bound}
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def to_json(result: ReportResult) -> str:
    """Columns, rows and meta. A withheld cell is an object that says how much is known."""
    meta = result.meta
    content = {
        "report": meta.name,
        "title": {"zh": meta.spec.title.zh, "en": meta.spec.title.en},
        "view": meta.spec.view,
        "as_of": meta.as_of.isoformat(),
        "published_version": meta.version,
        "is_simulated": meta.is_simulated,
        "registry_version": meta.registry_version,
        "parameters": {key: _json_cell(value) for key, value in meta.parameters.items()},
        "columns": [
            {"name": n, "zh": c.zh, "en": c.en, "format": c.format, "class": c.data_class}
            for n, c in result.columns.items()
        ],
        "rows": [{k: _json_cell(v) for k, v in row.items()} for row in result.rows],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def to_xlsx(result: ReportResult, words: CellText, notes: Sequence[Note], title: str) -> bytes:
    """A workbook: first a sheet that says what this is, then the rows."""
    book = Workbook(write_only=True)
    about = book.create_sheet(title[:31])
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 22, 90
    for key, value in notes:
        about.append([_bold(about, key), _text(about, value)])
    sheet = book.create_sheet("数据" if words.lang == "zh" else "Data")
    sheet.freeze_panes = "A2"
    for index, column in enumerate(result.columns.values(), start=1):
        width = 26 if column.format in ("text", "id", "time") else 14
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append(
        [_bold(sheet, _heading(c, words.lang, unit=False)) for c in result.columns.values()]
    )
    for row in result.rows:
        sheet.append([_xlsx_cell(sheet, row[n], c, words) for n, c in result.columns.items()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx_cell(
    sheet: WriteOnlyWorksheet, value: Cell, column: Column, words: CellText
) -> SheetCell | str | float | None:
    """Plain values where they need no form of their own: styled cells cost ten times as much."""
    if _is_number(value, column):
        assert isinstance(value, int | float)  # noqa: S101 - guarded by _is_number
        if column.format == "percent":
            cell = WriteOnlyCell(sheet, value=rounded(100 * value, 1) / 100)
            cell.number_format = "0.0%"
            return cell
        return rounded(value, DECIMALS[column.format]) if column.format != "integer" else value
    if value is None and column.codes is None:
        return None
    return safe_text(words.cell(value, column))


def _text(sheet: WriteOnlyWorksheet, value: str) -> SheetCell:
    cell = WriteOnlyCell(sheet, value=safe_text(value))
    cell.data_type = "s"  # never a formula, whatever it begins with
    return cell


def _bold(sheet: WriteOnlyWorksheet, value: str) -> SheetCell:
    cell = _text(sheet, value)
    cell.font = Font(bold=True)
    return cell
