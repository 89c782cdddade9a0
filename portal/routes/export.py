"""Rows of a report as a file."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from portal.cards import Desk, LiveDesk
from portal.render import render
from portal.routes.request import FrameGiven
from portal.routes.talent import VIEWER
from portal.views.exporting import as_file
from talentloop.ops import audit
from talentloop.reports import ReportResult, all_reports, as_result, compare_report, open_at

router = APIRouter()
_EVERYTHING = 100_000


@router.get("/export/{name}.{form}")
def export(
    frame: FrameGiven, request: Request, name: str, form: Literal["csv", "xlsx", "json"]
) -> Response:
    """A report's rows with the given parameters; each export is written to the audit trail."""
    spec = all_reports().get(name)
    if spec is None:
        return render(frame, "missing.html", status=404)
    own = ("lang", "theme", "as_of", "compare")
    given = {k: v for k, v in request.query_params.items() if k not in own}
    if "limit" in spec.parameters:
        given.setdefault("limit", str(spec.parameters["limit"].most or _EVERYTHING))
    if spec.origin == "operations":
        result = LiveDesk(frame).report(name, **given)
    else:
        with open_at(frame.settings, frame.day_asked) as db:
            result = _rows(Desk(frame, db), name, given, bool(request.query_params.get("compare")))
    detail = {
        "form": form,
        "rows": len(result.rows),
        "version": result.meta.version,
        "parameters": sorted(k for k in request.query_params if k != "text"),
    }
    audit.record(frame.settings, VIEWER, "export", name, detail)
    content, media = as_file(frame, result, form)
    stamp = f"{frame.now.astimezone(frame.options.zone):%Y%m%d-%H%M}"
    disposition = f'attachment; filename="{name}-{stamp}.{form}"'
    return Response(content, media_type=media, headers={"content-disposition": disposition})


def _rows(desk: Desk, name: str, given: dict[str, str], is_compared: bool) -> ReportResult:
    """The rows of a report, or of its comparison with earlier periods."""
    result = desk.report(name, **given)
    if not is_compared:
        return result
    made = compare_report(desk.frame.settings, result, lambda report, v: desk.report(report, **v))
    return as_result(made)
