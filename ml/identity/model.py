"""The Splink model: comparisons, blocking, training by expectation maximisation, scored pairs."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from ml.identity.features import BLOCKS
from ml.identity.rule import LEVELS, IdentityRule
from talentloop.errors import ModelError

#: The condition of every level; the last one of a comparison takes what is left.
_SQL: dict[str, dict[str, str]] = {
    "name": {
        "same_as_written": "written_l = written_r",
        "same_in_pinyin": "pinyin_l = pinyin_r",
        "initials": "pinyin_l = abbreviated_r or abbreviated_l = pinyin_r",
        # Slips sound alike. Siblings often share one of two given characters, and do not.
        "one_letter_off": "damerau_levenshtein(pinyin_l, pinyin_r) = 1 "
        "and least(length(pinyin_l), length(pinyin_r)) >= 7",
        "same_surname": "surname_l = surname_r",
    },
    "birth": {
        "exact": "birth_l = birth_r",
        "slip_of_the_pen": "levenshtein(birth_l, birth_r) = 1 "
        "or left(birth_l, 4) = left(birth_r, 4) "
        "and substr(birth_l, 5, 2) = right(birth_r, 2) "
        "and right(birth_l, 2) = substr(birth_r, 5, 2)",
    },
    "phone": {
        "exact": "phone_l = phone_r",
        "one_digit_off": "levenshtein(phone_l, phone_r) = 1",
    },
    "email": {"exact": "email_l = email_r", "same_local_part": "local_part_l = local_part_r"},
    "national_id": {"exact": "national_id_l = national_id_r"},
    "study": {
        "same_degree_and_major": "major_l = major_r and degree_l = degree_r",
        "same_major": "major_l = major_r",
    },
}
_MISSING = {
    "name": "written", "birth": "birth", "phone": "phone", "email": "email",
    "national_id": "national_id", "study": "major",
}  # fmt: skip
#: A rare name says more than a common one.
_FREQUENCY = {
    ("name", "same_as_written"): "written",
    ("name", "same_in_pinyin"): "pinyin",
}
#: Pairs that share these columns train the levels of the other columns, but for those named here:
#: a family shares its phone, so that those who share one say nothing about names and birthdays.
_TRAINING_BLOCKS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("email",): (),
    ("phone",): ("name", "birth"),
    ("national_id",): (),
    ("pinyin", "birth"): (),
}


@dataclass(frozen=True)
class Trained:
    """A trained model.

    Attributes:
        settings: as Splink takes them.
        prior_weight: weight of a random pair.
        level_weights: log2 of m ÷ u by comparison and level, without the frequency of names.
    """

    settings: dict[str, Any]
    prior_weight: float
    level_weights: Mapping[str, Mapping[str, float]]


@contextmanager
def quiet_engine() -> Iterator[None]:
    """Keep Splink's own words, which may quote SQL, out of the logs and out of errors."""
    from splink.internals.exceptions import SplinkException

    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    except (duckdb.Error, SplinkException) as error:
        raise ModelError(
            f"Records could not be compared ({type(error).__name__})",
            where="identity resolution",
            remedy="Mostly memory: raise TALENTLOOP_WAREHOUSE_MEMORY, or lower block_max_records "
            "in config/identity.yml.",
        ) from None
    finally:
        logger.setLevel(before)


def train(db: duckdb.DuckDBPyConnection, rule: IdentityRule, n_exact_pairs: int) -> Trained:
    """Learn the shares of all levels from the table `feature`, from where the rule starts.

    Args:
        n_exact_pairs: pairs that the exact rules join; they set the prior of a random pair.
    """
    n = _count(db, "select count(*) from feature")
    pairs = max(n * (n - 1) / 2, 1)
    prior = min(max(n_exact_pairs, 1) / rule.exact_share / pairs, 0.5)
    settings = _settings(rule, prior)
    m = _learn_m(db, rule, settings)
    u = _learn_u(db, rule, settings)
    weights: dict[str, dict[str, float]] = {}
    for comparison in settings["comparisons"]:
        name = comparison["output_column_name"]
        weights[name] = {}
        for level in comparison["comparison_levels"][1:]:
            label = level["label_for_charts"]
            level["m_probability"], level["u_probability"] = m[name][label], u[name][label]
            weights[name][label] = math.log2(m[name][label] / u[name][label])
    return Trained(settings, math.log2(prior / (1 - prior)), weights)


def scored_pairs(db: duckdb.DuckDBPyConnection, rule: IdentityRule, trained: Trained) -> int:
    """Make the table `pair` of all compared pairs that are at least worth a person's look.

    Columns: `left_id`, `right_id` (in order), `match_weight`, and the level of each comparison
    (null where a record does not say).

    Returns:
        Pairs that were compared.
    """
    linker = _linker(db, "feature", trained.settings)
    # Splink takes up the pairs of this one chunk, which is the whole.
    blocked = linker.inference.compute_blocked_pairs_for_predict_chunk((1, 1), (1, 1))
    compared = _count(db, f"select count(*) from {blocked.physical_name}")
    least = math.log2(rule.thresholds.review / (1 - rule.thresholds.review))
    found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
    levels = ", ".join(_level_name(name) for name in LEVELS)
    db.execute(
        "create table pair as select least(record_id_l, record_id_r) as left_id, "
        "greatest(record_id_l, record_id_r) as right_id, round(match_weight, 4) as match_weight, "
        f"{levels} from {found.physical_name}"
    )
    found.drop_table_from_database_and_remove_from_cache()
    return compared


def _count(db: duckdb.DuckDBPyConnection, query: str) -> int:
    ((n,),) = db.execute(query).fetchall()
    return int(n)


def _level_name(name: str) -> str:
    """The level of a comparison as its name; Splink counts down to 0, and -1 is missing."""
    levels = LEVELS[name]
    cases = " ".join(f"when {len(levels) - 1 - i} then '{level}'" for i, level in enumerate(levels))
    return f"case gamma_{name} {cases} end as {name}"


def _settings(rule: IdentityRule, prior: float) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_id",
        "probability_two_random_records_match": prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.{block} = r.{block}"} for block in BLOCKS
        ],
        "comparisons": [_comparison(rule, name) for name in LEVELS],
        "linker_uid": "identity",
    }


def _comparison(rule: IdentityRule, name: str) -> dict[str, Any]:
    missing = _MISSING[name]
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": f"{missing}_l is null or {missing}_r is null",
            "label_for_charts": "missing",
            "is_null_level": True,
        }
    ]
    for label in LEVELS[name]:
        share = rule.levels[name][label]
        level: dict[str, Any] = {
            "sql_condition": _SQL[name].get(label, "ELSE"),
            "label_for_charts": label,
            "m_probability": share.m,
            "u_probability": share.u,
        }
        if (name, label) in _FREQUENCY:
            level["tf_adjustment_column"] = _FREQUENCY[name, label]
        levels.append(level)
    return {"output_column_name": name, "comparison_levels": levels}


def _linker(db: duckdb.DuckDBPyConnection, table: str, settings: dict[str, Any]) -> Any:
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(connection=db)
    return Linker(api.register(table), settings, log_level=None, validate_settings=False)


Shares = dict[str, dict[str, float]]


def _learn_m(db: duckdb.DuckDBPyConnection, rule: IdentityRule, settings: dict[str, Any]) -> Shares:
    """m of every level: expectation maximisation over pairs that share an identifier, each round
    counting by its pairs of one person, and the declared shares by `strength.m_pairs`."""
    from splink import block_on

    seen = {name: dict.fromkeys(levels, 0.0) for name, levels in LEVELS.items()}
    weight = dict.fromkeys(LEVELS, 0.0)
    for columns, untold in _TRAINING_BLOCKS.items():
        pairs = _training_pairs(db, columns)
        if pairs < 2:
            continue
        linker = _linker(db, "feature", settings)
        session = linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), max_pairs=rule.training.max_pairs
        )
        matched = min(pairs, rule.training.max_pairs) * _share_matched(session)
        for name, shares in _shares_of(session.core_model_settings, "m").items():
            if name in untold:
                continue
            weight[name] += matched
            for label, share in shares.items():
                seen[name][label] += matched * share
    return {
        name: {
            label: (rule.strength.m_pairs * rule.levels[name][label].m + seen[name][label])
            / (rule.strength.m_pairs + weight[name])
            for label in levels
        }
        for name, levels in LEVELS.items()
    }


def _training_pairs(db: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> int:
    names = ", ".join(columns)
    known = " and ".join(f"{column} is not null" for column in columns)
    return _count(
        db,
        "select coalesce(sum(n * (n - 1) / 2), 0) from "
        f"(select count(*) as n from feature where {known} group by {names})",
    )


def _share_matched(session: Any) -> float:
    return float(session.core_model_settings.probability_two_random_records_match)


def _learn_u(db: duckdb.DuckDBPyConnection, rule: IdentityRule, settings: dict[str, Any]) -> Shares:
    """u of every level, from the pairs of a fixed sample with one record of each exact component."""
    db.execute(
        "create or replace table sample as select feature.* from feature inner join "
        "(select min(record_id) as record_id from feature group by component_id) using (record_id) "
        f"order by md5(record_id) limit {rule.training.sample_records}"
    )
    n = _count(db, "select count(*) from sample")
    pairs = n * (n - 1) / 2
    if pairs < 1:
        return {
            name: {k: level.u for k, level in levels.items()}
            for name, levels in rule.levels.items()
        }
    linker = _linker(db, "sample", settings)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=2 * pairs, min_count_per_level=None, num_chunks=1
    )
    found = _shares_of(linker._settings_obj.core_model_settings, "u")
    strength = rule.strength.u_pairs
    return {
        name: {
            label: (strength * rule.levels[name][label].u + pairs * found[name].get(label, 0.0))
            / (strength + pairs)
            for label in levels
        }
        for name, levels in LEVELS.items()
    }


def _shares_of(core: Any, kind: str) -> Shares:
    """The shares that a training has found; a level that it never saw has none."""
    found: Shares = {}
    for comparison in core.comparisons:
        found[comparison.output_column_name] = {
            level.label_for_charts: float(value)
            for level in comparison._comparison_levels_excluding_null
            if isinstance(value := getattr(level, f"_{kind}_probability"), float)
        }
    return found
