"""From interview validity to proposals of new weights; a named person decides about each."""

from __future__ import annotations

from ml.weights.decide import approve, reject
from ml.weights.propose import Outcome, propose

__all__ = ["Outcome", "approve", "propose", "reject"]
