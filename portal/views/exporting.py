"""Files of a report: the same rows as the page, with a first sheet that says what they are."""

from __future__ import annotations

from portal.frame import Frame
from talentloop.reports import ReportResult
from talentloop.reports.export import Note, to_csv, to_json, to_xlsx
from talentloop.reports.parameters import Value

VIEWER_KEY = "frame.viewer"


def notes(frame: Frame, result: ReportResult) -> list[Note]:
    """What a reader of the file must know: what, who, when, which filters, which data."""
    meta, t = result.meta, frame.t
    found = [
        (t("export.report"), f"{meta.spec.title.text(frame.lang)} ({meta.name})"),
        (t("export.about"), meta.spec.about.text(frame.lang)),
        (t("definition.view"), frame.label("view", meta.spec.view)),
        (t("export.viewer"), t(VIEWER_KEY)),
        (t("export.made"), frame.time(frame.now)),
        (t("export.filters"), _filters(frame, meta.parameters)),
        (t("frame.as_of"), frame.time(meta.as_of)),
        (t("frame.version"), meta.version or t("export.live")),
        (t("frame.registry"), meta.registry_version),
        (t("export.rows"), f"{len(result.rows):,} × {len(result.columns)}"),
    ]
    if meta.is_simulated:
        found.insert(0, (t("export.simulated"), t("frame.simulated")))
    return found


def _filters(frame: Frame, parameters: dict[str, Value]) -> str:
    shown = [
        f"{name} = {value:%Y-%m}" if hasattr(value, "strftime") else f"{name} = {value}"
        for name, value in parameters.items()
        if value is not None and name not in ("limit", "offset", "person_keys")
    ]
    return "; ".join(shown) or frame.t("export.no_filters")


def as_file(frame: Frame, result: ReportResult, form: str) -> tuple[bytes, str]:
    """The content of a file and its media type. CSV begins with a mark that Excel knows."""
    if form == "json":
        return to_json(result).encode(), "application/json"
    if form == "csv":
        text = to_csv(result, frame.words, notes(frame, result))
        return b"\xef\xbb\xbf" + text.encode(), "text/csv; charset=utf-8"
    title = frame.t("export.sheet")
    content = to_xlsx(result, frame.words, notes(frame, result), title)
    return content, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
