"""Identity resolution of a million simulated persons, against the exact rules alone.

    python -m bench.identity [--persons 1000000] [--memory 8GB] [--json FILE]

A fifth of the persons have a second record: half of those share an identifier as it stands, half
are written so that no exact rule sees them. One in fifty has a twin with the same phone. Both
contenders read the same records; pairs, seconds, peak memory, precision and recall are printed.
See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from connectors.sandbox.company.columns import codes, hex_digests, join_text, pick
from connectors.sandbox.company.names import (
    FIRST_EITHER,
    FIRST_MALE,
    GIVEN,
    SURNAMES,
    full_names,
    latin_names,
)
from connectors.sandbox.company.streams import stream
from connectors.sandbox.company.vocabulary import EDUCATION, MAJORS
from ml.identity.features import RECORD_COLUMNS
from ml.identity.measure import pairwise
from ml.identity.resolution import resolve_records
from ml.identity.rule import load_identity_rule
from talentloop.settings import load_settings

SEED = 20261101
TARGET_PRECISION, TARGET_RECALL = 0.99, 0.95
_AGAIN, _TWINS = 0.2, 0.02
#: How a second record differs: e-mail kept, phone kept; then pinyin with the phone, pinyin with a
#: new phone and another domain, moved with name and birthday, pinyin with a slip in the birthday.
_KINDS = 6


def make_records(persons: int) -> tuple[pa.Table, np.ndarray[Any, Any]]:
    """Records with RECORD_COLUMNS but for the component, and the true person of each."""
    rng = stream(SEED, "bench_identity")
    again = rng.choice(persons, int(_AGAIN * persons), replace=False)
    twin = rng.choice(persons, int(_TWINS * persons), replace=False)
    who = np.concatenate([np.arange(persons), again, twin])
    n, first_again, first_twin = len(who), persons, persons + len(again)
    kind = np.full(n, -1)
    kind[first_again:first_twin] = rng.integers(0, _KINDS, len(again))
    is_twin = np.arange(n) >= first_twin
    surname = np.minimum((rng.random(persons) ** 1.7 * SURNAMES).astype(int), SURNAMES - 1)[who]
    first = rng.integers(0, GIVEN, persons)[who]
    second = np.where(rng.random(persons) < 0.25, -1, rng.integers(0, FIRST_EITHER, persons))[who]
    first = np.where(is_twin, (first + FIRST_MALE) % GIVEN, first)
    second = np.where(is_twin, (second + FIRST_MALE) % FIRST_EITHER, second)
    latin = latin_names(surname, first, second)
    number = np.where(np.isin(kind, (1, 2, 5)) | is_twin | (kind < 0), who, np.arange(n))
    born = np.datetime64("1965-01-01") + rng.integers(0, 14_000, persons)[who]
    born = np.where(kind == 5, born + 1, born)
    local = join_text(latin, codes("", np.where(np.isin(kind, (-1, 0, 3)) & ~is_twin, who,
                                                np.arange(n)), 8))  # fmt: skip
    domain = pick(["@example.com", "@private.example.com"], np.where(kind < 1, 0, 1))
    in_pinyin = pc.replace_substring(latin, ".", " ")
    majors = [major for group in MAJORS for major in group]
    raw = rng.integers(0, 256, (persons, 16), dtype=np.uint8)[who]
    columns = {
        "record_id": codes("candidate:bench:", np.arange(n), 8),
        "full_name": pc.if_else(
            pa.array(np.isin(kind, (2, 3, 5))), in_pinyin, full_names(surname, first, second)
        ),
        "email": join_text(local, domain),
        "phone": codes("+8610", number, 9),
        "national_id_hash": hex_digests(raw, (kind >= 0) | is_twin | (rng.random(n) > 0.35)),
        "birth_on": pa.array(born.astype("datetime64[D]"), pa.date32()),
        "education_level_code": pick(EDUCATION, rng.integers(0, len(EDUCATION), persons)[who]),
        "major": pick(majors, rng.integers(0, len(majors), persons)[who]),
    }
    truth = np.where(is_twin, persons + np.arange(n), who)
    return pa.table(columns), truth


def exact_components(records: pa.Table) -> np.ndarray[Any, Any]:
    """What the warehouse's exact rules make of the records: e-mail, phone with name, identity
    number; the smallest record of each person."""
    n = records.num_rows
    phone = join_text(records["phone"], pc.replace_substring(records["full_name"], " ", ""))
    rows, hubs, offset = [], [], n
    for column in (records["email"], phone, records["national_id_hash"]):
        coded = column.combine_chunks().dictionary_encode() if isinstance(
            column, pa.ChunkedArray) else column.dictionary_encode()  # fmt: skip
        known = np.flatnonzero(coded.indices.is_valid().to_numpy(zero_copy_only=False))
        rows.append(known)
        hubs.append(offset + coded.indices.drop_null().to_numpy())
        offset += len(coded.dictionary)
    ends = (np.concatenate(rows), np.concatenate(hubs))
    graph = coo_matrix((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(offset, offset))
    labels = connected_components(graph, directed=False)[1][:n]
    smallest = np.full(labels.max() + 1, n)
    np.minimum.at(smallest, labels, np.arange(n))
    found: np.ndarray[Any, Any] = smallest[labels]
    return found


def _figures(groups: Mapping[str, Any], truth: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    quality = pairwise(groups, truth)
    return {
        "seconds": round(seconds, 1),
        "precision": round(quality.precision or 0, 5),
        "recall": round(quality.recall or 0, 5),
    }


def run(persons: int, memory: str) -> dict[str, Any]:
    """Both contenders on the same records; figures by contender."""
    records, person = make_records(persons)
    ids = records["record_id"].to_pylist()
    truth = dict(zip(ids, person.tolist(), strict=True))
    begun = time.perf_counter()
    component = records["record_id"].take(pa.array(exact_components(records)))
    exact = _figures(dict(zip(ids, component.to_pylist(), strict=True)), truth,
                     time.perf_counter() - begun)  # fmt: skip
    records = records.append_column("exact_component_id", component).select(RECORD_COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(home=Path(folder), warehouse_memory=memory)
        begun = time.perf_counter()
        done = resolve_records(settings, records, load_identity_rule(settings), {})
        ours = _figures(done.decided.person, truth, time.perf_counter() - begun)
    waiting = done.decided.proposed
    right = sum(truth[pair.left_id] == truth[pair.right_id] for pair in waiting)
    return {
        "persons": persons,
        "records": len(ids),
        "exact rules alone": exact,
        "resolved": ours,
        "pairs compared": done.compared,
        "links": len(done.decided.auto),
        "proposals": len(waiting),
        "proposals that are one person": right,
        "peak MiB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--memory", default="8GB")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = run(arguments.persons, arguments.memory)
    for name, value in found.items():
        print(f"{name:<32} {value if not isinstance(value, int) else f'{value:,}'}")
    ours = found["resolved"]
    met = ours["precision"] >= TARGET_PRECISION and ours["recall"] >= TARGET_RECALL
    print(f"target: precision {TARGET_PRECISION}, recall {TARGET_RECALL}: "
          f"{'met' if met else 'missed'}")  # fmt: skip
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
