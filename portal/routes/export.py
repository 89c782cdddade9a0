"""Rows of a report as a file."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from portal.cards import LiveDesk
from portal.render import render
from portal.routes.request import FrameGiven
from portal.routes.talent import VIEWER
from portal.views.exporting import as_file
from talentloop.ops import audit
from talentloop.reports import all_reports

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
    given = {k: v for k, v in request.query_params.items() if k not in ("lang", "theme")}
    if "limit" in spec.parameters:
        given.setdefault("limit", str(spec.parameters["limit"].most or _EVERYTHING))
    result = LiveDesk(frame).report(name, **given)
    detail = {
        "form": form,
        "rows": len(result.rows),
        "version": result.meta.version,
        "parameters": sorted(k for k in given if k != "text"),
    }
    audit.record(frame.settings, VIEWER, "export", name, detail)
    content, media = as_file(frame, result, form)
    stamp = f"{frame.now.astimezone(frame.options.zone):%Y%m%d-%H%M}"
    disposition = f'attachment; filename="{name}-{stamp}.{form}"'
    return Response(content, media_type=media, headers={"content-disposition": disposition})
