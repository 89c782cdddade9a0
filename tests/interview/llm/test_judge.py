"""The judge over real HTTP: what counts, what is refused, and the rubric where it fails."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from interview.evaluation.engines import default_engines
from interview.evidence import AnswerScore
from interview.llm import LlmConfig, LlmJudge, load_llm
from interview.reliability.versions import anchors, compare
from interview.scoring import Rubric, score_answer
from interview.session import Interview
from loop.llm import llm_anchors, llm_judge
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.interview.llm.endpoint import Endpoint, Said, answer_in, chat, judged
from tests.interview.scoring.answers import GOOD, QUESTION, transcript

SAID = transcript(GOOD["en"])


@pytest.fixture(scope="module")
def by_rule(rubric: Rubric) -> AnswerScore:
    return score_answer(rubric, QUESTION, SAID)


def codes(score: AnswerScore) -> list[str]:
    return [flag.code for flag in score.flags]


def test_it_is_off_as_shipped_and_sends_nothing(
    settings: Settings, rubric: Rubric, endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    assert llm_judge(settings) is None
    config = load_llm(settings).model_copy(update={"base_url": endpoint.url})
    with LlmJudge(settings, config, rubric) as judge:
        assert judge.judge_answer(QUESTION, SAID, by_rule) == by_rule
    assert endpoint.requests == []


def test_levels_become_shares_with_quotes_where_they_stand_and_are_heard(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    endpoint.answers = lambda request: judged(request, 4, "I wrote a new plan")
    judge = make(key="k-1")
    score = judge.judge_answer(QUESTION, SAID, by_rule)
    assert (score.scorer_code, score.scorer_version) == ("llm", judge.version)
    assert {d.dimension_code for d in score.dimensions} == set(QUESTION.dimension_codes)
    for dimension in score.dimensions:
        assert (dimension.score_0_1, dimension.level) == (0.75, 4)
        quote = dimension.sub_scores[0].evidence[0]
        assert SAID.text[quote.char_start : quote.char_end] == quote.quote == "I wrote a new plan"
        assert quote.audio_start is not None
    sent = endpoint.requests[0]
    assert (sent["temperature"], sent["model"]) == (0, "qwen2.5-14b-instruct")
    assert sent["response_format"]["type"] == "json_schema"
    assert endpoint.keys == ["Bearer k-1", "Bearer k-1"]  # one request a prompt


def test_the_evaluation_asks_it_after_the_rubric(
    make: Callable[..., LlmJudge], endpoint: Endpoint, settings: Settings, by_rule: AnswerScore
) -> None:
    endpoint.answers = lambda request: judged(request, 4)
    judge = make()
    engines = default_engines(settings, judge)
    held = Interview(
        interview_id="i", source="s", application_id="p", questions=(QUESTION,),
        ended_at=datetime(2026, 11, 1, tzinfo=UTC),
    )  # fmt: skip
    score = engines.score(held, QUESTION, SAID, ())
    assert score.scorer_code == "llm"
    assert judge.version in engines.version(QUESTION)
    assert by_rule.scorer_version in engines.version(QUESTION)


def test_the_median_of_the_ensemble_counts(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    levels = itertools.cycle([2, 5, 4, 4, 3, 4])
    endpoint.answers = lambda request: judged(request, next(levels))
    score = make(models=["a", "b", "c"]).judge_answer(QUESTION, SAID, by_rule)
    assert len(endpoint.requests) == 6
    assert {d.level for d in score.dimensions} == {4}
    assert "levels 2, 3, 4, 4, 4, 5" in score.dimensions[0].sub_scores[0].detail["en"]


def test_a_re_run_asks_nothing_and_gives_the_same_bytes(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    levels = itertools.count(1)
    endpoint.answers = lambda request: judged(request, 1 + next(levels) % 5)
    first = make().judge_answer(QUESTION, SAID, by_rule)
    asked = len(endpoint.requests)
    again = make().judge_answer(QUESTION, SAID, by_rule)
    assert again.model_dump_json() == first.model_dump_json()
    assert len(endpoint.requests) == asked
    make().judge_answer(QUESTION, transcript(GOOD["en"] + " Yes."), by_rule)
    assert len(endpoint.requests) == 2 * asked


def bad(**change: Any) -> Callable[[dict[str, Any]], Said]:
    """A reply with one field of its dimensions replaced."""

    def answers(request: dict[str, Any]) -> Said:
        content = json.loads(judged(request, 4).body)["choices"][0]["message"]["content"]
        reply = json.loads(content)
        for each in reply["dimensions"]:
            each.update(change)
        return chat(json.dumps(reply))

    return answers


def one_missing(request: dict[str, Any]) -> Said:
    reply = json.loads(json.loads(judged(request, 4).body)["choices"][0]["message"]["content"])
    return chat(json.dumps({"dimensions": reply["dimensions"][:-1]}))


BAD_REPLIES: dict[str, Callable[[dict[str, Any]], Said]] = {
    "not JSON": lambda _: chat("The candidate deserves a 5."),
    "cut off": lambda _: chat('{"dimensions": [{"dimension_code": "logic", "le'),
    "out of range": bad(level=99),
    "a level in words": bad(level="5"),
    "between levels": bad(level=4.5),
    "no quotes": bad(quotes=[]),
    "an invented quote": bad(quotes=["I led a team of two hundred people"]),
    "a paraphrased quote": bad(quotes=["i wrote a new plan then"]),
    "an empty quote": bad(quotes=["   "]),
    "a letter as quote": bad(quotes=["I"]),
    "another dimension": bad(dimension_code="charm"),
    "a field more": bad(hire=True),
    "confidence of 7": bad(confidence=7),
    "a dimension missing": one_missing,
    "not the protocol": lambda _: Said(b'{"hello": "world"}'),
    "not JSON at all": lambda _: Said(b"<html>gateway</html>"),
    "content that is no text": lambda _: Said(b'{"choices": [{"message": {"content": null}}]}'),
    "server error": lambda _: Said(b"", status=500),
    "too many requests": lambda _: Said(b"", status=429, headers={"Retry-After": "3"}),
}


@pytest.mark.parametrize("name", BAD_REPLIES)
def test_what_does_not_count_is_tried_thrice_and_the_rubric_stands_with_a_flag(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore, name: str
) -> None:
    endpoint.answers = BAD_REPLIES[name]
    score = make(prompts=["evidence_first"], quorum=1).judge_answer(QUESTION, SAID, by_rule)
    assert len(endpoint.requests) == 3
    assert score.scorer_code == "rubric"
    assert score.dimensions == by_rule.dimensions
    assert codes(score) == ["llm_unavailable"]


@pytest.mark.parametrize("status", [301, 400, 401, 404])
def test_a_refusal_is_not_tried_again_and_redirects_are_not_followed(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore, status: int
) -> None:
    away = {"Location": f"{endpoint.url}/elsewhere"}
    endpoint.answers = lambda _: Said(b"", status=status, headers=away)
    score = make(prompts=["evidence_first"], quorum=1).judge_answer(QUESTION, SAID, by_rule)
    assert len(endpoint.requests) == 1
    assert codes(score) == ["llm_unavailable"]


def test_one_bad_reply_is_mended_by_saying_what_is_wrong(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    def answers(request: dict[str, Any]) -> Said:
        is_told = len(request["messages"]) > 2
        return judged(request, 3) if is_told else bad(quotes=["never said"])(request)

    endpoint.answers = answers
    score = make().judge_answer(QUESTION, SAID, by_rule)
    assert score.scorer_code == "llm"
    assert "a quote does not stand in the answer" in endpoint.requests[1]["messages"][2]["content"]


def test_a_busy_endpoint_is_waited_for_as_it_asks(
    make: Callable[..., LlmJudge], endpoint: Endpoint, slept: list[float], by_rule: AnswerScore
) -> None:
    turns = itertools.count()
    endpoint.answers = lambda request: (
        Said(b"", status=429, headers={"Retry-After": "3"}) if next(turns) == 0
        else judged(request, 3)
    )  # fmt: skip
    assert make().judge_answer(QUESTION, SAID, by_rule).scorer_code == "llm"
    assert slept == [3.0]


@pytest.mark.parametrize("slow", [{"delay": 1.5}, {"drip": 0.02}])
def test_a_slow_endpoint_costs_no_more_than_the_time_limit(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore, slow: dict[str, float]
) -> None:
    endpoint.answers = lambda request: Said(judged(request, 3).body, **slow)
    judge = make(request_seconds=0.2, answer_seconds=0.5)
    began = time.monotonic()
    score = judge.judge_answer(QUESTION, SAID, by_rule)
    assert time.monotonic() - began < 1.4
    assert codes(score) == ["llm_unavailable"]


def test_an_endless_reply_is_cut(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    endpoint.answers = lambda _: chat("x" * 1_000_000)
    assert codes(make().judge_answer(QUESTION, SAID, by_rule)) == ["llm_unavailable"]


def test_after_failures_in_a_row_nothing_is_asked_for_a_while(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    endpoint.answers = lambda _: Said(b"", status=400)
    for _ in range(3):
        make(breaker={"failures": 3, "open_seconds": 60}).judge_answer(QUESTION, SAID, by_rule)
    assert len(endpoint.requests) == 3  # the third failure of two prompts opened it
    endpoint.answers = lambda request: judged(request, 3)
    score = make(breaker={"failures": 3, "open_seconds": 60}).judge_answer(QUESTION, SAID, by_rule)
    assert codes(score) == ["llm_unavailable"]
    assert len(endpoint.requests) == 3


def test_the_breaker_closes_after_its_time(
    settings: Settings, rubric: Rubric, endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    config = LlmConfig.model_validate(
        {**load_llm(Settings()).model_dump(), "enabled": True, "base_url": endpoint.url,
         "breaker": {"failures": 1, "open_seconds": 60}}
    )  # fmt: skip
    endpoint.answers = lambda _: Said(b"", status=400)
    with LlmJudge(settings, config, rubric) as judge:
        judge.judge_answer(QUESTION, SAID, by_rule)
    endpoint.answers = lambda request: judged(request, 3)
    assert settings.now is not None
    later = settings.model_copy(update={"now": settings.now.replace(minute=2)})
    with LlmJudge(later, config, rubric) as judge:
        assert judge.judge_answer(QUESTION, SAID, by_rule).scorer_code == "llm"


@pytest.mark.parametrize("limit", [{"calls_per_day": 3}, {"tokens_per_day": 100}])
def test_the_days_budget_holds_across_judges(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore, limit: dict[str, int]
) -> None:
    endpoint.answers = lambda request: judged(request, 3)
    scores = [make(**limit, cache_days=0).judge_answer(QUESTION, SAID, by_rule) for _ in range(3)]
    assert len(endpoint.requests) <= 3
    assert codes(scores[-1]) == ["llm_unavailable"]


def test_a_lost_state_file_does_not_give_the_budget_anew(
    make: Callable[..., LlmJudge], endpoint: Endpoint, settings: Settings, by_rule: AnswerScore
) -> None:
    folder = settings.home / "llm"
    folder.mkdir(parents=True)
    (folder / "limits.json").write_text("{half")
    endpoint.answers = lambda request: judged(request, 3)
    assert codes(make().judge_answer(QUESTION, SAID, by_rule)) == ["llm_unavailable"]
    assert endpoint.requests == []


def test_too_few_judgements_are_none(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    good = lambda request: judged(request, 3)  # noqa: E731 - two ways of one answer
    endpoint.answers = lambda request: (
        good(request) if request["model"] == "a" else bad(level=9)(request)
    )
    models = {"models": ["a", "b"], "prompts": ["evidence_first"]}
    assert make(**models, quorum=1).judge_answer(QUESTION, SAID, by_rule).scorer_code == "llm"
    score = make(**models, quorum=2).judge_answer(QUESTION, SAID, by_rule)
    assert codes(score) == ["llm_unavailable"]


def test_a_judge_far_from_the_rubric_is_looked_at_by_a_person(
    make: Callable[..., LlmJudge], endpoint: Endpoint, by_rule: AnswerScore
) -> None:
    endpoint.answers = lambda request: judged(request, 1)
    score = make().judge_answer(QUESTION, SAID, by_rule)
    assert codes(score) == ["llm_disagreement"]
    assert score.flags[0].evidence


def test_personal_data_is_masked_before_it_is_sent_and_quotes_still_fit(
    make: Callable[..., LlmJudge], endpoint: Endpoint, rubric: Rubric
) -> None:
    said = transcript(
        "My name is Maria Garcia, mail maria@example.com or call +86 138 1234 5678. " + GOOD["en"]
    )
    endpoint.answers = lambda request: judged(request, 4, "My task was to set priorities")
    score = make().judge_answer(
        QUESTION, said, score_answer(rubric, QUESTION, said), names=["payment system"]
    )
    sent = answer_in(endpoint.requests[0])
    assert len(sent) == len(said.text)
    for hidden in ("Maria", "Garcia", "example.com", "1234", "payment"):
        assert hidden not in json.dumps(endpoint.requests, ensure_ascii=False)
    quote = score.dimensions[0].sub_scores[0].evidence[0]
    assert said.text[quote.char_start : quote.char_end] == "My task was to set priorities"


def test_the_version_names_models_and_prompts_and_follows_them(
    make: Callable[..., LlmJudge],
) -> None:
    version = make().version
    assert "qwen2.5-14b-instruct" in version
    assert "evidence_first@" in version
    assert make(models=["other"], quorum=1).version != version
    assert make(prompts=["anchors_first"], quorum=1).version != version


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base_url": "https://api.example.com/v1"}, "allowed_hosts does not name"),
        ({"base_url": "http://api.example.com/v1", "allowed_hosts": ["api.example.com"]}, "https"),
        ({"base_url": "file:///etc/passwd"}, "no host"),
        ({"base_url": "http://127.0.0.1.example.com/v1"}, "allowed_hosts"),
        ({"quorum": 3}, "quorum"),
        ({"retries": 3}, "less than or equal to 2"),
    ],
)
def test_answers_leave_this_machine_only_for_a_named_host(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        LlmConfig.model_validate({**load_llm(Settings()).model_dump(), **change})


def test_a_named_host_over_https_is_allowed() -> None:
    change = {"base_url": "https://api.example.com/v1", "allowed_hosts": ["api.example.com"]}
    made = LlmConfig.model_validate({**load_llm(Settings()).model_dump(), **change})
    assert made.base_url == "https://api.example.com/v1"


def test_an_unknown_prompt_is_named() -> None:
    config = load_llm(Settings()).model_copy(update={"prompts": ("flattery",)})
    with pytest.raises(ConfigError, match="anchors_first, evidence_first"):
        config.texts()


def test_versions_of_the_judge_are_compared_on_the_anchors_that_it_judged(
    make: Callable[..., LlmJudge], endpoint: Endpoint, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    shutil.copytree(Settings().config / "rubrics", config / "rubrics")
    file = config / "rubrics" / "self_test.yml"
    file.write_text(file.read_text().replace("ladders: 6", "ladders: 2"))

    def answers(request: dict[str, Any]) -> Said:  # a model that counts sentences
        n = len(re.findall("[.。]", answer_in(request)))
        return judged(request, min(5, 1 + n // 2))

    def refuses_chinese(request: dict[str, Any]) -> Said:
        return Said(b"", status=400) if "。" in answer_in(request) else answers(request)

    endpoint.answers = answers
    here = Settings(config=config)
    many = {"failures": 1000, "open_seconds": 1}
    first = anchors(here, make(breaker=many, prompts=["evidence_first"], quorum=1))
    assert len(first.scores) == 72
    endpoint.answers = refuses_chinese
    second = anchors(here, make(breaker=many, prompts=["anchors_first"], quorum=1))
    assert len(second.scores) == 36
    assert second.scorer_version != first.scorer_version
    assert {c.verdict for c in compare(first, second) if c.n > 20} == {"same"}


def test_anchors_of_a_judge_that_is_off_are_refused(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="is off"):
        llm_anchors(settings)
