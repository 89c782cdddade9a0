"""Between the flat fields of an item and the nested bodies of external interviews.

Flat fields: `username`, `conclusion` (1 not passed, 2 passed, 3 pending), `content`, `begin_time`
and `end_time` (ISO 8601), and `score_<dimension>`, whose titles are configured.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
_SCORE = "score_"
_SCORED = 1  # assessment_type: a number, and not a choice or words
_PLAIN = ("username", "conclusion", "content")
_TIMES = ("begin_time", "end_time")
_CONCLUSIONS = (1, 2, 3)
_ATTENDED = 1


def assessment_of(
    payload: Mapping[str, Any], titles: Mapping[str, str], known: Mapping[str, Any] | None = None
) -> Json:
    """The body of an assessment.

    Args:
        payload: the fields to set. One that is left out stays as it is in `known`.
        titles: title of each dimension, by the name after `score_`.
        known: the assessment as it stands there, which the body will overwrite.

    Raises:
        ValueError: a field does not fit; names it, never its value.
    """
    there = known or {}
    own = {name: payload.get(name, there.get(name)) for name in _PLAIN}
    return {
        "username": str(own["username"] or "TalentLoop"),
        "conclusion": _conclusion(own["conclusion"]),
        "content": str(own["content"] or ""),
        "assessment_dimension_list": _dimensions(payload, titles, there),
    }


def _dimensions(
    payload: Mapping[str, Any], titles: Mapping[str, str], there: Mapping[str, Any]
) -> list[Json]:
    """Those that are there, with the scores of the payload in place of theirs."""
    found = {str(one["title"]): one for one in there.get("assessment_dimension_list") or []}
    for name in sorted(name for name in payload if name.startswith(_SCORE)):
        title, value = _title(name, titles), payload[name]
        if value in (None, ""):
            found.pop(title, None)
        else:
            found[title] = {
                "assessment_type": _SCORED, "title": title, "score": _whole(name, value),
            }  # fmt: skip
    return list(found.values())


def interview_of(payload: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> Json:
    """Those fields of an external interview that are ours to set.

    Args:
        known: the interview as it stands there; a time that is left out stays as it is in it.

    Raises:
        ValueError: a time has no zone, or is none.
    """
    kept = {name: known[name] for name in _TIMES if known and known.get(name)}
    times = {name: _ms(name, payload[name]) for name in _TIMES if payload.get(name)}
    return {"participate_status": _ATTENDED, **kept, **times}


def fields_of(interview: Mapping[str, Any], assessment: Json, titles: Mapping[str, str]) -> Json:
    """The flat fields, as an interview and its assessment show them."""
    names = {title: name for name, title in titles.items()}
    fields: Json = {name: assessment.get(name) for name in _PLAIN}
    for dimension in assessment.get("assessment_dimension_list") or []:
        title = str(dimension.get("title"))
        fields[f"{_SCORE}{names.get(title, title)}"] = dimension.get("score")
    for name in _TIMES:
        at = interview.get(name)
        if at:
            fields[name] = datetime.fromtimestamp(int(at) / 1000, UTC).isoformat()
    return fields


def _conclusion(value: object) -> int:
    number = _whole("conclusion", value)
    if number not in _CONCLUSIONS:
        raise ValueError("conclusion is none of 1 (not passed), 2 (passed), 3 (pending)")
    return number


def _whole(name: str, value: object) -> int:
    try:
        number = float(str(value))
    except ValueError:
        number = float("nan")
    if not number.is_integer():
        raise ValueError(f"{name} is not a whole number; give it `decimals: 0`")
    return int(number)


def _title(name: str, titles: Mapping[str, str]) -> str:
    dimension = name.removeprefix(_SCORE)
    if dimension not in titles:
        raise ValueError(f"{name} has no title under assessment_titles")
    return titles[dimension]


def _ms(name: str, value: object) -> int:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{name} is not a time") from None
    if at.tzinfo is None:
        raise ValueError(f"{name} has no time zone")
    return int(at.timestamp() * 1000)
