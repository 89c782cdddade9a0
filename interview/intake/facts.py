"""The facts of a résumé, each with the place that it came from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import Field

from interview.intake.document import Span
from interview.intake.periods import month_of, months_together
from interview.intake.taxonomy import LEVELS
from talentloop.strict import Strict

LevelCode = Literal["below_bachelor", "bachelor", "master", "doctor"]


class Degree(Strict):
    """A degree that the résumé names.

    Attributes:
        state_code: completed, still in progress as of the day, or given up.
    """

    level_code: LevelCode
    state_code: Literal["completed", "in_progress", "not_completed"]
    span: Span


class Major(Strict):
    """A field of study.

    Attributes:
        code: of the taxonomy; None where it is stated, but not listed there.
    """

    code: str | None
    span: Span


class Job(Strict):
    """Work for one employer; months are numbered year × 12 + month − 1.

    Attributes:
        employer: where the employer is named; None where it could not be told.
        narrow, wide: first and last month; they differ where only years are written.
        industry_codes: empty where nothing tells the industry.
    """

    employer: Span | None
    narrow: tuple[int, int]
    wide: tuple[int, int]
    is_current: bool
    is_internship: bool
    industry_codes: tuple[str, ...]
    span: Span


class Named(Strict):
    """A skill or a certificate."""

    code: str
    span: Span


class DeclaredYears(Strict):
    """Years of experience that the résumé states in so many words."""

    years: int = Field(ge=0, le=60)
    industry_codes: tuple[str, ...]
    span: Span


class Experience(Strict):
    """Months of work, at least and at most, and the months whose industry is not known."""

    at_least: int
    at_most: int
    undetermined: int = 0

    def years_at_least(self) -> float:
        """Years, rounded down to a tenth."""
        return int(self.at_least / 12 * 10) / 10


class ResumeFacts(Strict):
    """What a résumé tells as of a day. What it does not tell is simply absent."""

    as_of: date
    degrees: tuple[Degree, ...] = ()
    majors: tuple[Major, ...] = ()
    jobs: tuple[Job, ...] = ()
    skills: tuple[Named, ...] = ()
    certificates: tuple[Named, ...] = ()
    declared_years: tuple[DeclaredYears, ...] = ()

    def highest(self, states: Iterable[str] = ("completed",)) -> Degree | None:
        """The highest degree in one of the states."""
        known = [degree for degree in self.degrees if degree.state_code in tuple(states)]
        return max(known, key=lambda d: LEVELS.index(d.level_code), default=None)

    def counted_jobs(self, *, internships: bool = False) -> tuple[Job, ...]:
        """The jobs that count as experience."""
        return tuple(job for job in self.jobs if internships or not job.is_internship)

    def experience(
        self, industries: Iterable[str] = (), *, internships: bool = False
    ) -> Experience:
        """Time worked, in some industries or in any; months worked twice count once.

        `undetermined` is what jobs of unknown industry would add at most.
        """
        wanted, until = set(industries), month_of(self.as_of)
        jobs = self.counted_jobs(internships=internships)
        known = [job for job in jobs if not wanted or wanted & set(job.industry_codes)]
        perhaps = [job for job in jobs if wanted and not job.industry_codes]
        at_most = months_together((job.wide for job in known), until)
        with_perhaps = months_together((job.wide for job in [*known, *perhaps]), until)
        return Experience(
            at_least=months_together((job.narrow for job in known), until),
            at_most=at_most,
            undetermined=with_perhaps - at_most,
        )
