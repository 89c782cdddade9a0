"""From a request to the people: confirmed, moved, cancelled, each told once."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from typer.testing import CliRunner

import cli.schedule
from cli.main import app
from interview import scheduling
from loop import schedule
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.notify.channels import MAIL, WECOM, waiting
from tests.processes import exit_of

REQUEST: dict[str, Any] = {
    "key": "interview-77", "round": 2, "job_title": "数据工程师", "duration_minutes": 60,
    "candidate": {
        "id": "C77", "name": "张三", "address": "zhang@mail.example.com",
        "windows": [{"starts_at": "2026-11-10T09:00", "ends_at": "2026-11-10T12:00"}],
    },
    "interviewers": [
        {"id": "1001", "name": "李雷", "ids": {"wecom": "E1"}},
        {"id": "1002", "name": "Ann", "address": "ann@corp.example.com"},
    ],
    "panel": [["1001", "1002"]], "organizer_address": "hiring@corp.example.com",
}  # fmt: skip

Ask = Callable[..., list[str]]


@pytest.fixture
def home(configured: Any) -> Settings:
    made: Settings = configured(mail=MAIL, wecom=WECOM)
    return made


@pytest.fixture
def ask(home: Settings, tmp_path: Path) -> Ask:
    """Codes of the slots of the request, changed."""

    def codes(**changes: Any) -> list[str]:
        file = tmp_path / "request.yml"
        file.write_text(yaml.safe_dump({**REQUEST, **changes}), encoding="utf-8")
        return [slot.code for slot in schedule.slots(home, file)[1].slots]

    return codes


def test_a_confirmed_slot_invites_the_candidate_and_fills_the_calendar(
    home: Settings, ask: Ask
) -> None:
    code = ask()[0]
    assert waiting(home) == []
    booking, told = schedule.confirm(home, "interview-77", code, "li.na")
    assert (booking.version, told.sequence, told.unreached) == (1, 0, 0)
    (invitation, mail), (event, calendar) = waiting(home)
    assert (invitation.destination, event.destination) == ("mail", "wecom")
    assert mail["event"]["starts_at"] == calendar["starts_at"] == "2026-11-10T01:00:00Z"
    assert mail["card"]["title"] == "面试邀请：数据工程师"


def test_a_move_keeps_the_appointment_and_tells_whoever_leaves_and_joins(
    home: Settings, ask: Ask
) -> None:
    first = schedule.confirm(home, "interview-77", ask()[0], "li.na")[1]
    code = ask(panel=[["1002"]])[1]
    booking, told = schedule.move(home, "interview-77", code, "li.na")
    assert (told.uid, told.sequence, booking.version) == (first.uid, 1, 2)
    said = {row.destination + row.operation + str(said.get("to", {}).get("address")): said
            for row, said in waiting(home)[2:]}  # fmt: skip
    assert said["wecomeventNone"]["cancelled"] is True
    for address in ("zhang@mail.example.com", "ann@corp.example.com"):
        event = said[f"mailinvitation{address}"]["event"]
        assert (event["cancelled"], event["starts_at"]) == (False, "2026-11-10T02:00:00Z")


def test_a_cancellation_follows_and_nothing_is_said_twice(home: Settings, ask: Ask) -> None:
    code = ask()[0]
    for _ in range(2):
        schedule.confirm(home, "interview-77", code, "li.na")
    assert len(waiting(home)) == 2
    for _ in range(2):
        _, told = schedule.cancel(home, "interview-77", "li.na")
    assert told.sequence == 1
    assert [said.get("event", said)["cancelled"] for _, said in waiting(home)[2:]] == [True, True]
    assert schedule.tell_waiting(home) == 0


@pytest.mark.parametrize("killed_in", ["loop.schedule.invite", "talentloop.ops.audit.record"])
def test_a_command_that_is_killed_is_run_again_and_books_and_tells_once(
    home: Settings, ask: Ask, killed_in: str
) -> None:
    code = ask()[0]
    assert exit_of(_killed, home, code, killed_in) == -signal.SIGKILL
    assert waiting(home) == []
    booking, told = schedule.confirm(home, "interview-77", code, "li.na")
    assert (booking.version, told.sequence, len(waiting(home))) == (1, 0, 2)
    assert schedule.tell_waiting(home) == 0


def _killed(settings: Settings, code: str, killed_in: str) -> None:
    with mock.patch(killed_in, side_effect=lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)):
        schedule.confirm(settings, "interview-77", code, "li.na")


def test_what_a_killed_command_left_unsaid_is_said_by_the_next_one(
    home: Settings, ask: Ask
) -> None:
    code = ask()[0]
    scheduling.confirm(home, "interview-77", code, "li.na")  # as far as it got
    assert waiting(home) == []
    assert schedule.tell_waiting(home) == 1
    assert len(waiting(home)) == 2
    assert schedule.confirm(home, "interview-77", code, "li.na")[1].sequence == 0
    assert len(waiting(home)) == 2


def test_a_booking_taken_back_before_anybody_knew_ends_cancelled(home: Settings, ask: Ask) -> None:
    scheduling.confirm(home, "interview-77", ask()[0], "li.na")
    assert schedule.cancel(home, "interview-77", "li.na")[1].sequence == 1
    latest = [said.get("event", said)["cancelled"] for _, said in waiting(home)][-2:]
    assert latest == [True, True]
    assert schedule.tell_waiting(home) == 0


def test_an_address_that_is_none_is_refused_before_slots_are_recommended(ask: Ask) -> None:
    with pytest.raises(ConfigError, match="not an e-mail address"):
        ask(organizer_address="nobody")


def test_the_commands_lead_from_a_request_to_a_cancelled_interview(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.schedule, "get_settings", lambda: home)
    file = tmp_path / "request.yml"
    file.write_text(yaml.safe_dump(REQUEST), encoding="utf-8")

    def run(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(app, ["schedule", *words, "--json"])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    first, second, _ = run("slots", str(file))["slots"]
    assert first["candidate"] == "Tue 2026-11-10 09:00-10:00 Asia/Shanghai"
    assert first["panel"] == [{"id": "1001", "interviews_that_week": 0,
                               "local": "Tue 2026-11-10 09:00-10:00 Asia/Shanghai"}]  # fmt: skip
    booked = run("confirm", "interview-77", first["code"], "--by", "li.na")
    assert (booked["state"], booked["queued"], booked["sequence"]) == ("booked", 2, 0)
    assert run("move", "interview-77", second["code"], "--by", "li.na")["sequence"] == 1
    assert run("cancel", "interview-77", "--by", "li.na")["state"] == "cancelled"
    (row,) = run("list")
    assert (row["state"], row["told"], row["version"]) == ("cancelled", True, 3)
    late = {**REQUEST, "latest_on": "2026-11-09"}
    file.write_text(yaml.safe_dump(late), encoding="utf-8")
    assert "latest" in run("slots", str(file), code=10)["blocked"]["why"]
    assert run("confirm", "interview-77", first["code"], "--by", "li.na", code=2)["remedy"]
