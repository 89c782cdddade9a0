"""Do the 95 % intervals hold the truth 95 % of the time, also in the middle of the history?

    python -m bench.coverage [--seeds 20] [--truth-seeds 60] [--json FILE]

Many simulated companies are landed as many sources of one warehouse, as their HR systems showed
them on three days. dbt builds the project's own models up to the waits; the project's own macros
estimate, with the company as the group. The truth is what the same definitions say of other,
independent companies that were followed to the end. Beside it stand the figures that take open
cases for finished or leave them out. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from bench.macros import estimators
from connectors.sandbox.company import CLOCK_START, DEFAULT_SEED, HORIZON, simulate
from talentloop import ops
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops.loads import mark_checked, record_load
from talentloop.settings import Settings, load_settings
from talentloop.warehouse import build

AS_OF = (datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC), CLOCK_START)
_ENTITIES = (
    "org_unit", "requisition", "requisition_event", "opening", "candidate", "application",
    "stage_event", "offer", "employee",
)  # fmt: skip
_WHO = ("email", "phone", "national_id_hash")
M = estimators()


@dataclass(frozen=True)
class Figure:
    """One number under test: of cohorts that began in so many months before the day."""

    name: str
    kind: Literal["incidence", "survival", "quantile", "share"]
    measure: str
    months: int
    stage: str | None = None
    at: float = 0.5
    cause: str | None = None


FIGURES = (
    Figure("hired within 60 days", "incidence", "time_to_outcome", 3, at=60, cause="hired"),
    Figure("pass screen within 30 days", "incidence", "time_in_stage", 3, "screen", 30, "advanced"),
    Figure("pass interview within 30 days", "incidence", "time_in_stage", 3, "interview", 30,
           "advanced"),
    Figure("pass rate, screen, of resolved", "share", "", 12, "screen"),
    Figure("pass rate, interview, of resolved", "share", "", 12, "interview"),
    Figure("median days in screen", "quantile", "time_in_stage", 3, "screen"),
    Figure("median days in interview", "quantile", "time_in_stage", 3, "interview"),
    Figure("P90 days in interview", "quantile", "time_in_stage", 3, "interview", 0.9),
    Figure("median days to fill", "quantile", "time_to_fill", 12),
    Figure("retention at 90 days", "survival", "retention", 12, at=90),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What became of one figure on one day; `ended_only` and `open_as_ended` are naive figures.

    `covered_plain` counts intervals that take every case for independent; `truth_width` is the width
    of the truth's own interval, by companies, over the mean width of a company's.
    """

    figure: str
    as_of: str
    truth: float
    estimate: float
    companies: int
    covered: int
    covered_plain: int
    coverage_lower: float
    coverage_upper: float
    truth_width: float | None
    open_share: float
    ended_only: float
    open_as_ended: float


def land(settings: Settings, seeds: range, at: datetime) -> None:
    """Land what many companies show at `at`, one source each. Nobody is to be recognised across
    companies: what identifies people is left out."""
    ops.migrate(settings)
    zone = LandingZone(settings)
    zone.prepare()
    for seed in seeds:
        company = simulate("study", seed)
        for entity in _ENTITIES:
            rows = _anonymous(company.visible(entity, at), f"company_{seed}")
            load_id = new_load_id(settings.clock)
            file = zone.write(
                entity, f"company_{seed}", rows, load_id=load_id, ingested_at=settings.clock.now()
            )
            if file is not None:
                record_load(settings, file)
                mark_checked(settings, load_id, entity, "passed")


def _anonymous(rows: pa.Table, source: str) -> pa.Table:
    for name, field in ((field.name, field) for field in rows.schema):
        index = rows.column_names.index(name)
        if name == "source":
            rows = rows.set_column(index, field, pa.array([source] * len(rows), field.type))
        elif name in _WHO:
            rows = rows.set_column(index, field, pa.nulls(len(rows), field.type))
    return rows


def observe(folder: Path, seeds: range, at: datetime) -> duckdb.DuckDBPyConnection:
    """The waits and the funnel of each company as seen at `at`, built by dbt."""
    settings = load_settings(home=folder, now=at)
    land(settings, seeds, at)
    build(settings, as_of=at)
    db = duckdb.connect(str(settings.warehouse_file))
    db.execute("set timezone = 'UTC'")
    db.execute("""
        create temp table company as
        select org_unit_key as top_org_unit_key, source as company from marts.dim_org_unit;
        create temp table wait as
        select company.company, spell.*, 1 as n
        from intermediate.int_spell__unite as spell
        inner join company using (top_org_unit_key)
        where not spell.is_zero_length or spell.measure_code <> 'time_in_stage';
        create temp table funnel as
        select
            company.company, ended.requisition_key, stage.stage_code, ended.cohort_month_on,
            count(*) as n_entered,
            count(*) filter (ended.furthest_stage_rank > stage_rank or outcome_code = 'hired')
                as n_advanced,
            count(*) filter (ended.furthest_stage_rank = stage_rank and outcome_code is null) as n_open
        from intermediate.int_application__end as ended
        inner join company using (top_org_unit_key)
        inner join (values ('screen', 2), ('interview', 4)) as stage (stage_code, stage_rank)
            on ended.furthest_stage_rank >= stage.stage_rank
        group by all
    """)
    return db


def _chosen(figure: Figure, at: datetime, *, pooled: bool) -> str:
    """Subquery of the waits of the figure's cohorts, grouped by company and in clusters of one
    requisition; or all in one group, in clusters of one company."""
    cluster = "company as cluster_key" if pooled else "requisition_key as cluster_key"
    stage = f"= '{figure.stage}'" if figure.stage else "is null"
    company = "'all'" if pooled else "company"
    return (
        f"(select {company} as company, {cluster}, duration_days, cause_code, n from wait"
        f" where measure_code = '{figure.measure}' and stage_code {stage}"
        f" and month_on >= date '{at:%Y-%m-%d}' - interval {figure.months} months"
        f" and month_on < date '{at:%Y-%m-%d}')"
    )


def estimate_sql(figure: Figure, at: datetime, *, pooled: bool = False, plain: bool = False) -> str:
    """Query for (company, estimate, lower, upper) by the project's macros; `plain` takes every
    case for independent."""
    by = None if plain else "cluster_key"
    if figure.kind == "share":
        company = "'all'" if pooled else "company"
        cluster = "company" if pooled else "requisition_key"
        ends = [
            M.wilson("k", "n", side) if plain else M.clustered_wilson("k", "n", "s", side)
            for side in (-1, 1)
        ]
        return f"""
            select company, k / nullif(n, 0), {ends[0]}, {ends[1]}
            from (
                select company, sum(k) as k, sum(n) as n, {M.cluster_squares("k", "n", "s")}
                from (
                    select {company} as company, {cluster} as cluster_key,
                        sum(n_advanced) as k, sum(n_entered - n_open) as n
                    from funnel
                    where stage_code = '{figure.stage}' and cohort_month_on < date '{at:%Y-%m-%d}'
                        and cohort_month_on >= date '{at:%Y-%m-%d}' - interval {figure.months} months
                    group by all
                )
                group by company
            )"""
    waits = _chosen(figure, at, pooled=pooled)
    day = int(figure.at)
    if figure.kind == "incidence":
        columns = [M.on_day(f"incidence_{part}", day, "0") for part in ("rate", "lower", "upper")]
        curve = M.aalen_johansen(waits, "company", by)
        where = f"where cause_code = '{figure.cause}'"
    elif figure.kind == "survival":
        columns = [M.on_day(f"survival_{part}", day, "1") for part in ("rate", "lower", "upper")]
        curve, where = M.kaplan_meier(waits, "company", by), ""
    else:
        columns = [
            M.survival_quantile(figure.at, part)
            for part in (
                "survival_rate", "coalesce(survival_lower, survival_rate)", "survival_upper"
            )
        ]  # fmt: skip
        curve, where = M.kaplan_meier(waits, "company", by), ""
    return f"select company, {', '.join(columns)} from ({curve}) {where} group by company"


def naive_sql(figure: Figure, at: datetime) -> str:
    """Query for the mean over companies of: open share, figure of ended waits, figure with open
    waits taken for ended (as failures, or as having ended now)."""
    if figure.kind == "share":
        return f"""
            select avg(n_open / n), avg(k / (n - n_open)), avg(k / n) from (
                select company, sum(n_advanced) as k, sum(n_entered) as n, sum(n_open) as n_open
                from funnel
                where stage_code = '{figure.stage}' and cohort_month_on < date '{at:%Y-%m-%d}'
                    and cohort_month_on >= date '{at:%Y-%m-%d}' - interval {figure.months} months
                group by company
            )"""
    waits = _chosen(figure, at, pooled=False)
    ended = "filter (cause_code is not null)"
    if figure.kind == "incidence":
        happened = (
            f"count(*) filter (cause_code = '{figure.cause}' and duration_days <= {figure.at})"
        )
        figures = f"{happened} / nullif(count(*) {ended}, 0), {happened} / count(*)"
    elif figure.kind == "survival":
        left = f"count(*) filter (cause_code is not null and duration_days <= {figure.at})"
        figures = (
            f"1 - {left} / nullif(count(*) {ended}, 0),"
            f" count(*) filter (duration_days > {figure.at}) / count(*)"
        )
    else:
        share = figure.at
        figures = (
            f"quantile_cont(duration_days, {share}) {ended}, quantile_cont(duration_days, {share})"
        )
    return f"""
        select avg(open_share), avg(ended_only), avg(open_as_ended) from (
            select company, count(*) filter (cause_code is null) / count(*), {figures}
            from {waits} group by company
        ) as naive (company, open_share, ended_only, open_as_ended)"""


def _holding(rows: list[tuple[str, float, float | None, float | None]], truth: float) -> int:
    return sum(
        (row[2] is not None and row[2] <= truth) and (row[3] is None or truth <= row[3])
        for row in rows
    )


def _width(rows: list[tuple[str, float, float | None, float | None]]) -> float | None:
    """Mean width of the intervals that are bound."""
    widths = [row[3] - row[2] for row in rows if row[2] is not None and row[3] is not None]
    return sum(widths) / len(widths) if widths else None


def compare(
    figure: Figure, at: datetime, seen: duckdb.DuckDBPyConnection, full: duckdb.DuckDBPyConnection
) -> Line:
    """How often the intervals of the companies hold the truth."""
    true_rows = full.execute(estimate_sql(figure, at, pooled=True)).fetchall()
    truth = float(true_rows[0][1])
    found, plain = (
        [row for row in seen.execute(query).fetchall() if row[1] is not None]
        for query in (estimate_sql(figure, at), estimate_sql(figure, at, plain=True))
    )
    covered = _holding(found, truth)
    open_share, ended_only, open_as_ended = seen.execute(naive_sql(figure, at)).fetchall()[0]
    n = len(found)
    wilson = f"select {M.wilson(str(covered), str(n), -1)}, {M.wilson(str(covered), str(n), 1)}"
    lower, upper = seen.execute(wilson).fetchall()[0]
    mean = sum(row[1] for row in found) / n
    own, truths = _width(found), _width(true_rows)
    share = truths / own if own and truths else None
    return Line(figure.name, f"{at:%Y-%m-%d}", truth, mean, n, covered, _holding(plain, truth),
                lower, upper, share, open_share, ended_only, open_as_ended)  # fmt: skip


def study(seeds: int, truth_seeds: int, folder: Path) -> list[Line]:
    """All figures on all days."""
    first = DEFAULT_SEED + 1
    tested = range(first, first + seeds)
    others = range(first + seeds, first + seeds + truth_seeds)
    full = observe(folder / "truth", others, HORIZON)
    lines = []
    for at in AS_OF:
        seen = observe(folder / f"{at:%Y%m%d}", tested, at)
        lines += [compare(figure, at, seen, full) for figure in FIGURES]
        seen.close()
    full.close()
    return lines


def _row(line: Line) -> str:
    held = f"{line.covered}/{line.companies}"
    interval = f"{line.coverage_lower:.2f}-{line.coverage_upper:.2f}"
    return (
        f"{line.figure:<36}{line.as_of:<12}{line.open_share:>6.0%}{line.truth:>8.3f}"
        f"{line.estimate:>8.3f}{held:>8}{line.covered_plain:>7}{interval:>14}{line.ended_only:>12.3f}"
        f"{line.open_as_ended:>12.3f}"
    )


def report(lines: list[Line]) -> str:
    """The study as a table for people."""
    head = (
        f"{'figure':<36}{'as of':<12}{'open':>6}{'truth':>8}{'ours':>8}{'held':>8}{'plain':>7}{'interval':>14}"
        f"{'ended only':>12}{'open=ended':>12}"
    )
    out = [head, *(_row(line) for line in lines)]
    held, asked = sum(x.covered for x in lines), sum(x.companies for x in lines)
    plain = sum(x.covered_plain for x in lines)
    out.append(
        f"all: {held} of {asked} intervals hold the truth ({held / asked:.1%});"
        f" with every case taken for independent {plain} ({plain / asked:.1%})"
    )
    return "\n".join(out)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Coverage of intervals over simulated companies.")
    parser.add_argument("--seeds", type=int, default=20, help="companies under test")
    parser.add_argument("--truth-seeds", type=int, default=60, help="companies that tell the truth")
    parser.add_argument("--json", type=Path, help="write the lines here too")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="talentloop-coverage-"))
    try:
        lines = study(options.seeds, options.truth_seeds, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(report(lines))
    if options.json is not None:
        text = json.dumps([asdict(line) for line in lines], indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
