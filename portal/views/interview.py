"""One interview that we evaluated: what was asked and answered, and what every score rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interview.evaluation import notice, queue, work
from interview.evaluation.outcome import Outcome, outcome_of
from interview.evaluation.results import AnswerResult
from interview.scoring import weights_in_force
from interview.session import Interview, Question
from interview.transcript import SpeechModel
from portal.cards import Card, LiveDesk
from portal.frame import Frame
from portal.views.answers import AnswerBlock, answer_block
from portal.views.applicants import Applicant, applicants
from talentloop.errors import ConfigError
from talentloop.ops.models import AnswerEvaluation, InterviewEvaluation

#: Characters of a checksum that are shown.
_DIGEST = 12


@dataclass(frozen=True)
class Asked:
    """A question with its answers, in the order in which they were given."""

    number: int
    question: Question
    text: str
    answers: list[AnswerBlock]


@dataclass(frozen=True)
class Engine:
    """Something that made a result, and its version; `answers` are positions."""

    name: str
    version: str
    is_test: bool
    answers: list[int]


@dataclass(frozen=True)
class InterviewPage:
    """Everything on the page.

    Attributes:
        outcome: what the answers say together; None while some are not evaluated yet.
        weights: of the portrait in force, by dimension.
    """

    row: InterviewEvaluation
    interview: Interview
    applicant: Applicant
    asked: Card[list[Asked]]
    outcome: Outcome | None
    weights: dict[str, float]
    engines: list[Engine]

    @property
    def shown(self) -> str:
        """What lists and commands call the interview."""
        return self.row.report_token[:8]

    @property
    def answers(self) -> list[AnswerBlock]:
        """All answers."""
        return [each for asked in self.asked.content or [] for each in asked.answers]

    @property
    def n_open(self) -> int:
        """Answers that are not evaluated yet."""
        return sum(each.is_open for each in self.answers)

    @property
    def is_test_model(self) -> bool:
        """Whether the test's speech model heard it, which says nothing of recognition."""
        return any(engine.is_test for engine in self.engines)


def interview_page(desk: LiveDesk, shown: str) -> InterviewPage | None:
    """The page of an interview, or None when there is no such interview."""
    frame, settings = desk.frame, desk.frame.settings
    try:
        row = notice.by_shown(settings, shown)
    except ConfigError:
        return None
    interview = Interview.model_validate(row.content)
    application = f"{row.source}:{row.application_id}"
    results = desk.card("results", lambda: work.results_of(settings, row.interview_key))
    found = results.content or {}
    rows = {each.answer_id: each for each in queue.answers(settings, row.interview_key)}
    asked = [
        _asked(frame, interview, number, rows, found)
        for number in range(1, len(interview.questions) + 1)
    ]
    answers = [each for one in asked for each in one.answers]
    is_whole = bool(results) and not any(each.is_open for each in answers)
    weights = weights_in_force(settings, interview.job_family_code, interview.ended_at)
    return InterviewPage(
        row,
        interview,
        applicants(desk, [application])[application],
        Card(asked) if results else Card(failure=results.failure),
        outcome_of(settings, interview, found, is_simulated=row.is_simulated) if is_whole else None,
        weights.version.weights,
        _engines(frame, answers),
    )


def _asked(
    frame: Frame,
    interview: Interview,
    number: int,
    rows: Mapping[str, AnswerEvaluation],
    results: Mapping[str, AnswerResult],
) -> Asked:
    question = interview.questions[number - 1]
    answers = [
        answer_block(frame, interview, turn, rows[turn.answer_id], results.get(turn.answer_id))
        for turn in interview.turns
        if turn.question_code == question.question_code
    ]
    text = question.text.get(frame.lang) or next(iter(question.text.values()))
    return Asked(number, question, text, answers)


def _engines(frame: Frame, answers: list[AnswerBlock]) -> list[Engine]:
    """Recognisers and scorers, each with the answers that it worked on."""
    made: dict[tuple[str, str, bool], list[int]] = {}
    for each in answers:
        if each.transcript:
            model = each.transcript.model
            key = f"{frame.t('interview.recogniser')} {model.name}", _of_model(model)
            made.setdefault((*key, model.kind == "test-fixture"), []).append(each.position)
        if each.scorer_code:
            name = frame.t(f"interview.scorer.{each.scorer_code}")
            made.setdefault((name, each.scorer_version, False), []).append(each.position)
    return [Engine(*key, positions) for key, positions in made.items()]


def _of_model(model: SpeechModel) -> str:
    return f"{model.sha256[:_DIGEST]} · {model.options_hash[:_DIGEST]}"
