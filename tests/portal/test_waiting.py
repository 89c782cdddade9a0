"""What waits for a person: listed with its reasons and age, with the command that decides it."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from interview.evaluation.notice import find
from interview.evaluation.work import result_file
from interview.intake.record import decide, queue
from portal.views import waiting
from talentloop import ops
from talentloop.errors import ConfigError
from talentloop.ops.models import AuditRow
from talentloop.settings import Settings
from tests.portal.conftest import Worked, open_client
from tests.portal.test_pages import opened
from tests.portal.work import RESUME, evaluate_interview, propose_exclusion


def test_a_proposed_exclusion_shows_rule_reason_words_and_both_commands(
    worked: Worked, desk_site: TestClient
) -> None:
    page = opened(desk_site, "/waiting")
    text = page.text.replace("\u00a0", " ")
    (proposal,) = queue(worked.settings)
    assert "1 份申请被建议筛除" in text
    assert "本科及以上学历" in text
    assert "所写学历低于要求 写的是 本科以下，要求 本科" in text
    assert "大专" in page.texts  # the words themselves, marked
    assert "姓名：王五 学历：" in page.texts  # and what stands around them
    assert f"/talent/{worked.persons[0]}" in page.links
    for verdict in ("--keep", "--exclude"):
        wanted = f"talentloop resume decide {proposal.id} {verdict} --by 姓名 --note 理由"
        assert wanted in page.texts


def test_a_view_of_a_resume_s_words_is_audited_by_proposal(
    worked: Worked, desk_site: TestClient
) -> None:
    opened(desk_site, "/waiting")
    with ops.session(worked.settings) as db:
        last = db.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).one()
    (proposal,) = queue(worked.settings)
    assert (last.action, last.object_ref) == ("view_resume_words", "waiting")
    assert json.loads(last.detail_json)["proposals"] == [proposal.id]


def test_without_the_resume_that_was_screened_no_words_are_shown(
    published: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = published.model_copy(update={"resumes": tmp_path_factory.mktemp("resumes")})
    propose_exclusion(settings, "A-1")
    assert settings.resumes is not None
    (settings.resumes / "c-1.txt").write_text(RESUME + "。")
    with open_client(settings) as client:
        page = opened(client, "/waiting?lang=en")
    assert page.text.count("The résumé that was screened is not at hand") == 3
    assert "大专" not in page.text
    assert "says Below bachelor" in page.text


def test_a_withheld_answer_shows_what_was_measured_its_limit_and_its_interview(
    worked: Worked, desk_site: TestClient
) -> None:
    page = opened(desk_site, "/waiting?lang=en")
    text = page.text
    assert "1 answer has no score and waits for a person" in page.heads  # team-1 does not count
    assert "The recording is distorted (clipped) measured 3.1% limit 0.5%" in text
    assert f"/interviews/{worked.interview}#answer-4" in page.links
    for command in (
        f"talentloop interview correct {worked.interview} pressure-1 --text FILE --by NAME",
        f"talentloop interview review {worked.interview} pressure-1 --by NAME --note OUTCOME",
    ):
        assert command in page.texts


def test_what_stopped_and_what_is_proposed_come_with_their_commands(desk_site: TestClient) -> None:
    page = opened(desk_site, "/waiting?lang=en")
    for command in ("outbox replay 4 --by NAME", "outbox confirm 4 --by NAME",
                    "weights approve 1 --by NAME", "identity approve 3 --by NAME",
                    "identity reject 3 --by NAME"):  # fmt: skip
        assert f"talentloop {command}" in page.texts
    assert "successfactors:c-1" in page.texts
    assert "name: exact, phone: differs" in page.texts
    assert "98.7%" in page.texts
    assert "3 held records · 1 open incident" in page.text


def test_the_counts_on_top_are_those_of_the_lists(desk_site: TestClient) -> None:
    page = opened(desk_site, "/waiting")
    text = page.text.replace("\u00a0", " ")
    for name in ("筛除建议", "转人工的回答", "停下的回写", "是否同一人", "权重提案"):
        assert f"{name} 1 最早的等了" in text


def test_the_page_says_that_it_decides_nothing_and_why(desk_site: TestClient) -> None:
    assert "这一页不做决定。" in opened(desk_site, "/waiting").texts
    assert "has no access control yet" in opened(desk_site, "/waiting?lang=en").text
    assert desk_site.post("/waiting").status_code == 405


def test_what_a_person_has_decided_waits_no_more(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = settings.model_copy(update={"resumes": tmp_path_factory.mktemp("resumes")})
    proposal = propose_exclusion(settings, "A-1")
    with open_client(settings) as client:
        assert f"resume decide {proposal}" in opened(client, "/waiting").text
        decide(settings, proposal, exclude=False, by="li.na", note="portfolio")
        page = opened(client, "/waiting")
        assert "没有事情在等人" in page.texts
        assert "没有筛除建议在等决定" in page.texts


def test_before_the_first_publication_cases_are_listed_without_names(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = settings.model_copy(update={"resumes": tmp_path_factory.mktemp("resumes")})
    propose_exclusion(settings, "A-1")
    with open_client(settings) as client:
        page = opened(client, "/waiting")
    assert "姓名未知" in page.texts
    assert "大专" in page.texts


def test_one_list_that_fails_leaves_the_others(
    worked: Worked, desk_site: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ConfigError("a secret detail", where="x", remedy="y")

    monkeypatch.setattr(waiting, "left_to_people", broken)
    page = opened(desk_site, "/waiting")
    assert "没有算出来" in page.texts
    assert "secret detail" not in page.text
    assert "1 份申请被建议筛除" in page.text.replace("\u00a0", " ")


def test_an_interview_whose_results_do_not_open_is_listed_with_a_reference(
    published: Settings,
) -> None:
    evaluate_interview(published, "A-1")
    folder = published.home / find(published, "successfactors:I-1").folder
    result_file(folder, "team-2").unlink()
    with open_client(published) as client:
        page = opened(client, "/waiting?lang=en")
    assert "1 answer has no score and waits for a person" in page.heads
    assert "The results of this interview did not open; reference E-" in page.text


def test_without_an_operations_database_the_page_says_one_thing(settings: Settings) -> None:
    away = settings.model_copy(update={"home": settings.home / "nowhere"})
    with open_client(away) as client:
        assert "Run `talentloop init`." in opened(client, "/waiting", status=503).text
        assert "Run `talentloop init`." in opened(client, "/scheduling", status=503).text
