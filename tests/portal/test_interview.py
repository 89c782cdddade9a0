"""The page of one interview: every answer with what was measured, said and scored."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient
from sqlalchemy import select

from interview.evaluation.notice import find
from interview.evaluation.queue import AnswerKey, reopen
from interview.evaluation.work import result_file
from talentloop import ops
from talentloop.ops.models import AuditRow
from talentloop.settings import Settings
from tests.portal import work
from tests.portal.conftest import Worked, open_client
from tests.portal.test_pages import opened

KEY = "successfactors:I-1"


def test_it_shows_the_corrected_words_beside_those_that_the_machine_heard(
    worked: Worked, desk_site: TestClient
) -> None:
    html = desk_site.get(f"/interviews/{worked.interview}").text
    shown = re.sub(r"<sup>\d+</sup>|</?mark>", "", html)
    assert work.SAID in shown
    assert work.HEARD in shown
    page = opened(desk_site, f"/interviews/{worked.interview}?lang=en")
    assert "As corrected (this is scored)" in page.texts
    assert "As the machine heard it" in page.texts
    assert "Corrected by reviewer-7" in page.text


def test_quotes_are_marked_numbered_and_timed(worked: Worked, desk_site: TestClient) -> None:
    html = desk_site.get(f"/interviews/{worked.interview}?lang=en").text
    # The second quote lies within the first; the text is cut at both their ends.
    assert "<mark>带领团队</mark><mark>按时交付</mark><sup>1</sup><sup>2</sup>" in html
    page = opened(desk_site, f"/interviews/{worked.interview}?lang=en")
    assert "1:05–1:07" in page.texts
    assert "0:03–0:05" in page.texts
    assert "STAR structure" in page.texts
    assert "4 / 5 · 81%" in page.text


def test_findings_guards_attempts_and_supplements_are_told(
    worked: Worked, desk_site: TestClient
) -> None:
    text = opened(desk_site, f"/interviews/{worked.interview}?lang=en").text
    assert "Too little was said measured 0.40 limit 1" in text
    assert "measured 3.1% limit 0.5%" in text
    assert "Nearly the same as another candidate's answer" in text
    assert "Supplements answer 2" in text
    assert "Follow-up question: 具体怎么分工？" in text.replace(" :", ":")
    assert "Does not count" in text
    assert "Of several attempts the last counts" in text
    assert text.count("Left to a person") == 2


def test_code_shows_its_source_each_test_and_the_verdict(
    worked: Worked, desk_site: TestClient
) -> None:
    page = opened(desk_site, f"/interviews/{worked.interview}?lang=en")
    assert page.row("1") == ["1", "AC Accepted", "0.03", "9.0"]
    assert page.row("2") == ["2", "WA Wrong answer", "0.04", "—"]
    assert "50% of the tests' weight" in page.text
    assert "1 of 2 tests passed" in page.text


def test_the_result_is_that_of_the_counted_answers_and_names_every_engine(
    worked: Worked, desk_site: TestClient
) -> None:
    page = opened(desk_site, f"/interviews/{worked.interview}?lang=en")
    assert page.row("Teamwork")[2:] == ["81.0", "15%"]
    unscored = next(c for c in page.rows if c and c[0] == "Reasoning")
    assert "Not enough evidence" in unscored[1]
    assert {"rubric-test-1", "judge-test-1"} <= set(page.texts)
    assert "Test speech model" in page.texts
    assert "answers 1, 2, 3, 4" in page.texts


def test_the_profile_leads_to_the_interview_and_back(worked: Worked, desk_site: TestClient) -> None:
    profile = opened(desk_site, f"/talent/{worked.persons[1]}")
    assert f"/interviews/{worked.interview}" in profile.links
    assert f"/talent/{worked.persons[1]}" in opened(
        desk_site, f"/interviews/{worked.interview}"
    ).links  # fmt: skip
    other = opened(desk_site, f"/talent/{worked.persons[0]}")
    assert f"/interviews/{worked.interview}" not in other.links


def test_the_list_of_interviews_leads_to_each(worked: Worked, desk_site: TestClient) -> None:
    page = opened(desk_site, "/interviews?lang=en")
    assert "1 interview" in page.heads
    assert f"/interviews/{worked.interview}" in page.links
    assert page.row("2026-11-02 08:00")[1:7] == [
        worked.interview, "successfactors", "Evaluated", "5", "0", "2",
    ]  # fmt: skip


def test_each_view_is_audited(worked: Worked, desk_site: TestClient) -> None:
    desk_site.get(f"/interviews/{worked.interview}")
    with ops.session(worked.settings) as db:
        last = db.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).one()
    assert (last.action, last.object_ref) == ("view_interview", KEY)


def test_an_interview_that_is_not_there_is_a_page_too(
    worked: Worked, desk_site: TestClient
) -> None:
    for shown in ("00000000", "zzzzzzzz", worked.interview[:6]):
        assert "没有这一页" in opened(desk_site, f"/interviews/{shown}", status=404).heads


def test_before_every_answer_is_evaluated_there_is_no_result(published: Settings) -> None:
    work.evaluate_interview(published, "A-1")
    reopen(published, AnswerKey(KEY, "sum-1"))
    shown = find(published, KEY).report_token[:8]
    with open_client(published) as client:
        page = opened(client, f"/interviews/{shown}?lang=en")
    assert "1 answer is not evaluated yet." in page.texts
    assert "No result yet" in page.texts
    assert "Waits for its turn" in page.texts


def test_a_result_that_was_changed_is_not_shown(published: Settings) -> None:
    work.evaluate_interview(published, "A-1")
    row = find(published, KEY)
    file = result_file(published.home / row.folder, "team-2")
    file.write_text(file.read_text().replace("倾听", "旁听"))
    with open_client(published) as client:
        page = opened(client, f"/interviews/{row.report_token[:8]}")
    assert "编号 E-" in page.text.replace("\u00a0", " ")
    assert "旁听" not in page.text
