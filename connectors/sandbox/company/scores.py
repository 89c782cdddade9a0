"""Dimension scores as given after interviews, and the few that are restated later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connectors.sandbox.company.assessment import SEAT_ROUND, SEATS, Assessment
from connectors.sandbox.company.columns import build_table, codes, pick
from connectors.sandbox.company.interviews import Interviews, interview_ids
from connectors.sandbox.company.kinds import Bools, Floats, Ints, Rng, Times
from connectors.sandbox.company.second_scores import Part
from connectors.sandbox.company.sizes import CLOCK_START
from connectors.sandbox.company.staff import Staff
from connectors.sandbox.company.streams import chance, stream
from connectors.sandbox.company.timeline import NAT, at_least, days, instant, office_hours, only
from connectors.sandbox.company.versions import snapshots
from connectors.sandbox.company.vocabulary import (
    DIMENSIONS,
    LOGIC,
    PROFESSIONALISM,
    SCALES,
    WEIGHTS,
)

_POINTS = 0  # scale of the AI scorer
_AI_SCORERS = ("ai-interviewer-1", "ai-interviewer-2")
_NEW_AI_SINCE = np.datetime64("2025-03-01", "us")
PURPOSES = ("assessment", "second_opinion", "rerun")


@dataclass
class Scores:
    """One element per score.

    Attributes:
        scorer: employee number; negative for the AI scorer.
        raw, restated: as first given, and as corrected at `restated_at` (missing for most).
        purpose: index into PURPOSES; what is no assessment comes after all that are.
    """

    interview: Ints
    application: Ints
    dimension: Ints
    scorer: Ints
    scale: Ints
    raw: Floats
    scored_at: Times
    restated: Floats
    restated_at: Times
    purpose: Ints

    def __len__(self) -> int:
        return len(self.interview)


def make_scores(
    seed: int,
    interviews: Interviews,
    assessment: Assessment,
    staff: Staff,
    skips_ai: Bools,
    approval_at: Times,
) -> Scores:
    """Scores of all interviews that were held; one scorecard in thirty is never filled in."""
    rng = stream(seed, "scores")
    parts = [_ai_scores(rng, interviews, assessment)]
    parts += [
        _seat_scores(rng, seat, interviews, assessment, staff, skips_ai, approval_at)
        for seat in range(len(SEATS))
    ]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort((columns[2], columns[3], columns[0]))
    interview, application, dimension, scorer, scale, raw, scored_at = (c[order] for c in columns)
    restated, restated_at = _restatements(
        rng, application, dimension, scorer, scale, raw, scored_at
    )
    return Scores(
        interview, application, dimension, scorer, scale, raw, scored_at, restated, restated_at,
        np.zeros(len(raw), dtype=np.int64),
    )  # fmt: skip


def with_second_scores(scores: Scores, opinions: Part, reruns: Part) -> Scores:
    """The scores with those that decide nothing after them; nobody restates these."""
    interview, application, dimension, scorer, scale, raw, scored_at = (
        np.concatenate(column)
        for column in zip(
            (scores.interview, scores.application, scores.dimension, scores.scorer, scores.scale,
             scores.raw, scores.scored_at),
            opinions, reruns, strict=True,
        )
    )  # fmt: skip
    n = len(raw) - len(scores)
    return Scores(
        interview, application, dimension, scorer, scale, raw, scored_at,
        restated=np.concatenate([scores.restated, raw[len(scores) :]]),
        restated_at=np.concatenate([scores.restated_at, np.full(n, NAT)]),
        purpose=np.repeat([0, 1, 2], [len(scores), len(opinions[0]), len(reruns[0])]),
    )  # fmt: skip


def _ai_scores(rng: Rng, interviews: Interviews, assessment: Assessment) -> Part:
    held = np.flatnonzero(interviews.is_held & (interviews.meeting == 0))
    n = len(DIMENSIONS)
    app = interviews.application[held]
    scored_at = interviews.ended_at[held] + days(rng.integers(3, 12, len(held)) / 1440)
    return (
        np.repeat(held, n),
        np.repeat(app, n),
        np.tile(np.arange(n, dtype=np.int64), len(held)),
        np.full(len(held) * n, -1, dtype=np.int64),
        np.full(len(held) * n, _POINTS, dtype=np.int64),
        assessment.ai_raw[app].ravel(),
        np.repeat(scored_at, n),
    )


def _seat_scores(
    rng: Rng,
    seat: int,
    interviews: Interviews,
    assessment: Assessment,
    staff: Staff,
    skips_ai: Bools,
    approval_at: Times,
) -> Part:
    held = np.flatnonzero(interviews.is_held & (interviews.meeting == SEAT_ROUND[seat] + 1))
    missing = chance(rng, 0.033, len(held)) & ~skips_ai[interviews.application[held]]
    held = held[~missing]
    dimensions = np.array(SEATS[seat], dtype=np.int64)
    n, app = len(dimensions), interviews.application[held]
    ended = interviews.ended_at[held]
    scored_at = ended + days(rng.gamma(1.2, 0.35, len(held)))
    scored_at = at_least(np.fmin(scored_at, approval_at[app] - days(2 / 1440)), ended, 2)
    who = assessment.interviewer[seat][app]
    return (
        np.repeat(held, n),
        np.repeat(app, n),
        np.tile(dimensions, len(held)),
        np.repeat(who, n),
        np.repeat(staff.scale[who], n),
        assessment.seat_raw[seat][app][:, dimensions].ravel(),
        np.repeat(scored_at, n),
    )


def _restatements(
    rng: Rng,
    application: Ints,
    dimension: Ints,
    scorer: Ints,
    scale: Ints,
    raw: Floats,
    scored_at: Times,
) -> tuple[Floats, Times]:
    """One score in two hundred is corrected days later. Up to three candidates who stand above 80
    just before CLOCK_START fall below it within the tenant's next day."""
    n = len(raw)
    low, high, step = (np.array([s[column] for s in SCALES])[scale] for column in (1, 2, 3))
    changed = chance(rng, 0.005, n)
    moved = raw + rng.choice([-2.0, -1.0, 1.0, 2.0], n) * np.maximum(step, 4.0 * (scale == _POINTS))
    at = only(changed, office_hours(scored_at + days(rng.uniform(1, 12, n))))
    share = (raw - low) / (high - low)
    falls = _falling(application, dimension, scorer, share, scored_at)
    at[falls] = instant(CLOCK_START) + days(rng.integers(120, 1_200, len(falls)) / 1440)
    moved[falls] = raw[falls] - 45
    restated = np.clip(moved, low, high)
    return restated, only(restated != raw, at)


def _falling(
    application: Ints, dimension: Ints, scorer: Ints, share: Floats, scored_at: Times
) -> Ints:
    """AI scores on logic and professionalism of the last applications, by number, that stand
    between 80 and 85 before the clock."""
    clock = instant(CLOCK_START)
    recent = np.flatnonzero((scored_at > clock - days(500.0)) & (scored_at < clock))
    apps, place = np.unique(application[recent], return_inverse=True)
    sums, counts = np.zeros((2, len(apps), len(DIMENSIONS)))
    np.add.at(sums, (place, dimension[recent]), share[recent])
    np.add.at(counts, (place, dimension[recent]), 1)
    means = sums / np.maximum(counts, 1)
    total = means @ np.array(WEIGHTS)
    chosen = apps[(counts.min(axis=1) > 0) & (total >= 0.80) & (total < 0.85)][-3:]
    hit = np.isin(application, chosen) & (scorer < 0)
    hit &= np.isin(dimension, (LOGIC, PROFESSIONALISM))
    return np.flatnonzero(hit)


def score_ids(number: Ints) -> pa.Array:
    """Ids of dimension scores."""
    return codes("9", number, 8)


def dimension_score_table(scores: Scores) -> pa.Table:
    """All scores, with a second version where one was restated."""
    row, recorded, version = snapshots([scores.scored_at, scores.restated_at])
    raw = np.where(recorded >= scores.restated_at[row], scores.restated[row], scores.raw[row])
    scale = scores.scale[row]
    low, high = (np.array([s[column] for s in SCALES])[scale] for column in (1, 2))
    is_ai = scores.scorer[row] < 0
    newer = (scores.scored_at[row] >= _NEW_AI_SINCE).astype(np.int64)
    ai_name = pick(_AI_SCORERS, np.where(is_ai, newer, -1))
    values: dict[str, object] = {
        "source_id": score_ids(row),
        "application_id": codes("1", scores.application[row], 7),
        "interview_id": interview_ids(scores.interview[row]),
        "dimension_code": pick(DIMENSIONS, scores.dimension[row]),
        "score_raw": raw,
        "scale_min": low,
        "scale_max": high,
        "scale_code": pick([s[0] for s in SCALES], scale),
        "score_0_1": np.round((raw - low) / (high - low), 9),
        "scorer_type": pick(["person", "ai"], is_ai.astype(np.int64)),
        "scorer_id": pa.compute.coalesce(ai_name, codes("E", scores.scorer[row], 6)),
        "scored_at": scores.scored_at[row],
        "score_purpose_code": pick(PURPOSES, scores.purpose[row]),
    }
    return build_table("dimension_score", values, recorded, version)
