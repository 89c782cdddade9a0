"""Adverse impact of selection, on a few published applications worked by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest
import yaml

from ml.groups import GroupRate
from ml.impact import stage_impact
from talentloop.settings import PROJECT_ROOT, Settings
from tests.ml.synthetic import protected_rows, publish_relations

DAY = pd.Timestamp("2026-03-01", tz="UTC")


def applied(gender: str, n: int, hired: int, family: str = "rd", again: int = 0) -> pd.DataFrame:
    """`n` people rejected or hired at once; the first `again` of them were rejected a month before."""
    latest = pd.DataFrame(
        {
            "person_key": [f"{gender}-{family}{k}" for k in range(n)],
            "applied_at": DAY,
            "is_hired": [k < hired for k in range(n)],
            "job_family_code": family,
        }
    )
    earlier = latest.head(again).assign(applied_at=DAY - pd.Timedelta(days=30), is_hired=False)
    return pd.concat([latest, earlier])


def declare(settings: Settings, **changed: str) -> None:
    """The shipped rules, but for what is changed."""
    shipped = yaml.safe_load((PROJECT_ROOT / "config" / "impact.yml").read_text(encoding="utf-8"))
    assert shipped["counts"] == "each"
    settings.config.mkdir(exist_ok=True)
    (settings.config / "impact.yml").write_text(yaml.safe_dump({**shipped, **changed}))


def published(
    settings: Settings, *groups: pd.DataFrame, unscored: Sequence[str] = (), waiting: int = 0
) -> Settings:
    """These applications, published. All were asked to an AI interview and scored, but for the
    persons that are unscored; of those the first `waiting` have not been interviewed yet."""
    declare(settings)
    rows = pd.concat(groups).reset_index(drop=True)
    rows = rows.assign(
        application_key=[f"a{k:03d}" for k in rows.index],
        source="hr",
        furthest_stage_rank=rows["is_hired"].map({True: 7, False: 2}),
        is_open=False,
        is_excluded=False,
        overall_score_0_100=[None if key in unscored else 70.0 for key in rows["person_key"]],
    )
    interviews = rows[["application_key"]].assign(interview_type_code="ai", status_code="failed")
    interviews.loc[rows["person_key"].isin(unscored[:waiting]), "status_code"] = "scheduled"
    persons = rows[["person_key"]].drop_duplicates().reset_index(drop=True)
    protected = protected_rows(persons)
    protected["gender"] = persons["person_key"].str.split("-").str[0]
    publish_relations(
        settings,
        {"fct_application": rows, "fct_interview": interviews},
        {"restricted_protected_attribute": protected},
    )
    return settings


def by_gender(
    settings: Settings, stage: str = "overall", family: str | None = None
) -> dict[str, GroupRate]:
    """Selection rates by gender at a stage."""
    (found,) = [
        item for item in stage_impact(settings)
        if (item.stage_code, item.job_family_code, item.attribute) == (stage, family, "gender")
    ]  # fmt: skip
    return {rate.group: rate for rate in found.rates}


def test_a_person_assessed_twice_counts_each_time_or_at_last_by_configuration(
    settings: Settings,
) -> None:
    """40 women, of whom 20 were hired, 10 of these at the second try; 40 men, of whom 20 were."""
    published(settings, applied("female", 40, 20, again=10), applied("male", 40, 20))
    each = by_gender(settings)
    assert (each["female"].n, each["female"].rate) == (50, 0.4)
    assert each["female"].impact_ratio == pytest.approx(0.8)
    declare(settings, counts="latest")
    latest = by_gender(settings)
    assert (latest["female"].n, latest["female"].rate) == (40, 0.5)
    assert latest["male"].n == 40
    assert {r.impact_ratio for r in latest.values()} == {1.0}


def test_where_people_apply_is_told_apart_from_whom_a_family_hires(settings: Settings) -> None:
    """Each family hires women and men alike: 4 in 5 of rd, 1 in 5 of sales. Women apply to sales."""
    published(
        settings,
        applied("female", 10, 8), applied("male", 40, 32),
        applied("female", 40, 8, "sales"), applied("male", 10, 2, "sales"),
    )  # fmt: skip
    assert by_gender(settings)["female"].impact_ratio == pytest.approx(16 / 34)
    assert by_gender(settings)["female"].flag == "review"
    for family in ("rd", "sales"):
        assert {r.impact_ratio for r in by_gender(settings, family=family).values()} == {1.0}


def test_who_gets_no_score_is_compared_too(settings: Settings) -> None:
    """Of 42 women two still wait for their interview and 20 were not understood; all men were."""
    lost = [f"female-rd{k}" for k in range(22)]
    published(
        settings, applied("female", 42, 10), applied("male", 40, 10), unscored=lost, waiting=2
    )
    found = by_gender(settings, "ai_score")
    assert (found["female"].n, found["female"].rate, found["male"].rate) == (40, 0.5, 1.0)
    assert (found["female"].impact_ratio, found["female"].flag) == (0.5, "review")
