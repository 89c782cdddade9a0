"""Telling the candidate that the report can be read: once for each version of it, by mail.

Nobody is told where no channel has `reports`. A report in which answers wait for a person is held until
the answers are settled, or a person lets it go. What became of each version is a row, written in one
transaction with the mail in the outbox: a step that is killed and run again finds one or the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select

from connectors.channels.channel import Channel
from connectors.outbox import deliver
from interview.evaluation.options import load_options
from interview.feedback.view import language_of
from loop.interviews.candidate import contact_of
from loop.interviews.late import LATE, unsent
from loop.interviews.report import Report
from loop.notify.reports import ReportNews, addressee, queue_report, report_channel
from talentloop.ids import keyed_hash
from talentloop.ops import audit, session
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.ops.models import InterviewEvaluation, OutboxRow, ReportMessage
from talentloop.settings import Settings

State = Literal["queued", "held", "no_address", "no_link"]
#: Where nobody can be told: why, and what to do before `talentloop interview release`.
_UNREACHED: dict[State, tuple[str, str]] = {
    "no_address": (
        "The HR system has no e-mail address of the candidate",
        "Enter it there and ingest the source",
    ),
    "no_link": (
        "Nobody has said at which address candidates reach the portal",
        "Set TALENTLOOP_CANDIDATE_URL",
    ),
}
_UNSENT = "report_unsent"
_BY_MAIL = "reports to candidates"


def tell_candidate(settings: Settings, report: Report, *, by: str = "") -> State | None:
    """Queue the mail about a report, unless its candidate was told of this version before.

    The caller holds the interview's lock: two at once would both find that nothing was said.

    Args:
        by: who lets a report go in which answers wait for a person.

    Returns:
        What became of it; None where no channel tells candidates.

    Raises:
        ConfigError: a channel, a template or a text does not fit.
    """
    channel = report_channel(settings)
    if channel is None:
        return None
    news = _news(settings, report, held=bool(report.found.n_withheld) and not by)
    key, now = report.row.interview_key, settings.clock.now()
    with session(settings) as db:
        rows = db.scalars(select(ReportMessage).where(ReportMessage.interview_key == key)).all()
        mine = next((row for row in rows if row.report_sha256 == report.sha256), None)
        if mine is not None and mine.state == "queued":
            return "queued"
        if mine is None:
            mine = ReportMessage(
                interview_key=key, report_sha256=report.sha256, version=len(rows) + 1, state="held"
            )
            db.add(mine)
        mine.noted_at = now
        if isinstance(news, str):
            mine.state = news
        else:
            about = f"report-{keyed_hash(settings, f'report mail {key}')}-{mine.version}"
            changed = any(row.state == "queued" for row in rows)
            mine.item = queue_report(settings, channel, news(about, changed), db)
            mine.state, mine.released_by = "queued", by
        if by:
            detail = {"version": mine.version, "state": mine.state}
            audit.record(settings, by, "release_report", key, detail, db=db)
        state: State = mine.state  # type: ignore[assignment]
    _note_unreached(settings, report.row, state)
    return state


def _news(
    settings: Settings, report: Report, *, held: bool
) -> State | Callable[[str, bool], ReportNews]:
    """What makes the news of a version; or the state, where nobody is told."""
    interview, link = report.found.interview, report.link
    if held:
        return "held"
    if link is None:
        return "no_link"
    language = language_of(report.found)
    contact = contact_of(settings, interview.source, interview.application_id)
    to = None if contact is None else addressee(contact.name, contact.address, language)
    if to is None:
        return "no_address"

    def news(about: str, changed: bool) -> ReportNews:
        return ReportNews(
            about=about, to=to, language=language, job_title=interview.job_title or "",
            ended_at=interview.ended_at, link=link, changed=changed,
            is_simulated=report.row.is_simulated,
        )  # fmt: skip

    return news


def _note_unreached(settings: Settings, row: InterviewEvaluation, state: State) -> None:
    where = f"interview {row.report_token[:8]}"
    if state in _UNREACHED:
        what, remedy = _UNREACHED[state]
        open_incident(
            settings, kind=_UNSENT, where=where, detail=f"{what}.",
            title="A candidate could not be told that the report is ready",
            remedy=f"{remedy}, then `talentloop interview release {row.report_token[:8]}`; or give "
            "the candidate the report in another way.",
        )  # fmt: skip
    elif state == "queued":
        resolve_incident(settings, kind=_UNSENT, where=where, resolution="The mail is queued.")


def send_reports(settings: Settings) -> dict[str, Any]:
    """Send the mails that wait, and judge how long they took; counts of the delivery.

    Raises:
        TalentLoopError: the channel takes nothing now; everything stays queued.
    """
    channel = report_channel(settings)
    if channel is None or not unsent(settings):
        return {}
    started = settings.clock.now()
    try:
        return vars(deliver(settings, channel.name))
    finally:
        _judge_lateness(settings, channel, started)


def _judge_lateness(settings: Settings, channel: Channel, since: datetime) -> None:
    """Open an incident for mails that went too late, and for those that should have gone."""
    minutes = load_options(settings).report_minutes
    limit, now = timedelta(minutes=minutes), settings.clock.now()
    overdue = [each for each in unsent(settings) if now - each > limit]
    if overdue:
        open_incident(
            settings, kind=LATE, where=_BY_MAIL,
            title=f"Candidates were not told of their report within {minutes:g} minutes",
            detail=f"{len(overdue)} mails of channel {channel.name} have not gone.",
            remedy=f"`talentloop outbox list` tells why; `talentloop notify test {channel.name}` "
            "tries the channel.",
        )  # fmt: skip
    else:
        resolve_incident(settings, kind=LATE, where=_BY_MAIL, resolution="All mails have gone.")
    for token, noticed_at, sent_at in _sent_since(settings, since):
        took = sent_at - noticed_at
        if took > limit:
            open_incident(
                settings, kind=LATE, where=f"interview {token[:8]}",
                title=f"The report of an interview came later than {minutes:g} minutes",
                detail=f"The candidate was told after {took.total_seconds() / 60:.1f} minutes.",
                remedy="`talentloop interview capacity` tells how many workers the load needs.",
            )  # fmt: skip


def _sent_since(settings: Settings, since: datetime) -> list[tuple[str, datetime, datetime]]:
    """Token, event and delivery of first versions that no person had to let go."""
    query = (
        select(InterviewEvaluation.report_token, InterviewEvaluation.noticed_at, OutboxRow.sent_at)
        .join(ReportMessage, ReportMessage.interview_key == InterviewEvaluation.interview_key)
        .join(OutboxRow, OutboxRow.idem_key == ReportMessage.item)
        .where(
            OutboxRow.sent_at >= since, ReportMessage.version == 1, ReportMessage.released_by == ""
        )
    )
    with session(settings) as db:
        return [(token, at, sent) for token, at, sent in db.execute(query).tuples() if sent]
