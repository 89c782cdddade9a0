"""DingTalk: cards under our own id, a signing robot that drops in silence, appointments."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

import pytest

from connectors.channels.sink import CardItem
from connectors.dingtalk.notifier import DingTalkNotifier, robot_sign
from connectors.http.address import sandbox_secret
from connectors.sandbox.dingtalk.app import APP_KEY
from connectors.sandbox.dingtalk.messages import CARD_TEMPLATE, CONVERSATION, ROBOT
from connectors.sandbox.service import running
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.connectors.channel_home import ChannelHome, Company, card, event

SECRET = f"file:{sandbox_secret('dingtalk')}"
OPTIONS = {
    "app_key": APP_KEY, "robot_code": ROBOT, "card_template_id": CARD_TEMPLATE,
    "calendar_owner": "uE3", "limit": {"requests": 1000, "seconds": 1},
    "targets": {
        "group": {"conversation": CONVERSATION},
        "robot": {"webhook_token": SECRET, "webhook_secret": SECRET},
        "gone": {"conversation": "cid_gone"},
    },
}  # fmt: skip


@pytest.fixture
def channel(settings: Settings) -> Iterator[ChannelHome]:
    with running(settings, Company()):
        yield ChannelHome(settings, DingTalkNotifier, "dingtalk", OPTIONS)


def test_the_robots_signature_is_the_vendors_recipe() -> None:
    key = "SECthis is a secret"
    due = hmac.new(key.encode(), f"1793844000000\n{key}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(robot_sign("1793844000000", key)) == due


def test_a_group_gets_a_card_under_our_id_and_a_lost_answer_makes_no_second(
    channel: ChannelHome,
) -> None:
    channel.misbehave({"lose_response_every": 2})
    results = [channel.send("card", card("group"))[0] for _ in range(3)]
    assert {(result.state, result.remote_ref) for result in results} == {("sent", "key-0")}
    (said,) = channel.kept("card")
    assert said["parameters"]["title"] == "需要处理：拉取失败"
    assert said["parameters"]["link"] == "https://tl.example.com/quality"
    assert "张＊＊" in said["parameters"]["body"]
    assert "](" not in said["parameters"]["body"]


def test_a_later_card_about_the_same_thing_changes_the_first_in_place(channel: ChannelHome) -> None:
    opened, over = (
        CardItem.model_validate(card("group", title)).card for title in ("坏了", "好了")
    )
    with channel.open() as notifier:
        ref = notifier.send_card("k1", "group", opened, "")
        assert notifier.send_card("k2", "group", over, ref) == ref
    assert [said["parameters"]["title"] for said in channel.kept("card")] == ["好了"]


def test_a_robot_gets_signed_markdown_and_a_lost_answer_is_a_question(channel: ChannelHome) -> None:
    assert channel.send("card", card("robot"))[0].state == "sent"
    assert channel.kept("group_message")[0]["text"].startswith("### 需要处理")
    channel.misbehave({"lose_response_every": 1})
    assert channel.send("card", card("robot"))[0].state == "unknown"
    with channel.open() as notifier:
        assert not notifier.repeat_is_harmless("card")
        assert notifier.repeat_is_harmless("event")


def test_a_robot_that_drops_what_comes_too_fast_drops_nothing(channel: ChannelHome) -> None:
    """The vendor's window, one minute, shrunk to a third of a second."""
    channel.misbehave({"robot_messages": 20, "robot_seconds": 0.3})
    cards = [card("robot", f"第 {number} 条") for number in range(50)]
    results = channel.send("card", *cards, robot_limit={"requests": 20, "seconds": 0.33})
    assert {result.state for result in results} == {"sent"}
    assert "robot_dropped" not in channel.fired()
    assert len(channel.kept("group_message")) == 50


def test_a_clock_that_is_off_by_hours_is_refused_and_not_retried(channel: ChannelHome) -> None:
    channel.misbehave({"clock_skew_seconds": 7200})
    assert channel.send("card", card("robot"))[0].state == "refused"


@pytest.mark.parametrize("fault", ["throttle_every", "error_every", "wrong_type_every",
                                   "reject_token_every"])  # fmt: skip
def test_trouble_passes(channel: ChannelHome, fault: str) -> None:
    channel.misbehave({fault: 2})
    cards = [card("group", f"第 {number} 条") for number in range(4)]
    assert {result.state for result in channel.send("card", *cards)} == {"sent"}
    assert len(channel.kept("card")) == 4
    assert channel.fired()[fault] >= 1


def test_an_appointment_is_made_moved_and_cancelled(channel: ChannelHome) -> None:
    with channel.open() as notifier:
        ref = notifier.put_event("k1", event(), "")
        assert notifier.put_event("k1", event(), "") == ref, "made twice, it is there once"
        (made,) = channel.kept("event")
        assert made["attendees"] == [{"id": "uE1"}]
        assert made["start"] == {
            "dateTime": "2026-11-05T10:00:00+08:00", "timeZone": "Asia/Shanghai",
        }  # fmt: skip
        notifier.put_event("k2", event(summary="改期"), ref)
        for _ in range(2):
            notifier.put_event("k3", event(summary="改期", cancelled=True), ref)
    (gone,) = channel.kept("event")
    assert (gone["summary"], gone["status"]) == ("改期", "cancelled")


def test_what_cannot_be_sent_is_refused(channel: ChannelHome) -> None:
    states = [result.state for result in channel.send("card", card("gone"), card("nowhere"))]
    assert states == ["refused", "refused"]
    said = event().model_dump(mode="json")
    assert channel.send("event", said, calendar_owner="")[0].state == "refused"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"card_template_id": ""}, "robot_code and card_template_id"),
        ({"targets": {"x": {"webhook_token": "file:t"}}}, "webhook_token and webhook_secret"),
        ({"targets": {"x": {}}}, "conversation"),
    ],
)
def test_a_channel_that_cannot_work_is_refused(
    settings: Settings, change: dict[str, object], problem: str
) -> None:
    options = {"base_url": "https://api.example.com", **OPTIONS, **change}
    with pytest.raises(ConfigError, match=problem):
        DingTalkNotifier(settings, "dingtalk", options)
