"""A made-up feature table with known effects, published for real."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from ml.arrays import Floats, sigmoid
from talentloop.settings import Settings
from talentloop.warehouse import publish

AS_OF = pd.Timestamp("2026-11-01", tz="UTC")
START = pd.Timestamp("2023-11-01", tz="UTC")
DIMENSIONS = ("communication", "logic", "professionalism", "teamwork", "stress", "culture")
CHANNELS = ("referral", "headhunter", "campus", "career_site", "job_board", "mini_program")
FAMILIES = ("rd", "product", "sales", "supply_chain", "corporate", "customer_success")
#: Planted log-odds of a good review by one standard deviation of each dimension.
EFFECTS = {
    "professionalism": 1.7, "teamwork": 1.1, "logic": 0.7, "stress": 0.1, "communication": 0.0,
    "culture": 0.0,
}  # fmt: skip
#: Planted log-odds in the middle of the career, a bump that no line can follow.
BUMP = 3.0
LABEL_AFTER_DAYS = 200


def feature_rows(n: int, *, seed: int = 7, n_open: int = 220, bump: float = BUMP) -> pd.DataFrame:
    """`n` hires over three years and `n_open` open applications, in the columns of the mart.

    A hire's label is known after 200 days; younger ones have none.
    """
    rng = np.random.default_rng(seed)
    total = n + n_open
    z = rng.normal(size=(total, 6))
    years = rng.gamma(2.0, 3.0, total)
    happened = rng.random(total) < sigmoid(_log_odds(z, years, bump))
    decided = START + pd.to_timedelta(np.sort(rng.uniform(0, 1095, n)), unit="D")
    decision_at = decided.append(pd.DatetimeIndex([AS_OF] * n_open))
    available = decision_at + pd.Timedelta(days=LABEL_AFTER_DAYS)
    is_hire = np.arange(total) < n
    is_mature = is_hire & (available <= AS_OF)
    number = np.arange(total)
    rows = pd.DataFrame(
        {
            "application_key": [f"a{k:05d}" for k in number],
            "person_key": [f"p_secret{k:05d}" for k in number],
            "requisition_key": [f"r{k:03d}" for k in rng.integers(0, 60, total)],
            "source": "successfactors",
            "application_id": [f"A{k:05d}" for k in number],
            "decision_at": decision_at.as_unit("us"),
            **{
                f"{d}_score_0_1": np.clip(0.65 + 0.15 * z[:, k], 0, 1)
                for k, d in enumerate(DIMENSIONS)
            },
            "n_interviews": rng.integers(1, 4, total),
            "n_scorers": rng.integers(2, 6, total),
            "score_spread": rng.gamma(2, 0.05, total),
            "years_experience": np.where(rng.random(total) < 0.05, np.nan, years),
            "education_rank": rng.integers(0, 4, total),
            "is_internal": rng.random(total) < 0.04,
            "source_channel_code": rng.choice(CHANNELS, total),
            "job_family_code": rng.choice(FAMILIES, total),
            "days_to_decision": rng.gamma(4, 8, total),
            "n_reschedules": rng.poisson(0.3, total),
            "n_skills": rng.poisson(6, total),
            "label": np.where(is_mature, happened, None),
            "label_available_at": pd.Series(available.as_unit("us")).where(is_hire),
            "is_mature": is_mature,
            "is_trainable": is_mature,
            "is_scorable": ~is_hire,
        }
    )
    rows["label"] = rows["label"].astype("boolean")
    return rows


def _log_odds(z: Floats, years: Floats, bump: float) -> Floats:
    mid_career = (years > 3) & (years < 8)
    linear = z @ np.array([EFFECTS[name] for name in DIMENSIONS])
    return np.asarray(linear + bump * mid_career - 0.3 - 0.35 * bump)


def known_truths(rows: pd.DataFrame, *, bump: float = BUMP) -> pd.Series:
    """True probabilities, for the rows whose scores and years still tell them."""
    scores = rows[[f"{name}_score_0_1" for name in DIMENSIONS]]
    whole = rows["years_experience"].notna() & (scores > 0).all(axis=1) & (scores < 1).all(axis=1)
    z, years = (scores[whole].to_numpy() - 0.65) / 0.15, rows["years_experience"][whole].to_numpy()
    return pd.Series(sigmoid(_log_odds(z, years, bump)), index=rows.index[whole])


def protected_rows(rows: pd.DataFrame, *, seed: int = 3) -> pd.DataFrame:
    """Protected attributes of the persons of a feature table, drawn apart from everything else."""
    rng = np.random.default_rng(seed)
    n = len(rows)
    return pd.DataFrame(
        {
            "person_key": rows["person_key"],
            "gender": rng.choice(["female", "male"], n),
            "birth_year": rng.integers(1975, 2003, n),
            "ethnicity": rng.choice(["汉族", "回族"], n, p=[0.95, 0.05]),
            "marital_status": rng.choice(["single", "married"], n),
            "citizenship": "CN",
            "protected_group": None,
        }
    )


def publish_features(
    settings: Settings, rows: pd.DataFrame, protected: pd.DataFrame, *, build: str = "one"
) -> str:
    """Publish both feature tables with the same rows, as a build would leave them; the version."""
    names = [f"feat_{name}__asof" for name in ("performance_6m", "probation_attrition")]
    restricted = {"restricted_protected_attribute": protected}
    return publish_relations(settings, dict.fromkeys(names, rows), restricted, build=build)


def publish_relations(
    settings: Settings,
    marts: Mapping[str, pd.DataFrame],
    restricted: Mapping[str, pd.DataFrame],
    *,
    build: str = "one",
) -> str:
    """Publish relations as a build would leave them; the version."""
    settings.warehouse_file.parent.mkdir(parents=True, exist_ok=True)
    settings.warehouse_file.unlink(missing_ok=True)
    with duckdb.connect(str(settings.warehouse_file)) as db:
        db.execute("set timezone = 'UTC'")
        for schema, relations in {"marts": marts, "restricted": restricted}.items():
            db.execute(f"create schema {schema}")
            for name, rows in relations.items():
                db.register("given", rows)
                db.execute(f"create table {schema}.{name} as from given")
        db.execute(
            "create table marts.meta_build as select $1::timestamptz as as_of, "
            "$2 as dbt_invocation_id, true as is_simulated",
            [AS_OF.to_pydatetime(), build],
        )
    manifest: Path = settings.warehouse_file.parent / "dbt" / "manifest.json"
    manifest.parent.mkdir(exist_ok=True)
    manifest.write_text(json.dumps({"nodes": {}}))
    return str(publish(settings).version)
