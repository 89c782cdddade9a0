"""From a verdict to evidence for the technical dimension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from interview.evidence import AnswerScore, DimensionEvidence, Evidence, Flag, SubScore
from interview.judge.config import load_judge_config
from interview.judge.result import JudgeResult, TestResult
from interview.session import Question
from talentloop.codes import LANGS, CodeLists, Lang, load_code_lists
from talentloop.settings import Settings, get_settings

#: The dimension that code is evidence for, where its question names none of its own.
DIMENSION = "professionalism"
COPIED = "copied_code"
_QUOTES = 3
_AND = {"zh": "；", "en": "; "}


def to_score(
    result: JudgeResult, question: Question, answer_id: str, *, settings: Settings | None = None
) -> AnswerScore:
    """The share of the tests passed, by weight, as a score with what it rests on.

    Times and memory stay in the result, so that judging again gives the same score to the byte.
    Style, growth and likeness are told to people and change no score.

    Raises:
        ConfigError: config/judge.yml or a code list does not fit.
    """
    settings = settings or get_settings()
    config, codes = load_judge_config(settings), load_code_lists(settings)
    named = question.dimension_codes
    dimension = DimensionEvidence(
        dimension_code=DIMENSION if DIMENSION in named else named[0],
        score_0_1=result.score_0_1,
        level=1 + sum(result.score_0_1 >= share for share in config.level_from),
        sub_scores=_sub_scores(result, codes),
    )
    return AnswerScore(
        answer_id=answer_id,
        scorer_code="judge",
        scorer_version=result.version,
        dimensions=(dimension,),
        flags=_flags(result),
    )


def _sub_scores(result: JudgeResult, codes: CodeLists) -> tuple[SubScore, ...]:
    if not result.tests:
        lines = result.lines or first_lines(result)
        said: dict[str, str] = {
            lang: codes.label("verdict", result.verdict, lang) for lang in LANGS
        }
        evidence = quote(result.source, lines)
        return (SubScore(signal_code="tests", score_0_1=0.0, weight=1.0, evidence=evidence,
                         detail=said),)  # fmt: skip
    total = sum(test.weight for test in result.tests)
    found = []
    for signal, hidden in (("tests", False), ("hidden_tests", True)):
        part = [test for test in result.tests if test.hidden is hidden]
        if not part:
            continue
        weight = sum(test.weight for test in part)
        passed = sum(test.weight for test in part if test.verdict == "AC")
        lines = sorted({line for test in part for line in test.lines})
        found.append(
            SubScore(
                signal_code=signal,
                score_0_1=round(passed / weight, 6),
                weight=round(weight / total, 6),
                evidence=quote(result.source, lines or first_lines(result)),
                detail={lang: _detail(part, codes, lang) for lang in LANGS},
            )
        )
    return tuple(found)


def _detail(tests: Sequence[TestResult], codes: CodeLists, lang: Lang) -> str:
    """The verdict of each test; of hidden ones only how many got which."""
    colon = "：" if lang == "zh" else ": "
    if not tests[0].hidden:
        return _AND[lang].join(
            f"{test.name}{colon}{codes.label('verdict', test.verdict, lang)}" for test in tests
        )
    counts = Counter(test.verdict for test in tests)
    order = sorted(counts, key=lambda code: codes.position("verdict", code))
    return _AND[lang].join(f"{codes.label('verdict', c, lang)}{colon}{counts[c]}" for c in order)


def _flags(result: JudgeResult) -> tuple[Flag, ...]:
    if not result.copies:
        return ()
    spans = result.copies[0].spans
    evidence = tuple(
        Evidence(quote=result.source[begin:end], char_start=begin, char_end=end)
        for begin, end in spans[:_QUOTES]
    )
    return (Flag(code=COPIED, evidence=evidence),)


def first_lines(result: JudgeResult) -> list[int]:
    """Lines on which the longest functions begin; without one, the first that is not blank."""
    longest = sorted(result.functions, key=lambda each: -each.lines)[:_QUOTES]
    if longest:
        return sorted({each.line for each in longest})
    lines = result.source.split("\n")
    return [next((i for i, line in enumerate(lines, 1) if line.strip()), 1)]


def quote(source: str, lines: Iterable[int]) -> tuple[Evidence, ...]:
    """Lines of a source, numbered from 1, as evidence; blank ones say nothing and are left out."""
    found, position = {}, 0
    for number, line in enumerate(source.split("\n"), 1):
        found[number] = (position, line)
        position += len(line) + 1
    return tuple(
        Evidence(quote=line, char_start=begin, char_end=begin + len(line))
        for begin, line in (found[each] for each in lines if each in found)
        if line.strip()
    )[:_QUOTES]
