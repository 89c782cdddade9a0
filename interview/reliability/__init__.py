"""How far the scorer can be relied on: with itself, with people, with better answers, across words
that must not matter, and across languages."""

from __future__ import annotations

from interview.reliability.report import Reliability, assess

__all__ = ["Reliability", "assess"]
