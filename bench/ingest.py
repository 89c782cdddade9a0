"""JSON pages to validated Parquet, against dlt's default loader on the same records.

    python -m bench.ingest [--records 200000] [--json FILE]

Each contender runs in a process of its own, reads the same page files and parses them with the
same parser. Time starts once its libraries are imported. Memory is the process's peak resident
size; `growth` leaves out what the imports alone take. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).resolve().parent.parent
PAGE_ROWS = 1000
SOURCE = "bench"
STAGES = ("新申请", "简历筛选", "面试", "Offer", "已录用", "已淘汰")
OPENED = datetime(2024, 1, 1, tzinfo=UTC)
SEEN = datetime(2026, 11, 1, tzinfo=UTC)
TARGET_RATE, TARGET_MEMORY = 20.0, 0.1

MAPPING = """
streams:
  applications:
    records:
      - entity: application
        key: applicationId
        updated_at: lastModifiedDateTime
        fields:
          candidate_id: candidateId
          requisition_id: jobReqId
          applied_at: applicationDate
          stage_code:
            from: stage
            values: {新申请: applied, 简历筛选: screen, 面试: interview, Offer: offer, 已录用: hired,
                     已淘汰: rejected}
          status_code: {from: status, values: {"1": open, "2": hired, "3": rejected}}
          status_at: statusChangedDateTime
          source_channel_code: {from: source, transform: lower}
          is_prospect: isProspect
"""


def write_pages(folder: Path, records: int) -> int:
    """Write `records` applications in pages; their bytes."""
    folder.mkdir()
    rng = random.Random(20261101)  # noqa: S311 - test data
    size = 0
    for first in range(0, records, PAGE_ROWS):
        rows = [_application(n, rng) for n in range(first, min(first + PAGE_ROWS, records))]
        size += (folder / f"{first:09d}.json").write_bytes(orjson.dumps(rows))
    return size


def _application(number: int, rng: random.Random) -> dict[str, Any]:
    applied = OPENED + timedelta(seconds=rng.randrange(90_000_000))
    moved = applied + timedelta(seconds=rng.randrange(5_000_000))
    return {
        "applicationId": str(100_000 + number),
        "candidateId": str(rng.randrange(10**7)),
        "jobReqId": str(rng.randrange(3000)),
        "applicationDate": applied.isoformat(),
        "stage": rng.choice(STAGES),
        "status": rng.choice("123"),
        "statusChangedDateTime": moved.isoformat(),
        "source": rng.choice(("Referral", "Headhunter", "Campus", None)),
        "isProspect": rng.random() < 0.02,
        "lastModifiedDateTime": moved.isoformat(),
    }


def _pages(folder: Path) -> Iterator[tuple[bytes, list[dict[str, Any]]]]:
    for path in sorted(folder.glob("*.json")):
        raw = path.read_bytes()
        yield raw, orjson.loads(raw)


def ours(folder: Path, work: Path) -> Callable[[], int]:
    """Our engine: `apply_mapping` and `LandingZone.write`, in the batches that ingest makes."""
    import pyarrow as pa

    from connectors.base import Page
    from connectors.ingest.batch import ROWS_PER_FILE
    from connectors.mapping import apply_mapping
    from talentloop.ids import new_load_id
    from talentloop.landing import LandingZone
    from talentloop.settings import Settings

    settings, rules = Settings(home=work), _rules(work)

    def run() -> int:
        zone, tables, landed = LandingZone(settings), [], 0

        def flush() -> int:
            file = zone.write(
                "application", SOURCE, pa.concat_tables(tables),
                load_id=new_load_id(settings.clock), ingested_at=SEEN,
            )  # fmt: skip
            tables.clear()
            return file.rows if file else 0

        for number, (_, rows) in enumerate(_pages(folder), start=1):
            mapped = apply_mapping(rules, Page(rows, b"", SEEN, f"page {number}"), SOURCE)
            assert not mapped.rejects
            tables.append(mapped.tables["application"])
            if sum(table.num_rows for table in tables) >= ROWS_PER_FILE:
                landed += flush()
        return landed + (flush() if tables else 0)

    return run


def _rules(work: Path) -> Any:
    from connectors.mapping import load_mapping

    path = work / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return load_mapping(path).stream("applications")


def whole_run(folder: Path, work: Path) -> Callable[[], int]:
    """A whole `ingest`: raw pages kept beside the Parquet, loads, cursor and quarantine noted."""
    from connectors import registry
    from connectors.base import Page
    from connectors.ingest import ingest
    from talentloop import ops
    from talentloop.logs import configure_logs
    from talentloop.settings import Settings

    class PageFiles:
        name = SOURCE

        def __init__(self, *_: object) -> None:
            pass

        def streams(self) -> list[str]:
            return ["applications"]

        def read(self, _stream: str, _since: object) -> Iterator[Page]:
            for number, (raw, rows) in enumerate(_pages(folder), start=1):
                yield Page(rows, raw, SEEN, f"page {number}")

    (work / "config" / "sources").mkdir(parents=True)
    (work / "config" / "sources" / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    source = work / "config" / "sources" / f"{SOURCE}.yml"
    source.write_text("connector: files\nmapping: mapping.yaml\n")
    registry._class = lambda _path: PageFiles  # type: ignore[assignment]
    configure_logs("ERROR")
    settings = Settings(home=work, config=work / "config")
    ops.migrate(settings)
    return lambda: ingest(settings, SOURCE).totals()["landed"]


def dlt_default(folder: Path, work: Path) -> Callable[[], int]:
    """dlt as it comes: Python dictionaries into DuckDB, the file format its own choice."""
    import dlt
    import duckdb

    database = work / "bench.duckdb"
    pipeline = dlt.pipeline(
        SOURCE, pipelines_dir=str(work / "pipelines"), dataset_name="landing",
        destination=dlt.destinations.duckdb(str(database)),
    )  # fmt: skip

    def run() -> int:
        pages = dlt.resource((rows for _, rows in _pages(folder)), name="application")
        pipeline.run(pages, write_disposition="append")
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.execute("select count(*) from landing.application").fetchone()
        return int(found[0]) if found else 0

    return run


CONTENDERS = {"ours": ours, "ours, whole ingest": whole_run, "dlt": dlt_default}


def child(name: str, folder: Path, work: Path) -> None:
    """Run one contender in this process and print what it took as JSON."""
    run = CONTENDERS[name](folder, work)
    imports, cpu, begun = _peak_mib(), time.process_time(), time.perf_counter()
    rows = run()
    print(
        json.dumps(
            {
                "rows": rows,
                "seconds": time.perf_counter() - begun,
                "cpu_seconds": time.process_time() - cpu,
                "peak_mib": _peak_mib(),
                "imports_mib": imports,
            }
        )
    )


def _peak_mib() -> float:
    """Largest resident size so far. (`ru_maxrss` also counts the parent's, from before exec.)"""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


def measure(name: str, folder: Path) -> dict[str, float]:
    """Run one contender in a process of its own; rows a second and memory."""
    with tempfile.TemporaryDirectory() as work:
        done = subprocess.run(
            [sys.executable, "-m", "bench.ingest", "--child", name, str(folder), work],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "HOME": work, "RUNTIME__DLTHUB_TELEMETRY": "false"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    result["rows_per_second"] = result["rows"] / result["seconds"]
    result["growth_mib"] = result["peak_mib"] - result["imports_mib"]
    return result


def report(results: dict[str, dict[str, float]]) -> str:
    """The measures and their ratios to dlt as a table."""
    peer = results["dlt"]
    heads = ("rows/s", "s", "CPU s", "peak MiB", "growth", "rate", "CPU", "memory", "growth")
    lines = [" " * 20 + "".join(f"{head:>10}" for head in heads)]
    for name, r in results.items():
        measured = (
            f"{r['rows_per_second']:,.0f}", f"{r['seconds']:.2f}", f"{r['cpu_seconds']:.2f}",
            f"{r['peak_mib']:,.0f}", f"{r['growth_mib']:,.0f}",
            f"{r['rows_per_second'] / peer['rows_per_second']:.1f}x",
            f"{peer['cpu_seconds'] / r['cpu_seconds']:.1f}x",
            f"{r['peak_mib'] / peer['peak_mib']:.2f}x",
            f"{r['growth_mib'] / peer['growth_mib']:.2f}x",
        )  # fmt: skip
        lines.append(f"{name:20}" + "".join(f"{text:>10}" for text in measured))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=200_000, help="records to load")
    parser.add_argument("--json", type=Path, help="write the measures to this file, too")
    parser.add_argument("--only", choices=CONTENDERS, help="run one contender alone")
    parser.add_argument("--child", nargs=3, metavar=("NAME", "PAGES", "WORK"), help="internal")
    arguments = parser.parse_args()
    if arguments.child:
        name, folder, work = arguments.child
        child(name, Path(folder), Path(work))
        return
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / "pages"
        size = write_pages(folder, arguments.records)
        print(f"{arguments.records:,} records of 10 fields, {size / 2**20:.0f} MiB of JSON")
        if arguments.only:
            print(json.dumps(measure(arguments.only, folder), indent=2))
            return
        results = {name: measure(name, folder) for name in CONTENDERS}
    assert all(r["rows"] == arguments.records for r in results.values())
    print(report(results))
    print(f"target: rate {TARGET_RATE:.0f}x, memory {TARGET_MEMORY:.1f}x")
    text = json.dumps({"records": arguments.records, "results": results}, indent=2)
    print(text)
    if arguments.json:
        arguments.json.write_text(text)


if __name__ == "__main__":
    main()
