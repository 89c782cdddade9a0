"""The truth file: what was planted, and what honest reports must show at an instant.

Computed by counting over what the HR system shows, with definitions beside the figures and
without any of the warehouse's SQL. Tests compare against it; the pipeline never reads it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectors.sandbox.company import truth_hiring, truth_work
from connectors.sandbox.company.company import Company
from connectors.sandbox.company.truth_frames import frames_at


def truth(company: Company, at: datetime) -> dict[str, Any]:
    """What is true of the company at `at`, as JSON-able data.

    Keys: `is_simulated`, `size`, `seed`, `at`; `planted`, the effects and the ids of unusual
    records over the whole timeline; `figures`, counts, rates and times at `at`; `definitions`,
    the meaning of each figure under the same name.

    Raises:
        ConfigError: `at` has no time zone.
    """
    frames = frames_at(company, at)
    hiring = truth_hiring.hiring_figures(frames)
    work = truth_work.work_figures(company, at, frames, company.planted)
    return {
        "is_simulated": company.is_simulated,
        "size": company.size,
        "seed": company.seed,
        "at": at.isoformat(),
        "planted": dict(company.planted),
        "figures": hiring | work,
        "definitions": truth_hiring.DEFINITIONS | truth_work.DEFINITIONS,
    }
