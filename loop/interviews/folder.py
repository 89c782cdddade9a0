"""Evaluating one folder by itself: no queue, no database, no landing zone; for looking and trying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interview.evaluation.answer import Engines, evaluate_answer
from interview.evaluation.engines import default_engines
from interview.evaluation.folder import Folder, load_folder
from interview.evaluation.outcome import AnswerOutcome, Outcome, outcome_of
from interview.evaluation.results import AnswerResult, load, save
from interview.evaluation.work import holds, result_file
from interview.feedback import Rendered, view_of, write_report
from interview.session import Turn
from loop.llm import llm_judge
from talentloop import ops
from talentloop.errors import ContractError
from talentloop.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Evaluated:
    """An evaluated folder: what came out, the report, and CPU seconds per minute of audio."""

    outcome: Outcome
    report: Rendered
    cpu_seconds_per_audio_minute: float | None


def evaluate_folder(
    settings: Settings,
    path: Path,
    out: Path,
    *,
    is_simulated: bool = False,
    progress: Progress | None = None,
) -> Evaluated:
    """Evaluate an interview's folder and write results and report into another one.

    Answers that were evaluated there before, from the same input, are not evaluated again.

    Raises:
        ConfigError: the folder, the configuration or the speech model does not fit.
        TalentLoopError: an engine refuses to work.
    """
    ops.migrate(settings)  # approved weights lie there
    folder = load_folder(path)
    engines = default_engines(settings, llm_judge(settings))
    results: dict[str, AnswerResult] = {}
    cpu = audio = 0.0
    for turn in folder.interview.turns:
        if progress is not None:
            progress(f"answer {turn.answer_id}")
        try:
            result, spent = _evaluate(engines, folder, turn, out)
        except ContractError as error:
            if progress is not None:
                progress(f"answer {turn.answer_id} cannot be used: {error.what}")
            continue
        results[turn.answer_id] = result
        if spent is not None and result.transcript is not None:
            cpu, audio = cpu + spent, audio + result.transcript.duration_seconds
    outcome = outcome_of(settings, folder.interview, results, is_simulated=is_simulated)
    report = write_report(view_of(settings, outcome, is_simulated=is_simulated), out)
    return Evaluated(outcome, report, round(60 * cpu / audio, 3) if audio else None)


def _evaluate(
    engines: Engines, folder: Folder, turn: Turn, out: Path
) -> tuple[AnswerResult, float | None]:
    path = result_file(out, turn.answer_id)
    found = load(path)
    if found is not None and holds(engines, folder, turn, found):
        return found, None
    result, cost = evaluate_answer(engines, folder, turn)
    save(path, result)
    return result, cost.cpu_seconds


def as_json(done: Evaluated) -> dict[str, Any]:
    """Everything that came out, for scripts: transcripts, gates, scores with evidence, verdicts."""
    found = done.outcome
    return {
        "interview_id": found.interview.interview_id,
        "overall_0_100": found.score.overall_0_100,
        "stars_0_5": found.overall_stars_0_5,
        "is_high_potential": found.is_high_potential,
        "portrait": f"{found.score.portrait_code}-{found.score.portrait_version}",
        "remark": found.remark.model_dump(),
        "dimensions": [each.model_dump(mode="json") for each in found.score.dimensions],
        "unscored": list(found.score.unscored),
        "answers": [_answer(each) for each in found.answers],
        "cpu_seconds_per_audio_minute": done.cpu_seconds_per_audio_minute,
        "report": {
            "html": str(done.report.html),
            "pdf": str(done.report.pdf) if done.report.pdf else None,
            "why_no_pdf": done.report.why_no_pdf,
        },
    }


def _answer(each: AnswerOutcome) -> Mapping[str, Any]:
    result = each.result
    return {
        "answer_id": each.turn.answer_id,
        "question_code": each.turn.question_code,
        "attempt": each.turn.attempt,
        "follows_id": each.turn.follows_id,
        "counts": each.counts,
        "outcome": each.outcome,
        "withheld_codes": list(each.withheld_codes),
        "result": result.model_dump(mode="json") if result else None,
    }


def told_of(each: AnswerOutcome) -> list[str]:
    """Codes of what a person should know of an answer: why it was withheld, and what was flagged."""
    score = each.result.score if each.result else None
    flags = [flag.code for flag in score.flags] if score else []
    return list(dict.fromkeys([*each.withheld_codes, *flags]))
