"""The list of persons, searched by name, position, skill or key."""

from __future__ import annotations

from dataclasses import dataclass

from portal.cards import Desk
from portal.views.filters import Choice
from portal.views.values import count, word
from talentloop.errors import TalentLoopError
from talentloop.logs import get_logger
from talentloop.reports import ReportResult
from talentloop.settings import Settings
from talentloop.warehouse import identity_lookup

log = get_logger(__name__)
PER_PAGE = 30
OUTCOMES = ("open", "hired", "rejected", "withdrawn", "left")


@dataclass(frozen=True)
class Sought:
    """What the address asks for."""

    text: str = ""
    department: str | None = None
    job_family: str | None = None
    outcome: str | None = None
    high_potential: bool = False
    sort: str = "recent"
    number: int = 1


@dataclass(frozen=True)
class TalentPage:
    """One page of the list."""

    sought: Sought
    departments: list[Choice]
    job_families: list[Choice]
    outcomes: list[Choice]
    result: ReportResult
    names: dict[str, str]
    n_total: int

    @property
    def n_pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.n_total // PER_PAGE))


def names_of(settings: Settings, keys: list[str]) -> dict[str, str]:
    """Names by person key; persons without one, and all of them when the copy does not open, are
    left out, so that the page still shows what it may."""
    try:
        found = identity_lookup(settings, keys)
    except TalentLoopError as error:
        log.error("identity_lookup_failed", error=str(error))
        return {}
    return {key: who.full_name for key, who in found.items() if who.full_name}


def talent_page(desk: Desk, sought: Sought) -> TalentPage:
    """One page of the persons that the address asks for."""
    parameters: dict[str, object] = {
        "department": sought.department,
        "job_family": sought.job_family,
        "outcome": sought.outcome,
        "high_potential": sought.high_potential,
        "sort": sought.sort,
        "limit": PER_PAGE,
        "offset": (sought.number - 1) * PER_PAGE,
    }
    if sought.text:
        parameters |= {"text": sought.text, "person_keys": _keys_by_name(desk, sought.text)}
    result = desk.report("talent_list", **parameters)
    keys = [key for key in (word(r, "person_key") for r in result.rows) if key is not None]
    return TalentPage(
        sought,
        *_choices(desk, sought),
        result,
        names_of(desk.frame.settings, keys),
        count(result.rows[0], "n_total") or 0 if result.rows else 0,
    )


def _keys_by_name(desk: Desk, text: str) -> str | None:
    """Keys of persons whose name contains the text. Names never enter a query or a log."""
    wanted = text.casefold()
    keys = [str(k) for k in desk.db.sql("select person_key from talent_profile")[0].to_pylist()]
    names = names_of(desk.frame.settings, keys)
    found = [key for key, name in names.items() if wanted in name.casefold()]
    return ",".join(found) or None


def _choices(desk: Desk, sought: Sought) -> tuple[list[Choice], list[Choice], list[Choice]]:
    frame, rows = desk.frame, desk.report("filter_choices").rows
    every = Choice("", frame.t("talent.all"), False)
    departments = [
        Choice(
            str(r["value"]), frame.pick(r["name"], r["name_en"]), r["value"] == sought.department
        )
        for r in rows
        if r["filter_code"] == "department"
    ]
    values = [str(r["value"]) for r in rows if r["filter_code"] == "job_family"]
    families = [Choice(v, frame.label("job_family", v), v == sought.job_family) for v in values]
    outcomes = [Choice(v, frame.label("outcome", v), v == sought.outcome) for v in OUTCOMES]
    return [every, *departments], [every, *families], [every, *outcomes]
