"""Taking note of an interview that has ended; from then on it is evaluated, whatever happens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from interview.evaluation.folder import is_code, load_folder
from talentloop.errors import ConfigError
from talentloop.ids import keyed_hash
from talentloop.ops import session
from talentloop.ops.models import AnswerEvaluation, InterviewEvaluation
from talentloop.settings import Settings


def key_of(source: str, interview_id: str) -> str:
    """The name of an interview across sources."""
    return f"{source}:{interview_id}"


def place_of(settings: Settings, interview_key: str) -> Path:
    """The folder of an interview: named so that nobody reads from it whose it is."""
    return settings.home / "interviews" / keyed_hash(settings, f"interview {interview_key}")


def notice(settings: Settings, path: Path, *, is_simulated: bool) -> bool:
    """Queue an interview whose folder lies complete below the home folder.

    Noticing it again changes nothing: an interview comes in once, whole.

    Returns:
        Whether it was new.

    Raises:
        ConfigError: the folder does not fit, or lies elsewhere.
    """
    interview = load_folder(path).interview
    if not path.resolve().is_relative_to(settings.home.resolve()):
        raise ConfigError(
            "An interview is evaluated where all workers find it",
            where=str(path),
            remedy=f"Copy it below {settings.home / 'interviews'}.",
        )
    key, now = key_of(interview.source, interview.interview_id), settings.clock.now()
    row = {
        "interview_key": key,
        "source": interview.source,
        "application_id": interview.application_id,
        "folder": str(path.resolve().relative_to(settings.home.resolve())),
        "content": interview.model_dump(mode="json"),
        "state": "waiting" if interview.turns else "evaluated",
        "is_simulated": is_simulated,
        "ended_at": interview.ended_at,
        "noticed_at": now,
        "evaluated_at": None if interview.turns else now,
        "report_sha256": "",
        "report_token": keyed_hash(settings, f"report {key}"),
    }
    rows = [
        {
            "interview_key": key,
            "answer_id": turn.answer_id,
            "question_code": turn.question_code,
            "kind": "code" if is_code(interview, turn) else "audio",
            "state": "waiting",
            "outcome": "",
            "attempts": 0,
            "lease_owner": "",
            "result_path": "",
            "result_sha256": "",
            "last_error": "",
            "queued_at": now,
        }
        for turn in interview.turns
    ]
    with session(settings) as db:
        dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
        insert = dialect.insert(InterviewEvaluation).values(row).on_conflict_do_nothing()
        if not db.execute(insert.returning(InterviewEvaluation.interview_key)).first():
            return False
        if rows:
            db.execute(dialect.insert(AnswerEvaluation).values(rows))
    return True


def find(settings: Settings, interview_key: str) -> InterviewEvaluation:
    """An interview's row.

    Raises:
        ConfigError: nobody has noticed such an interview.
    """
    with session(settings) as db:
        row = db.get(InterviewEvaluation, interview_key)
    if row is None:
        raise ConfigError(
            "There is no such interview",
            where="the operations database",
            remedy="`talentloop interview queue` lists those that are known.",
        )
    return row


def by_token(settings: Settings, token: str) -> InterviewEvaluation | None:
    """The interview whose report has this token in its address."""
    query = select(InterviewEvaluation).where(InterviewEvaluation.report_token == token)
    with session(settings) as db:
        return db.scalar(query)


def by_shown(settings: Settings, shown: str) -> InterviewEvaluation:
    """The interview that lists and incidents call by the first characters of its report's token.

    Raises:
        ConfigError: none is called so, or several are.
    """
    query = select(InterviewEvaluation).where(
        InterviewEvaluation.report_token.startswith(shown, autoescape=True)
    )
    with session(settings) as db:
        found = db.scalars(query.limit(2)).all()
    if len(found) != 1 or not shown:
        raise ConfigError(
            "Several interviews begin so" if found else "There is no such interview",
            where=f"interview {shown}",
            remedy="`talentloop interview queue` lists those that are known.",
        )
    return found[0]


def of_applications(
    settings: Settings, applications: Collection[tuple[str, str]]
) -> Sequence[InterviewEvaluation]:
    """Interviews of some applications (source, id), the newest first."""
    ids = sorted({application_id for _, application_id in applications})
    query = select(InterviewEvaluation).where(InterviewEvaluation.application_id.in_(ids))
    with session(settings) as db:
        rows = db.scalars(query.order_by(InterviewEvaluation.ended_at.desc())).all()
    return [row for row in rows if (row.source, row.application_id) in applications]


def in_state(settings: Settings, *states: str) -> Sequence[InterviewEvaluation]:
    """Interviews in these states, the one that ended first before the others."""
    query = select(InterviewEvaluation).where(InterviewEvaluation.state.in_(states))
    with session(settings) as db:
        return db.scalars(
            query.order_by(InterviewEvaluation.ended_at, InterviewEvaluation.interview_key)
        ).all()


def newest_end(settings: Settings) -> datetime | None:
    """When the interview that ended last among the known ones ended."""
    with session(settings) as db:
        return db.scalar(select(func.max(InterviewEvaluation.ended_at)))


def sources(settings: Settings) -> list[str]:
    """Sources that interviews have come in for, by name."""
    with session(settings) as db:
        return sorted(db.scalars(select(InterviewEvaluation.source).distinct()))


def mark(settings: Settings, interview_key: str, **changes: str | datetime) -> None:
    """Note how far an interview has come: `state`, `reported_at`, `report_sha256`, `delivered_at`."""
    statement = update(InterviewEvaluation).where(
        InterviewEvaluation.interview_key == interview_key
    )
    with session(settings) as db:
        db.execute(statement.values(**changes))
