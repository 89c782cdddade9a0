"""The steps from an interview's end to the HR system; each may be killed and run again.

Called by the DAG `evaluate_interviews`, the command line and the tests. What passes between them is
the key of an interview and the id of an answer, never a person's words.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from filelock import FileLock

from interview.evaluation import notice, queue, review, work
from interview.evaluation.answer import Engines
from interview.evaluation.engines import default_engines
from interview.evaluation.folder import write_folder
from interview.evaluation.options import load_options
from interview.evaluation.outcome import Outcome
from interview.evaluation.queue import AnswerKey
from interview.feedback import view_of, write_report
from interview.session import Interview
from loop.interviews.land import land
from loop.interviews.late import LATE, tell_late, unfinished
from loop.interviews.outward import hand_out, send
from loop.interviews.records import SOURCE, records_of
from loop.interviews.report import Report, found_of, report_uri
from loop.interviews.told import send_reports, tell_candidate
from loop.llm import llm_judge
from loop.notify import notify_result
from talentloop.errors import TalentLoopError
from talentloop.logs import get_logger
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.ops.loads import pending_loads
from talentloop.ops.models import InterviewEvaluation
from talentloop.ops.steps import step
from talentloop.settings import Settings

log = get_logger(__name__)
Counts = dict[str, Any]
#: Read again before the newest known end: a platform may list an interview late.
_OVERLAP = timedelta(days=2)


def run_collect(settings: Settings) -> Counts:
    """Take in the interviews that have ended since the last time, with their files.

    Raises:
        ConfigError: the platform's options or an interview do not fit.
        SourceError: the platform cannot be read; what was taken in stays.
    """
    from connectors.interview_media import MediaClient, MediaOptions
    from connectors.options import checked_options

    media = load_options(settings).media
    with step(settings, "collect_interviews") as counts:
        counts.update(new=0, known=0)
        if media is None:
            counts["news"] = _has_news(settings)
            return counts
        told = {k: v for k, v in media.items() if k not in ("simulated", "every_minutes")}
        options = checked_options("interview_media", told, MediaOptions, "interview_media")
        client = MediaClient(settings, options)
        try:
            newest = notice.newest_end(settings)
            for ended in client.ended(newest - _OVERLAP if newest else None):
                given = Interview.model_validate(ended.interview)
                key = notice.key_of(given.source, given.interview_id)
                folder = notice.place_of(settings, key)
                if (folder / "interview.yml").exists() and _is_known(settings, key):
                    counts["known"] += 1
                    continue
                client.fetch(ended, folder)
                write_folder(folder, given)
                simulated = bool(media.get("simulated"))
                counts["new"] += notice.notice(settings, folder, is_simulated=simulated)
        finally:
            client.close()
        counts["news"] = _has_news(settings)
    return counts


def run_all(settings: Settings, progress: Callable[[str], None] | None = None) -> Counts:
    """Every step once, in one process: collect, evaluate, finish, send.

    Raises:
        TalentLoopError: a step refused; what was done stays, and the next run goes on.
    """
    counts: Counts = {"collected": run_collect(settings)["new"], "evaluated": 0, "finished": 0}
    for key in queue.waiting(settings):
        if progress is not None:
            progress(f"answer {counts['evaluated'] + 1}")
        counts["evaluated"] += run_evaluate(settings, key.interview_key, key.answer_id)
    for interview_key in finished(settings):
        run_finish(settings, interview_key)
        counts["finished"] += 1
    counts["sent"] = run_send(settings).get("sent", 0)
    return counts


def waiting(settings: Settings, kind: str) -> list[dict[str, str]]:
    """Answers of a kind (`audio`, `code`) that wait for a task, as arguments of `run_evaluate`.

    None does where workers of their own evaluate.
    """
    if settings.interview_workers == "own":
        return []
    return [
        {"interview_key": key.interview_key, "answer_id": key.answer_id}
        for key in queue.waiting(settings, kind)
    ]


def run_evaluate(settings: Settings, interview_key: str, answer_id: str) -> bool:
    """Evaluate one answer, unless it is done or another worker has it.

    Raises:
        TalentLoopError: the installation is at fault; the answer waits on.
    """
    return work.evaluate(settings, engines_of(settings), AnswerKey(interview_key, answer_id))


@lru_cache(maxsize=2)
def engines_of(settings: Settings) -> Engines:
    """The engines of this worker, made once."""
    return default_engines(settings, llm_judge(settings))


def told_answers(settings: Settings, shown: str) -> list[dict[str, Any]]:
    """An interview's answers with what was heard: for the person who reviews them, never for logs.

    Raises:
        ConfigError: there is no such interview.
    """
    key = notice.by_shown(settings, shown).interview_key
    results = work.results_of(settings, key)
    told = []
    for row in queue.answers(settings, key):
        found = results.get(row.answer_id)
        told.append(
            {
                "answer": row.answer_id,
                "question": row.question_code,
                "state": row.state,
                "outcome": row.outcome,
                "withheld": ", ".join(found.withheld_codes) if found else row.last_error,
                "corrected": "yes" if found and found.heard else "no",
                "text": found.text if found else "",
            }
        )
    return told


def run_correct(settings: Settings, shown: str, answer_id: str, text: str, *, by: str) -> None:
    """Keep what a person says that a recording says; the answer waits to be scored anew.

    Raises:
        ConfigError: there is no such interview or answer, or it has no transcript.
        ContractError: the text is empty.
    """
    row = notice.by_shown(settings, shown)
    work.correct_answer(settings, AnswerKey(row.interview_key, answer_id), text, by=by)


def run_review(settings: Settings, shown: str, answer_id: str, *, by: str, note: str) -> None:
    """Note that a person has looked at an answer without a score.

    Raises:
        ConfigError: there is no such interview, nobody is named, or no such answer waits.
    """
    row = notice.by_shown(settings, shown)
    review.review(settings, AnswerKey(row.interview_key, answer_id), by=by, note=note)


def finished(settings: Settings) -> list[str]:
    """Interviews whose answers are all evaluated and whose result has not gone out."""
    return [row.interview_key for row in notice.in_state(settings, "evaluated")]


def run_finish(settings: Settings, interview_key: str) -> Counts:
    """Report, land and hand out an evaluated interview.

    Every part says the same again when it is run again: the report is the same file, what landed
    lands no second time, and the outbox knows what it holds.

    Raises:
        TalentLoopError: a part refused; what was done stays, and the next run goes on.
    """
    # One at a time: two at once would both find that nothing has landed yet.
    folder = settings.home / notice.find(settings, interview_key).folder
    with FileLock(folder / ".finish.lock", timeout=600):
        return _finish(settings, interview_key)


def _finish(settings: Settings, interview_key: str) -> Counts:
    row = notice.find(settings, interview_key)
    counts: Counts = {"interview": row.report_token[:8], "landed": {}}
    if row.state != "evaluated" or row.evaluated_at is None:
        return {**counts, "state": row.state}
    with step(settings, "finish_interview") as told:
        found = found_of(settings, row)
        at, simulated = row.evaluated_at, row.is_simulated
        uri, link = report_uri(settings, row), report_uri(settings, row, for_candidate=True)
        view = view_of(settings, found, is_simulated=simulated, link=link or "")
        report = write_report(view, settings.home / row.folder / "report")
        notice.mark(settings, interview_key, report_sha256=report.sha256,
                    reported_at=row.reported_at or settings.clock.now())  # fmt: skip
        records = records_of(found, evaluated_at=at, report_uri=uri, is_simulated=simulated)
        counts["landed"] = land(settings, records)
        counts["queued"] = len(hand_out(settings, found, at=at, report_uri=uri))
        _tell(settings, row, found)
        counts["told"] = tell_candidate(settings, Report(row, found, report.sha256, link))
        # What goes out anew, after a correction, was there in time already.
        done_at = row.delivered_at or settings.clock.now()
        notice.mark(settings, interview_key, state="delivered", delivered_at=done_at)
        counts["latency_seconds"] = round((done_at - row.noticed_at).total_seconds(), 1)
        _judge_lateness(settings, row, done_at)
        told.update({k: v for k, v in counts.items() if k != "landed"})
        told["landed"] = sum(counts["landed"].values())
    return counts


def run_send(settings: Settings) -> Counts:
    """Deliver what finished interviews have queued: to each of their systems, and to candidates.

    Raises:
        TalentLoopError: somebody cannot be reached; the others were served, all stays queued.
    """
    troubles: list[TalentLoopError] = []
    with step(settings, "send_interviews") as counts:
        for source in notice.sources(settings):
            try:
                done = send(settings, source)
                counts.update({k: counts.get(k, 0) + v for k, v in done.items() if type(v) is int})
            except TalentLoopError as error:
                troubles.append(error)
        try:
            counts["told"] = send_reports(settings).get("sent", 0)
        except TalentLoopError as error:
            troubles.append(error)
    if troubles:
        raise troubles[0]
    return counts


def unannounced(settings: Settings) -> list[dict[str, Any]]:
    """Entities of interviews of which loads wait for their check, whoever landed them."""
    found = {load.entity for load in pending_loads(settings) if load.source == SOURCE}
    return [{"name": entity, "news": True} for entity in sorted(found)]


def _is_known(settings: Settings, key: str) -> bool:
    try:
        notice.find(settings, key)
    except TalentLoopError:
        return False
    return True


def _has_news(settings: Settings) -> bool:
    """Whether a run of the DAG has something to do; tells where workers of their own are late."""
    if settings.interview_workers == "tasks":
        return bool(unfinished(settings))
    limit = settings.clock.now() - timedelta(minutes=load_options(settings).report_minutes)
    if any(row.noticed_at < limit for row in notice.in_state(settings, "waiting")):
        tell_late(settings)
    return bool(finished(settings))


def _tell(settings: Settings, row: InterviewEvaluation, found: Outcome) -> None:
    """Tell the hiring group that a result is there, where a channel is configured for it."""
    overall = found.score.overall_0_100
    values = {
        "candidate_name": "—",  # known to the HR system only
        "job_title": found.interview.job_title or "—",
        "round": "AI",
        "overall_score": "—" if overall is None else f"{overall:.2f}",
        "conclusion": "供参考，由人决定 / for reference, people decide",
    }
    notify_result(settings, row.interview_key, values)


def _judge_lateness(settings: Settings, row: InterviewEvaluation, done_at: datetime) -> None:
    minutes = load_options(settings).report_minutes
    late = (done_at - row.noticed_at).total_seconds() > 60 * minutes
    where = f"interview {row.report_token[:8]}"
    if late:
        open_incident(
            settings, kind=LATE, where=where,
            title=f"The report of an interview came later than {minutes:g} minutes",
            detail=f"It took {(done_at - row.noticed_at).total_seconds() / 60:.1f} minutes.",
            remedy="`talentloop interview capacity` tells how many workers the load needs.",
        )  # fmt: skip
    elif not unfinished(settings):
        resolve_incident(
            settings, kind=LATE, where="evaluate_interviews", resolution="All reports are there."
        )
