"""Two channels, and what waits in the outbox for them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from talentloop.ops import session
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings

MAIL: dict[str, Any] = {
    "connector": "smtp", "host": "127.0.0.1", "port": 1, "tls": "none", "invitations": True,
    "sender": "hiring@corp.example.com", "targets": {"ops": ["ops@corp.example.com"]},
}  # fmt: skip
WECOM: dict[str, Any] = {
    "connector": "wecom", "base_url": "https://wecom.invalid", "corp_id": "ww1", "agent_id": 1,
    "secret": "file:none", "calendar": True, "targets": {"hiring": {"users": ["E1"]}},
    "sends": {"interview_result": "hiring", "incident": "hiring", "monthly_report": "hiring"},
}  # fmt: skip


def waiting(settings: Settings, operation: str | None = None) -> list[tuple[OutboxRow, Any]]:
    """Queued items, oldest first, with what they say."""
    with session(settings) as db:
        rows = db.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
    return [(r, json.loads(r.payload_json)) for r in rows if operation in (None, r.operation)]
