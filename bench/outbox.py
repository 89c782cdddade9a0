"""Two workers on one outbox against stand-ins that throttle.

    python -m bench.outbox [--items 10000] [--single 600] [--json FILE]

Two processes deliver the same outbox into the SuccessFactors stand-in, once in batches of a hundred
and once one change at a time. The stand-in enforces its limit and logs what it lets in; the source
is configured with a window a fiftieth longer. So three things are shown rather than claimed: every
change took effect exactly once, no window of the limit's length held more requests than the limit,
and how much of the limit was used from the first write to the last. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from connectors.outbox import deliver
from connectors.outbox.insert import insert_rows, new_row
from connectors.sandbox.company import CLOCK_START, Company, simulate
from connectors.sandbox.kit.admission import busiest
from connectors.sandbox.service import control, running
from connectors.sandbox.successfactors import tenant as tenant_module
from talentloop import ops
from talentloop.chunks import chunks
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
NAME = "successfactors"
WORKERS = 2
TARGET_USE = 0.9
#: Our window is so much longer than the vendor's: what is sent evenly does not arrive evenly.
MARGIN = 1.02
#: Case → changes in one request, and the limit: requests in so many seconds.
CASES: dict[str, tuple[int, int, float]] = {"batches": (100, 2, 1.0), "single": (1, 10, 1.0)}


def main() -> None:
    """Run both cases and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=10_000, help="changes sent in batches")
    parser.add_argument("--single", type=int, default=600, help="changes sent one at a time")
    parser.add_argument("--size", default="demo", help="size of the simulated company")
    parser.add_argument("--only", choices=sorted(CASES))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        _work(Path(given.worker))
        return
    company = simulate(given.size)
    wanted = {"batches": given.items, "single": given.single}
    found = [run(case, wanted[case], company) for case in CASES if given.only in (None, case)]
    _print(found)
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n")
    if not all(row["once"] and row["kept"] and row["use"] >= TARGET_USE for row in found):
        sys.exit(1)


def run(case: str, items: int, company: Company) -> dict[str, Any]:
    """Queue the changes, let two processes deliver them, and look at what the stand-in saw."""
    batch, requests, seconds = CASES[case]
    with tempfile.TemporaryDirectory() as folder:
        settings = _installation(Path(folder), batch, requests, seconds)
        queued = _queue(settings, company, items)
        effects: Counter[tuple[str, tuple[str, ...]]] = Counter()
        original = tenant_module.Tenant.write

        def write(tenant: Any, table: Any, key: str, values: Mapping[str, Any], by: str) -> bool:
            effects[key, tuple(sorted(values))] += 1
            return original(tenant, table, key, values, by)

        tenant_module.Tenant.write = write  # type: ignore[method-assign]
        try:
            with running(settings, company):
                limit = {"rate_limit": requests, "rate_seconds": seconds, "retry_after_seconds": 1}
                control(settings, f"/sandbox/{NAME}/faults", limit)
                took = _deliver(settings)
                log = control(settings, f"/sandbox/{NAME}/admissions")
        finally:
            tenant_module.Tenant.write = original  # type: ignore[method-assign]
        with ops.session(settings) as db:
            states = Counter(db.scalars(select(OutboxRow.state)))
    times = log["times"]
    span = times[-1] - times[0]
    return {
        "case": case, "changes": queued, "workers": WORKERS, "requests": len(times),
        "seconds": round(took, 1), "changes_per_second": round(queued / span, 1),
        "limit": f"{requests} / {seconds:g} s", "busiest_window": busiest(times, seconds),
        "throttled": log["refused"], "use": round(len(times) / (span / seconds * requests), 3),
        "once": states == {"SENT": queued} and len(effects) == queued
        and set(effects.values()) == {1},
        "kept": busiest(times, seconds) <= requests and not log["refused"],
    }  # fmt: skip


def _installation(folder: Path, batch: int, requests: int, seconds: float) -> Settings:
    """A home and a configuration of its own, with the shipped destination at this batch size."""
    config = folder / "config"
    for part in ("sources", "destinations"):
        (config / part).mkdir(parents=True)
        content = yaml.safe_load((ROOT / "config" / part / f"{NAME}.yml").read_text())
        if part == "sources":
            content["limit"] = {"requests": requests, "seconds": round(MARGIN * seconds, 3)}
        else:
            content["batch_size"] = batch
        (config / part / f"{NAME}.yml").write_text(yaml.safe_dump(content, allow_unicode=True))
    settings = Settings(home=folder / "home", config=config)
    ops.migrate(settings)
    return settings


def _queue(settings: Settings, company: Company, items: int) -> int:
    """One change each of as many records and operations as it takes."""
    keys = company.visible("application", CLOCK_START)["source_id"].to_pylist()
    kinds: Sequence[tuple[str, dict[str, Any]]] = [
        ("interview_result", {"cust_tlOverallScore": 81.5}),
        ("high_potential_tag", {"cust_tlTag": "高潜力"}),
        ("prediction_performance_6m", {"cust_tlPerf6mProbability": 0.6}),
        ("prediction_probation_attrition", {"cust_tlAttritionProbability": 0.1}),
    ]
    wanted = [(kind, key, payload) for kind, payload in kinds for key in keys][:items]
    now = settings.clock.now()
    for some in chunks(wanted, 500):
        with ops.session(settings) as db:
            insert_rows(db, [new_row((NAME, kind, key), what, 0, now) for kind, key, what in some])
    return len(wanted)


def _deliver(settings: Settings) -> float:
    command = [sys.executable, "-W", "ignore", "-m", "bench.outbox", "--worker", str(settings.home)]
    started = time.monotonic()
    workers = [subprocess.Popen(command, cwd=ROOT) for _ in range(WORKERS)]
    codes = [worker.wait() for worker in workers]
    if any(codes):
        raise SystemExit("A worker failed; its message is above.")
    return time.monotonic() - started


def _work(home: Path) -> None:
    settings = Settings(home=home, config=home.parent / "config")
    deliver(settings, NAME)


def _print(found: Sequence[Mapping[str, Any]]) -> None:
    names = list(found[0])
    print("| " + " | ".join(names) + " |")
    print("|" + "---|" * len(names))
    for row in found:
        print("| " + " | ".join(str(row[name]) for name in names) + " |")


if __name__ == "__main__":
    main()
