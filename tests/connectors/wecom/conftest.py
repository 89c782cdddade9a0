"""A corporation in WeCom on loopback, and a channel to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from connectors.base import WriteItem, WriteResult
from connectors.http.address import sandbox_secret
from connectors.sandbox.kit import Written
from connectors.sandbox.service import control, running
from connectors.sandbox.wecom.app import AGENT_ID, CORP_ID
from connectors.wecom.notifier import WecomNotifier
from talentloop.settings import Settings

MEMBERS = ["E1", "E2", "E3"]


class Company:
    """A company of three people."""

    def visible(self, entity: str, _at: datetime) -> pa.Table:
        assert entity == "employee"
        return pa.table({"source_id": MEMBERS})


class Channel:
    """Sends items, pulls levers, and looks at what arrived."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.options: dict[str, Any] = {
            "base_url": "sandbox",
            "corp_id": CORP_ID,
            "agent_id": AGENT_ID,
            "secret": f"file:{sandbox_secret('wecom')}",
            "targets": {
                "people": {"users": ["E1", "E2"]},
                "group": {"webhook_key": f"file:{sandbox_secret('wecom')}"},
            },
            "retry": {
                "attempts": 3, "deadline_seconds": 5, "wait_initial_seconds": 0.01,
                "throttled_wait_seconds": 0.01, "odd_answer_wait_seconds": 0.01,
            },
        }  # fmt: skip

    def send(self, operation: str, *payloads: Mapping[str, Any], **more: Any) -> list[WriteResult]:
        with WecomNotifier(self.settings, "wecom", {**self.options, **more}) as notifier:
            return [
                notifier.write(operation, [WriteItem(f"key-{number}", "it", payload)])[0]
                for number, payload in enumerate(payloads)
            ]

    def misbehave(self, faults: Mapping[str, object]) -> None:
        control(self.settings, "/sandbox/wecom/faults", dict(faults))

    def fired(self) -> dict[str, int]:
        return dict(control(self.settings, "/sandbox/wecom/faults")["fired"])

    def kept(self, collection: str) -> Sequence[Mapping[str, Any]]:
        written = Written(self.settings.sandbox_dir / "wecom" / "written.sqlite")
        try:
            return list(written.records(collection).values())
        finally:
            written.close()


@pytest.fixture
def channel(settings: Settings) -> Iterator[Channel]:
    with running(settings, Company()):
        yield Channel(settings)


MakeCard = Callable[..., dict[str, Any]]


@pytest.fixture
def card() -> MakeCard:
    """Payloads of the operation `card`."""

    def make(target: str, title: str = "需要处理：拉取失败", **changes: Any) -> dict[str, Any]:
        said = {
            "language": "zh", "title": title, "lines": [{"label": "位置", "value": "张** [x](y)"}],
            "link": "https://tl.example.com/quality", "link_text": "打开", **changes,
        }  # fmt: skip
        return {"target": target, "card": said}

    return make
