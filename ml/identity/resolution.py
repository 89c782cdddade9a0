"""Resolution: compare, decide, land what changed, and put doubtful pairs before a person."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from ml.identity import decisions
from ml.identity.clusters import Decided, Known, Pair, ScoredPair, decide_pairs
from ml.identity.features import RECORD_COLUMNS, load_features
from ml.identity.links import Link, land_links, newest_links
from ml.identity.measure import RECORDS
from ml.identity.model import Trained, quiet_engine, scored_pairs, train
from ml.identity.results import ResolveResult
from ml.identity.rule import LEVELS, IdentityRule, load_identity_rule
from talentloop.landing import hash_rows
from talentloop.logs import get_logger
from talentloop.settings import Settings
from talentloop.warehouse import restricted_table
from talentloop.warehouse.restricted import load_httpfs

log = get_logger(__name__)


@dataclass(frozen=True)
class Resolution:
    """What a comparison of records came to, and how many pairs it took."""

    decided: Decided
    trained: Trained
    compared: int


def run(settings: Settings, seen_version: str | None) -> ResolveResult:
    """Resolve the records of the published copy; see `ml.identity.resolve`."""
    rule = load_identity_rule(settings)
    landed = decisions.apply(settings)
    records = restricted_table(settings, RECORDS).select(RECORD_COLUMNS)
    links = newest_links(settings)
    version = _data_version(records, rule, links)
    if version == seen_version or records.num_rows < 2:
        reason = "records and rule are what they were" if records.num_rows else "no records yet"
        return ResolveResult(records.num_rows, 0, 0, landed, rule.model_version, version, True,
                             reason)  # fmt: skip
    done = resolve_records(settings, records, rule, links)
    fresh = _as_links(done, rule)
    kept = {pair: link for pair, link in links.items() if link.decided_by == "person"}
    gone = _withdrawn(links, fresh, records)
    landed += land_links(settings, [*(v for k, v in fresh.items() if k not in kept), *gone])
    decisions.propose_links(settings, [v for v in fresh.values() if v.decision == "proposed"])
    decided = done.decided
    log.info("identity_resolved", records=records.num_rows, landed=landed,
             auto=len(decided.auto), proposed=len(decided.proposed))  # fmt: skip
    return ResolveResult(
        records.num_rows, len(decided.auto), len(decided.proposed), landed, rule.model_version,
        version,
    )  # fmt: skip


def resolve_records(
    settings: Settings, records: pa.Table, rule: IdentityRule, links: Mapping[Pair, Link]
) -> Resolution:
    """Compare records (RECORD_COLUMNS) in memory and decide about every pair."""
    known = _known(records, links)
    with working_database(settings) as db, quiet_engine():
        load_features(db, records, rule)
        trained = train(db, rule, _exact_pairs(known.component))
        compared = scored_pairs(db, rule, trained)
        pairs = _read_pairs(db)
    return Resolution(decide_pairs(pairs, known, rule), trained, compared)


@contextmanager
def working_database(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory; what does not fit is spilled encrypted, and removed at the end."""
    spill = settings.warehouse_file.parent / "identity_spill"
    with duckdb.connect() as db:
        load_httpfs(db)
        db.execute("set temp_file_encryption = true")
        db.execute(f"set temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
        db.execute(f"set memory_limit = '{settings.warehouse_memory}'")
        db.execute(f"set threads = {settings.warehouse_threads}")
        yield db


def _known(records: pa.Table, links: Mapping[Pair, Link]) -> Known:
    component = dict(
        zip(records["record_id"].to_pylist(), records["exact_component_id"].to_pylist(),
            strict=True)
    )  # fmt: skip
    numbers: dict[str, set[str]] = {}
    stated = zip(component.values(), records["national_id_hash"].to_pylist(), strict=True)
    for name, number in stated:
        if number and number.strip():
            numbers.setdefault(name, set()).add(number.strip())
    return Known(
        component=component,
        national_ids={name: frozenset(found) for name, found in numbers.items()},
        approved=[pair for pair, link in links.items() if link.decision == "approved"],
        forbidden=[pair for pair, link in links.items() if link.is_forbidden],
    )


def _exact_pairs(component: Mapping[str, str]) -> int:
    ordered = sorted(component.values())
    sizes = (sum(1 for _ in group) for _, group in itertools.groupby(ordered))
    return sum(n * (n - 1) // 2 for n in sizes)


def _read_pairs(db: duckdb.DuckDBPyConnection) -> list[ScoredPair]:
    names = ", ".join(LEVELS)
    rows = db.execute(f"select left_id, right_id, match_weight, {names} from pair").fetchall()
    return [
        ScoredPair(left, right, weight, {n: v for n, v in zip(LEVELS, levels, strict=True) if v})
        for left, right, weight, *levels in rows
    ]


def _as_links(done: Resolution, rule: IdentityRule) -> dict[Pair, Link]:
    both = [(pair, "auto") for pair in done.decided.auto]
    both += [(pair, "proposed") for pair in done.decided.proposed]
    return {
        pair.ids: Link(
            record_a=pair.left_id,
            record_b=pair.right_id,
            decision=decision,  # type: ignore[arg-type]
            decided_by="model",
            match_weight=pair.match_weight,
            probability=round(pair.probability, 6),
            reasons=_reasons(pair, done.trained),
            model_version=rule.model_version,
        )
        for pair, decision in both
    }


def _reasons(pair: ScoredPair, trained: Trained) -> tuple[dict[str, str | float], ...]:
    """The levels with their weights; the name's is what the others leave, its rarity included."""
    weights = {
        comparison: trained.level_weights[comparison][level]
        for comparison, level in pair.levels.items()
    }
    if "name" in weights:
        others = sum(weight for name, weight in weights.items() if name != "name")
        weights["name"] = pair.match_weight - trained.prior_weight - others
    return tuple(
        {"comparison": comparison, "level": level, "weight": round(weights[comparison], 2)}
        for comparison, level in pair.levels.items()
    )


def _withdrawn(
    links: Mapping[Pair, Link], fresh: Mapping[Pair, Link], records: pa.Table
) -> list[Link]:
    """Links of the model that it would not make any more; those that the exact rules have come to
    join, and those of records that are gone, are left as they are."""
    component = dict(
        zip(records["record_id"].to_pylist(), records["exact_component_id"].to_pylist(),
            strict=True)
    )  # fmt: skip
    gone = []
    for pair, link in links.items():
        ends = [component.get(record) for record in pair]
        settled = None in ends or ends[0] == ends[1]
        if link.decision in ("auto", "proposed") and pair not in fresh and not settled:
            gone.append(
                Link(*pair, "withdrawn", "model", link.match_weight, link.probability,
                     link.reasons, link.model_version)
            )  # fmt: skip
    return gone


def _data_version(records: pa.Table, rule: IdentityRule, links: Mapping[Pair, Link]) -> str:
    ordered = records.sort_by("record_id")
    digest = hashlib.sha256(rule.model_version.encode())
    for value in hash_rows(ordered).to_pylist():
        digest.update(value.encode())
    for pair, link in sorted(links.items()):
        if link.decided_by == "person":
            digest.update("\n".join((*pair, link.decision)).encode())
    return digest.hexdigest()
