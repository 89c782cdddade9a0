"""A full and an incremental warehouse build, against the same SQL without dbt around it.

    python -m bench.warehouse [--applications 1000000] [--json FILE] [--keep FOLDER]

Lands the simulated company, then measures: a full build as `talentloop build` does it (dbt, its
contracts and data tests); the models' compiled SQL run one after the other on one bare connection,
without tests; and the build after a further day's change. Seconds of the clock and of the
processor, of this process and of the dbt that it starts. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from connectors.sandbox.company import CLOCK_START, Company, simulate
from talentloop import ops
from talentloop.ids import new_load_id
from talentloop.landing import LandedFile, LandingZone
from talentloop.ops.loads import mark_checked, record_load
from talentloop.settings import Settings, load_settings
from talentloop.warehouse import build

SIMULATED = 1_000_000
DAYS_CHANGE = 0.003
TARGET_FULL, TARGET_CHANGE = 3.0, 0.15
#: What a smaller run thins out, by the column whose last two digits decide.
_THINNED = {"application": "source_id", "stage_event": "application_id",
            "interview": "application_id", "dimension_score": "application_id",
            "offer": "application_id", "candidate": "source_id",
            "consent": "candidate_id"}  # fmt: skip


@dataclass(frozen=True)
class Landed:
    """What was landed for one build, and how many applications it says something new about."""

    files: list[LandedFile]
    at: datetime
    applications: int


def visible(company: Company, entity: str, at: datetime, share: float) -> pa.Table:
    """What the HR system shows, or a share of the applications with all that hangs on them."""
    rows = company.visible(entity, at)
    if share >= 1 or entity not in _THINNED:
        return rows
    # Ids count up with time: of each hundred the first few stay.
    number = pc.cast(pc.utf8_slice_codeunits(rows[_THINNED[entity]], -2), pa.int64())
    return rows.filter(pc.less(number, int(share * 100)))


def land(settings: Settings, company: Company, at: datetime, share: float) -> Landed:
    """Land what changed since the last landing."""
    zone = LandingZone(settings)
    zone.prepare()
    files, changed = [], 0
    for entity in company.tables:
        rows = visible(company, entity, at, share)
        file = zone.write(entity, company.source, rows,
                          load_id=new_load_id(settings.clock), ingested_at=at)  # fmt: skip
        if file is not None:
            files.append(file)
            changed += file.rows if entity == "application" else 0
    return Landed(files, at, changed)


def change_day(company: Company) -> tuple[datetime, float]:
    """The end of the first day by which DAYS_CHANGE of applications changed, and the share to take.

    Of the busy working day that this is, a share of the applications makes DAYS_CHANGE.
    """
    ids = company.tables["application"].select(["source_id", "recorded_at"])
    at, changed = CLOCK_START, 0
    while changed < DAYS_CHANGE * SIMULATED:
        at += timedelta(days=1)
        recorded = ids["recorded_at"]
        new = pc.and_(pc.greater(recorded, CLOCK_START), pc.less_equal(recorded, at))
        changed = pc.count_distinct(ids.filter(new)["source_id"]).as_py()
    return at, DAYS_CHANGE * SIMULATED / changed


def cpu_seconds() -> float:
    """Processor seconds of this process and of those it started that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def timed_build(settings: Settings, landed: Landed, *, full: bool) -> dict[str, float]:
    """Seconds of a build as a user waits for it, of dbt within it, and of the processor."""
    for file in landed.files:
        record_load(settings, file)
        mark_checked(settings, file.load_id, file.entity, "passed")
    started, used = time.perf_counter(), cpu_seconds()
    result = build(settings, as_of=landed.at, full_refresh=full)
    return {
        "seconds": time.perf_counter() - started,
        "dbt_seconds": result.seconds,
        "cpu_seconds": cpu_seconds() - used,
        "nodes": len(result.nodes),
    }


def bare_statements(target: Path) -> Iterator[tuple[str, str, str]]:
    """(schema, name, statement) of every model in the order of dependencies, from a full build.

    A model that dbt makes in parts (`in_batch` in dbt/macros/tables.sql) is made in as many
    here.
    """
    manifest = json.loads((target / "manifest.json").read_text())
    models = {k: n for k, n in manifest["nodes"].items() if n["resource_type"] == "model"}
    waiting = {k: {d for d in n["depends_on"]["nodes"] if d in models} for k, n in models.items()}
    while waiting:
        ready = sorted(k for k, needs in waiting.items() if not needs & waiting.keys())
        for key in ready:
            del waiting[key]
            node = models[key]
            path = target / "compiled" / "talentloop" / node["original_file_path"]
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            name = f'"{node["schema"]}"."{node["name"]}"'
            parts = _parts(path.read_text(), node["config"])
            yield node["schema"], node["name"], f"create {kind} {name} as {next(parts)}"
            for part in parts:
                yield node["schema"], node["name"], f"insert into {name} by name {part}"


def _parts(sql: str, config: dict[str, Any]) -> Iterator[str]:
    key, n = config.get("batch_key"), config.get("batches", 1)
    for number in range(n):
        yield sql.replace("true /* batch */", f"hash({key}) % {n} = {number}")


def bare_run(settings: Settings, folder: Path) -> dict[str, Any]:
    """Seconds of the same SQL on one connection; the slowest models too."""
    built = settings.warehouse_file
    statements = list(bare_statements(built.parent / "dbt"))
    seconds: dict[str, float] = defaultdict(float)
    used = cpu_seconds()
    with duckdb.connect(str(folder / "build.duckdb")) as db:
        db.execute(f"set threads = {settings.warehouse_threads}")
        db.execute(f"set memory_limit = '{settings.warehouse_memory}'")
        db.execute("set timezone = 'UTC'")
        db.execute("set preserve_insertion_order = false")
        _copy_state(db, built)
        for schema in {schema for schema, _, _ in statements}:
            db.execute(f"create schema if not exists {schema}")
        for _, name, statement in statements:
            started = time.perf_counter()
            db.execute(statement)
            seconds[name] += time.perf_counter() - started
    slowest = sorted(seconds.items(), key=lambda item: -item[1])[:10]
    return {
        "seconds": sum(seconds.values()),
        "cpu_seconds": cpu_seconds() - used,
        "models": len(seconds),
        "slowest": dict(slowest),
    }


def _copy_state(db: duckdb.DuckDBPyConnection, built: Path) -> None:
    """The tables that a build makes about itself, which the models read."""
    db.execute("create schema ops")
    db.execute(f"attach '{built}' as built (read_only)")
    names = db.execute(
        "select table_name from duckdb_tables() where database_name = 'built' and schema_name = 'ops'"
    ).fetchall()
    for (name,) in names:
        db.execute(f"create table ops.{name} as from built.ops.{name}")
    db.execute("detach built")


def measure(applications: int, folder: Path) -> dict[str, Any]:
    """Land, build, run bare, change, build again."""
    settings = load_settings(home=folder / "home", now=CLOCK_START)
    ops.migrate(settings)
    share = min(1.0, applications / SIMULATED)
    company = simulate("bench")
    first = land(settings, company, CLOCK_START, share)
    at, part = change_day(company)
    change = land(settings, company, at, share * part)
    del company
    full = timed_build(settings, first, full=True)
    (folder / "bare").mkdir()
    bare = bare_run(settings, folder / "bare")
    incremental = timed_build(settings, change, full=False)
    return {
        "applications": first.applications,
        "rows": sum(file.rows for file in first.files),
        "changed_applications": change.applications,
        "changed_rows": sum(file.rows for file in change.files),
        "threads": settings.warehouse_threads,
        "memory": settings.warehouse_memory,
        "full": full,
        "bare": bare,
        "change": incremental,
        "full_over_bare": full["seconds"] / bare["seconds"],
        "change_over_full": incremental["seconds"] / full["seconds"],
        "change_over_full_cpu": incremental["cpu_seconds"] / full["cpu_seconds"],
        "targets": {"full_over_bare": TARGET_FULL, "change_over_full": TARGET_CHANGE},
    }


def report(found: dict[str, Any]) -> str:
    """The measurements as a table for people."""

    def line(name: str, of: dict[str, float], ratio: str, target: str) -> str:
        return f"{name:<28}{of['seconds']:>10.1f}{of['cpu_seconds']:>10.1f}{ratio:>20}{target:>10}"

    full, change = found["full_over_bare"], found["change_over_full"]
    first = f"{found['applications']:,} applications in {found['rows']:,} records"
    later = f"{found['changed_applications']:,} in {found['changed_rows']:,}"
    both = f"{change:.1%}, CPU {found['change_over_full_cpu']:.1%}"
    lines = [
        f"{first}; change: {later}",
        f"{'':<28}{'seconds':>10}{'CPU':>10}{'ratio':>20}{'target':>10}",
        line("bare SQL, no tests", found["bare"], "1.00", ""),
        line("full build", found["full"], f"{full:.2f}", f"≤ {TARGET_FULL:.0f}"),
        line("build after the change", found["change"], both, f"≤ {TARGET_CHANGE:.0%}"),
    ]
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Benchmark the warehouse build.")
    parser.add_argument("--applications", type=int, default=SIMULATED)
    parser.add_argument("--json", type=Path, help="write the measurements here too")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="talentloop-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        found = measure(options.applications, folder)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(report(found))
    text = json.dumps(found, indent=1)
    print(text)
    if options.json is not None:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
