"""What the report says, before it becomes a page. Never another person, never a comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from interview.evaluation.outcome import AnswerOutcome, Outcome
from interview.evidence import Evidence, SubScore
from interview.feedback.texts import Words, load_words
from interview.scoring import load_rubric
from interview.session import Question
from talentloop.codes import Lang, load_code_lists
from talentloop.settings import Settings

#: From this share on a signal counts as gone well; below `_WEAK` it gets advice.
_WELL, _WEAK = 0.6, 0.5
_QUOTES, _ADVICE = 3, 3
_LONGEST_QUOTE = 160


@dataclass(frozen=True)
class Quote:
    """The candidate's own words, and where they are heard (mm:ss; empty for code)."""

    words: str
    heard_at: str


@dataclass(frozen=True)
class DimensionView:
    """One dimension: level 1 to 5 with what it means, quotes that speak for it, advice."""

    label: str
    level: int | None
    meaning: str
    quotes: tuple[Quote, ...]
    advice: tuple[str, ...]


@dataclass(frozen=True)
class AnswerView:
    """One answer as the candidate sees it."""

    head: str
    follow_up: str
    counts: bool
    withheld: str
    tests: str
    quotes: tuple[Quote, ...]
    advice: tuple[str, ...]


@dataclass(frozen=True)
class QuestionView:
    """One question with its answers, in the order in which they were given."""

    text: str
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True)
class ReportView:
    """The whole report."""

    lang: Lang
    words: Words
    job_title: str
    ended: str
    counted: str
    rule: str
    is_simulated: bool
    test_model: bool
    version: str
    link: str
    dimensions: tuple[DimensionView, ...] = ()
    questions: tuple[QuestionView, ...] = field(default=())


def view_of(
    settings: Settings, found: Outcome, *, is_simulated: bool, link: str = ""
) -> ReportView:
    """The report of an evaluated interview, in the candidate's language.

    Args:
        link: address at which the report is read, printed at its end.

    Raises:
        ConfigError: texts, rubric or code lists do not fit.
    """
    from talentloop.reports.options import load_options

    interview, lang = found.interview, language_of(found)
    words = load_words(settings, load_code_lists(settings), lang)
    zone = ZoneInfo(load_options(settings).time_zone)
    return ReportView(
        lang=lang,
        words=words,
        job_title=interview.job_title or "",
        ended=words.say("ended", when=f"{interview.ended_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        counted=words.say("counted", n=len(found.counted), supplements=found.n_supplements),
        rule=words.say(f"rule_{interview.counting}"),
        is_simulated=is_simulated,
        test_model=any(
            a.result and a.result.transcript and a.result.transcript.model.kind == "test-fixture"
            for a in found.answers
        ),
        version=", ".join(sorted({_version(a) for a in found.answers} - {""})),
        link=link,
        dimensions=_dimensions(settings, found, words),
        questions=tuple(_question(found, each, words) for each in interview.questions),
    )


def language_of(found: Outcome) -> Lang:
    """The candidate's language: the interview's, else the one most answers were given in.

    Chinese where nothing was said; English for languages that the report is not written in.
    """
    told = found.interview.language_code
    if told is None:
        spoken = Counter(
            a.result.transcript.language_code
            for a in found.answers
            if a.result and a.result.transcript
        )
        told = spoken.most_common(1)[0][0] if spoken else "zh"  # type: ignore[assignment]
    return "zh" if told == "zh" else "en"


def _version(answer: AnswerOutcome) -> str:
    score = answer.result.score if answer.result else None
    return score.scorer_version if score else ""


def _dimensions(settings: Settings, found: Outcome, words: Words) -> tuple[DimensionView, ...]:
    rubric, views = load_rubric(settings), []
    for each in found.score.dimensions:
        subs = _subs(found.counted, each.dimension_code)
        anchor = rubric.dimension(each.dimension_code).anchors[each.stars]  # type: ignore[index]
        views.append(
            DimensionView(
                words.label("dimension", each.dimension_code),
                each.stars,
                anchor.text(words.lang),
                _quotes(subs),
                _advice(subs, words),
            )
        )
    return (*views, *(_unscored(code, words) for code in found.score.unscored))


def _unscored(code: str, words: Words) -> DimensionView:
    return DimensionView(words.label("dimension", code), None, words.say("not_scored"), (), ())


def _subs(answers: Iterable[AnswerOutcome], dimension_code: str | None = None) -> list[SubScore]:
    return [
        sub
        for answer in answers
        if answer.outcome == "scored" and answer.result and answer.result.score
        for dimension in answer.result.score.dimensions
        if dimension_code in (None, dimension.dimension_code)
        for sub in dimension.sub_scores
    ]


def _question(found: Outcome, question: Question, words: Words) -> QuestionView:
    text = question.text.get(words.lang) or next(iter(question.text.values()))
    own = [a for a in found.answers if a.turn.question_code == question.question_code]
    return QuestionView(text, tuple(_answer(a, words) for a in own))


def _answer(answer: AnswerOutcome, words: Words) -> AnswerView:
    turn, subs = answer.turn, _subs([answer])
    supplement = turn.follows_id is not None
    reasons = ("；" if words.lang == "zh" else "; ").join(map(words.reason, answer.withheld_codes))
    return AnswerView(
        head=words.say("supplement") if supplement else words.say("attempt", n=turn.attempt),
        follow_up=words.say("follow_up", text=turn.follow_up) if turn.follow_up else "",
        counts=answer.counts,
        withheld=words.say("withheld", reasons=reasons) if reasons else "",
        tests=_tests(answer, words),
        quotes=_quotes(subs),
        advice=_advice(subs, words) if answer.counts else (),
    )


def _tests(answer: AnswerOutcome, words: Words) -> str:
    judged = answer.result.judgement if answer.result else None
    if judged is None:
        return ""
    passed = sum(test.verdict_code == "AC" for test in judged.tests)
    verdict = words.label("verdict", judged.verdict_code)
    return words.say("tests", n=len(judged.tests), passed=passed, verdict=verdict)


def _quotes(subs: Iterable[SubScore]) -> tuple[Quote, ...]:
    """The words that speak most for the candidate; none twice, none inside another."""
    ranked = sorted(
        (sub for sub in subs if sub.score_0_1 >= _WELL), key=lambda s: -s.weight * s.score_0_1
    )
    kept: list[Evidence] = []
    for each in (evidence for sub in ranked for evidence in sub.evidence):
        words = each.quote.strip()
        if words and not any(words in k.quote or k.quote in words for k in kept):
            kept.append(each)
    return tuple(Quote(_short(each.quote), _clock(each.audio_start)) for each in kept[:_QUOTES])


def _advice(subs: Iterable[SubScore], words: Words) -> tuple[str, ...]:
    weak: dict[str, float] = {}
    for sub in subs:
        if sub.score_0_1 < _WEAK and sub.weight > 0:
            weak[sub.signal_code] = weak.get(sub.signal_code, 0.0) + sub.weight
    order = sorted(weak, key=lambda code: (-weak[code], code))
    return tuple(dict.fromkeys(words.advice(code) for code in order))[:_ADVICE]


def _short(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
