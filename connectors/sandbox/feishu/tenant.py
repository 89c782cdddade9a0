"""What the tenant shows now: the company's lists, with what was written into them from outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.sandbox.feishu import interviews, people, recruiting, words
from connectors.sandbox.feishu.rows import Entities, Json, Listed, entities
from connectors.sandbox.kit import CompanyView, Written

APPLICATIONS = "applications"
_LISTS: dict[str, Callable[[Entities], Listed]] = {
    "jobs": recruiting.jobs,
    "job_requirements": recruiting.job_requirements,
    "talents": recruiting.talents,
    APPLICATIONS: recruiting.applications,
    "interviews": interviews.interviews,
    "evaluations": interviews.evaluations,
    "offers": recruiting.offers,
    "employees": people.employees,
    "semesters": people.semesters,
    "review_datas": people.review_datas,
}


class Lists:
    """Every list at one instant, made when it is first asked for."""

    def __init__(self, company: CompanyView, at: datetime, written: Written) -> None:
        self._rows = entities(company, at)
        self._written = written
        self._made: dict[str, Listed] = {}

    def listed(self, name: str) -> Listed:
        """A list by its name."""
        if name not in self._made:
            made = _LISTS[name](self._rows)
            if name == APPLICATIONS:
                for key, values in self._written.records(APPLICATIONS).items():
                    moved(made, key, values)
            self._made[name] = made
        return self._made[name]

    @property
    def interview_records(self) -> Listed:
        """The records of all interviews."""
        if "interview_records" not in self._made:
            self._made["interview_records"] = interviews.records_of(self.listed("interviews"))
        return self._made["interview_records"]

    def offers_of(self, talent_id: str) -> list[Json]:
        """The offers of one talent, as the list shows them."""
        applications = self.listed(APPLICATIONS).by_id
        return [
            recruiting.offer_summary(offer)
            for offer in self.listed("offers").records
            if applications[offer["application_id"]]["talent_id"] == talent_id
        ]


def moved(applications: Listed, key: str, values: Any) -> None:
    """Show an application in the stage to which it was moved from outside."""
    application = applications.by_id.get(key)
    if application is None:
        return
    stage_id, at = values["stage_id"], str(values["entered_ms"])
    _, name, kind = words.STAGES[words.STAGE_OF_ID[stage_id]]
    application["stage"] = {"id": stage_id, "zh_name": name, "en_name": "", "type": kind}
    times = application["stage_time_list"]
    if times and not times[-1]["exit_time"]:
        times[-1]["exit_time"] = at
    times.append({"stage_id": stage_id, "enter_time": at, "exit_time": ""})
    application["modify_time"] = at
    applications.changed_ms[applications.records.index(application)] = values["entered_ms"]
