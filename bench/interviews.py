"""Interviews under load, and under SIGKILL.

    python -m bench.interviews [--count 200] [--workers 2] [--peer 40] [--json FILE]
    python -m bench.interviews --kill [--count 200] [--workers 2] [--json FILE]

All interviews are queued at once. Workers, each a process, evaluate whatever answer waits with the
test speech model, and finish whatever interview is whole: report, landing zone, outbox. Without
--kill: how long each took from the event to the outbox, what a minute of audio costs, and the same
recordings through bare faster-whisper batched, in the same run. With --kill workers are killed at
random instants until everything is done; then it is proven that every answer has one result, every
interview one result in the outbox, and no score is without its evidence.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

import faster_whisper  # noqa: F401 - before the fork: workers start with it loaded
from sqlalchemy import select

from interview.evaluation import notice, queue
from interview.evaluation.folder import write_folder
from interview.evaluation.work import results_of
from interview.session import Interview, Turn
from interview.speech.fixture.voice import Voice, say, write_wav
from loop.interviews import steps
from loop.interviews.records import SOURCE
from loop.interviews.sample import load_samples, question_of
from talentloop import ops
from talentloop.landing import LandingZone
from talentloop.ops.interviews import interview_measures, quantile
from talentloop.ops.models import OutboxRow
from talentloop.settings import Settings

_SAID: list[tuple[str, Literal["zh", "en"], Voice, str]] = [
    ("team", "zh", "zh_f", "首先我倾听了同事的意见，然后我主动帮助新同事，我们达成了一致，结果很好。"),
    ("pressure", "zh", "zh_m", "我保持冷静，设定了优先级，分析了数据，找到了根本原因，效率提高了百分之三十。"),
    ("team", "en", "en_f", "first i listened to them, then i helped a new colleague and we agreed on a solution"),
    ("pressure", "en", "en_m", "i stayed calm and i set clear priorities, then i analysed the data and found the root cause"),
]  # fmt: skip
_FORK = multiprocessing.get_context("fork")


def main() -> None:
    """Run the load or the kill trial and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="interviews")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--peer", type=int, default=40, help="recordings for bare faster-whisper")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="bench-interviews-"))
    settings = Settings(home=home, allow_test_speech_model=True)
    try:
        ops.migrate(settings)
        LandingZone(settings).prepare()
        enqueue(settings, given.count)
        if given.kill:
            found = kill_trial(settings, given.workers, given.seed)
        else:
            found = load_trial(settings, given.workers, given.peer)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(found, indent=1, ensure_ascii=False))
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False))
    if found.get("problems"):
        raise SystemExit(1)


def enqueue(settings: Settings, count: int) -> None:
    """Queue so many interviews of one recording each; all have ended just now."""
    told, ended = load_samples(), datetime.now(UTC)
    for number in range(count):
        question, language, voice, words = _SAID[number % len(_SAID)]
        interview = Interview(
            interview_id=f"L{number}", source="successfactors", application_id=f"A{number}",
            ended_at=ended, language_code=language, questions=(question_of(told, question),),
            turns=(Turn(answer_id="1", question_code=question, file="1.wav", attempt=1),),
        )  # fmt: skip
        folder = notice.place_of(settings, notice.key_of("successfactors", f"L{number}"))
        write_wav(folder / "1.wav", say(words, language=language, voice=voice, seed=number))
        write_folder(folder, interview)
        notice.notice(settings, folder, is_simulated=True)


def load_trial(settings: Settings, workers: int, peer: int) -> dict[str, Any]:
    """Everything through so many workers; then some of the recordings through the bare library."""
    begun = time.monotonic()
    running = [_start(settings) for _ in range(workers)]
    for worker in running:
        worker.join()
    seconds = time.monotonic() - begun
    found = interview_measures(settings)
    rows = notice.in_state(settings, "delivered")
    took = sorted(
        (row.delivered_at - row.noticed_at).total_seconds() for row in rows if row.delivered_at
    )
    bare = bare_cpu_per_audio_minute(settings, peer)
    ours = found.cost.cpu_per_audio_minute or 0.0
    return {
        "interviews": len(rows),
        "audio_minutes": round(found.cost.audio_minutes * len(rows), 2),
        "wall_seconds": round(seconds, 1),
        "interviews_per_hour": round(3600 * len(rows) / seconds),
        "event_to_outbox_seconds": {
            name: round(quantile(took, share) or 0, 1)
            for name, share in (("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("max", 1.0))
        },
        "cpu_seconds_per_audio_minute": round(ours, 3),
        "bare_faster_whisper_batched": round(bare, 3),
        "ratio": round(ours / bare, 3),
        "problems": problems(settings),
    }


def bare_cpu_per_audio_minute(settings: Settings, count: int) -> float:
    """CPU seconds per minute of audio of faster-whisper's own batched pipeline, same options."""
    from interview.speech.manifest import load_manifest
    from interview.speech.transcribe import decoding_options, pipeline_of

    manifest = load_manifest(settings)
    pipeline, options = pipeline_of(manifest), decoding_options(manifest)
    cpu = audio = 0.0
    for row in notice.in_state(settings, "delivered")[:count]:
        language = Interview.model_validate(row.content).language_code
        begun = time.process_time()
        segments, info = pipeline.transcribe(
            str(settings.home / row.folder / "1.wav"), language=language, **options
        )
        list(segments)
        cpu, audio = cpu + time.process_time() - begun, audio + info.duration
    return 60 * cpu / audio


def kill_trial(settings: Settings, workers: int, seed: int) -> dict[str, Any]:
    """Kill a random worker every so often until nothing is open any more."""
    chance, kills, begun = random.Random(seed), 0, time.monotonic()  # noqa: S311
    running = [_start(settings) for _ in range(workers)]
    while _open(settings):
        time.sleep(chance.uniform(0.1, 2.5))
        victim = chance.randrange(workers)
        if running[victim].is_alive():
            running[victim].kill()
        running[victim].join()
        kills += running[victim].exitcode == -9
        running[victim] = _start(settings)
    for worker in running:
        worker.join()
    attempts: Counter[int] = Counter()
    for row in notice.in_state(settings, "delivered"):
        attempts.update(r.attempts for r in queue.answers(settings, row.interview_key))
    return {
        "interviews": len(notice.in_state(settings, "delivered")),
        "kills": kills,
        "wall_seconds": round(time.monotonic() - begun, 1),
        "answers_by_attempts": {str(n): attempts[n] for n in sorted(attempts)},
        "problems": problems(settings),
    }


def problems(settings: Settings) -> list[str]:
    """Whatever was lost, doubled, or scored without evidence; nothing is what it should be."""
    wrong = []
    zone = LandingZone(settings)
    landed = {
        entity: zone.read(entity, source=SOURCE).to_pylist()
        for entity in ("answer", "answer_evidence", "dimension_score", "interview_report")
    }
    for entity, rows in landed.items():
        doubled = [key for key, n in Counter(r["source_id"] for r in rows).items() if n > 1]
        wrong += [f"{entity} {key} landed more than once" for key in doubled[:5]]
    evidence = {(r["interview_id"], r["dimension_code"]) for r in landed["answer_evidence"]}
    scored = {(r["interview_id"], r["dimension_code"]) for r in landed["dimension_score"]}
    wrong += [f"{key} is scored without evidence" for key in sorted(scored - evidence)[:5]]
    reported = {r["interview_id"] for r in landed["interview_report"]}
    with ops.session(settings) as db:
        rows = db.execute(select(OutboxRow.entity_key, OutboxRow.operation))
        sent = Counter((str(key), str(operation)) for key, operation in rows)
    wrong += [f"{key} is queued {n} times" for key, n in sent.items() if n > 1]
    for row in notice.in_state(settings, "waiting", "evaluated", "delivered"):
        name = row.interview_key
        if row.state != "delivered":
            wrong.append(f"{name} is {row.state}")
        if row.interview_key.partition(":")[2] not in reported:
            wrong.append(f"{name} has no report")
        if (row.application_id, "interview_report") not in sent:
            wrong.append(f"{name} is not in the outbox")
        found = queue.answers(settings, row.interview_key)
        if [r.state for r in found] != ["done"] or len(results_of(settings, name)) != 1:
            wrong.append(f"{name} has not one result for its answer")
    return wrong


def _start(settings: Settings) -> BaseProcess:
    worker = _FORK.Process(target=_work, args=(settings,))
    worker.start()
    return worker


def _work(settings: Settings) -> None:
    """Evaluate and finish until nothing is open; what another worker holds is looked at again."""
    ops.engine(settings).dispose(close=False)  # connections of the parent are not ours
    while _open(settings):
        for key in steps.finished(settings):
            steps.run_finish(settings, key)
        waiting = queue.waiting(settings)
        if not waiting:
            time.sleep(0.1)
            continue
        key = random.choice(waiting[:8])  # noqa: S311 - workers should not all ask for the first
        steps.run_evaluate(settings, key.interview_key, key.answer_id)


def _open(settings: Settings) -> bool:
    return bool(notice.in_state(settings, "waiting", "evaluated"))


if __name__ == "__main__":
    main()
