"""The result's quick way out: to the outbox at once, as the exports will say it after the next build.

The rows are those of the exports, and go through the same configuration of fields. An application
that others have scored as well is left to the warehouse, which knows all its scores; its report goes
out at once all the same. The tag 高潜力 is left to it too: it would take a tag that its export does not
have yet for one to withdraw.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.outbox import deliver, enqueue_one, load_destination
from connectors.outbox.destination import Destination
from connectors.outbox.payload import payload_of
from expectations.tables import DIMENSIONS
from interview.evaluation.outcome import Outcome
from loop.interviews.candidate import candidate_id_of
from loop.interviews.records import SOURCE
from talentloop.errors import PublishError, TalentLoopError
from talentloop.settings import Settings
from talentloop.warehouse import open_published
from talentloop.warehouse.portraits import DEFAULT

#: Operations of a destination that an interview's result feeds, by the ending of their export.
_RESULT, _REPORT = "interview_result", "interview_report"
#: Key of results that lie inside their candidate's record.
_INSIDE = "result_key"


def hand_out(
    settings: Settings, found: Outcome, *, at: datetime, report_uri: str | None
) -> list[str]:
    """Queue what a finished interview says to its application's system; idempotency keys.

    A system that takes nothing back gets nothing. The same again queues nothing.

    Raises:
        ConfigError: the destination's file does not fit.
    """
    config = destination_of(settings, found.interview.source)
    if config is None:
        return []
    rows = {_REPORT: _report_row(found, at, report_uri)}
    if found.score.overall_0_100 is not None and not _scored_by_others(settings, found):
        rows[_RESULT] = _result_row(found, at)
    keys = []
    for name, operation in config.operations.items():
        kind = (operation.export or "").partition("__")[2]
        if kind not in rows:
            continue
        row = {**rows[kind], **_names(settings, found, str(operation.key))}
        if operation.key == _INSIDE and "last_scored_at" in row:
            row["last_scored_at"] = at.replace(microsecond=0)  # times are kept there to the second
        if not set(operation.columns) <= row.keys():
            continue  # a field that only the warehouse knows
        keys.append(
            enqueue_one(
                settings,
                config.name,
                name,
                str(row[str(operation.key)]),
                payload_of(operation, row),
            )
        )
    return keys


def send(settings: Settings, source: str) -> dict[str, Any]:
    """Deliver what is due to a source's system now.

    Raises:
        TalentLoopError: the system cannot be reached; everything stays queued.
    """
    config = destination_of(settings, source)
    return {} if config is None else vars(deliver(settings, config.name))


def destination_of(settings: Settings, source: str) -> Destination | None:
    """The destination in use that writes through a source; None where nothing is written back."""
    for path in sorted((settings.config / "destinations").glob("*.yml")):
        config = load_destination(settings, path.stem)
        if config.source == source:
            return config
    return None


def _result_row(found: Outcome, at: datetime) -> dict[str, Any]:
    points = {each.dimension_code: each.score_0_100 for each in found.score.dimensions}
    version = found.score.portrait_version
    portrait = found.score.portrait_code
    return {
        "overall_score_0_100": found.score.overall_0_100,
        **{f"{code}_0_100": points.get(code) for code in DIMENSIONS},
        "n_scorers": 1,
        "last_scored_at": _to_milliseconds(at),
        "rule_version": version if portrait == DEFAULT else f"{portrait}-{version}",
    }


def _report_row(found: Outcome, at: datetime, report_uri: str | None) -> dict[str, Any]:
    return {
        "overall_stars_0_5": found.overall_stars_0_5,
        "remark": f"{found.remark.zh} {found.remark.en}",
        "report_uri": report_uri,
        "evaluated_at": _to_milliseconds(at),
    }


def _to_milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _names(settings: Settings, found: Outcome, key: str) -> Mapping[str, str]:
    """The application as the destination names it; some name its candidate too."""
    interview = found.interview
    if key != _INSIDE:
        return {"application_id": interview.application_id, "source": interview.source}
    candidate_id = candidate_id_of(settings, interview.source, interview.application_id)
    if candidate_id is not None:
        return {
            "result_key": f"{candidate_id}|{interview.application_id}",
            "source": interview.source,
        }
    raise TalentLoopError(
        "The candidate of an interview's application is not known yet",
        where=f"source {interview.source}",
        remedy="Ingest the source; the result waits.",
    )


def _scored_by_others(settings: Settings, found: Outcome) -> bool:
    """Whether the published copy knows scores of the application that are not ours."""
    query = """
        select count(*) as n from fct_dimension_score
        where application_key = md5(? || ':' || ?)
            and scorer_key is distinct from md5(? || ':talentloop')
    """
    interview = found.interview
    try:
        with open_published(settings) as db:
            rows = db.sql(query, [interview.source, interview.application_id, SOURCE])
            return bool(rows["n"][0].as_py())
    except PublishError:
        return False  # nothing is published yet
