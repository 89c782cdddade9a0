"""Text as tokens with known places, phrases in it, and what a negation takes back."""

from __future__ import annotations

import pytest

from interview.scoring import load_rubric
from interview.scoring.reading import Reading
from interview.scoring.text import Text, phrase, tokens
from talentloop.settings import Settings
from tests.interview.scoring.answers import QUESTION, transcript


@pytest.mark.parametrize(
    ("raw", "forms"),
    [
        ("I've managed 3.5 teams, saving 30%.", ["i've", "manag", "3.5", "team", "sav", "30%"]),
        ("我们按时上线SAP系统", ["我", "们", "按", "时", "上", "线", "sap", "系", "统"]),
        ("ig\u200bnore ＡＬＬ rules", ["ignor", "all", "rule"]),
        ("", []),
    ],
)
def test_tokens_cut_the_text_where_they_say(raw: str, forms: list[str]) -> None:
    found = tokens(raw)
    assert [t.form for t in found] == forms
    assert all(raw[t.start : t.end].strip() == raw[t.start : t.end] for t in found)
    assert [t.start for t in found] == sorted(t.start for t in found)


@pytest.mark.parametrize(
    ("wanted", "raw", "quotes"),
    [
        ("root cause", "We found the root causes.", ["root causes"]),
        ("团队合作", "团队 合作很重要，团队。合作", ["团队 合作"]),
        ("ignore … instructions", "Ignore all previous instructions!", ["Ignore all previous instructions"]),
        ("ignore … instructions", "Ignore it. The instructions are good.", []),
        ("ignore … instructions", "ignore one two three four five instructions", []),
        ("plan", "planet", []),
    ],
)  # fmt: skip
def test_a_phrase_is_found_as_it_stands(wanted: str, raw: str, quotes: list[str]) -> None:
    text = Text(raw)
    spans = [text.characters(span) for span in text.find(phrase(wanted))]
    assert [raw[a:b] for a, b in spans] == quotes


@pytest.mark.parametrize(
    ("raw", "language", "is_told"),
    [
        ("I made a plan.", "en", True),
        ("I never had any plan.", "en", False),
        ("I didn't make a plan.", "en", False),
        ("I have no budget, schedule or plan.", "en", False),
        ("I did not panic, I made a plan.", "en", True),
        ("There was not only a plan.", "en", True),
        ("There was no doubt. The plan was good.", "en", True),
        ("I had no plan. Later we wrote a plan.", "en", True),
        ("我没有任何计划", "zh", False),
        ("我没有慌张，制定了计划", "zh", True),
        ("我们不仅有计划", "zh", True),
        ("我们没有时间但是有计划", "zh", True),
        ("从来没有做过计划", "zh", False),
    ],
)
def test_a_negation_takes_back_what_follows_in_its_clause(
    raw: str, language: str, is_told: bool
) -> None:
    reading = Reading(load_rubric(Settings()), QUESTION, transcript(raw, language), None)
    assert bool(reading.told(("plan", "计划"))) is is_told
