"""WeCom: who got a message, what a robot may be told in a minute, and calendar entries that follow."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.http import HttpAuthError
from connectors.wecom.notifier import WecomNotifier
from talentloop.errors import ConfigError
from talentloop.ops.incidents import open_incidents
from talentloop.settings import Settings
from tests.connectors.channel_home import card, event


def test_people_get_a_card_with_a_link(channel: Any) -> None:
    (result,) = channel.send("card", card("people"))
    assert result.state == "sent"
    (message,) = channel.kept("message")
    assert message["to"] == ["E1", "E2"]
    content = message["content"]
    assert content["card_type"] == "text_notice"
    assert content["main_title"]["title"] == "需要处理：拉取失败"
    assert content["card_action"] == {"type": 1, "url": "https://tl.example.com/quality"}
    assert result.remote_ref


def test_a_group_gets_markdown_in_which_no_value_becomes_a_link_or_bold(channel: Any) -> None:
    assert channel.send("card", card("group"))[0].state == "sent"
    (message,) = channel.kept("group_message")
    text = message["content"]["content"]
    assert text.startswith("### 需要处理：拉取失败")
    assert text.count("](") == 1
    assert text.endswith("[打开](https://tl.example.com/quality)")
    assert "**" not in text


def test_a_long_card_is_cut_and_keeps_its_link(channel: Any) -> None:
    long = card("group", paragraphs=["很长" * 2000])
    assert channel.send("card", long)[0].state == "sent"
    text = channel.kept("group_message")[0]["content"]["content"]
    assert len(text.encode()) <= 4096
    assert text.endswith("(https://tl.example.com/quality)")
    unlinked = card("people", paragraphs=["很长" * 2000], link="")
    assert channel.send("card", unlinked)[0].state == "sent"


def test_a_message_that_some_do_not_get_is_told_of_and_not_sent_again(channel: Any) -> None:
    targets = {"people": {"users": ["E1", "gone-1"]}, "nobody": {"users": ["gone-1", "gone-2"]}}
    results = channel.send("card", card("people"), card("nobody"), targets=targets)
    assert [result.state for result in results] == ["sent", "refused"]
    assert channel.kept("message")[0]["to"] == ["E1"]
    (incident,) = open_incidents(channel.settings)
    assert "1 of 2 recipients of people" in incident.title
    assert "gone-1" not in incident.title + incident.detail


def test_the_same_message_after_a_lost_answer_is_delivered_once(channel: Any) -> None:
    channel.misbehave({"lose_response_every": 1})
    (result,) = channel.send("card", card("people"))
    assert result.state == "retry"
    channel.misbehave({})
    assert channel.send("card", card("people"))[0].state == "sent"
    assert len(channel.kept("message")) == 1


def test_a_group_message_whose_answer_is_lost_is_a_question_and_not_repeated(channel: Any) -> None:
    channel.misbehave({"lose_response_every": 1})
    (result,) = channel.send("card", card("group"))
    assert result.state == "unknown"
    assert len(channel.kept("group_message")) == 1
    with channel.open() as notifier:
        assert not notifier.repeat_is_harmless("card")
    people = {"people": {"users": ["E1"]}}
    with channel.open(targets=people) as notifier:
        assert notifier.repeat_is_harmless("card")


def test_a_robot_that_drops_what_comes_too_fast_drops_nothing(channel: Any) -> None:
    """The vendor's window, one minute, shrunk to a third of a second."""
    channel.misbehave({"robot_messages": 20, "robot_seconds": 0.3})
    cards = [card("group", f"第 {number} 条") for number in range(50)]
    results = channel.send("card", *cards, robot_limit={"requests": 20, "seconds": 0.33})
    assert {result.state for result in results} == {"sent"}
    assert "robot_dropped" not in channel.fired()
    assert len(channel.kept("group_message")) == 50


def test_without_our_limit_the_robot_does_drop(channel: Any) -> None:
    cards = [card("group", f"第 {number} 条") for number in range(25)]
    channel.send("card", *cards, robot_limit={"requests": 1000, "seconds": 1})
    assert channel.fired()["robot_dropped"] == 5
    assert len(channel.kept("group_message")) == 20


@pytest.mark.parametrize(
    "faults",
    [{"throttle_every": 2}, {"busy_every": 3}, {"error_every": 2}, {"wrong_type_every": 2}],
)
def test_throttling_and_a_busy_system_are_waited_out(channel: Any, faults: dict[str, int]) -> None:
    channel.misbehave(faults)
    cards = [card("people", f"第 {number} 条") for number in range(6)]
    assert {result.state for result in channel.send("card", *cards)} == {"sent"}
    assert len(channel.kept("message")) == 6
    assert channel.fired()


def test_a_token_that_expires_early_is_renewed_once(channel: Any) -> None:
    channel.misbehave({"reject_token_every": 3})
    cards = [card("people", f"第 {number} 条") for number in range(6)]
    assert {result.state for result in channel.send("card", *cards)} == {"sent"}
    assert channel.fired()["reject_token_every"] >= 2


def test_a_wrong_secret_stops_everything_without_naming_it(channel: Any) -> None:
    secret = channel.settings.secrets_dir / "wrong"
    secret.write_text("not-the-secret")
    with pytest.raises(HttpAuthError) as error:
        channel.send("card", card("people"), secret="file:wrong")
    assert "not-the-secret" not in str(error.value)


def test_an_appointment_is_made_changed_and_cancelled_under_one_id(channel: Any) -> None:
    with channel.open() as notifier:
        put = notifier.put_event
        model = event()
        made = put("k1", model, "")
        (schedule,) = channel.kept("schedule")
        assert schedule["schedule"]["attendees"] == [{"userid": "E1"}]
        assert schedule["schedule"]["start_time"] == 1793844000
        moved = model.model_copy(update={"summary": "面试改期", "sequence": 1})
        assert put("k2", moved, made) == made
        assert channel.kept("schedule")[0]["schedule"]["summary"] == "面试改期"
        put("k3", moved.model_copy(update={"cancelled": True}), made)
    (schedule,) = channel.kept("schedule")
    assert schedule["state"] == "deleted"


def test_an_appointment_whose_making_is_unknown_is_a_question(channel: Any) -> None:
    channel.misbehave({"lose_response_every": 1})
    assert channel.send("event", event().model_dump(mode="json"))[0].state == "unknown"
    assert len(channel.kept("schedule")) == 1


def test_an_appointment_without_anyone_in_this_channel_is_refused(channel: Any) -> None:
    (result,) = channel.send("event", event(attendees=[{"name": "韩梅"}]).model_dump(mode="json"))
    assert result.state == "refused"
    assert "user id" in result.message


def test_a_channel_without_the_target_refuses_and_invitations_are_not_for_it(channel: Any) -> None:
    assert channel.send("card", card("elsewhere"))[0].state == "refused"
    person = {"name": "张三", "address": "z@mail.example.com"}
    invitation = {"to": person, "card": card("x")["card"]}
    assert channel.send("invitation", invitation)[0].state == "refused"


def test_a_target_is_a_group_or_people(settings: Settings) -> None:
    options = {"base_url": "https://qyapi.example.com", "corp_id": "w", "agent_id": 1,
               "secret": "file:x", "targets": {"both": {"users": ["a"], "webhook_key": "file:k"}}}  # fmt: skip
    with pytest.raises(ConfigError, match="either webhook_key or users") as error:
        WecomNotifier(settings, "wecom", options)
    assert "targets.both" in error.value.where
