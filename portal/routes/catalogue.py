"""Every registered report, each as a table, and the definitions of all numbers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from portal.render import render
from portal.routes.request import LiveDeskGiven
from talentloop.reports import all_reports

router = APIRouter()
SHOWN = 200


@router.get("/catalogue")
def catalogue(desk: LiveDeskGiven) -> Response:
    """The list of reports that need no person."""
    reports = {k: v for k, v in all_reports().items() if "person" not in v.parameters}
    return render(desk.frame, "catalogue.html", reports=reports)


@router.get("/catalogue/{name}")
def report(desk: LiveDeskGiven, request: Request, name: str) -> Response:
    """One report as a table, with its parameters above it."""
    spec = all_reports().get(name)
    if spec is None or "person" in spec.parameters:
        return render(desk.frame, "missing.html", status=404)
    given = {k: v for k, v in request.query_params.items() if k not in ("lang", "theme")}
    result = desk.report(name, **given)
    return render(desk.frame, "report.html", name=name, spec=spec, result=result, shown=SHOWN)


@router.get("/definitions")
def definitions(desk: LiveDeskGiven) -> Response:
    """The metric registry in words."""
    return render(desk.frame, "definitions.html")
