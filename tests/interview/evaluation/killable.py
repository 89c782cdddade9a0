"""A worker that evaluates whatever waits; the tests kill it at random instants."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from interview.evaluation.queue import waiting
from interview.evaluation.work import evaluate
from talentloop.settings import Settings
from tests.interview.evaluation.made import engines

if __name__ == "__main__":
    home, log = Path(sys.argv[1]), Path(sys.argv[2])
    settings = Settings(home=home, now=datetime(2026, 11, 2, tzinfo=UTC))
    print("ready", flush=True)
    for key in waiting(settings):
        evaluate(settings, engines(log=log, pause=0.01), key)
