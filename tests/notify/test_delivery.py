"""From the outbox to people: each message arrives once, and channels do not hold each other up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from connectors.http.address import sandbox_secret
from connectors.sandbox.kit import Written
from connectors.sandbox.service import control, running
from connectors.sandbox.wecom.app import AGENT_ID, CORP_ID
from loop.notify import (
    Meeting,
    act_on_events,
    cancel,
    deliver_messages,
    invite,
    notify_incidents,
    reschedule,
)
from talentloop.errors import DeliveryError, SourceError
from talentloop.ops.callbacks import store_event, waiting_events
from talentloop.ops.incidents import open_incident
from talentloop.settings import Settings
from tests.connectors.channel_home import Company
from tests.notify.channels import MAIL, WECOM, waiting
from tests.notify.test_appointments import MEETING

SANDBOX: dict[str, Any] = {
    **WECOM, "base_url": "sandbox", "corp_id": CORP_ID, "agent_id": AGENT_ID,
    "secret": f"file:{sandbox_secret('wecom')}",
    "retry": {"attempts": 1, "deadline_seconds": 5},
}  # fmt: skip


@pytest.fixture
def home(configured: Any) -> Iterator[Settings]:
    """A home whose only channel is the stand-in of WeCom."""
    settings = configured(wecom=SANDBOX)
    with running(settings, Company()):
        yield settings


def kept(settings: Settings, collection: str) -> list[Mapping[str, Any]]:
    written = Written(settings.sandbox_dir / "wecom" / "written.sqlite")
    try:
        return list(written.records(collection).values())
    finally:
        written.close()


def deliver(settings: Settings) -> dict[str, Any]:
    return deliver_messages(settings, patience_seconds=0)


def test_an_incident_reaches_people_once_however_often_the_step_runs(home: Settings) -> None:
    open_incident(home, kind="k", where="w", title="broken")
    for _ in range(2):
        notify_incidents(home)
        deliver(home)
    assert len(kept(home, "message")) == 1


def test_an_appointment_follows_its_changes_under_one_id_there(home: Settings) -> None:
    meeting = Meeting.model_validate(MEETING)
    invite(home, meeting)
    deliver(home)
    (made,) = kept(home, "schedule")
    assert made["schedule"]["summary"] == "面试：张三，数据工程师"
    reschedule(home, meeting.model_copy(update={"location": "北京"}))
    cancelled = cancel(home, meeting.key)
    assert cancelled.sequence == 2
    deliver(home)
    (gone,) = kept(home, "schedule")
    assert gone["schedule"]["location"] == "北京"
    assert gone["state"] == "deleted"
    assert {row.remote_ref for row, _ in waiting(home)} == {waiting(home)[0][0].remote_ref}


def test_an_outage_keeps_messages_waiting_and_says_so(home: Settings) -> None:
    control(home, "/sandbox/wecom/faults", {"error_every": 1})
    open_incident(home, kind="k", where="w", title="broken")
    notify_incidents(home)
    with pytest.raises(DeliveryError, match="1 of 1 channels had trouble"):
        deliver(home)
    assert [row.state for row, _ in waiting(home)] == ["PENDING"]
    control(home, "/sandbox/wecom/faults", {})
    assert home.now is not None
    later = home.model_copy(update={"now": home.now.replace(hour=1)})
    assert deliver(later)["sent"] == 1


def test_a_channel_that_has_trouble_does_not_hold_the_others_up(
    home: Settings, configured: Any
) -> None:
    broken = {**MAIL, "sends": {"incident": "ops"}}
    settings = configured(a_mail=broken, wecom=SANDBOX)
    open_incident(settings, kind="k", where="w", title="broken")
    notify_incidents(settings)
    with pytest.raises(DeliveryError, match="1 of 2 channels"):
        deliver(settings)
    assert len(kept(settings, "message")) == 1


def test_without_a_channel_nothing_is_done_and_no_run_is_noted(settings: Settings) -> None:
    assert deliver_messages(settings) == {"channels": 0}
    assert act_on_events(settings, lambda *_: pytest.fail("nothing to pull")) == {}


CALLBACK = {
    "token": "file:t", "key": "file:k", "receiver": "ww1", "pulls": {"hired": "successfactors"},
}  # fmt: skip


def test_an_event_pulls_its_source_once_and_is_then_done(configured: Any) -> None:
    settings = configured(wecom={**WECOM, "callback": CALLBACK})
    for number, kind in enumerate(["hired", "hired", "click"]):
        store_event(settings, "wecom", kind, b"{}", f"id-{number}")
    pulled: list[str] = []
    counts = act_on_events(settings, lambda _, source: pulled.append(source))
    assert pulled == ["successfactors"]
    assert counts == {"pulled": 1, "done": 2, "ignored": 1}
    assert act_on_events(settings, lambda _, source: pulled.append(source)) == {}
    assert len(pulled) == 1


def test_an_event_whose_source_cannot_be_pulled_waits(configured: Any) -> None:
    settings = configured(wecom={**WECOM, "callback": CALLBACK})
    store_event(settings, "wecom", "hired", b"{}", "id-1")
    store_event(settings, "wecom", "click", b"{}", "id-2")

    def fails(_settings: Settings, _source: str) -> None:
        raise SourceError("It is down", where="x", remedy="y")

    with pytest.raises(SourceError, match="down"):
        act_on_events(settings, fails)
    assert [event.kind for event in waiting_events(settings, "wecom")] == ["hired"]
