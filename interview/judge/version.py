"""What verdicts follow from beside the program: the judge, its configuration, the problem."""

from __future__ import annotations

import hashlib
from pathlib import Path

from interview.judge.judging import ENGINE
from interview.judge.problem import problem_version
from talentloop.settings import Settings


def config_stamp(settings: Settings) -> str:
    """SHA-256 of `config/judge.yml`; empty where there is none."""
    path: Path = settings.config / "judge.yml"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def judge_version(settings: Settings, problem: str) -> str:
    """Changes with whatever can change a verdict on answers to a problem.

    Compilers are left out: they differ between machines, and each verdict names its own.
    """
    parts = (ENGINE, config_stamp(settings), problem_version(settings, problem))
    return f"judge-{ENGINE}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:12]}"
