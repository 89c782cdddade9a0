"""An interview's appointment through invitation, change and cancellation, for everybody invited."""

from __future__ import annotations

from typing import Any

import pytest

from loop.notify import Meeting, cancel, invite, reschedule
from talentloop.errors import ConfigError
from tests.notify.channels import MAIL, WECOM, waiting

MEETING: dict[str, Any] = {
    "key": "interview-77", "round": 2, "job_title": "数据工程师",
    "candidate": {"name": "张三", "address": "zhang@mail.example.com"},
    "interviewers": [
        {"name": "李雷", "ids": {"wecom": "E1"}},
        {"name": "Ann", "address": "ann@corp.example.com"},
    ],
    "starts_at": "2026-11-05T10:00:00+08:00", "ends_at": "2026-11-05T11:00:00+08:00",
    "location": "上海", "candidate_link": "https://tl.example.com/c/1",
    "interviewer_link": "https://tl.example.com/s/1", "organizer_address": "hiring@corp.example.com",
}  # fmt: skip


def meeting(**changes: Any) -> Meeting:
    return Meeting.model_validate({**MEETING, **changes})


def test_everybody_is_told_in_the_way_that_reaches_them(configured: Any) -> None:
    settings = configured(mail=MAIL, wecom=WECOM)
    told = invite(settings, meeting())
    items = waiting(settings)
    assert [row.idem_key for row, _ in items] == told.items
    assert (told.sequence, told.unreached) == (0, 0)
    assert [(r.destination, r.operation) for r, _ in items] == [
        ("mail", "invitation"), ("wecom", "event"), ("mail", "invitation"),
    ]  # fmt: skip
    candidate, calendar, ann = (said for _, said in items)
    assert candidate["card"]["title"] == "面试邀请：数据工程师"
    assert "2026-11-05（周四） 10:00 (Asia/Shanghai)" in str(candidate["card"]["lines"])
    assert candidate["with_qr"] is True
    assert calendar["summary"] == "面试：张三，数据工程师"
    assert calendar["link"] == "https://tl.example.com/s/1"
    assert ann["to"]["address"] == "ann@corp.example.com"
    assert {candidate["event"]["uid"], calendar["uid"], ann["event"]["uid"]} == {told.uid}


def test_the_candidate_sees_neither_the_interviewers_nor_the_score_sheet(configured: Any) -> None:
    settings = configured(mail=MAIL, wecom=WECOM)
    invite(settings, meeting())
    said = str(waiting(settings)[0][1])
    assert not [word for word in ("李雷", "Ann", "ann@", "/s/1", "E1") if word in said]


def test_saying_it_again_says_nothing_and_a_change_is_the_next_version(configured: Any) -> None:
    settings = configured(mail=MAIL, wecom=WECOM)
    first = invite(settings, meeting())
    assert invite(settings, meeting()) == first
    assert len(waiting(settings)) == 3
    moved = meeting(ends_at="2026-11-05T12:00:00+08:00")
    second = reschedule(settings, moved)
    assert (second.uid, second.sequence) == (first.uid, 1)
    assert reschedule(settings, moved) == second
    items = waiting(settings)[3:]
    assert len(items) == 3
    assert items[0][1]["card"]["title"] == "面试时间变更：数据工程师"
    assert {row.entity_key for row, _ in items} == {
        row.entity_key for row, _ in waiting(settings)[:3]
    }
    assert {said.get("event", said)["sequence"] for _, said in items} == {1}


def test_a_cancellation_reaches_everybody_and_leaves_no_link(configured: Any) -> None:
    settings = configured(mail=MAIL, wecom=WECOM)
    invite(settings, meeting())
    told = cancel(settings, "interview-77")
    assert told.sequence == 1
    said = [said for _, said in waiting(settings)[3:]]
    assert all(each.get("event", each)["cancelled"] for each in said)
    assert said[0]["card"]["title"] == "面试取消：数据工程师"
    assert said[0]["card"]["link"] == ""
    assert cancel(settings, "interview-77") == told
    again = invite(settings, meeting())
    assert (again.uid, again.sequence) == (told.uid, 2)


def test_whoever_is_no_longer_asked_has_it_taken_back(configured: Any) -> None:
    settings = configured(mail=MAIL, wecom=WECOM)
    invite(settings, meeting())
    changed = meeting(
        interviewers=[{"name": "Bob", "address": "bob@corp.example.com"}],
        candidate={"name": "张三", "address": "new@mail.example.com"},
    )
    reschedule(settings, changed)
    said = [each for _, each in waiting(settings)[3:]]
    told = {
        each["to"]["address"] if "to" in each else "wecom": each.get("event", each)["cancelled"]
        for each in said
    }
    assert told == {
        "new@mail.example.com": False, "bob@corp.example.com": False, "wecom": True,
        "ann@corp.example.com": True, "zhang@mail.example.com": True,
    }  # fmt: skip


def test_who_cannot_be_reached_is_counted(configured: Any) -> None:
    stranger = {"name": "无人"}
    settings = configured(wecom=WECOM)
    told = invite(settings, meeting(interviewers=[*MEETING["interviewers"], stranger]))
    assert told.unreached == 3
    assert [row.destination for row, _ in waiting(settings)] == ["wecom"]
    settings = configured()
    assert invite(settings, meeting(key="another")).items == []


def test_an_english_candidate_reads_english(configured: Any) -> None:
    settings = configured(mail=MAIL)
    invite(settings, meeting(language="en", time_zone="Europe/Berlin"))
    card = waiting(settings)[0][1]["card"]
    assert card["title"] == "Interview invitation: 数据工程师"
    assert "Thu, 2026-11-05 03:00 (Europe/Berlin)" in str(card["lines"])


@pytest.mark.parametrize("change", [lambda s: cancel(s, "x"), lambda s: reschedule(s, meeting())])
def test_what_nobody_was_invited_to_can_be_neither_changed_nor_cancelled(
    configured: Any, change: Any
) -> None:
    with pytest.raises(ConfigError, match="Nobody was invited"):
        change(configured(mail=MAIL))


def test_nothing_is_noted_when_something_cannot_be_queued(configured: Any) -> None:
    settings = configured(mail=MAIL, wecom=WECOM)
    (settings.config / "messages" / "interview_appointment.yml").unlink()
    with pytest.raises(ConfigError, match="no message"):
        invite(settings, meeting())
    assert waiting(settings) == []
    with pytest.raises(ConfigError, match="Nobody was invited"):
        cancel(settings, "interview-77")


def test_no_key_in_the_outbox_names_a_person(configured: Any) -> None:
    settings = configured(mail=MAIL, wecom=WECOM)
    invite(settings, meeting(key="zhang@mail.example.com"))
    assert not any("zhang" in row.entity_key + row.idem_key for row, _ in waiting(settings))
