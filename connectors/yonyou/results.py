"""An interview result, flat as the outbox holds it, and nested as the vendor does; both ways.

Flat fields: `interview_score` (面试得分, 0 to 100), `dim_<dimension>` (评估维度, 0 to 100), `note_<dimension>`
(点评 on one dimension), `remark` (面试官备注), those of `result.items` (texts and figures under a 评价项目 of
their own), `evaluated_at`, `begin_at`, `end_at` (instants to the second), `round`, `interview_result`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.yonyou.options import FlatNames, ResultWords

Row = Mapping[str, Any]
Body = dict[str, Any]
_LOCAL = ZoneInfo("Asia/Shanghai")
_TIME = "%Y-%m-%d %H:%M:%S"
_ON_SHEET = ("interview_score", "remark", "evaluated_at")
_ON_INTERVIEW = {
    "begin_at": "interviewBeginTime", "end_at": "interviewEndTime", "round": "round",
    "interview_result": "interviewResult",
}  # fmt: skip
_TIMES = ("begin_at", "end_at", "evaluated_at")
#: A dimension's score and note in one text, where the tenant has no column for the score.
_SCORED = re.compile(r"(?P<score>-?\d+(?:\.\d+)?) 分(?:。(?P<note>.*))?", re.DOTALL)


def check_fields(payload: Row, words: ResultWords) -> None:
    """Refuse a result that could not be written as it is.

    Raises:
        ValueError: an unknown field or dimension, or a time finer than a second; names the field.
    """
    for name, value in payload.items():
        prefix, _, dimension = name.partition("_")
        if prefix in ("dim", "note"):
            if dimension not in words.dimensions:
                raise ValueError(f"{name}: the dimension has no 评价项目 (result.dimensions)")
        elif name not in (*_ON_SHEET, *_ON_INTERVIEW, *words.items):
            raise ValueError(f"{name} is not a field of an interview result")
        if name in _TIMES and value is not None:
            to_local(str(value), name)


def to_local(instant: str, name: str) -> str:
    """An instant (ISO 8601 with a zone) as the vendor's local time.

    Raises:
        ValueError: it has no zone, or parts of a second, which would be lost there.
    """
    moment = datetime.fromisoformat(instant)
    if moment.tzinfo is None or moment.microsecond:
        raise ValueError(f"{name} wants an instant with a zone, in whole seconds")
    return moment.astimezone(_LOCAL).strftime(_TIME)


def from_local(text: Any) -> str | None:
    """The vendor's local time as an instant in UTC; None where it is none."""
    try:
        moment = datetime.strptime(str(text), _TIME).replace(tzinfo=_LOCAL)
    except ValueError:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def interview_of(payload: Row, key: str, words: ResultWords) -> Body:
    """The interview[] entry that carries one result, whose sheet has our key."""
    entry: Body = {"interviewType": words.interview_type}
    for name, there in _ON_INTERVIEW.items():
        if payload.get(name) is not None:
            value = payload[name]
            entry[there] = to_local(str(value), name) if name in _TIMES else value
    sheet: Body = {
        "interviewExternalKey": key,
        "interviewName": words.scorer,
        "isMain": "1",
        "isForCc": "0",
        "score": payload.get("interview_score"),
        "interviewEvaluation": list(_evaluations(payload, words)),
    }
    if payload.get("evaluated_at") is not None:
        sheet["evaluateTime"] = to_local(str(payload["evaluated_at"]), "evaluated_at")
    return {**entry, "interviewScore": [sheet]}


def _evaluations(payload: Row, words: ResultWords) -> Iterator[Body]:
    for dimension, label in words.dimensions.items():
        score, note = payload.get(f"dim_{dimension}"), payload.get(f"note_{dimension}")
        if score is None and not note:
            continue
        if words.score_field:
            yield {"evaluationPro": label, words.score_field: score, "evaluationContent": note}
        else:
            yield {"evaluationPro": label, "evaluationContent": _scored(score, note)}
    if payload.get("remark"):
        yield {"evaluationPro": words.remark, "evaluationContent": payload["remark"]}
    for name, label in words.items.items():
        if payload.get(name) not in (None, ""):
            yield {"evaluationPro": label, "evaluationContent": str(payload[name])}


def _scored(score: Any, note: Any) -> str:
    if score is None:
        return str(note)
    return f"{score} 分" + (f"。{note}" if note else "")


def ours(interviews: Sequence[Row], key: str) -> list[Row]:
    """The interview[] entries that hold a sheet with our key."""
    return [one for one in interviews if any(_has_key(s, key) for s in _children(one))]


def _children(interview: Row) -> list[Row]:
    return list(interview.get("interviewScore") or [])


def _has_key(sheet: Row, key: str) -> bool:
    return sheet.get("interviewExternalKey") == key


def flat_of(interview: Row, key: str, words: ResultWords) -> Body:
    """The flat fields that an interview[] entry says."""
    sheet = next(s for s in _children(interview) if _has_key(s, key))
    found: Body = {
        "interview_score": sheet.get("score"),
        "evaluated_at": from_local(sheet.get("evaluateTime")),
    }
    for name, there in _ON_INTERVIEW.items():
        value = interview.get(there)
        found[name] = from_local(value) if name in _TIMES else value
    dimensions = {label: code for code, label in words.dimensions.items()}
    items = {label: name for name, label in words.items.items()}
    for one in sheet.get("interviewEvaluation") or []:
        label, content = one.get("evaluationPro"), one.get("evaluationContent")
        if label == words.remark:
            found["remark"] = content
        elif label in items:
            found[items[label]] = content
        elif label in dimensions:
            score, note = _read(one, content, words)
            found[f"dim_{dimensions[label]}"] = score
            found[f"note_{dimensions[label]}"] = note
    return found


def _read(evaluation: Row, content: Any, words: ResultWords) -> tuple[Any, Any]:
    if words.score_field:
        return evaluation.get(words.score_field), content
    parts = _SCORED.fullmatch(str(content or ""))
    return (float(parts["score"]), parts["note"]) if parts else (None, content)


def merged(there: Sequence[Row], wanted: Sequence[Row], words: ResultWords) -> list[Body]:
    """The evaluations to send so that ours say what is wanted, whether the vendor replaces lists or
    adds to them: changes carry the child's id, what is new has none. What a person added under
    another 评价项目 stays."""
    left = list(there)
    sent: list[Body] = []
    for child in wanted:
        known = next((c for c in left if c.get("evaluationPro") == child["evaluationPro"]), None)
        if known is None:
            sent.append({**child, "_status": "Insert"})
        else:
            left.remove(known)
            sent.append({**child, "id": known.get("id"), "_status": "Update"})
    ours_too = {*words.dimensions.values(), words.remark, *words.items.values()}
    for child in left:
        if child.get("evaluationPro") in ours_too:
            sent.append({"id": child.get("id"), "_status": "Delete"})
        else:
            sent.append(_unchanged(child))
    return sent


def interview_to_send(known: Row | None, entry: Body, key: str, words: ResultWords) -> Body:
    """Our interview[] entry with the ids of the one that is there already."""
    if known is None:
        sheets = [
            {
                **sheet,
                "interviewEvaluation": [
                    {**one, "_status": "Insert"} for one in sheet["interviewEvaluation"]
                ],
                "_status": "Insert",
            }
            for sheet in entry["interviewScore"]
        ]
        return {**entry, "interviewScore": sheets, "_status": "Insert"}
    sheet = next(s for s in _children(known) if _has_key(s, key))
    wanted = dict(entry["interviewScore"][0])
    wanted["interviewEvaluation"] = merged(
        sheet.get("interviewEvaluation") or [], wanted["interviewEvaluation"], words
    )
    others = [_unchanged(one) for one in _children(known) if not _has_key(one, key)]
    mine = {**wanted, "id": sheet.get("id"), "_status": "Update"}
    return {**entry, "id": known.get("id"), "_status": "Update", "interviewScore": [*others, mine]}


def _unchanged(child: Row) -> Body:
    return {**child, "_status": "Unchanged"}


def interviews_to_send(
    there: Sequence[Row], entry: Body, key: str, words: ResultWords
) -> list[Body]:
    """The interview list of an update: ours, behind everybody else's unless only ours is sent."""
    known = next(iter(ours(there, key)), None)
    mine = interview_to_send(known, entry, key, words)
    if words.sub_lists == "own":
        return [mine]
    return [*(_unchanged(one) for one in there if one is not known), mine]


def complete(there: Row | None, payload: Row) -> Body:
    """What is to be sent over what stands there: a field that the payload leaves out, because a
    person edited it, stays as it is."""
    return {**(there or {}), **payload}


def to_flat_entry(payload: Row, words: ResultWords, names: FlatNames) -> Body:
    """A result as fields of one entry (eHR)."""
    dimensions = [
        {names.dimension_name: label, names.dimension_score: payload[f"dim_{code}"]}
        for code, label in words.dimensions.items()
        if payload.get(f"dim_{code}") is not None
    ]
    body: Body = {
        names.score: payload.get("interview_score"),
        names.dimensions: dimensions,
        names.remark: payload.get("remark") or "",
        **{there: payload.get(name) for name, there in words.items.items()},
    }
    if payload.get("evaluated_at") is not None:
        body[names.evaluated_at] = to_local(str(payload["evaluated_at"]), "evaluated_at")
    return body


def from_flat_entry(row: Row, words: ResultWords, names: FlatNames) -> Body:
    """What an entry (eHR) says, as flat fields."""
    codes = {label: code for code, label in words.dimensions.items()}
    found: Body = {
        "interview_score": row.get(names.score),
        "remark": row.get(names.remark),
        "evaluated_at": from_local(row.get(names.evaluated_at)),
        **{name: row.get(there) for name, there in words.items.items()},
    }
    for one in row.get(names.dimensions) or []:
        code = codes.get(str(one.get(names.dimension_name)))
        if code is not None:
            found[f"dim_{code}"] = one.get(names.dimension_score)
    return found
