"""Scoring by rubric: deterministic, versioned, and every sub-score with the words that it rests on."""

from __future__ import annotations

from interview.scoring.combine import (
    InterviewDimension,
    InterviewScore,
    Weights,
    combine,
    weights_in_force,
)
from interview.scoring.rubric import Rubric, load_rubric
from interview.scoring.score import score_answer

__all__ = [
    "InterviewDimension", "InterviewScore", "Rubric", "Weights", "combine", "load_rubric",
    "score_answer", "weights_in_force",
]  # fmt: skip
