"""Every registered report: the list by theme, each as a page, and the definitions of all numbers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from portal.cards import Desk
from portal.frame import Edition
from portal.render import render
from portal.routes.request import FrameGiven, LiveDeskGiven
from portal.views.report import catalogue_page, report_page
from talentloop.reports import all_reports
from talentloop.reports.runner import open_at

router = APIRouter()


@router.get("/reports")
def reports(desk: LiveDeskGiven) -> Response:
    """The list of reports that need no person."""
    return render(desk.frame, "reports.html", themes=catalogue_page())


@router.get("/reports/{name}")
@router.get("/reports/{name}/table")
def report(frame: FrameGiven, desk: LiveDeskGiven, request: Request, name: str) -> Response:
    """One report: filters, figures beside earlier ones, chart, table, rows behind each figure."""
    spec = all_reports().get(name)
    if spec is None or "person" in spec.parameters:
        return render(frame, "missing.html", status=404)
    kept = ("lang", "theme", "as_of")
    given = {k: v for k, v in request.query_params.items() if k not in kept and v}
    if spec.origin == "operations":
        return render(frame, "report.html", page=report_page(desk, name, given))
    with open_at(frame.settings, frame.day_asked) as db:
        frame.edition = Edition.of(db)
        return render(frame, "report.html", page=report_page(Desk(frame, db), name, given))


@router.get("/definitions")
def definitions(desk: LiveDeskGiven) -> Response:
    """The metric registry in words."""
    return render(desk.frame, "definitions.html")
