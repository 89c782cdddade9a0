"""A small company behind a stand-in tenant, and eyes on what was written into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from connectors.base import WriteItem, WriteResult
from connectors.channels.messages import CalendarEvent
from connectors.channels.sink import Notifier
from connectors.sandbox.kit import Written
from connectors.sandbox.service import control
from talentloop.settings import Settings
from tests.connectors.quick import RETRY

MEMBERS = ["E1", "E2", "E3"]


class Company:
    """A company of three people."""

    def visible(self, entity: str, _at: datetime) -> pa.Table:
        assert entity == "employee"
        return pa.table({"source_id": MEMBERS})


class ChannelHome:
    """Sends items through a notifier, pulls levers, and looks at what arrived.

    Args:
        kind: class of the notifier.
        system: name of the stand-in; the channel is called so too.
        options: of the channel.
    """

    def __init__(
        self, settings: Settings, kind: type[Notifier], system: str, options: Mapping[str, Any]
    ) -> None:
        self.settings = settings
        self.system = system
        self.options = {"base_url": "sandbox", "retry": RETRY, **options}
        self._kind = kind

    def open(self, **more: Any) -> Notifier:
        """The notifier, to be closed."""
        return self._kind(self.settings, self.system, {**self.options, **more})  # type: ignore[call-arg, arg-type]

    def send(self, operation: str, *payloads: Mapping[str, Any], **more: Any) -> list[WriteResult]:
        """Send items one after another."""
        with self.open(**more) as notifier:
            return [
                notifier.write(operation, [WriteItem(f"key-{number}", "it", payload)])[0]
                for number, payload in enumerate(payloads)
            ]

    def misbehave(self, faults: Mapping[str, object]) -> None:
        """Pull the lever."""
        control(self.settings, f"/sandbox/{self.system}/faults", dict(faults))

    def fired(self) -> dict[str, int]:
        """How often each fault happened."""
        return dict(control(self.settings, f"/sandbox/{self.system}/faults")["fired"])

    def kept(self, collection: str) -> list[Mapping[str, Any]]:
        """What was written into the tenant."""
        written = Written(self.settings.sandbox_dir / self.system / "written.sqlite")
        try:
            return list(written.records(collection).values())
        finally:
            written.close()


def card(target: str, title: str = "需要处理：拉取失败", **changes: Any) -> dict[str, Any]:
    """The payload of the operation `card`."""
    said = {
        "language": "zh", "title": title, "lines": [{"label": "位置", "value": "张** [x](y)"}],
        "link": "https://tl.example.com/quality", "link_text": "打开", **changes,
    }  # fmt: skip
    return {"target": target, "card": said}


def event(**changes: Any) -> CalendarEvent:
    """An appointment of E1, with a stranger."""
    ids = {"wecom": "E1", "feishu": "E1", "dingtalk": "uE1"}
    said = {
        "uid": "u1@talentloop", "starts_at": "2026-11-05T10:00:00+08:00",
        "ends_at": "2026-11-05T11:00:00+08:00", "time_zone": "Asia/Shanghai",
        "summary": "面试：张三", "organizer": {"name": "招聘组"},
        "attendees": [{"name": "李雷", "ids": ids}, {"name": "韩梅", "ids": {"other": "x"}}],
    }  # fmt: skip
    return CalendarEvent.model_validate({**said, **changes})
