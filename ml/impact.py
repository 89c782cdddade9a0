"""Adverse impact: whether each stage of hiring selects from all groups alike.

At each stage the assessed are those who entered it and left it; whoever is still there is counted
apart. Selected is who went on to any later stage. Overall, the assessed are the finished
applications and the selected the hires. Whether a group gets a score at all is a selection too
(`ai_score`): whoever was asked to an AI interview and has no score, because recording or scoring
failed or was refused, is in no scoring rate and would else be seen nowhere. Each job family is compared beside the whole, since a
difference in the whole may come from where people apply (Simpson's paradox).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from ml.attributes import protected_attributes
from ml.config import AuditedAttribute
from ml.groups import GroupRate, group_rates
from talentloop.config import load_model
from talentloop.contracts.hiring import STAGES
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict
from talentloop.warehouse import open_published

OVERALL = "overall"
SCORED = "ai_score"

_APPLICATIONS = """
with asked as (
    select application_key, bool_and(status_code = 'scheduled') as is_expected
    from fct_interview
    where interview_type_code = 'ai'
    group by application_key
)
select
    person_key, job_family_code, applied_at, furthest_stage_rank, is_open, is_hired,
    asked.application_key is not null as is_asked,
    coalesce(asked.is_expected, false) as is_expected,
    overall_score_0_100 is not null as is_scored
from fct_application
left join asked using (application_key)
where not is_excluded and person_key is not null and ($source is null or source = $source)
order by application_key
"""


class ImpactRule(Strict):
    """What is compared, and from how many people on (config/impact.yml)."""

    attributes: tuple[AuditedAttribute, ...] = Field(min_length=1)
    age_bands: tuple[int, ...] = Field(min_length=1)
    counts: Literal["each", "latest"]
    min_cell: int = Field(ge=3)
    min_flag_rows: int = Field(ge=5)
    min_share: float = Field(ge=0, lt=0.5)


@dataclass(frozen=True)
class StageImpact:
    """One attribute at one stage, in one job family or in the whole (`job_family_code` None).

    Attributes:
        stage_code: the stage that selected; `ai_score` for whether there is a score; `overall` for
            applications from end to end.
        n_open: people still at the stage, who are in no rate.
    """

    stage_code: str
    job_family_code: str | None
    attribute: str
    n_open: int
    rates: tuple[GroupRate, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values. Holds groups, never persons."""
        return asdict(self)


def stage_impact(settings: Settings, *, source: str | None = None) -> list[StageImpact]:
    """Compare the groups at every stage, from the published copy and its restricted twin.

    Args:
        source: only applications of this source.

    Raises:
        ConfigError: no application is published, or config/impact.yml does not fit.
        PublishError: nothing is published, or the restricted copy cannot be opened.
    """
    rule = load_model(settings.config / "impact.yml", ImpactRule)
    with open_published(settings) as db:
        people = db.sql(_APPLICATIONS, {"source": source}).to_pandas()
    if people.empty:
        raise ConfigError(
            "No application is published" + (f" from source {source!r}" if source else ""),
            where="fct_application",
            remedy="Name a source that has been built and published.",
        )
    if rule.counts == "latest":
        newest = people["applied_at"].sort_values(kind="stable").index
        people = people.loc[newest].drop_duplicates("person_key", keep="last")
    people = people.reset_index(drop=True)
    known = protected_attributes(
        settings, people["person_key"], people["applied_at"], rule.age_bands
    )
    families = [None, *sorted(people["job_family_code"].dropna().unique())]
    return [
        found
        for family in families
        for found in _family(people, known, rule, family)
    ]  # fmt: skip


def _family(
    people: pd.DataFrame, known: pd.DataFrame, rule: ImpactRule, family: str | None
) -> Iterator[StageImpact]:
    inside = people if family is None else people[people["job_family_code"] == family]
    for stage, rows in _stages(inside):
        assessed = rows[~rows["is_waiting"]]
        for attribute in rule.attributes:
            groups = known.loc[assessed.index, attribute]
            if groups.notna().any():
                rates = group_rates(assessed["is_selected"].to_numpy(dtype=bool), groups, rule)
                waiting = int(rows["is_waiting"].sum())
                yield StageImpact(stage, family, attribute, waiting, tuple(rates))


def _stages(people: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Per stage those who entered it, whether they wait there, and whether they went on.

    A stage where nobody stopped or waits selects nobody: the process does not have it.
    """
    rank = people["furthest_stage_rank"]
    for number, stage in enumerate(STAGES[:-1], start=1):
        if not (rank == number).any():
            continue
        entered = people[rank >= number]
        went_on = entered["is_hired"] | (entered["furthest_stage_rank"] > number)
        yield stage, entered.assign(is_selected=went_on, is_waiting=entered["is_open"] & ~went_on)
    asked = people[people["is_asked"]]
    is_waiting = asked["is_expected"] & ~asked["is_scored"]
    yield SCORED, asked.assign(is_selected=asked["is_scored"], is_waiting=is_waiting)
    yield OVERALL, people.assign(is_selected=people["is_hired"], is_waiting=people["is_open"])
