"""The list of persons and the profile of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.render import render
from portal.routes.request import DeskGiven
from portal.views.person import check_key, person_page
from portal.views.talent import Sought, talent_page
from talentloop.ops import audit

router = APIRouter()
VIEWER = "portal:local"  # who reads, until there are users


@router.get("/talent")
def talent(
    desk: DeskGiven,
    q: Annotated[str, Query(max_length=60)] = "",
    department: str | None = None,
    job_family: str | None = None,
    outcome: str | None = None,
    high_potential: str | None = None,
    sort: str | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Persons, searched and filtered."""
    sought = Sought(
        q.strip(),
        department or None,
        job_family or None,
        outcome or None,
        bool(high_potential),
        sort or "recent",
        page,
    )
    return render(desk.frame, "talent_list.html", page=talent_page(desk, sought))


@router.get("/talent/{person_key}")
def person(desk: DeskGiven, person_key: str) -> Response:
    """The profile of one person. Each view is written to the audit trail."""
    view = person_page(desk, check_key(person_key))
    if view is None:
        return render(desk.frame, "missing.html", status=404)
    detail = {"page": "talent", "version": desk.db.version}
    audit.record(desk.frame.settings, VIEWER, "view_profile", person_key, detail)
    return render(desk.frame, "person.html", page=view)
