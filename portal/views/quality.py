"""Data quality and running: incident first, then sources, then history. Always live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from connectors.health import SyncHealth, sync_health
from connectors.outbox import OutboxMeasures, outbox_measures
from ml import champion_status
from portal.cards import Card, LiveDesk
from portal.frame import Frame
from portal.views.values import count, figure, word
from talentloop.reports import ReportResult
from talentloop.reports.freshness import Freshness, source_freshness
from talentloop.reports.privacy import Row
from talentloop.warehouse.docs import model_docs

RUNS_SHOWN = 14
SLOW = 1.8  # times the median of its step
_UNREAD = {"late": "warn", "stale": "bad"}
STEP_ORDER = ("ingest", "check", "build", "publish", "train", "score", "deliver", "reconcile")


@dataclass(frozen=True)
class SourceLine:
    """A source and its state in one word."""

    row: Row
    state: str  # good warn bad none
    text: str
    read: Freshness | None

    @property
    def is_late(self) -> bool:
        """Whether it was last read longer ago than it should be."""
        return self.read is not None and self.read.state != "fresh"


@dataclass(frozen=True)
class Run:
    """One cell of the grid of runs."""

    text: str
    kind: str  # good slow bad now
    tip: str


@dataclass(frozen=True)
class StepLine:
    """A step with its newest runs, oldest first."""

    name: str
    label: str
    runs: list[Run | None]
    median_seconds: float | None


@dataclass(frozen=True)
class ModelLine:
    """A model: who serves, how good it is, and the newest decision."""

    title: str
    name: str
    champion: str | None
    promoted_at: datetime | None
    auc: float | None
    gain: float | None
    gain_lower: float | None
    gain_upper: float | None
    calibration_error: float | None
    adverse_impact: str
    last_version: str | None
    last_decision: str | None
    last_decided_at: datetime | None
    failed: tuple[str, ...]


@dataclass(frozen=True)
class QualityPage:
    """Everything on the page."""

    incidents: Card[ReportResult]
    sources: Card[list[SourceLine]]
    source_rows: Card[ReportResult]
    checks: Card[ReportResult]
    failed_checks: Card[ReportResult]
    quarantine: Card[ReportResult]
    steps: Card[list[StepLine]]
    step_rows: Card[ReportResult]
    outbox: Card[ReportResult]
    sync: Card[list[SyncHealth]]
    delivery: Card[list[OutboxMeasures]]
    models: Card[list[ModelLine]]
    promotions: Card[ReportResult]
    speech: Card[ReportResult]
    versions: Card[ReportResult]
    loads: Card[ReportResult]
    has_docs: bool
    has_model_docs: bool

    @property
    def open_incidents(self) -> list[Row]:
        """Incidents that wait for a person."""
        rows = self.incidents.content.rows if self.incidents.content else []
        return [row for row in rows if row["state"] == "open"]


def quality_page(desk: LiveDesk) -> QualityPage:
    """The page; it needs the operations database, not the published copy."""
    frame = desk.frame
    sources = desk.card("ops_sources", lambda: desk.report("ops_sources"))
    steps = desk.card("ops_steps", lambda: desk.report("ops_steps", limit=400))
    models = desk.card("models", lambda: _models(frame))
    titles = {line.name: line.title for line in models.content or []}
    return QualityPage(
        incidents=desk.card("ops_incidents", lambda: desk.report("ops_incidents")),
        sources=desk.card("sources", lambda: _sources(frame, sources, steps)),
        source_rows=sources,
        checks=desk.card("ops_checks", lambda: desk.report("ops_checks")),
        failed_checks=desk.card("ops_failed_checks", lambda: desk.report("ops_failed_checks")),
        quarantine=desk.card("ops_quarantine", lambda: desk.report("ops_quarantine")),
        steps=desk.card(
            "steps", lambda: _steps(frame, steps.content.rows if steps.content else [], titles)
        ),
        step_rows=steps,
        outbox=desk.card("ops_outbox", lambda: desk.report("ops_outbox")),
        sync=desk.card("sync", lambda: sync_health(frame.settings)),
        delivery=desk.card("delivery", lambda: outbox_measures(frame.settings)),
        models=models,
        promotions=desk.card("ops_promotions", lambda: desk.report("ops_promotions")),
        speech=desk.card("ops_speech_errors", lambda: desk.report("ops_speech_errors")),
        versions=desk.card("ops_versions", lambda: desk.report("ops_versions", limit=6)),
        loads=desk.card("ops_loads", lambda: desk.report("ops_loads", limit=40)),
        has_docs=(frame.settings.data_docs_dir / "index.html").exists(),
        has_model_docs=model_docs(frame.settings).exists(),
    )


def _sources(
    frame: Frame, sources: Card[ReportResult], steps: Card[ReportResult]
) -> list[SourceLine]:
    rows = sources.content.rows if sources.content else []
    runs = steps.content.rows if steps.content else []
    read = {found.source: found for found in source_freshness(frame.settings)}
    lines = []
    for row in rows:
        seen = read.get(str(row["source"]))
        lines.append(SourceLine(row, *_source(frame, row, runs, seen), seen))
    return lines


def _source(frame: Frame, row: Row, runs: Sequence[Row], read: Freshness | None) -> tuple[str, str]:
    """A source's state (good, warn, bad, none) and what to call it."""
    if not count(row, "n_streams"):
        return "none", frame.t("quality.internal")
    newest = next((r for r in runs if r["step"] == f"ingest:{row['source']}"), None)
    if count(row, "n_blocked_loads"):
        return "bad", frame.t("quality.blocked")
    if newest is not None and newest["state"] == "failed":
        return "bad", frame.t("quality.read_failed")
    if read is not None and read.state != "fresh":
        return _UNREAD[read.state], frame.label("freshness", read.state)
    if count(row, "n_quarantined"):
        return "warn", frame.t("quality.held")
    return "good", frame.t("quality.fine")


def _steps(frame: Frame, rows: Sequence[Row], titles: Mapping[str, str]) -> list[StepLine]:
    """A line for each step; `titles` are what people call the models."""
    by_step: dict[str, list[Row]] = {}
    for row in rows:
        by_step.setdefault(str(row["step"]), []).append(row)
    return [
        _step(frame, name, by_step[name][:RUNS_SHOWN], titles)
        for name in sorted(by_step, key=lambda n: (_place(n), n))
    ]


def _place(name: str) -> int:
    head = name.partition(":")[0]
    return STEP_ORDER.index(head) if head in STEP_ORDER else len(STEP_ORDER)


def _step(frame: Frame, name: str, newest: Sequence[Row], titles: Mapping[str, str]) -> StepLine:
    done = [s for s in (figure(r, "seconds") for r in newest if r["state"] == "done") if s]
    usual = median(done) if done else None
    runs: list[Run | None] = [_run(frame, row, usual) for row in reversed(newest)]
    head, _, tail = name.partition(":")
    label = frame.label("step", head) + (f" {titles.get(tail, tail)}" if tail else "")
    gap: list[Run | None] = [None] * (RUNS_SHOWN - len(runs))
    return StepLine(name, label, gap + runs, usual)


def _run(frame: Frame, row: Row, usual: float | None) -> Run:
    seconds, started = figure(row, "seconds"), row["started_at"]
    when = frame.time(started if isinstance(started, datetime) else None)
    took = "" if seconds is None else f"{seconds:,.1f} s"
    tip = "\n".join(filter(None, [when, took, word(row, "counts"), word(row, "error")]))
    if row["state"] == "running":
        return Run("…", "now", tip)
    if row["state"] == "failed":
        return Run("✕", "bad", tip)
    slow = usual is not None and seconds is not None and seconds > max(SLOW * usual, usual + 5)
    return Run(_duration(seconds or 0.0), "slow" if slow else "good", tip)


def _duration(seconds: float) -> str:
    if seconds < 9.95:
        return f"{seconds:.1f}"
    return f"{seconds:.0f}" if seconds < 99.5 else f"{seconds / 60:.0f}m"


def _models(frame: Frame) -> list[ModelLine]:
    return [
        ModelLine(
            status.title_zh if frame.lang == "zh" else status.title_en,
            status.model_name,
            status.champion_version,
            status.promoted_at,
            status.metrics.get("test.auc"),
            status.metrics.get("gain_over_prior.auc"),
            status.metrics.get("gain_over_prior.auc.lower"),
            status.metrics.get("gain_over_prior.auc.upper"),
            status.metrics.get("test.ece"),
            status.adverse_impact,
            status.last_version,
            status.last_decision,
            status.last_decided_at,
            status.failed,
        )
        for status in champion_status(frame.settings)
    ]
