"""The report reaches its candidate: by mail, once for each version, and not while a person must look."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from sqlalchemy import select

from connectors.outbox import worker
from interview.evaluation.notice import find
from interview.speech.corrections import correction_of, in_force
from interview.transcript import Transcript
from loop.interviews import steps, told
from loop.interviews.release import run_release
from loop.notify import deliver_messages
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.errors import ConfigError, DeliveryError
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops import session
from talentloop.ops.incidents import open_incidents
from talentloop.ops.interviews import interview_measures
from talentloop.ops.models import AuditRow, OutboxRow
from talentloop.reports import run_report
from talentloop.settings import Settings
from tests.connectors.smtp.conftest import Mailbox
from tests.interview.evaluation.made import engines
from tests.loop.interviews.test_steps import KEY, SF, evaluated, given, reading  # noqa: F401

ROOT = Path(__file__).parents[3]
MAIL: dict[str, Any] = {
    "connector": "smtp", "host": "127.0.0.1", "port": 1, "tls": "none", "reports": True,
    "sender": "hiring@corp.example.com", "delivery": {"patience_seconds": 0},
}  # fmt: skip
URL = "https://feedback.example.com"


class Killed(BaseException):
    """A worker that ends here."""


@pytest.fixture
def home(settings: Settings, tmp_path: Path, without_pdf: None) -> Settings:
    """A home whose mail channel tells candidates; the candidate of the interview has landed."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    made = settings.model_copy(update={"config": tmp_path / "config", "candidate_url": URL})
    use(made, MAIL)
    land(made, "application", "A-I-1", candidate_id="C-1", requisition_id="R-1",
         applied_at=made.now, stage_code="ai_interview", status_code="open")  # fmt: skip
    land(made, "candidate", "C-1", full_name="Jane Doe", email="jane@mail.example.com")
    return made


def use(settings: Settings, channel: dict[str, Any]) -> None:
    (settings.config / "channels").mkdir(exist_ok=True)
    (settings.config / "channels" / "mail.yml").write_text(yaml.safe_dump(channel))


def land(settings: Settings, entity: str, source_id: str, **fields: object) -> None:
    row = {"source": SF, "source_id": source_id, "source_updated_at": settings.now, **fields}
    record = ENTITIES[entity].model_validate(row).model_dump()
    table = pa.Table.from_pylist([record], schema=arrow_schema(ENTITIES[entity]))
    now = settings.clock.now()
    LandingZone(settings).write(
        entity, SF, table, load_id=new_load_id(settings.clock), ingested_at=now
    )


def finish(settings: Settings) -> str:
    evaluated(settings)
    return str(steps.run_finish(settings, KEY)["told"])


def mails(settings: Settings) -> list[tuple[OutboxRow, dict[str, Any]]]:
    query = select(OutboxRow).where(OutboxRow.destination == "mail").order_by(OutboxRow.id)
    with session(settings) as db:
        return [(row, json.loads(row.payload_json)) for row in db.scalars(query)]


def later(settings: Settings, **span: float) -> Settings:
    return settings.model_copy(update={"now": settings.clock.now() + timedelta(**span)})


def silence(settings: Settings, *answers: str) -> None:
    for name in answers:
        (settings.home / find(settings, KEY).folder / f"{name}.wav").write_text(" ")


def queue_row(settings: Settings) -> dict[str, Any]:
    [row] = run_report(settings, "ops_interviews", {}).rows
    return dict(row)


def test_the_candidate_gets_one_mail_with_a_link_their_rights_and_no_result(
    home: Settings, server: Any, mailbox: Mailbox
) -> None:
    use(home, MAIL | server("none"))
    given(home)
    assert finish(home) == "queued"
    for _ in range(2):
        steps.run_finish(home, KEY)
        told.send_reports(home)
        deliver_messages(home, patience_seconds=0)
    [mail] = mailbox.mails
    assert mail["To"] == "Jane Doe <jane@mail.example.com>"
    body: Any = mail.get_body(("plain",))
    assert mail["Content-Language"] == "en"
    text = body.get_content()
    assert f"{URL}/feedback/{find(home, KEY).report_token}" in text
    assert "review by a person" in text
    assert "Simulated" in text
    assert not [word for word in ("85.56", "4.5", "Level", "stars") if word in mail.as_string()]
    assert queue_row(home)["report_state"] == "sent"


def test_a_chinese_interview_is_told_of_in_chinese(home: Settings) -> None:
    given(home, language_code="zh", job_title="数据工程师")
    finish(home)
    [(_, said)] = mails(home)
    assert said["card"]["title"] == "您的面试反馈报告可以查看了：数据工程师"
    assert "由人重新审核" in str(said["card"]["paragraphs"])


@pytest.mark.parametrize("part", ["queue_report", "_note_unreached", "tell_candidate"])
def test_a_finish_killed_anywhere_and_run_again_queues_one_mail(
    home: Settings, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    given(home)
    evaluated(home)
    place: Any = steps if part == "tell_candidate" else told
    real = getattr(place, part)

    def dies(*args: Any, **named: Any) -> None:
        real(*args, **named)
        raise Killed

    monkeypatch.setattr(place, part, dies)
    with pytest.raises(Killed):
        steps.run_finish(home, KEY)
    monkeypatch.setattr(place, part, real)
    assert steps.run_finish(home, KEY)["told"] == "queued"
    assert len(mails(home)) == 1


def test_a_sender_killed_after_the_server_took_the_mail_never_sends_it_again(
    home: Settings, server: Any, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(home, MAIL | server("none"))
    given(home)
    finish(home)

    def dies(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(worker.Worker, "_record", dies)
        told.send_reports(home)
    assert told.send_reports(later(home, hours=1))["dead"] == 1
    assert told.send_reports(later(home, hours=2))["sent"] == 0
    assert len(mailbox.mails) == 1
    assert mails(home)[0][0].reason_code == "fate_unknown"  # a person looks
    assert queue_row(home)["report_state"] == "stopped"


def test_a_report_that_waits_for_a_person_is_sent_when_they_let_it_go(home: Settings) -> None:
    given(home)
    silence(home, "q1")
    assert finish(home) == "held"
    assert mails(home) == []
    assert queue_row(home)["report_state"] == "held"
    token = find(home, KEY).report_token[:8]
    assert run_release(home, token, by="li.na") == "queued"
    assert run_release(home, token, by="li.na") == "queued"
    assert len(mails(home)) == 1
    with session(home) as db:
        assert db.scalars(select(AuditRow.action)).all() == ["release_report"]
    # The time that a person took is not the system's: until the hand-over.
    assert interview_measures(home).p95_seconds == 0


def test_each_version_of_a_report_is_told_of_once(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def correct(heard: Transcript) -> Transcript:
        kept = correction_of(home, heard)
        return in_force(kept) if kept else heard

    monkeypatch.setattr(steps, "engines_of", lambda _settings: engines(correct=correct))
    given(home)
    finish(home)
    versions = [find(home, KEY).report_sha256]
    for text in ("Together we shipped late", "Slowly we shipped late"):
        steps.run_correct(home, find(home, KEY).report_token[:8], "q1-1", text, by="li.na")
        assert finish(home) == "queued"
        versions.append(find(home, KEY).report_sha256)
    assert len(set(versions)) == 3
    titles = [said["card"]["title"].partition(":")[0] for _, said in mails(home)]
    changed = "Your interview feedback has changed"
    assert titles == ["Your interview feedback is ready", changed, changed]


def test_who_cannot_be_written_to_is_known_and_is_told_once_they_can(home: Settings) -> None:
    land(home, "candidate", "C-1", full_name="Jane Doe", email="nobody there")
    given(home)
    assert finish(home) == "no_address"
    [incident] = [i for i in open_incidents(home) if i.kind == "report_unsent"]
    assert "no e-mail address" in incident.detail
    assert queue_row(home)["report_state"] == "no_address"
    nowhere = home.model_copy(update={"candidate_url": None})
    land(home, "candidate", "C-1", full_name="Jane Doe", email="jane@mail.example.com")
    token = find(home, KEY).report_token[:8]
    assert run_release(nowhere, token, by="li.na") == "no_link"
    assert run_release(home, token, by="li.na") == "queued"
    assert not [i for i in open_incidents(home) if i.kind == "report_unsent"]


def test_without_such_a_channel_nobody_is_told(home: Settings) -> None:
    use(home, MAIL | {"reports": False})
    given(home)
    assert finish(home) == "None"
    assert mails(home) == []
    assert queue_row(home)["report_state"] is None
    with pytest.raises(ConfigError, match="No channel tells candidates"):
        run_release(home, find(home, KEY).report_token[:8], by="li.na")


def test_only_what_has_a_report_can_be_let_go(home: Settings) -> None:
    given(home)
    with pytest.raises(ConfigError, match="no report"):
        run_release(home, find(home, KEY).report_token[:8], by="li.na")


def test_the_time_to_the_report_runs_until_the_mail_is_with_the_candidates_server(
    home: Settings, server: Any
) -> None:
    given(home)
    finish(later(home, minutes=3))
    assert interview_measures(home).reports == {"queued": 1}
    assert interview_measures(home).p95_seconds is None  # not there yet
    with pytest.raises(DeliveryError):  # nothing listens
        told.send_reports(later(home, minutes=11))
    [overdue] = [i for i in open_incidents(home) if i.kind == "report_late"]
    assert overdue.location == "reports to candidates"
    use(home, MAIL | server("none"))
    told.send_reports(later(home, hours=2))
    found = interview_measures(home)
    assert (found.p95_seconds, found.reports) == (7200, {"sent": 1})
    row = queue_row(home)
    assert (row["seconds"], row["told_at"]) == (7200, home.clock.now() + timedelta(hours=2))
    [late] = [i for i in open_incidents(home) if i.kind == "report_late"]
    assert "told after 120.0 minutes" in late.detail


def test_a_report_in_time_is_no_incident(home: Settings, server: Any) -> None:
    use(home, MAIL | server("none"))
    given(home)
    finish(later(home, minutes=3))
    told.send_reports(later(home, minutes=4))
    assert interview_measures(home).p95_seconds == 240
    assert open_incidents(home) == []


def test_the_newest_version_of_a_candidate_counts(home: Settings) -> None:
    at: datetime = home.clock.now() + timedelta(days=1)
    land(later(home, days=1), "candidate", "C-1", full_name="Jane Roe", email="roe@mail.example.com",
         source_updated_at=at)  # fmt: skip
    given(home)
    finish(home)
    assert mails(home)[0][1]["to"]["address"] == "roe@mail.example.com"
    land(later(home, days=2), "candidate", "C-1", is_deleted=True)
    assert told.contact_of(home, SF, "A-I-1") is None
