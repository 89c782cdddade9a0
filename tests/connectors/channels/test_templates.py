"""Wording is configuration: both languages say the same, and a group sees what policy allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.channels.policy import MessagePolicy, load_policy, masked
from connectors.channels.templates import load_template, template_names
from talentloop.errors import ConfigError
from talentloop.settings import Settings

RESULT = {
    "candidate_name": "欧阳小明", "job_title": "数据工程师", "round": "2", "overall_score": "82.5",
    "conclusion": "通过",
}  # fmt: skip
SHIPPED = sorted(path.stem for path in Path("config/messages").glob("*.yml"))


def policy(**group: str) -> MessagePolicy:
    return MessagePolicy.model_validate({"group": group})


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_message_can_be_said_in_both_languages(
    settings: Settings, name: str, language: Any
) -> None:
    template = load_template(settings, name)
    values = {field: f"<{field}>" for field in template.fields}
    card = template.card(language, values, policy(identity="shown", result="shown"), link="")
    said = card.title + card.plain
    assert all(value in said for value in values.values())


def test_every_message_is_shipped_that_the_loop_sends(settings: Settings) -> None:
    assert {"interview_invitation", "interview_result", "incident", "monthly_report"} <= set(
        template_names(settings)
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_group_sees_neither_score_nor_name_by_default(settings: Settings, language: Any) -> None:
    template = load_template(settings, "interview_result")
    card = template.card(language, RESULT, load_policy(settings), link="https://tl.example.com/i/1")
    said = card.title + card.plain
    assert "82.5" not in said
    assert "通过" not in said
    assert "小明" not in said
    assert "欧***" in said
    assert "数据工程师" in said
    assert "https://tl.example.com/i/1" in said


def test_policy_may_allow_more_and_less(settings: Settings) -> None:
    template = load_template(settings, "interview_result")
    open_ = template.card("zh", RESULT, policy(identity="shown", result="shown"))
    assert "82.5" in open_.plain
    assert "欧阳小明" in open_.plain
    closed = template.card("zh", RESULT, policy(identity="hidden"))
    assert "欧" not in closed.plain


def test_a_policy_that_forgets_a_rule_is_strict_and_a_misspelt_one_is_refused() -> None:
    assert policy().group.result == "hidden"
    with pytest.raises(ValueError, match="reslt"):
        policy(reslt="shown")


def test_masking_leaves_one_letter_of_each_word() -> None:
    assert [masked(name) for name in ("张三", "John Smith", "", " ")] == [
        "张*",
        "J*** S***",
        "*",
        "*",
    ]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({**RESULT, "extra": "x"}, "knows no field extra"),
        ({k: v for k, v in RESULT.items() if k != "round"}, "has no value for round"),
    ],
)
def test_a_missing_or_unknown_value_is_a_clear_error(
    settings: Settings, values: dict[str, str], problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem) as error:
        load_template(settings, "interview_result").card("zh", values, load_policy(settings))
    assert error.value.where.endswith("interview_result.yml, fields")


def test_a_value_cannot_start_a_new_line(settings: Settings) -> None:
    values = {**RESULT, "job_title": "Engineer\r\nBcc: thief@example.com\x00"}
    card = load_template(settings, "interview_result").card("en", values, load_policy(settings))
    assert "\n" not in card.title
    assert "\r" not in card.title + card.plain


BAD: list[tuple[dict[str, Any], str]] = [
    ({"zh": {"title": "{a}"}}, "different fields"),
    ({"zh": {"title": "{b}"}, "en": {"title": "{b}"}}, "not declared"),
    ({"zh": {"title": "{a.b}"}, "en": {"title": "{a.b}"}}, "not the name of a field"),
    ({"zh": {"title": "{a!r}"}, "en": {"title": "{a!r}"}}, "not the name of a field"),
    ({"zh": {"title": "{"}, "en": {"title": "x"}}, "expected '}'|Single '{'"),
    (
        {"fields": {"a": "result"}, "zh": {"title": "{a}"}, "en": {"title": "{a}"}},
        "a line of its own",
    ),
    ({"tone": "loud"}, "tone"),
]


@pytest.mark.parametrize(("change", "problem"), BAD)
def test_a_template_that_does_not_fit_is_refused_with_its_file(
    settings: Settings, tmp_path: Path, change: dict[str, Any], problem: str
) -> None:
    good = {
        "audience": "group", "fields": {"a": "plain"}, "zh": {"title": "x"}, "en": {"title": "x"},
    }  # fmt: skip
    folder = tmp_path / "messages"
    folder.mkdir()
    (folder / "mine.yml").write_text(yaml.safe_dump({**good, **change}), encoding="utf-8")
    configured = settings.model_copy(update={"config": tmp_path})
    with pytest.raises(ConfigError, match=problem) as error:
        load_template(configured, "mine")
    assert "mine.yml" in error.value.where


def test_an_unknown_message_names_those_there_are(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="no message") as error:
        load_template(settings, "../../etc/passwd")
    assert "interview_result" in error.value.remedy
