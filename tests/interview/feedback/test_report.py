"""The candidate's report: their words, their language, their rights; nobody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interview.evaluation.answer import evaluate_answer
from interview.evaluation.folder import load_folder
from interview.evaluation.outcome import outcome_of
from interview.feedback import render, render_html, view_of, write_report
from interview.feedback.view import ReportView
from talentloop.settings import Settings
from tests.interview.evaluation.made import engines, folder, interview


def viewed(
    settings: Settings, *, simulated: bool = True, silent: str = "", **changes: object
) -> ReportView:
    given = interview(code=True).model_copy(update=changes)
    path = folder(settings.home, given)
    if silent:
        (path / silent).write_text(" ")
    found = load_folder(path)
    results = {turn.answer_id: evaluate_answer(engines(), found, turn)[0] for turn in given.turns}
    outcome = outcome_of(settings, given, results, is_simulated=simulated)
    return view_of(settings, outcome, is_simulated=simulated, link="https://people.example/f/1")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_says_what_was_asked_what_went_well_and_the_rights(
    settings: Settings, lang: str
) -> None:
    html = render_html(viewed(settings, language_code=lang))
    asked, rights = {
        "zh": ("问题 q1", ("由人重新审核", "说明评分的依据", "没有任何决定仅由系统作出", "不与其他人比较")),
        "en": ("Question q1", ("review by a person", "how the scores came about",
                               "no decision is made by the system alone", "compares you with nobody")),
    }[lang]  # fmt: skip
    assert asked in html
    assert "<blockquote>I <time>0:00</time></blockquote>" in html
    assert all(words in html for words in rights)
    assert "https://people.example/f/1" in html


def test_simulated_interviews_are_labelled_and_others_are_not(settings: Settings) -> None:
    label = "Simulated: people, recordings and results are invented"
    assert label in render_html(viewed(settings))
    assert label not in render_html(viewed(settings, simulated=False))


def test_an_answer_without_a_score_says_why_and_that_a_person_looks(settings: Settings) -> None:
    view = viewed(settings, silent="q1.wav")
    answer = view.questions[0].answers[0]
    assert "a person will look at it" in answer.withheld
    assert answer.quotes == ()


def test_the_tests_that_code_passed_are_told(settings: Settings) -> None:
    assert "passed 1 of 1 tests" in render_html(viewed(settings))


def test_what_a_candidate_says_cannot_become_part_of_the_page(settings: Settings) -> None:
    view = viewed(settings, job_title="<script>alert(1)</script>")
    assert "<script" not in render_html(view)


def test_the_report_loads_nothing_and_runs_nothing(settings: Settings) -> None:
    html = render_html(viewed(settings))
    assert not re.search(r"<(script|link|img|iframe)", html)
    assert "url(" not in html


def test_html_and_pdf_lie_there_for_their_owner_only(settings: Settings, tmp_path: Path) -> None:
    done = write_report(viewed(settings), tmp_path)
    assert done.html.stat().st_mode & 0o077 == 0
    if done.pdf is None:
        pytest.skip(done.why_no_pdf)
    assert done.pdf.read_bytes().startswith(b"%PDF-")


def test_without_pango_the_report_is_html_and_says_why(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_html: str) -> bytes:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(render, "render_pdf", missing)
    done = write_report(viewed(settings), tmp_path)
    assert done.html.exists()
    assert done.pdf is None
    assert "libpango" in done.why_no_pdf
