"""The engines that really evaluate: speech, rubric, judge. Made once in a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from interview.evaluation.answer import Engines
from interview.evaluation.results import Judgement, TestVerdict
from interview.evidence import AnswerScore
from interview.learned.score import deployed, score_learned
from interview.llm import LlmJudge
from interview.scoring import load_rubric, score_answer
from interview.session import Interview, ProgrammingLanguage, Question
from interview.speech.corrections import correction_of, in_force
from interview.speech.manifest import recogniser_version
from interview.transcript import Transcript
from talentloop.settings import Settings


def default_engines(settings: Settings, llm: LlmJudge | None = None) -> Engines:
    """The engines as they are configured. Nothing heavy is loaded before it is needed.

    Answers are scored by the rubric; where somebody has deployed a learned model of a dimension it
    scores that one; a language model, where there is one, judges beside them.

    Args:
        llm: the language model's judge; None where it is off.

    Raises:
        ConfigError: rubric or model manifest do not fit.
        ModelError: a deployed learned model is missing or was changed.
    """
    rubric = load_rubric(settings)
    models = deployed(settings, rubric)

    def transcribe(recording: Path, answer_id: str, language_code: str | None) -> Transcript:
        from interview.speech.transcribe import transcribe as hear

        return hear(settings, recording, answer_id=answer_id, language_code=language_code)

    def score(
        interview: Interview, question: Question, transcript: Transcript, others: Sequence[str]
    ) -> AnswerScore:
        by_rule = score_answer(
            rubric,
            question,
            transcript,
            job_description=interview.job_description,
            others=others,
        )
        learned = score_learned(models, rubric, transcript, by_rule)
        return learned if llm is None else llm.judge_answer(question, transcript, learned)

    def correct(heard: Transcript) -> Transcript:
        kept = correction_of(settings, heard)
        return in_force(kept) if kept else heard

    versions = [rubric.version, *(f"{code}@{m.version}" for code, m in sorted(models.items()))]
    if llm is not None:
        versions.append(llm.version)
    scoring = "+".join(versions)

    def version(question: Question) -> str:
        # Read anew each time, as the engines themselves do: a worker outlives a change.
        if question.problem_code is not None:
            from interview.judge.version import judge_version

            return judge_version(settings, question.problem_code)
        return f"{scoring}+{recogniser_version(settings)}"

    return Engines(transcribe, score, _judge(settings), version, correct)


def _judge(settings: Settings) -> Callable[..., tuple[Judgement, AnswerScore | None]]:
    def judge(
        question: Question,
        source: str,
        language: ProgrammingLanguage,
        answer_id: str,
        others: Sequence[str],
    ) -> tuple[Judgement, AnswerScore | None]:
        from interview.judge import judge as run
        from interview.judge import to_score

        found = run(
            settings, str(question.problem_code), source, language,
            others={str(number): other for number, other in enumerate(others)},
        )  # fmt: skip
        told = Judgement(
            problem_code=found.problem_code,
            programming_language=found.language,
            verdict_code=found.verdict,
            passed_0_1=found.score_0_1,
            tests=tuple(
                TestVerdict(
                    name=test.name,
                    verdict_code=test.verdict,
                    cpu_seconds=test.cpu_seconds,
                    memory_bytes=test.memory_bytes,
                )
                for test in found.tests
            ),
            message=found.message,
        )
        return told, to_score(found, question, answer_id, settings=settings)

    return judge
