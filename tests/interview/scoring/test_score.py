"""The rubric's score: evidence that can be checked, the same bytes, never less for a better answer."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from interview.evidence import AnswerScore
from interview.scoring import Rubric, load_rubric, score_answer
from interview.scoring.reading import Reading
from interview.scoring.structure import star
from interview.session import Question
from interview.transcript import Finding
from talentloop.codes import load_code_lists
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.interview.scoring.answers import GOOD, QUESTION, transcript

POOR = {
    "en": "It was a normal week in the office and everybody did what they usually do there.",
    "zh": "那是办公室里很平常的一个星期，每个人都像平常一样做着平常的事情，没有什么特别的。",
}
#: Sentences that make an answer better, or at least longer; none of them takes anything back.
MORE = {
    "en": ["Last year there was a project.", "My task was to set priorities.", "I wrote a plan.",
           "We helped each other.", "As a result we saved 20 percent.", "For example, I measured it.",
           "The weather was fine.", "However, we were calm."],
    "zh": ["去年有一个项目。", "我的任务是排优先级。", "我制定了计划。", "我们互相帮助。",
           "结果成本降低了百分之二十。", "例如我分析了数据。", "天气很好。", "但是我们很冷静。"],
}  # fmt: skip


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(Settings())


def scored(rubric: Rubric, text: str, language: str, question: Question = QUESTION) -> AnswerScore:
    return score_answer(rubric, question, transcript(text, language))


def shares(score: AnswerScore) -> dict[str, float]:
    return {d.dimension_code: d.score_0_1 for d in score.dimensions}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sub_score_quotes_the_answer_to_the_letter_with_its_seconds(
    rubric: Rubric, language: str
) -> None:
    said = transcript(GOOD[language], language)
    score = score_answer(rubric, QUESTION, said)
    subs = [sub for d in score.dimensions for sub in d.sub_scores]
    assert len(subs) >= 20
    for sub in subs:
        assert sub.evidence
        assert {"zh", "en"} <= set(sub.detail)
        for quote in sub.evidence:
            assert said.text[quote.char_start : quote.char_end] == quote.quote
            assert said.audio_span(quote.char_start, quote.char_end) == (
                quote.audio_start, quote.audio_end,
            )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_good_answer_beats_a_poor_one_on_every_dimension(rubric: Rubric, language: str) -> None:
    good, poor = (shares(scored(rubric, t[language], language)) for t in (GOOD, POOR))
    assert all(good[code] > poor[code] + 0.3 for code in good)


def test_the_same_answer_gives_the_same_bytes(rubric: Rubric) -> None:
    others = [GOOD["zh"], POOR["en"]]
    said = transcript(GOOD["en"])
    first, again = (
        score_answer(rubric, QUESTION, said, job_description="Plan releases.", others=others)
        for _ in range(2)
    )
    assert first.model_dump_json() == again.model_dump_json()


def test_a_score_by_hand(rubric: Rubric) -> None:
    question = QUESTION.model_copy(update={"dimension_codes": ("stress",), "ideal_points": ()})
    text = "The pressure was high. I wrote a plan. I stayed calm at my desk the whole day long."
    found = scored(rubric, text, "en", question).dimensions[0]
    subs = {s.signal_code: (s.score_0_1, s.weight) for s in found.sub_scores}
    # Two of three behaviours (pressure, calm); of STAR the action alone; one own action of three.
    # Relevance does not apply, as only the question tells what is asked; the others share its weight.
    shares = {name: share for name, (share, _) in subs.items()}
    assert shares == pytest.approx({"behaviour": 2 / 3, "star": 0.25, "ownership": 1 / 3}, abs=1e-6)
    weights = {name: weight for name, (_, weight) in subs.items()}
    assert weights == pytest.approx(
        {"behaviour": 0.45 / 0.85, "star": 0.25 / 0.85, "ownership": 0.15 / 0.85}, abs=1e-6
    )
    expected = (0.45 * 2 / 3 + 0.25 * 0.25 + 0.15 / 3) / 0.85
    assert found.score_0_1 == pytest.approx(expected, abs=1e-6)
    assert found.level == 3


def test_relevance_takes_points_or_a_job_description_in_the_answers_language(
    rubric: Rubric,
) -> None:
    bare = QUESTION.model_copy(update={"ideal_points": ()})

    def signals(question: Question, job_description: str | None) -> set[str]:
        said = transcript(GOOD["en"])
        score = score_answer(rubric, question, said, job_description=job_description)
        return {sub.signal_code for d in score.dimensions for sub in d.sub_scores}

    assert "relevance" not in signals(bare, None)
    assert "relevance" not in signals(bare, "负责支付系统的开发和按时上线。")
    assert "relevance" in signals(bare, "You ship payment systems on time.")
    assert "relevance" in signals(QUESTION, None)


@pytest.mark.parametrize("order", itertools.permutations(range(4)))
def test_order_of_the_story_counts_the_longest_rising_chain(
    rubric: Rubric, order: tuple[int, ...]
) -> None:
    parts = ["There was a project.", "My task was clear.", "I wrote code.", "Costs were reduced."]
    text = " ".join(parts[i] for i in order)
    rising = max(
        len(c)
        for n in range(1, 5)
        for c in itertools.combinations(order, n)
        if list(c) == sorted(c)
    )
    reading = Reading(rubric, QUESTION, transcript(text), None)
    expected = 0.15 + 0.15 + 0.25 + 0.2 + 0.1 * (rising - 1) / 3
    assert star(reading, rubric.dimension("logic")).score_0_1 == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "language", "has_number"),
    [
        ("As a result we saved 20 percent.", "en", True),
        ("As a result it took two days.", "en", True),
        ("We cut 15 errors and improved it.", "en", True),
        ("As a result all went well in 2023.", "en", False),
        ("We were 12 people. It went badly.", "en", False),
        ("结果成本降低了百分之三十", "zh", True),
        ("结果缩短了三天", "zh", True),
        ("最后延迟从四秒降到三百毫秒", "zh", True),
        ("结果很好，那是2023年", "zh", False),
    ],
)
def test_a_number_counts_where_a_result_is_told(
    rubric: Rubric, text: str, language: str, has_number: bool
) -> None:
    reading = Reading(rubric, QUESTION, transcript(text, language), None)
    detail = dict(star(reading, rubric.dimension("logic")).detail)["en"]
    assert ("number" in detail.split("missing")[0]) is has_number


@hypothesis_settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(data=st.data(), language=st.sampled_from(["en", "zh"]))
def test_a_sentence_more_never_lowers_a_score(
    rubric: Rubric, data: st.DataObject, language: str
) -> None:
    said = data.draw(st.lists(st.sampled_from(MORE[language]), min_size=4, max_size=6, unique=True))
    place = data.draw(st.integers(0, len(said)))
    new = data.draw(st.sampled_from(MORE[language]))
    longer = [*said[:place], new, *said[place:]]
    joint = " " if language == "en" else ""
    before, after = (shares(scored(rubric, joint.join(s), language)) for s in (said, longer))
    assert all(after.get(code, 1.0) >= share for code, share in before.items())


def test_the_version_follows_the_configuration(rubric: Rubric, tmp_path: Path) -> None:
    folder = tmp_path / "config"
    shutil.copytree(Settings().config / "rubrics", folder / "rubrics")
    same = load_rubric(Settings(config=folder))
    assert same.version == rubric.version
    cues = folder / "rubrics" / "cues.yml"
    cues.write_text(cues.read_text().replace("window: 6", "window: 7"))
    other = tmp_path / "other"
    folder.rename(other)
    assert load_rubric(Settings(config=other)).version != rubric.version


def test_a_malformed_dimension_is_named_with_its_field(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    shutil.copytree(Settings().config / "rubrics", folder / "rubrics")
    file = folder / "rubrics" / "dimensions" / "logic.yml"
    file.write_text(file.read_text().replace("  5: {zh", "  6: {zh"))
    with pytest.raises(ConfigError, match=r"logic\.yml.*anchors"):
        load_rubric(Settings(config=folder))


def test_every_dimension_and_code_has_its_rubric_and_label(rubric: Rubric) -> None:
    codes = load_code_lists(Settings())
    assert set(rubric.dimensions) == set(codes.codes("dimension"))
    used = {signal for d in rubric.dimensions.values() for signal in d.signals}
    assert used <= set(codes.codes("signal"))
    assert set(rubric.scoring.guards) <= set(codes.codes("answer_flag"))


def test_what_did_not_pass_the_gate_or_is_in_another_language_gets_no_score(rubric: Rubric) -> None:
    looped = transcript(GOOD["en"], findings=[Finding(code="compression_ratio")])
    french = transcript("Nous avons livré le projet à temps.").model_copy(
        update={"language_code": "fr"}
    )
    for said, code in ((looped, "failed_gate"), (french, "language_not_covered")):
        score = score_answer(rubric, QUESTION, said)
        assert [f.code for f in score.flags] == [code]
        assert not score.dimensions


def test_a_dimension_without_a_rubric_is_an_error_that_names_the_file(rubric: Rubric) -> None:
    question = QUESTION.model_copy(update={"dimension_codes": ("charm",)})
    with pytest.raises(ConfigError, match=r"charm\.yml"):
        scored(rubric, GOOD["en"], "en", question)


def test_fluency_is_off_unless_it_is_given_weight(rubric: Rubric) -> None:
    off = {s.signal_code for s in scored(rubric, GOOD["en"], "en").dimensions[0].sub_scores}
    assert "fluency" not in off
    file = rubric.dimension("communication")
    on = file.model_copy(update={"signals": {**file.signals, "fluency": 0.1}})
    other = Rubric(rubric.scoring, rubric.cues, {**rubric.dimensions, "communication": on})
    subs = {s.signal_code: s for s in scored(other, GOOD["en"], "en").dimensions[0].sub_scores}
    assert subs["fluency"].score_0_1 == 1.0  # words follow at half a second, no long pause
    assert json.loads(subs["fluency"].model_dump_json())["detail"]["en"].startswith("0 long pauses")
