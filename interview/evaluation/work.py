"""The work itself: take an answer, evaluate it, keep the result, say that it is done.

The result's file is written before the row: a worker killed in between leaves a file that the next
one takes over, if it follows from the same input. So no answer is lost, none is evaluated into two
results, and no row says done without its result.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from interview.evaluation import queue
from interview.evaluation.answer import Engines, evaluate_answer, input_hash
from interview.evaluation.folder import Folder, load_folder
from interview.evaluation.queue import AnswerKey
from interview.evaluation.results import AnswerResult, load, save
from interview.session import Turn
from interview.speech.corrections import correct
from talentloop.errors import ConfigError, ContractError, TalentLoopError
from talentloop.logs import get_logger, scrub
from talentloop.ops.owner import new_owner
from talentloop.settings import Settings

log = get_logger(__name__)

#: How many other candidates' answers to the same question are compared, to notice copies.
COMPARED = 200


def evaluate(settings: Settings, engines: Engines, key: AnswerKey) -> bool:
    """Evaluate one answer, unless it is done or another worker holds it.

    Returns:
        Whether this call brought it to its end.

    An answer whose file cannot be used, or that has ended ten workers, is given up: a person
    evaluates it.

    Raises:
        TalentLoopError: the installation is at fault, not the answer, which waits on.
    """
    held = queue.claim(settings, key, new_owner())
    if held is None:
        return False
    try:
        folder = load_folder(settings.home / held.folder)
        turn = next(t for t in folder.interview.turns if t.answer_id == key.answer_id)
        path = result_file(folder.path, key.answer_id)
        found = load(path)
        if found is not None and holds(engines, folder, turn, found):
            result, cost = found, None
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            others = _others(settings, key, turn.question_code)
            result, cost = evaluate_answer(engines, folder, turn, others)
            digest = save(path, result)
    except ContractError as error:
        queue.give_up(settings, held, scrub(str(error)))
        log.warning("answer_given_up", attempts=held.attempt, error=scrub(error.what))
        return True
    except BaseException as error:
        told = scrub(str(error)) if isinstance(error, TalentLoopError) else type(error).__name__
        queue.give_back(settings, held, told)
        raise
    below = str(path.relative_to(settings.home))
    return queue.finish(settings, held, result, (below, digest), cost)


def correct_answer(settings: Settings, key: AnswerKey, text: str, *, by: str) -> None:
    """Let a person write down what a recording says; the answer is scored anew, in these words.

    The machine's transcript stays beside it. The interview goes out again when it is evaluated.

    Raises:
        ConfigError: there is no such answer, it is code, or it has not been transcribed.
        ContractError: the text is empty.
    """
    row = next(
        (r for r in queue.answers(settings, key.interview_key) if r.answer_id == key.answer_id),
        None,
    )
    found = load(settings.home / row.result_path) if row and row.result_path else None
    if found is None or found.original is None:
        raise ConfigError(
            "There is no transcript of such an answer",
            where=f"answer {key.answer_id}",
            remedy="`talentloop interview answers` lists them; code and what waits have none.",
        )
    correct(settings, found.original, text, by=by, interview_key=key.interview_key)
    queue.reopen(settings, key)


def holds(engines: Engines, folder: Folder, turn: Turn, found: AnswerResult) -> bool:
    """Whether a result still follows from what came in, and from what people corrected since."""
    heard = found.original
    return found.input_hash == input_hash(engines, folder, turn) and (
        heard is None or engines.correct(heard) == found.transcript
    )


def result_file(folder: Path, answer_id: str) -> Path:
    """Where the result of an answer lies: beside the interview, under a name of our own."""
    name = hashlib.sha256(answer_id.encode()).hexdigest()[:32]
    return folder / "results" / f"{name}.json"


def results_of(settings: Settings, interview_key: str) -> dict[str, AnswerResult]:
    """Results of an interview's answers, those that were given up left out.

    Raises:
        ConfigError: a result that is noted as done is not there, or not as it was written.
    """
    found: dict[str, AnswerResult] = {}
    for row in queue.answers(settings, interview_key):
        if row.state != queue.DONE:
            continue
        path = settings.home / row.result_path
        data = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(data).hexdigest() != row.result_sha256:
            raise ConfigError(
                "The result of an answer is missing or was changed",
                where=str(path),
                remedy="Restore it from the backup of the home folder.",
            )
        found[row.answer_id] = AnswerResult.model_validate_json(data)
    return found


def _others(settings: Settings, key: AnswerKey, question_code: str) -> list[str]:
    paths = queue.earlier_results(settings, question_code, key.interview_key, COMPARED)
    found = (load(settings.home / path) for path in paths)
    return [each.text for each in found if each is not None]
