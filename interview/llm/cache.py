"""Replies that counted, kept by what they reply to, so that a re-run gives the same score."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import orjson

from interview.llm.prompt import Message
from talentloop.clock import Clock
from talentloop.files import replace_durably


def cache_key(base_url: str, model: str, messages: list[Message]) -> str:
    """Hash of everything that a reply depends on."""
    return hashlib.sha256(orjson.dumps([base_url, model, messages])).hexdigest()


class ReplyCache:
    """Files under a folder that only this account reads; quotes in them are what somebody said.

    What is older than `days` counts no more; `talentloop.ops.retention` deletes it.
    """

    def __init__(self, folder: Path, days: int, clock: Clock) -> None:
        self._folder, self._days, self._clock = folder, days, clock

    def get(self, key: str) -> str | None:
        """A kept reply, if it is not too old."""
        path = self._path(key)
        try:
            return path.read_text(encoding="utf-8") if self._is_young(path) else None
        except FileNotFoundError:
            return None

    def put(self, key: str, content: str) -> None:
        """Keep a reply."""
        if self._days:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_durably(self._path(key), content.encode(), mode=0o600)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _is_young(self, path: Path) -> bool:
        age = self._clock.now().timestamp() - path.stat().st_mtime
        return age <= timedelta(days=self._days).total_seconds()
