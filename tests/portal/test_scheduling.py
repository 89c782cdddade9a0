"""The page of interviews ahead: by day, with whom, who was told, what conflicts, who is busy."""

from __future__ import annotations

from fastapi.testclient import TestClient

from connectors.channels.appointment import appointment_uid, messages_of
from talentloop import ops
from talentloop.ops.models import Booking, OutboxRow
from talentloop.settings import Settings
from tests.portal import work
from tests.portal.conftest import Worked, open_client
from tests.portal.test_pages import opened


def test_bookings_stand_by_day_with_panel_and_who_confirmed(desk_site: TestClient) -> None:
    page = opened(desk_site, "/scheduling?lang=en")
    assert "2 interviews are booked" in page.heads
    assert ["11-10 Tue 1 interview"] in page.rows
    cells = next(c for c in page.rows if c and c[0] == "10:00–11:00")
    assert "I-77 · round 1 · 3 号会议室" in cells[1]
    assert cells[2] == "张三 C1"
    assert cells[3] == "E1 E1 E2 E2"
    assert cells[5].startswith("li.na")


def test_a_conflict_names_whom_and_what_and_how_to_move(desk_site: TestClient) -> None:
    page = opened(desk_site, "/scheduling?lang=en")
    assert "1 interview must be moved or confirmed anew" in page.heads
    assert "Engaged otherwise E1" in page.text
    assert "talentloop schedule move I-78 CODE --by NAME" in page.texts


def test_an_interview_without_a_slot_shows_when_the_candidate_can_and_what_is_recommended(
    desk_site: TestClient,
) -> None:
    page = opened(desk_site, "/scheduling")
    text = page.text.replace("\u00a0", " ")
    assert "1 场面试还没有约定时间" in text
    assert "赵六" in page.texts
    assert "11-12 09:00–18:00" in page.texts
    commands = [t for t in page.texts if t.startswith("talentloop schedule confirm I-79 ")]
    assert len(commands) == 5
    assert commands[0].endswith("--by 姓名")


def test_the_load_of_interviewers_stands_by_day_and_week(desk_site: TestClient) -> None:
    page = opened(desk_site, "/scheduling?lang=en")
    cells = next(c for c in page.rows if c and c[0] == "E1 E1")
    assert cells[9:11] == ["1", "1"]  # 10 and 11 November, the days after Monday the second
    assert cells[6] == "off"  # a Saturday
    assert cells[-2:] == ["0 / 10", "2 / 10"]


def test_nothing_can_be_booked_from_the_page(desk_site: TestClient) -> None:
    assert "这一页不预订、不改期。" in opened(desk_site, "/scheduling").texts
    assert desk_site.post("/scheduling").status_code == 405


def test_before_anything_is_asked_for_the_page_says_so(bare: TestClient) -> None:
    page = opened(bare, "/scheduling?lang=en")
    assert "No interview is booked within 14 days" in page.texts
    assert "No interview waits for a slot" in page.texts
    assert "Nothing published yet" in page.texts


def _queued(settings: Settings, key: str, part: str, state: str) -> None:
    now = settings.clock.now()
    with ops.session(settings) as db:
        db.add(OutboxRow(destination="mail", operation="invitation", payload_json="{}",
                         entity_key=appointment_uid(settings, key) + part, payload_hash="0",
                         idem_key=f"{key}{part}{state}", state=state, next_at=now, created_at=now,
                         updated_at=now))  # fmt: skip


def test_the_newest_message_to_each_recipient_counts(settings: Settings) -> None:
    for state in ("SENT", "DEAD"):
        _queued(settings, "I-77", "-a", state)
    _queued(settings, "I-77", "-b", "CONFIRMED")
    _queued(settings, "I-78", "", "PENDING")
    found = messages_of(settings, ["I-77", "I-78", "I-79"])
    assert found == {"I-77": {"DEAD": 1, "CONFIRMED": 1}, "I-78": {"PENDING": 1}, "I-79": {}}
    assert messages_of(settings, []) == {}


def test_who_was_told_is_said_of_each_booking(published: Settings) -> None:
    work.book(published)
    _queued(published, "I-77", "-a", "SENT")
    _queued(published, "I-77", "-b", "DEAD")
    with ops.session(published) as db:
        for row in db.query(Booking):
            row.told_version = row.version
    with open_client(published) as client:
        page = opened(client, "/scheduling?lang=en")
        assert "1 of 2 delivered, 1 stopped" in page.texts
        assert "No channel; nobody was told" in page.texts
        with ops.session(published) as db:
            for row in db.query(Booking):
                row.version += 1
        assert opened(client, "/scheduling?lang=en").texts.count(
            "The newest version is not told yet"
        ) == 2  # fmt: skip


def test_names_on_the_page_stand_in_no_report(worked: Worked, desk_site: TestClient) -> None:
    """Candidates' names come from requests; what can be exported has keys only."""
    for name in ("waiting_exclusions", "waiting_deliveries", "interviews_ahead"):
        text = desk_site.get(f"/export/{name}.json").text
        assert not [word for word in ("张三", "王五", "大专", "E1") if word in text]
