"""Cards and desks: failures stay apart, results are kept per version and never for a person."""

from __future__ import annotations

import pytest

from portal import cards
from portal.cards import Desk, LiveDesk
from portal.frame import Frame
from talentloop.errors import PublishError
from talentloop.reports import ReportResult, run_report
from talentloop.settings import Settings
from talentloop.warehouse import open_published


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the reports that were really run."""
    seen: list[str] = []

    def counted(settings: Settings, name: str, *rest: object, **more: object) -> ReportResult:
        seen.append(name)
        return run_report(settings, name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(cards, "run_report", counted)
    return seen


def test_a_result_is_made_once_per_version_and_parameters(
    published: Settings, runs: list[str]
) -> None:
    frame = Frame(published, "zh", "auto", "/", [])
    for _ in range(3):
        with open_published(published) as db:
            desk = Desk(frame, db)
            one = desk.report("stage_time", month="2026-09")
            other = desk.report("stage_time", month="2026-08")
            assert one.meta.parameters != other.meta.parameters
    assert runs == ["stage_time", "stage_time"]


def test_what_is_about_a_person_or_live_is_never_kept(published: Settings, runs: list[str]) -> None:
    frame = Frame(published, "zh", "auto", "/", [])
    with open_published(published) as db:
        for _ in range(2):
            Desk(frame, db).report("talent_list", limit=3)
            Desk(frame, db).report("ops_steps")
    assert runs == ["talent_list", "ops_steps"] * 2


def test_only_so_many_results_are_kept(published: Settings) -> None:
    kept, made = cards._Kept(most=2), []
    result = run_report(published, "month_list")

    def make(name: str) -> ReportResult:
        made.append(name)
        return result

    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get((name,), lambda name=name: make(name))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]  # the least recently used goes first


def test_a_card_that_fails_has_a_reference(settings: Settings) -> None:
    def fail() -> None:
        raise PublishError("no copy")

    card = LiveDesk(Frame(settings, "en", "auto", "/", [])).card("any", fail)
    assert not card
    assert card.failure is not None
    assert card.failure.startswith("E-")


def test_a_fault_of_the_program_is_not_hidden_in_a_card(settings: Settings) -> None:
    def fail() -> None:
        raise KeyError("a mistake of ours")

    with pytest.raises(KeyError):
        LiveDesk(Frame(settings, "en", "auto", "/", [])).card("any", fail)
