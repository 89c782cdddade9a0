"""A corporation in WeCom on loopback, and a channel to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.http.address import sandbox_secret
from connectors.sandbox.service import running
from connectors.sandbox.wecom.app import AGENT_ID, CORP_ID
from connectors.wecom.notifier import WecomNotifier
from talentloop.settings import Settings
from tests.connectors.channel_home import ChannelHome, Company
from tests.connectors.quick import LIMIT

SECRET = f"file:{sandbox_secret('wecom')}"
OPTIONS = {
    "corp_id": CORP_ID, "agent_id": AGENT_ID, "secret": SECRET,
    "targets": {"people": {"users": ["E1", "E2"]}, "group": {"webhook_key": SECRET}},
    "limit": LIMIT, "robot_limit": LIMIT,
}  # fmt: skip


@pytest.fixture
def channel(settings: Settings) -> Iterator[ChannelHome]:
    with running(settings, Company()):
        yield ChannelHome(settings, WecomNotifier, "wecom", OPTIONS)
