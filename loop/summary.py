"""The summary that ends a demo: what went round the loop, how long it took, where to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from talentloop.ops.models import StepRun
from talentloop.ops.steps import step_runs
from talentloop.settings import Settings

_MARK = {"done": "[green]✓[/]", "failed": "[red]✗[/]", "running": "…"}


def step_line(run: StepRun) -> str:
    """One finished step: mark, name, seconds, counts."""
    counts = "  ".join(f"{k} {_figure(v)}" for k, v in run.counts.items() if _worth_showing(v))
    words = escape(" ".join(run.error.split())[:300])
    error = f"  [red]{words}[/]" if words else ""
    return f"{_MARK[run.state]} {run.step:<32} {run.seconds or 0:6.1f} s  {counts}{error}"


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _worth_showing(value: Any) -> bool:
    return isinstance(value, bool) or (bool(value) and not isinstance(value, list | dict))


def print_summary(
    console: Console,
    settings: Settings,
    status: Mapping[str, Any],
    links: Mapping[str, str],
    failures: Sequence[str],
    *,
    after_step: int = 0,
) -> None:
    """Print what the loop did since `after_step`, and its state now."""
    console.print()
    console.print(_steps_table(settings, after_step))
    console.print(_state_table(status))
    for failure in failures:
        console.print(f"[red]Failed:[/] {failure}", soft_wrap=True)
    if status["closed"] and not failures:
        console.print("[bold green]The loop is closed.[/] All data are simulated.")
    else:
        console.print("[bold red]The loop did not close.[/] See the incidents on the quality page.")
    for name, url in links.items():
        console.print(f"  {name:<15} {url}", highlight=False)
    console.print(f"  {'State':<15} {settings.home}", highlight=False)


def _steps_table(settings: Settings, after_step: int) -> Table:
    table = Table(title="What ran", title_justify="left", box=None, pad_edge=False)
    for name, justify in (("step", "left"), ("runs", "right"), ("seconds", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    totals: dict[str, tuple[int, float]] = {}
    for run in reversed(step_runs(settings, after_id=after_step)):
        runs, seconds = totals.get(run.step, (0, 0.0))
        totals[run.step] = (runs + 1, seconds + (run.seconds or 0))
    for name, (runs, seconds) in totals.items():
        table.add_row(name, str(runs), f"{seconds:.1f}")
    return table


def _state_table(status: Mapping[str, Any]) -> Table:
    table = Table(title="Where it stands", title_justify="left", box=None, pad_edge=False)
    table.add_column("stage")
    table.add_column("now")
    published = status["published"]
    champions = {name: f"version {m['champion']}" for name, m in status["models"].items()}
    rows = {
        "landed": f"{sum(status['landed'].values()):,} records of {len(status['landed'])} entities",
        "quarantined": _words(status["quarantine"]) or "none",
        "checked": f"{status['checks']['run']:,} suites run, {status['checks']['failed']:,} failed",
        "published": (
            f"{published['version']}, {sum(published['rows'].values()):,} rows in "
            f"{len(published['rows'])} relations, data as of {published['as_of']}"
            if published
            else "nothing"
        ),
        "champions": _words(champions) or "none",
        "predictions": str((published or {"rows": {}})["rows"].get("mart_prediction", 0)),
        "outbox": _words(status["outbox"]) or "empty",
        "reconciled": _words(status["reconcile"]) or "nothing yet",
        **{f"sync {found['source']}": _sync(found) for found in status["sync"]},
        **{f"to {found['destination']}": _delivery(found) for found in status["delivery"]},
        **(
            {"interviews": _interviews(status["interviews"])}
            if status["interviews"]["states"]
            else {}
        ),
        "incidents": f"{status['incidents']} open",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _sync(found: Mapping[str, Any]) -> str:
    parts = [f"{found['rows_24h']:,} rows in 24 h"]
    if found["lag_seconds"] is not None:
        parts.append(f"{found['lag_seconds'] / 3600:,.1f} h since the last read")
    parts.append(f"last full {found['last_full_at'] or 'never'}")
    if found["requests"]:
        parts.append(f"{found['requests']:,} requests in 7 days")
    if found["limit_use"] is not None:
        parts.append(f"{found['limit_use']:.0%} of the rate limit")
    return ", ".join([*parts, *(f"{name} {n:,}" for name, n in found["errors"].items())])


def _delivery(found: Mapping[str, Any]) -> str:
    parts = [f"{found['backlog']:,} waiting", f"{found['sent_24h']:,} sent in 24 h"]
    if found["p95_seconds"] is not None:
        parts.append(f"95 % within {found['p95_seconds']:,.1f} s")
    if found["paused"]:
        parts.append(f"PAUSED since {found['paused']}")
    return ", ".join(parts)


def _interviews(found: Mapping[str, Any]) -> str:
    parts = [
        _words(found["states"]),
        f"{found['open_audio'] + found['open_code']:,} answers waiting",
    ]
    if found["p95_seconds"] is not None:
        parts.append(f"95 % delivered within {found['p95_seconds']:,.0f} s of the event")
    if found["reports"]:
        parts.append(f"reports by mail: {_words(found['reports'])}")
    if found["unit_cpu_per_audio_minute"] is not None:
        parts.append(f"{found['unit_cpu_per_audio_minute']:.1f} CPU s per minute of audio")
    return ", ".join(parts)


def _words(counts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_figure(value)}" for name, value in counts.items())
