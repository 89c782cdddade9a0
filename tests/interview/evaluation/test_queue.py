"""Each answer is evaluated once, whoever is killed; no score without its evidence."""

from __future__ import annotations

import random
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from interview.evaluation import queue
from interview.evaluation.answer import Engines
from interview.evaluation.folder import load_folder
from interview.evaluation.notice import find, key_of, notice
from interview.evaluation.queue import AnswerKey, claim, waiting
from interview.evaluation.results import AnswerResult
from interview.evaluation.work import correct_answer, evaluate, result_file, results_of
from interview.evidence import AnswerScore, DimensionEvidence, SubScore
from interview.speech.corrections import correction_of, in_force
from interview.transcript import Transcript
from talentloop.errors import ConfigError, ContractError
from talentloop.ops import session
from talentloop.ops.models import AnswerEvaluation
from talentloop.ops.owner import new_owner
from talentloop.settings import Settings
from tests.interview.evaluation.made import engines, folder, interview
from tests.migrated import set_up
from tests.processes import PROCESSES

KEY = key_of("hr", "I-1")


def queued(settings: Settings, **changes: object) -> Path:
    path = folder(settings.home, interview(**changes))  # type: ignore[arg-type]
    assert notice(settings, path, is_simulated=True)
    return path


def test_an_interview_is_noticed_once(settings: Settings) -> None:
    path = queued(settings)
    assert not notice(settings, path, is_simulated=True)
    assert len(waiting(settings)) == 2


def test_an_interview_is_evaluated_when_its_last_answer_is(settings: Settings) -> None:
    queued(settings, code=True)
    keys = waiting(settings)
    assert len(waiting(settings, "code")) == 1
    for done, key in enumerate(keys, 1):
        assert evaluate(settings, engines(), key)
        assert (find(settings, KEY).state == "evaluated") == (done == len(keys))
    results = results_of(settings, KEY)
    assert {r.outcome for r in results.values()} == {"scored"}
    rows = {row.answer_id: row for row in queue.answers(settings, KEY)}
    assert rows["q1-1"].audio_seconds == 6.0
    assert rows["q1-1"].cpu_seconds is not None


def test_what_is_done_is_not_done_again(settings: Settings, tmp_path: Path) -> None:
    queued(settings)
    log = tmp_path / "log"
    key = waiting(settings)[0]
    assert evaluate(settings, engines(log=log), key)
    assert not evaluate(settings, engines(log=log), key)
    assert log.read_text().count("\n") == 1


def test_a_held_answer_is_left_to_its_worker_and_taken_over_when_that_died(
    settings: Settings,
) -> None:
    queued(settings)
    key = waiting(settings)[0]
    assert claim(settings, key, new_owner())
    assert key not in waiting(settings)
    assert not evaluate(settings, engines(), key)
    host, pid, _started, token = new_owner().rsplit(":", 3)
    other = AnswerKey(KEY, "q2-1")
    assert claim(settings, other, f"{host}:{pid}:1:{token}")  # a process that is no more
    assert other in waiting(settings)
    assert evaluate(settings, engines(), other)


def test_a_result_that_a_killed_worker_left_is_taken_over(
    settings: Settings, tmp_path: Path
) -> None:
    path, log = queued(settings), tmp_path / "log"
    key = AnswerKey(KEY, "q1-1")
    assert evaluate(settings, engines(), key)
    kept = result_file(path, "q1-1").read_bytes()
    with session(settings) as db:  # as if the row had not been written
        row = db.get_one(AnswerEvaluation, (KEY, "q1-1"))
        row.state, row.lease_owner = "waiting", ""
    assert evaluate(settings, engines(log=log), key)
    assert not log.exists()
    assert result_file(path, "q1-1").read_bytes() == kept


def test_the_same_input_gives_the_same_bytes(settings: Settings, tmp_path: Path) -> None:
    first = queued(settings)
    assert evaluate(settings, engines(), AnswerKey(KEY, "q1-1"))
    twin = Settings(home=tmp_path / "twin", now=settings.now)
    set_up(twin)
    second = queued(twin)
    assert evaluate(twin, engines(), AnswerKey(KEY, "q1-1"))
    assert result_file(first, "q1-1").read_bytes() == result_file(second, "q1-1").read_bytes()


def broken(error: Exception) -> Engines:
    def refuse(*_args: object) -> Transcript:
        raise error

    made = engines()
    return replace(made, transcribe=refuse)


def test_a_recording_that_cannot_be_used_is_left_to_a_person(settings: Settings) -> None:
    queued(settings)
    for key in waiting(settings):
        assert evaluate(settings, broken(ContractError("A recording cannot be used")), key)
    assert not waiting(settings)
    assert find(settings, KEY).state == "evaluated"
    assert {row.outcome for row in queue.answers(settings, KEY)} == {"withheld"}
    assert results_of(settings, KEY) == {}


def test_a_fault_of_the_installation_costs_no_answer_its_evaluation(settings: Settings) -> None:
    queued(settings)
    key = waiting(settings)[0]
    for _ in range(queue.MAX_ATTEMPTS + 1):
        with pytest.raises(ConfigError):
            evaluate(settings, broken(ConfigError("There is no model")), key)
    assert evaluate(settings, engines(), key)


def test_an_answer_that_ends_its_workers_is_left_to_a_person(settings: Settings) -> None:
    queued(settings)
    key = waiting(settings)[0]
    host, pid, _started, token = new_owner().rsplit(":", 3)
    for _ in range(queue.MAX_ATTEMPTS):
        assert claim(settings, key, f"{host}:{pid}:1:{token}")
    assert claim(settings, key, new_owner()) is None
    assert {r.state for r in queue.answers(settings, KEY)} == {"failed", "waiting"}


def test_a_changed_result_is_noticed(settings: Settings) -> None:
    path = queued(settings)
    assert evaluate(settings, engines(), AnswerKey(KEY, "q1-1"))
    file = result_file(path, "q1-1")
    file.write_bytes(file.read_bytes().replace(b"0.8", b"0.9"))
    with pytest.raises(ConfigError, match="missing or was changed"):
        results_of(settings, KEY)


def test_a_score_that_rests_on_nothing_is_refused() -> None:
    bare = SubScore(signal_code="concepts", score_0_1=1.0, weight=1.0)
    dimension = DimensionEvidence(
        dimension_code="logic", score_0_1=1.0, level=5, sub_scores=(bare,)
    )
    score = AnswerScore(
        answer_id="a", scorer_code="rubric", scorer_version="1", dimensions=(dimension,)
    )
    with pytest.raises(ValidationError, match="scores without evidence: logic"):
        AnswerResult(answer_id="a", question_code="q", input_hash="h", kind="audio", score=score)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: (path / "q1.wav").unlink(), "is missing"),
        (lambda path: (path / "q1.wav").write_bytes(b""), "holds 0 bytes"),
        (lambda path: ((path / "q1.wav").unlink(), (path / "q1.wav").symlink_to("/etc/hostname")),
         "leads out"),
    ],
)  # fmt: skip
def test_a_folder_that_does_not_fit_says_where(settings: Settings, change, words: str) -> None:  # type: ignore[no-untyped-def]
    path = folder(settings.home, interview())
    change(path)
    with pytest.raises(ConfigError, match=words) as error:
        load_folder(path)
    assert error.value.where.endswith("interview.yml, field turns.0.file")


def _work(settings: Settings, log: Path) -> None:
    for key in waiting(settings):
        evaluate(settings, engines(log=log, pause=0.01), key)


def _victim(settings: Settings, log: Path, began: Path) -> None:
    queue.MAX_ATTEMPTS = 1000
    began.touch()
    _work(settings, log)


def test_workers_killed_at_random_instants_evaluate_each_answer_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MAX_ATTEMPTS", 1000)  # a slow machine may kill the same one often
    for number in range(6):
        notice(settings, folder(settings.home, interview(f"I-{number}")), is_simulated=True)
    log, chance, kills = tmp_path / "log", random.Random(7), 0
    began = tmp_path / "began"
    for _ in range(60):
        if not waiting(settings):
            break
        began.unlink(missing_ok=True)
        worker = PROCESSES.Process(target=_victim, args=(settings, log, began))
        worker.start()
        while not began.exists() and worker.is_alive():
            time.sleep(0.001)
        time.sleep(chance.uniform(0.02, 0.12))
        worker.kill()
        worker.join()
        kills += worker.exitcode == -signal.SIGKILL
    assert kills >= 2
    _work(settings, log)
    for number in range(6):
        key = key_of("hr", f"I-{number}")
        rows = queue.answers(settings, key)
        assert [row.state for row in rows] == ["done", "done"]
        assert set(results_of(settings, key)) == {"q1-1", "q2-1"}
        assert find(settings, key).state == "evaluated"


def correcting(settings: Settings) -> Engines:
    def correct(heard: Transcript) -> Transcript:
        kept = correction_of(settings, heard)
        return in_force(kept) if kept else heard

    return engines(correct=correct)


def test_a_withheld_answer_is_scored_in_the_words_that_a_person_wrote_down(
    settings: Settings,
) -> None:
    path = queued(settings)
    (path / "q1.wav").write_text(" ")
    for key in waiting(settings):
        assert evaluate(settings, correcting(settings), key)
    assert results_of(settings, KEY)["q1-1"].outcome == "withheld"
    for said in ("I led the teem", "I led the team"):  # whoever corrects may correct again
        correct_answer(settings, AnswerKey(KEY, "q1-1"), said, by="reviewer-7")
        assert find(settings, KEY).state == "waiting"
        assert waiting(settings) == [AnswerKey(KEY, "q1-1")]
        assert evaluate(settings, correcting(settings), AnswerKey(KEY, "q1-1"))
        found = results_of(settings, KEY)["q1-1"]
        assert (found.outcome, found.text) == ("scored", said)
        assert found.heard is not None
        assert not found.heard.text.strip()
    assert find(settings, KEY).state == "evaluated"


def test_a_correction_of_what_has_no_transcript_names_the_answer(settings: Settings) -> None:
    queued(settings, code=True)
    for key in waiting(settings):
        assert evaluate(settings, engines(), key)
    for answer in ("q3-1", "q9-9"):
        with pytest.raises(ConfigError, match=answer):
            correct_answer(settings, AnswerKey(KEY, answer), "words", by="reviewer-7")
