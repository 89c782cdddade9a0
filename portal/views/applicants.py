"""Whose an application is, for pages that know it by its source and id only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal.cards import LiveDesk
from portal.views.talent import names_of
from portal.views.values import word
from talentloop.errors import PublishError


@dataclass(frozen=True)
class Applicant:
    """An application, with its person as far as the published copy knows one."""

    application: str
    person_key: str | None = None
    name: str | None = None
    position: str | None = None


def applicants(desk: LiveDesk, applications: Collection[str]) -> dict[str, Applicant]:
    """Whose the applications (`source:id`) are; before the first publication nobody is known."""
    wanted = sorted(set(applications))
    found = {each: Applicant(each) for each in wanted}
    if not wanted:
        return found
    try:
        rows = desk.report(
            "application_persons", applications=",".join(wanted), limit=len(wanted)
        ).rows
    except PublishError:
        return found
    keys = {str(row["application"]): word(row, "person_key") for row in rows}
    names = names_of(desk.frame.settings, [key for key in keys.values() if key])
    for row in rows:
        application = str(row["application"])
        key = keys[application]
        name = names.get(key) if key else None
        found[application] = Applicant(application, key, name, word(row, "requisition_title"))
    return found
