"""The list of applications behind a figure."""

from __future__ import annotations

from dataclasses import dataclass

from portal.cards import Desk
from portal.views.filters import Asked, Filters, read_filters
from portal.views.values import count
from talentloop.reports import ReportResult

PER_PAGE = 50


@dataclass(frozen=True)
class ApplicationsPage:
    """One page of the list."""

    filters: Filters
    stage: str | None
    exit_code: str | None
    result: ReportResult
    n_total: int
    number: int

    @property
    def n_pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.n_total // PER_PAGE))


def applications_page(
    desk: Desk, asked: Asked, stage: str | None, exit_code: str | None, number: int
) -> ApplicationsPage:
    """One page of the applications that the filters, a stage and a result select."""
    filters = read_filters(desk, asked)
    result = desk.report(
        "application_list",
        **filters.cohort,
        stage=stage,
        exit=exit_code,
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )
    n_total = count(result.rows[0], "n_total") or 0 if result.rows else 0
    return ApplicationsPage(filters, stage, exit_code, result, n_total, number)
