"""What a proposal reads of the published copy: hires with a rating, and all who were scored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from ml.arrays import Bools, Floats
from talentloop.errors import ModelError
from talentloop.settings import Settings
from talentloop.warehouse import open_published
from talentloop.warehouse.portraits import DEFAULT, Portrait

_HIRED = """
select application_key, job_family_code, dimension_code, score_0_1, rating_z
from fct_score_outcome
where months = $months and rating_z is not null and job_family_code is not null
order by application_key, dimension_code
"""
_APPLICANTS = """
select a.application_key, a.person_key, a.applied_at, a.job_family_code, d.dimension_code, d.score_0_1
from fct_application_dimension as d
join fct_application as a using (application_key)
where not a.is_excluded
order by a.application_key, d.dimension_code
"""


@dataclass(frozen=True)
class Hired:
    """Hires with a score on every dimension of the portrait and a rating.

    Attributes:
        scores: (n, dimensions), less the mean of the job family.
        rating: in standard deviations of family and review cycle, less the mean of the family.
        n_incomplete: rated hires that lack a dimension and are left out.
    """

    scores: Floats
    rating: Floats
    n_incomplete: int

    def __len__(self) -> int:
        return len(self.rating)


@dataclass(frozen=True)
class Applicants:
    """Everybody who was scored, by application.

    Attributes:
        rows: application_key, person_key, applied_at, job_family_code, in the order of the keys.
        scores: (n, dimensions); NaN where a dimension was not scored.
    """

    rows: pd.DataFrame
    scores: Floats


@dataclass(frozen=True)
class Material:
    """All that a proposal is made of."""

    dimensions: tuple[str, ...]
    hired: Hired
    applicants: Applicants
    published_version: str
    data_version: str


def read_material(
    settings: Settings, portraits: dict[str, Portrait], code: str, months: int
) -> Material:
    """Scores and outcomes of the job families that a portrait weighs.

    Raises:
        PublishError: nothing has been published.
        ModelError: the published copy lacks the tables.
    """
    with open_published(settings) as published:
        try:
            hired = published.sql(_HIRED, {"months": months}).to_pandas()
            applicants = published.sql(_APPLICANTS).to_pandas()
        except duckdb.Error as error:
            raise ModelError(
                f"Scores and outcomes cannot be read: {str(error).splitlines()[0]}",
                where=f"published version {published.version}",
                remedy="Build and publish the warehouse again.",
            ) from None
        version = published.version
    dimensions = tuple(sorted(portraits[code].newest.weights))
    mine = _families(portraits, code, applicants["job_family_code"])
    hired = hired[hired["job_family_code"].isin(mine)]
    applicants = applicants[applicants["job_family_code"].isin(mine)]
    return Material(
        dimensions=dimensions,
        hired=_hired(hired, dimensions),
        applicants=_applicants(applicants, dimensions),
        published_version=version,
        data_version=_hash(hired, applicants),
    )


def _families(portraits: dict[str, Portrait], code: str, known: pd.Series) -> set[str]:
    """Job families that a portrait weighs; the default has those that no other names."""
    if code != DEFAULT:
        return set(portraits[code].job_families)
    taken = {family for p in portraits.values() for family in p.job_families}
    return set(known.dropna().unique()) - taken


def _wide(rows: pd.DataFrame, dimensions: tuple[str, ...]) -> pd.DataFrame:
    wide = rows.pivot(index="application_key", columns="dimension_code", values="score_0_1")
    return wide.reindex(columns=list(dimensions))


def _hired(rows: pd.DataFrame, dimensions: tuple[str, ...]) -> Hired:
    wide = _wide(rows, dimensions)
    facts = rows.drop_duplicates("application_key").set_index("application_key")
    facts = facts.loc[wide.index]
    complete: Bools = wide.notna().all(axis=1).to_numpy()
    wide, facts = wide[complete], facts[complete]
    family = facts["job_family_code"]
    scores = wide - wide.groupby(family).transform("mean")
    rating = facts["rating_z"] - facts["rating_z"].groupby(family).transform("mean")
    return Hired(
        scores.to_numpy(dtype=np.float64),
        rating.to_numpy(dtype=np.float64),
        int((~complete).sum()),
    )


def _applicants(rows: pd.DataFrame, dimensions: tuple[str, ...]) -> Applicants:
    wide = _wide(rows, dimensions)
    facts = rows.drop_duplicates("application_key").set_index("application_key").loc[wide.index]
    names = ["application_key", "person_key", "applied_at", "job_family_code"]
    kept = facts.reset_index()[names]
    return Applicants(kept, wide.to_numpy(dtype=np.float64))


def _hash(*frames: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()


def overall_scores(scores: Floats, weights: Floats, least: int) -> Floats:
    """Overall scores 0..100 as the warehouse makes them; NaN below `least` dimensions."""
    present = ~np.isnan(scores)
    total = (present * weights).sum(axis=1)
    value = 100 * np.where(present, scores, 0) @ weights / np.where(total > 0, total, 1)
    enough = (present.sum(axis=1) >= least) & (total > 0)
    rounded: Floats = np.where(enough, np.floor(np.round(value, 9) * 100 + 0.5) / 100, np.nan)
    return rounded
