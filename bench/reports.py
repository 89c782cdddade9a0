"""All reports at a million applications, against the same figures in pandas and lifelines.

    python -m bench.reports [--applications 1000000] [--home HOME] [--intervals] [--json FILE]

Takes a built warehouse (`--home` is what `bench.warehouse --keep` leaves; else one is landed and
built), publishes it into a home of its own, and then, each in its own process: every report of the
registry through `run_report` with its default parameters; and the reports of bench/reports_peer/
in pandas and lifelines. The figures of both are compared one by one. What the build spends on the
models between the records and those reports is counted too. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bench.ingest import _peak_mib
from bench.warehouse import SIMULATED, land, timed_build
from connectors.sandbox.company import CLOCK_START, simulate
from talentloop import ops
from talentloop.reports import report_names, run_report
from talentloop.reports.registry import report_sql
from talentloop.settings import PROJECT_ROOT, Settings, load_settings
from talentloop.warehouse import publish

TARGET, TARGET_MIB = 10.0, 4096
EXACT = 1e-9
#: Figures that the warehouse rounds to six decimals before it publishes them.
ROUNDED = re.compile(
    r"hire_rate_shrunk|mean_rating_z|restriction_u|delta_r2"
    r"|(pearson|spearman|corrected)_.*|mean_points|hire_cost_ratio|hiring_budget_share|.*cost.*"
)
#: Intervals over requisitions: wider than those of lifelines and Wilson, which take every case for
#: independent. tests/warehouse/test_survival_clusters.py shows what they are.
WIDER = re.compile(
    r"(pass_rate|hire_rate|hired_\d+_days|incidence|share|retention|retention_90d)_(lower|upper)"
    r"|median_days_(lower|upper)"
)
ROUNDING = 1e-5
#: What the peer reads: the models that both sides have before they begin.
GIVEN = re.compile(r"(stg_|fct_|dim_|meta_|talent_profile|restricted_)|int_.*__keep_newest")


def prepare(folder: Path, built: Path | None, applications: int) -> Settings:
    """A home with a published copy, from a build that is there already or a new one."""
    settings = load_settings(home=folder / "home", now=CLOCK_START)
    ops.migrate(settings)
    warehouse = settings.warehouse_file.parent
    if built is None:
        landed = land(settings, simulate("bench"), CLOCK_START, min(1, applications / SIMULATED))
        timed_build(settings, landed, full=True)
    else:
        warehouse.mkdir(parents=True, exist_ok=True)
        theirs = built / "warehouse"
        try:
            os.link(theirs / settings.warehouse_file.name, settings.warehouse_file)
        except OSError:
            shutil.copyfile(theirs / settings.warehouse_file.name, settings.warehouse_file)
        for name in ("dbt", "runs"):
            (warehouse / name).symlink_to(theirs / name)
    publish(settings)
    return settings


def ours(settings: Settings) -> dict[str, Any]:
    """Every report, as `talentloop report NAME` gives it."""
    found: dict[str, Any] = {"seconds": {}, "cpu": {}, "rows": {}}
    for name in report_names():
        begun, cpu = time.perf_counter(), time.process_time()
        result = run_report(settings, name)
        found["seconds"][name] = time.perf_counter() - begun
        found["cpu"][name] = time.process_time() - cpu
        found["rows"][name] = result.rows
    return found


def peer(settings: Settings, *, intervals: bool) -> dict[str, Any]:
    """The same figures in pandas and lifelines."""
    from bench import reports_peer

    warnings.simplefilter("ignore")
    pointer = json.loads((settings.published_dir / "current.json").read_text())
    begun, cpu = time.perf_counter(), time.process_time()
    company = reports_peer.Company(
        settings.published_dir / pointer["path"], settings.warehouse_file, intervals=intervals
    )
    found: dict[str, Any] = {"seconds": {}, "cpu": {}, "rows": {}}
    for name, (compute, _) in reports_peer.REPORTS.items():
        rows = compute(company).to_dict("records")
        found["seconds"][name] = time.perf_counter() - begun
        found["cpu"][name] = time.process_time() - cpu
        found["rows"][name] = rows
        begun, cpu = time.perf_counter(), time.process_time()
    return found


def child(name: str, home: Path, out: Path, *, intervals: bool) -> None:
    """One contender in this process; writes what it found."""
    settings = load_settings(home=home, now=CLOCK_START)
    before = _peak_mib()
    found = ours(settings) if name == "ours" else peer(settings, intervals=intervals)
    found["imports_mib"], found["peak_mib"] = before, _peak_mib()
    with out.open("wb") as file:
        pickle.dump(found, file)


def measure(name: str, settings: Settings, folder: Path, *, intervals: bool) -> dict[str, Any]:
    """One contender in a process of its own."""
    out = folder / f"{name}.pickle"
    subprocess.run(
        [sys.executable, "-m", "bench.reports", "--child", name, "--home", str(settings.home),
         "--out", str(out), *(["--intervals"] if intervals else [])],
        cwd=PROJECT_ROOT, check=True,
    )  # fmt: skip
    with out.open("rb") as file:
        found: dict[str, Any] = pickle.load(file)  # noqa: S301 (our own child wrote it)
    return found


def _upstream(
    names: Iterable[str], parents: dict[str, list[str]], until: re.Pattern[str]
) -> set[str]:
    """Models that these need, and these; not beyond those that match `until`."""
    waiting, found = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found and not until.match(name):
            found.add(name)
            waiting += parents[name]
    return found


def build_share(settings: Settings, reports: Iterable[str]) -> dict[str, float]:
    """Seconds that a full build spent on each model between the records and these reports; what
    the published facts need themselves, both sides have before they begin."""
    warehouse = settings.warehouse_file.parent
    nodes = json.loads((warehouse / "dbt" / "manifest.json").read_text())["nodes"]
    models = {n["name"]: n for n in nodes.values() if n["resource_type"] == "model"}
    parents = {
        name: [nodes[key]["name"] for key in model["depends_on"]["nodes"] if key in nodes]
        for name, model in models.items()
    }
    read = {
        name
        for report in reports
        for name in re.findall(r"\b(?:from|join)\s+([a-z_0-9]+)", report_sql(report))
        if name in models
    }
    given = {name for name in models if GIVEN.match(name)}
    needed = _upstream(read, parents, GIVEN) - _upstream(given, parents, re.compile("$"))
    first = sorted((warehouse / "runs").glob("*.json"), key=lambda file: file.stat().st_mtime)[0]
    results = json.loads(first.read_text())["results"]
    spent = {r["unique_id"].rsplit(".", 1)[-1]: r["execution_time"] for r in results
             if r["unique_id"].startswith("model.")}  # fmt: skip
    return {name: spent[name] for name in sorted(needed) if name in spent}


def _key(value: Any) -> str:
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}"
    return "" if value is None else str(value)


def _number(value: Any) -> float | None:
    """A cell as a number: None for an empty one; withheld ones and texts are no numbers."""
    return None if value is None or math.isnan(value) else float(value)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool)) or (
        hasattr(value, "dtype") and value.dtype.kind in "iufb"
    )  # fmt: skip


def differences(
    report: str, mine: list[dict[str, Any]], theirs: list[dict[str, Any]], keys: list[str]
) -> dict[str, float]:
    """The largest difference of each figure; a row or a figure that one side lacks is infinite.

    Relative to the figure; absolute for what is below one, as shares are.
    """
    others = {tuple(_key(row[k]) for k in keys): row for row in theirs}
    found: dict[str, float] = {}
    matched = set()
    for row in mine:
        key = tuple(_key(row[k]) for k in keys)
        if key not in others:
            found["(rows)"] = float("inf")
            print(f"{report}: pandas has no row {key}", file=sys.stderr)
            continue
        matched.add(key)
        for name in row.keys() & others[key].keys() - set(keys):
            a, b = row[name], others[key][name]
            if WIDER.fullmatch(name) or not (_is_number(a) and _is_number(b)):
                continue
            gap = _gap(_number(a), _number(b))
            if gap is not None:
                found[name] = max(found.get(name, 0.0), gap)
    if others.keys() - matched and report != "top_ten":
        found["(rows)"] = float("inf")
        print(f"{report}: only in pandas {sorted(others.keys() - matched)[:3]}", file=sys.stderr)
    return found


def _gap(a: float | None, b: float | None) -> float | None:
    if a is None and b is None:
        return 0.0
    if a is None or b is None:
        # An empty group is missing on one side and counted as none on the other.
        return None if (b if a is None else a) == 0 else float("inf")
    return abs(a - b) / max(1.0, abs(b))


def allowed(name: str) -> float:
    """How far two figures may be apart."""
    return ROUNDING if ROUNDED.fullmatch(name) else EXACT


def compare(mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, dict[str, float]]:
    """The largest difference of every figure of every report; stops at one that is too large."""
    from bench.reports_peer import REPORTS

    found, wrong = {}, []
    for report, (_, keys) in REPORTS.items():
        found[report] = differences(report, mine["rows"][report], theirs["rows"][report], keys)
        wrong += [f"{report}.{name}: {gap:.3g}" for name, gap in found[report].items()
                  if gap > allowed(name)]  # fmt: skip
    if wrong:
        raise SystemExit("The figures differ:\n" + "\n".join(wrong))
    return found


def report(found: dict[str, Any]) -> str:
    """The measurements as a table for people."""
    lines = [
        f"{'report':<28}{'ours s':>10}{'pandas s':>10}{'ours CPU':>10}{'pandas CPU':>11}"
        + "".join(f"{kind:>9}" for kind in ("exact", "rounded"))
    ]
    for name, gaps in found["differences"].items():
        worst = dict.fromkeys(("exact", "rounded"), 0.0)
        for figure, gap in gaps.items():
            kind = {EXACT: "exact", ROUNDING: "rounded"}[allowed(figure)]
            worst[kind] = max(worst[kind], gap)
        lines.append(
            f"{name:<28}{found['ours'][name]:>10.3f}{found['pandas'][name]:>10.2f}"
            f"{found['ours_cpu'][name]:>10.3f}{found['pandas_cpu'][name]:>11.2f}"
            + "".join(f"{gap:>9.0e}" for gap in worst.values())
        )
    t = found["totals"]
    with_build = t["ours"] + t["build"]
    ratios = (
        ("compared reports, seconds", t["ours"], t["pandas"]),
        ("compared reports, CPU seconds", t["ours_cpu"], t["pandas_cpu"]),
        (f"with {t['build_models']} models of the build", with_build, t["pandas"]),
        ("peak memory, MiB", t["ours_mib"], t["pandas_mib"]),
    )
    lines += [f"{name:<40}{a:>10,.1f}{b:>10,.1f}{b / a:>8.1f}x" for name, a, b in ratios]
    lines.append(
        f"all {t['reports']} reports: {t['ours_all']:.1f} s, CPU {t['ours_all_cpu']:.1f} s"
    )
    lines.append(f"target: {TARGET:.0f} times in total, at most {TARGET_MIB:,} MiB")
    return "\n".join(lines)


def run(folder: Path, built: Path | None, applications: int, *, intervals: bool) -> dict[str, Any]:
    """Prepare, measure both, compare."""
    settings = prepare(folder, built, applications)
    mine = measure("ours", settings, folder, intervals=intervals)
    theirs = measure("pandas", settings, folder, intervals=intervals)
    compared = list(theirs["seconds"])
    share = build_share(settings, compared)
    slowest = sorted(share.items(), key=lambda item: -item[1])[:12]
    return {
        "differences": compare(mine, theirs),
        "ours": mine["seconds"],
        "pandas": theirs["seconds"],
        "ours_cpu": mine["cpu"],
        "pandas_cpu": theirs["cpu"],
        "build": dict(slowest),
        "totals": {
            "ours": sum(mine["seconds"][name] for name in compared),
            "ours_all": sum(mine["seconds"].values()),
            "pandas": sum(theirs["seconds"].values()),
            "build": sum(share.values()),
            "build_models": len(share),
            "reports": len(mine["seconds"]),
            "ours_mib": mine["peak_mib"],
            "ours_imports_mib": mine["imports_mib"],
            "pandas_mib": theirs["peak_mib"],
            "ours_cpu": sum(mine["cpu"][name] for name in compared),
            "ours_all_cpu": sum(mine["cpu"].values()),
            "pandas_cpu": sum(theirs["cpu"].values()),
        },
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Benchmark the reports.")
    parser.add_argument("--applications", type=int, default=SIMULATED)
    parser.add_argument("--home", type=Path, help="a home with a build to read")
    parser.add_argument("--json", type=Path, help="write the measurements here too")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    parser.add_argument(
        "--intervals", action="store_true",
        help="let lifelines compute intervals of Aalen-Johansen curves (hours at full size)",
    )  # fmt: skip
    parser.add_argument("--child", choices=["ours", "pandas"], help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.home, options.out, intervals=options.intervals)
        return
    folder = options.keep or Path(tempfile.mkdtemp(prefix="talentloop-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        found = run(folder, options.home, options.applications, intervals=options.intervals)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(report(found))
    text = json.dumps(found, indent=1)
    if options.json is not None:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
