"""Error rates of speech recognition as they were measured, day by day; aggregates only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete

from talentloop.ops.database import session
from talentloop.ops.models import SpeechErrorRate
from talentloop.settings import Settings


@dataclass(frozen=True)
class KeptRate:
    """A rate of one language, over all or in one group (`attribute` and `group_name` not empty).

    Attributes:
        measure: `WER` (words) or `CER` (characters).
        n_units: words or characters that were said.
        error_limit: highest rate that is accepted.
    """

    language_code: str
    measure: str
    attribute: str
    group_name: str
    n_answers: int
    n_units: int
    error_rate: float
    error_limit: float
    is_exceeded: bool


def keep_rates(settings: Settings, rates: Sequence[KeptRate]) -> None:
    """Keep the rates of today (UTC) instead of those that were kept today before."""
    now = settings.clock.now()
    day = f"{now:%Y-%m-%d}"
    with session(settings) as db:
        db.execute(delete(SpeechErrorRate).where(SpeechErrorRate.measured_on == day))
        db.add_all(
            SpeechErrorRate(measured_on=day, measured_at=now, **asdict(rate)) for rate in rates
        )
