"""Feishu: cards that are said once and changed in place, appointments that follow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.feishu.notifier import FeishuNotifier
from connectors.sandbox.feishu.access import APP_ID
from connectors.sandbox.feishu.messages import CHAT
from connectors.sandbox.service import running
from talentloop.settings import Settings
from tests.connectors.channel_home import ChannelHome, Company, card, event

TARGETS = {"group": {"id": CHAT}, "person": {"type": "user_id", "id": "E1"},
           "gone": {"id": "oc_gone"}}  # fmt: skip


@pytest.fixture
def channel(settings: Settings) -> Iterator[ChannelHome]:
    options = {"app_id": APP_ID, "targets": TARGETS, "limit": {"requests": 1000, "seconds": 1}}
    with running(settings, Company()):
        yield ChannelHome(settings, FeishuNotifier, "feishu", options)


def test_a_group_and_a_person_get_a_card_with_a_link(channel: ChannelHome) -> None:
    results = channel.send("card", card("group"), card("person"))
    assert [result.state for result in results] == ["sent", "sent"]
    messages = channel.kept("message")
    assert [message["to"] for message in messages] == [CHAT, "E1"]
    said = messages[0]["card"]
    assert said["header"]["title"] == {"tag": "plain_text", "content": "需要处理：拉取失败"}
    assert said["elements"][0]["text"] == {"tag": "plain_text", "content": "位置：张** [x](y)"}
    assert said["elements"][-1]["actions"][0]["url"] == "https://tl.example.com/quality"


def test_a_lost_answer_is_asked_for_again_and_the_card_is_there_once(channel: ChannelHome) -> None:
    channel.misbehave({"lose_response_every": 2})
    assert {channel.send("card", card("group"))[0].state for _ in range(3)} == {"sent"}
    assert channel.fired()["lose_response_every"] >= 1
    assert len(channel.kept("message")) == 1


def test_a_later_card_about_the_same_thing_changes_the_first_in_place(channel: ChannelHome) -> None:
    from connectors.channels.sink import CardItem

    opened, over = (
        CardItem.model_validate(card("group", title)).card for title in ("坏了", "好了")
    )
    with channel.open() as notifier:
        ref = notifier.send_card("k1", "group", opened, "")
        assert notifier.send_card("k2", "group", over, ref) == ref
        anew = notifier.send_card("k3", "group", opened, "om_recalled")
    assert anew != ref
    titles = [m["card"]["header"]["title"]["content"] for m in channel.kept("message")]
    assert titles == ["好了", "坏了"]


def test_a_card_is_cut_to_what_the_vendor_takes_or_refused(channel: ChannelHome) -> None:
    long = card("group", paragraphs=["很长的话" * 9000])
    assert channel.send("card", long)[0].state == "sent"
    many = card("group", lines=[{"label": "x", "value": "很长" * 400}] * 100)
    (result,) = channel.send("card", many)
    assert result.state == "refused"
    assert "bytes" in result.message


def test_unknown_groups_and_targets_are_refused(channel: ChannelHome) -> None:
    states = [result.state for result in channel.send("card", card("gone"), card("nowhere"))]
    assert states == ["refused", "refused"]


@pytest.mark.parametrize("fault", ["throttle_every", "error_every", "wrong_type_every",
                                   "truncate_every", "reject_token_every"])  # fmt: skip
def test_trouble_passes(channel: ChannelHome, fault: str) -> None:
    channel.misbehave({fault: 2})
    cards = [card("group", f"第 {number} 条") for number in range(4)]
    assert {result.state for result in channel.send("card", *cards)} == {"sent"}
    assert len(channel.kept("message")) == 4
    assert channel.fired()[fault] >= 1


def test_an_appointment_is_made_moved_to_others_and_cancelled(channel: ChannelHome) -> None:
    with channel.open() as notifier:
        ref = notifier.put_event("k1", event(), "")
        assert notifier.put_event("k1", event(), "") == ref, "made twice, it is there once"
        (made,) = channel.kept("event")
        assert made["start_time"] == {"timestamp": "1793844000", "timezone": "Asia/Shanghai"}
        assert set(made["attendees"]) == {"E1"}
        others = [{"name": "b", "ids": {"feishu": "E2"}}, {"name": "c", "ids": {"feishu": "E3"}}]
        notifier.put_event("k2", event(summary="改期", attendees=others), ref)
        (moved,) = channel.kept("event")
        assert moved["summary"] == "改期"
        assert set(moved["attendees"]) == {"E2", "E3"}
        for _ in range(2):
            notifier.put_event("k3", event(cancelled=True), ref)
    assert channel.kept("event")[0]["status"] == "cancelled"


def test_an_appointment_whose_answers_are_lost_is_there_once(channel: ChannelHome) -> None:
    channel.misbehave({"lose_response_every": 2})
    assert channel.send("event", event().model_dump(mode="json"))[0].state == "sent"
    assert len(channel.kept("event")) == 1
