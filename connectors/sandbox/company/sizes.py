"""How big a simulated company is, and the instants between which it lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from talentloop.errors import ConfigError

DEFAULT_SEED = 20231101
SOURCE = "successfactors"

#: First day of the recorded past; everything older is legacy staff.
WINDOW_START = datetime(2023, 11, 1, tzinfo=UTC)
#: Where the tenant's clock stands at first.
CLOCK_START = datetime(2026, 11, 1, tzinfo=UTC)
#: End of the future that becomes visible as the tenant's clock advances.
HORIZON = CLOCK_START + timedelta(days=60)


@dataclass(frozen=True)
class Size:
    """Dimensions of a company.

    Attributes:
        applications: applications known at CLOCK_START (those of the future come on top).
        requisitions: requisitions over the whole window, those of the future included.
        legacy_employees: people employed at some time before WINDOW_START.
        screen_logit: intercept of passing the résumé screen; higher lets more through.
        ai_threshold: overall score (0..1) that passes the AI interview.
        final_threshold: overall score (0..1) that leads to an offer.
        recent_weight: how much more applications the requisitions of the last weeks draw.
    """

    name: str
    applications: int
    requisitions: int
    legacy_employees: int
    screen_logit: float
    ai_threshold: float
    final_threshold: float
    recent_weight: float = 1.0


#: A test company lets far more people through, so that few applications still make enough hires;
#: one for studies over many seeds, somewhat more.
SIZES = {
    "test": Size("test", 200, 18, 60, 1.7, 0.54, 0.57, recent_weight=2.0),
    "study": Size("study", 4_000, 120, 250, -0.6, 0.58, 0.60),
    "demo": Size("demo", 15_000, 300, 790, -1.56, 0.60, 0.64),
    "bench": Size("bench", 1_000_000, 20_000, 52_000, -1.56, 0.60, 0.64),
}


def size_named(name: str) -> Size:
    """The size called `name`.

    Raises:
        ConfigError: there is no such size.
    """
    if name not in SIZES:
        raise ConfigError(
            f"The simulated company has no size {name!r}.",
            where="size",
            remedy=f"Use one of {', '.join(SIZES)}.",
        )
    return SIZES[name]
