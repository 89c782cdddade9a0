"""The words behind a proposed exclusion: from the file that was screened, and from no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview.intake import quoting
from interview.intake.quoting import Quoted, file_of, quotes
from interview.intake.record import queue
from talentloop.files import by_content
from talentloop.settings import Settings
from tests.portal.work import RESUME, propose_exclusion


@pytest.fixture
def proposed(settings: Settings, tmp_path: Path) -> Settings:
    """A proposal whose résumé lies in the folder of résumés."""
    made = settings.model_copy(update={"resumes": tmp_path / "resumes"})
    propose_exclusion(made, "A-1")
    return made


def _words(settings: Settings) -> dict[str, tuple[Quoted, ...]]:
    (proposal,) = queue(settings)
    return quotes(settings, [proposal])[proposal.id]


def test_words_are_quoted_with_a_few_around_them_on_their_line(proposed: Settings) -> None:
    found = _words(proposed)
    assert found["degree"] == (Quoted(1, "姓名：王五 学历：", "大专", " 专业：会计学"),)
    (job,) = found["manufacturing_years"]
    assert job == Quoted(1, "", "2024.01-2025.06", " 长江汽车工业有限公司 会计")


def test_what_is_cut_off_is_shown_to_be_cut_off() -> None:
    text = "0123456789abcdefghijWORDS0123456789abcdefghij\nnext"
    at = text.index("WORDS")
    assert quoting._quoted(text, 1, at, at + 5) == Quoted(
        1, "…456789abcdefghij", "WORDS", "0123456789abcdef…"
    )


def test_another_file_in_its_place_is_not_quoted(proposed: Settings) -> None:
    assert proposed.resumes is not None
    assert _words(proposed)
    (proposed.resumes / "c-1.txt").write_text(RESUME.replace("大专", "高中"))
    assert quotes(proposed, queue(proposed)) == {}


def test_where_the_file_is_gone_or_no_folder_is_configured_nothing_is_quoted(
    proposed: Settings,
) -> None:
    assert proposed.resumes is not None
    elsewhere = proposed.model_copy(update={"resumes": None})
    assert quotes(elsewhere, queue(proposed)) == {}
    (proposed.resumes / "c-1.txt").unlink()
    assert quotes(proposed, queue(proposed)) == {}


def test_a_resume_that_was_fetched_is_quoted_from_where_it_is_kept(proposed: Settings) -> None:
    assert proposed.resumes is not None
    (proposal,) = queue(proposed)
    kept = by_content(proposed.kept_resumes_dir, proposal.evidence["resume_sha256"])
    kept.parent.mkdir(parents=True)
    (proposed.resumes / "c-1.txt").rename(kept)
    (degree,) = _words(proposed.model_copy(update={"resumes": None}))["degree"]
    assert degree.words == "大专"


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "../../secret", "sandbox://resume/..", ""])
def test_an_address_never_leads_out_of_the_folder(tmp_path: Path, uri: str) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "resumes").mkdir()
    assert file_of(tmp_path / "resumes", uri) is None
