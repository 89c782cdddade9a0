"""Scoring learnt from people's ratings: tested on other candidates, audited, deployed by a person."""

from __future__ import annotations

from interview.learned.score import deployed, score_learned
from interview.learned.store import deploy
from interview.learned.train import Trained, train

__all__ = ["Trained", "deploy", "deployed", "score_learned", "train"]
