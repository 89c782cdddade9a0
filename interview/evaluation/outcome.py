"""What an interview's answers say together: dimensions, overall score, stars, remark."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from interview.evaluation.options import RemarkTexts, load_options
from interview.evaluation.results import AnswerResult
from interview.scoring import InterviewScore, combine, load_rubric, weights_in_force
from interview.session import Interview, Turn
from talentloop.codes import LANGS, Bilingual, CodeLists, Lang, load_code_lists
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict
from talentloop.warehouse.rules import HighPotential

#: An answer that was given up after its last attempt: nobody knows why it fails.
GIVEN_UP = "evaluation_failed"


class AnswerOutcome(Strict):
    """One answer beside its result.

    Attributes:
        counts: whether it is the attempt that counts, by the interview's disclosed rule.
        withheld_codes: why a person must look; empty where it was scored.
    """

    turn: Turn
    counts: bool
    result: AnswerResult | None
    withheld_codes: tuple[str, ...]

    @property
    def outcome(self) -> Literal["scored", "withheld"]:
        """Whether there is a score."""
        return "withheld" if self.withheld_codes else "scored"


class Outcome(Strict):
    """An evaluated interview.

    Attributes:
        overall_stars_0_5: overall points ÷ 20, to the half; None without an overall score.
        is_high_potential: whether the overall score reaches the rule of config/rules.
        remark: for the HR system; made of code lists and figures, quotes nobody.
    """

    interview: Interview
    answers: tuple[AnswerOutcome, ...]
    score: InterviewScore
    overall_stars_0_5: float | None
    is_high_potential: bool
    remark: Bilingual

    @property
    def counted(self) -> tuple[AnswerOutcome, ...]:
        """Answers that count, supplements among them."""
        return tuple(each for each in self.answers if each.counts)

    @property
    def n_withheld(self) -> int:
        """Counted answers that wait for a person."""
        return sum(each.outcome == "withheld" for each in self.counted)

    @property
    def n_supplements(self) -> int:
        """Counted answers to follow-up questions."""
        return sum(each.turn.follows_id is not None for each in self.counted)


def outcome_of(
    settings: Settings,
    interview: Interview,
    results: Mapping[str, AnswerResult],
    *,
    is_simulated: bool,
) -> Outcome:
    """Draw the answers of an interview together, with the weights of the portrait in force.

    Args:
        results: answer id → result; an answer without one was given up and waits for a person.

    Raises:
        ConfigError: rubric, portraits or code lists do not fit.
    """
    codes = load_code_lists(settings)
    answers = tuple(
        _answer(interview, turn, results.get(turn.answer_id)) for turn in interview.turns
    )
    scores = [
        each.result.score
        for each in answers
        if each.counts and each.outcome == "scored" and each.result and each.result.score
    ]
    supplements = {t.answer_id: t.follows_id for t in interview.turns if t.follows_id is not None}
    weights = weights_in_force(settings, interview.job_family_code, interview.ended_at)
    score = combine(load_rubric(settings), weights, scores, codes, supplements=supplements)
    overall = score.overall_0_100
    rule = load_model(settings.config / "rules" / "high_potential.yml", HighPotential)
    drawn = Outcome(
        interview=interview,
        answers=answers,
        score=score,
        overall_stars_0_5=None if overall is None else stars(overall),
        is_high_potential=overall is not None and overall >= rule.min_score_0_100,
        remark=Bilingual(zh="-", en="-"),
    )
    texts = load_options(settings).remark
    said = {lang: _remark(texts, codes, lang, drawn, is_simulated) for lang in LANGS}
    return drawn.model_copy(update={"remark": Bilingual(zh=said["zh"], en=said["en"])})


def stars(points_0_100: float) -> float:
    """Points as stars, 0 to 5, to the nearest half: 80 points are 4 stars, 65 and 74.9 are 3.5."""
    return math.floor(points_0_100 / 10 + 0.5) / 2


def _answer(interview: Interview, turn: Turn, result: AnswerResult | None) -> AnswerOutcome:
    return AnswerOutcome(
        turn=turn,
        counts=interview.counts(turn),
        result=result,
        withheld_codes=result.withheld_codes if result else (GIVEN_UP,),
    )


def _remark(
    texts: RemarkTexts, codes: CodeLists, lang: Lang, found: Outcome, is_simulated: bool
) -> str:
    overall = found.score.overall_0_100
    said = [texts.simulated.text(lang)] if is_simulated else []
    if overall is None:
        said.append(texts.unscored.text(lang))
    else:
        told = texts.scored.text(lang)
        said.append(told.format(points=f"{overall:.2f}", stars=f"{found.overall_stars_0_5:.1f}"))
    levels = [
        f"{codes.label('dimension', each.dimension_code, lang)} {each.stars}/5"
        for each in found.score.dimensions
    ]
    if levels:
        joined = ("；" if lang == "zh" else "; ").join(levels)
        said.append(texts.dimensions.text(lang).format(levels=joined))
    if found.n_supplements:
        said.append(texts.supplements.text(lang).format(n=found.n_supplements))
    if found.n_withheld:
        said.append(texts.withheld.text(lang).format(n=found.n_withheld))
    said.append(texts.decides.text(lang))
    return ("" if lang == "zh" else " ").join(said)
