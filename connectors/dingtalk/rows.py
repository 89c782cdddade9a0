"""From the vendor's nested records to rows that a mapping can name: pure functions.

What is added begins with `_`; everything else is as it came.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]


def roster_row(person: Json, candidate_id: str | None, leaving: Mapping[str, Any] | None) -> Json:
    """A person of the roster: each field's value under its code, its label under `<code>.label`.

    `_candidate_id` is the candidate who became this employee, `_left` tells `yes` of those who
    left, `_leaving` and `_reason_kind` (voluntary, passive) when and why.
    """
    row = {"userId": person.get("userId"), "unionId": person.get("unionId")}
    for field in person.get("fieldDataList") or []:
        values = field.get("fieldValueList") or []
        if values:
            row[str(field.get("fieldCode"))] = values[0].get("value")
            row[f"{field.get('fieldCode')}.label"] = values[0].get("label")
    row["_candidate_id"] = candidate_id
    row["_left"] = "no" if leaving is None else "yes"
    row["_leaving"] = leaving
    row["_reason_kind"] = _reason_kind(leaving)
    return row


def _reason_kind(leaving: Mapping[str, Any] | None) -> str | None:
    if leaving is None:
        return None
    if leaving.get("passiveReason"):
        return "passive"
    return "voluntary" if leaving.get("voluntaryReason") else None


def flow_row(flow: Json, ended: Container[str]) -> Json:
    """A flow with `_stage`: its statId, or the word for its end where it is out of the process."""
    status = flow.get("currentStatus")
    return {**flow, "_stage": status if status in ended else flow.get("statId")}


def interview_rows(
    interviews: Iterable[Json], flow: Mapping[str, Any], now_ms: int
) -> Iterator[Json]:
    """The interviews of one flow, in order, with its id, `_round`, `_state` and `_interviewers`.

    An interview names its candidate's job and not the flow: those of the same candidate for other
    jobs are left out. `_state` is cancelled, held (its end has passed) or planned; `_began` and
    `_ended` are there only where it was held.
    """
    own = [one for one in interviews if one.get("jobId") == flow.get("jobId")]
    number = 0
    for one in sorted(own, key=lambda one: (one.get("startTimeMillis") or 0, one["interviewId"])):
        cancelled = bool(one.get("cancelled"))
        number += not cancelled
        held = not cancelled and (one.get("endTimeMillis") or now_ms) < now_ms
        people = [str(person.get("userId") or "") for person in one.get("interviewers") or []]
        yield {
            **one,
            "_flow_id": flow.get("flowId"),
            "_round": max(number, 1),
            "_state": "cancelled" if cancelled else "held" if held else "planned",
            "_interviewers": ";".join(filter(None, people)),
            "_began": one.get("startTimeMillis") if held else None,
            "_ended": one.get("endTimeMillis") if held else None,
        }
