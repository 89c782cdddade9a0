"""What training and scoring report to the command line, the DAGs and the portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ml.gate import GateRow


@dataclass(frozen=True)
class TrainResult:
    """The outcome of one call of `train`.

    Attributes:
        version: registered version that was trained; None when nothing was.
        promoted: whether it became champion.
        decision: rows of the promotion gate.
        metrics: figures by name, such as `test.auc`.
        data_version: SHA-256 of the matured rows.
        skipped: nothing was trained; `reason` says why, and also why a version was refused.
    """

    model_name: str
    version: str | None
    promoted: bool
    decision: tuple[GateRow, ...]
    metrics: dict[str, float]
    data_version: str
    skipped: bool
    reason: str


@dataclass(frozen=True)
class ScoreResult:
    """The outcome of one call of `score`.

    Attributes:
        rows: applications that the champion has advice about.
        landed: of them, those whose advice is new or changed.
        data_version: SHA-256 of all scored features; None when skipped.
        drift: stability index by feature against the training cohort; empty below 200 rows.
    """

    model_name: str
    rows: int
    landed: int
    model_version: str | None
    data_version: str | None
    skipped: bool
    reason: str
    drift: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ChampionStatus:
    """A model as status pages show it.

    Attributes:
        champion_version: None when no version has earned it.
        metrics: figures of the champion; empty without one.
        adverse_impact: `ok`, `watch` or `review` of the champion's audit; empty without one.
        last_version, last_decision, last_decided_at: the newest trained version, whether it was
            `promoted` or `refused`, and when.
        failed: gate rows that the newest version did not pass.
    """

    model_name: str
    title_en: str
    title_zh: str
    champion_version: str | None
    promoted_at: datetime | None
    data_version: str | None
    published_version: str | None
    metrics: dict[str, float]
    adverse_impact: str
    last_version: str | None
    last_decision: str | None
    last_decided_at: datetime | None
    failed: tuple[str, ...]
