"""One simulated company: seeded, deterministic, with planted truths that the pipeline never reads."""

from __future__ import annotations

from connectors.sandbox.company.company import Company, load_company
from connectors.sandbox.company.simulation import simulate
from connectors.sandbox.company.sizes import CLOCK_START, DEFAULT_SEED, HORIZON, WINDOW_START
from connectors.sandbox.company.truth_file import truth

__all__ = [
    "CLOCK_START",
    "DEFAULT_SEED",
    "HORIZON",
    "WINDOW_START",
    "Company",
    "load_company",
    "simulate",
    "truth",
]
