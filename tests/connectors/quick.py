"""Options with which tests wait for nothing, and still count everything."""

from __future__ import annotations

from typing import Any

RETRY: dict[str, Any] = {
    "attempts": 6,
    "deadline_seconds": 20,
    "wait_initial_seconds": 0,
    "throttled_wait_seconds": 0,
    "odd_answer_wait_seconds": 0,
}
LIMIT: dict[str, Any] = {"requests": 10_000, "seconds": 1, "shared": False}
QUICK: dict[str, Any] = {"retry": RETRY, "limit": LIMIT}
