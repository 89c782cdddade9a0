"""Personal data is hidden, and nothing moves."""

from __future__ import annotations

import pytest

from interview.llm.mask import HIDDEN, mask


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("write to li.na+cv@mail.example.cn please", "li.na+cv@mail.example.cn"),
        ("call 138-1234-5678 today", "138-1234-5678"),
        ("call +1 (415) 555 2671 today", "+1 (415) 555 2671"),
        ("身份证号是11010519491231002X", "11010519491231002X"),
        ("我的电话是一三八零零一三八零零零", "一三八零零一三八零零零"),
        ("it is one three eight oh one two three four five six", "one three eight oh one two three four five six"),
        ("passport E12345678 is mine", "E12345678"),
        ("see www.example.com/li-na", "www.example.com/li-na"),
        ("My name is Maria Garcia and", "Maria Garcia"),
        ("I met Dr. Okafor there", "Okafor"),
        ("微信号是linali_88", "linali_88"),
    ],
)  # fmt: skip
def test_what_has_a_form_is_hidden_in_place(text: str, hidden: str) -> None:
    masked = mask(text)
    start = text.index(hidden)
    assert masked == text[:start] + HIDDEN * len(hidden) + text[start + len(hidden) :]


def test_an_introduction_in_chinese_hides_the_name() -> None:
    masked = mask("我叫欧阳娜娜，毕业于清华")
    assert masked == "我叫████，毕业于清华"


def test_names_that_the_caller_knows_are_hidden_wherever_they_stand() -> None:
    assert mask("then li na said LI NA", ["Li Na"]) == "then █████ said █████"


@pytest.mark.parametrize(
    "text",
    [
        "We cut errors by 30 percent in 2023.",
        "结果成本降低了百分之三十，用了三个月",
        "1,200,000 rows in 3.5 hours",
    ],
)
def test_figures_of_a_story_stay(text: str) -> None:
    assert mask(text) == text
