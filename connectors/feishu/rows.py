"""From the vendor's nested records to rows that a mapping can name: pure functions.

What is added begins with `_`, custom fields with `cust_`; everything else is as it came.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]
_ENDED = 2


def job_row(job: Json) -> Json:
    """A job, its custom fields as `cust_<Chinese name>`."""
    return {**job, **_custom(job.get("customized_data_list"))}


def talent_row(talent: Json) -> Json:
    """A talent, with `_phone` in one piece and custom fields as `cust_<Chinese name>`."""
    basic = talent.get("basic_info") or {}
    mobile, code = basic.get("mobile") or "", basic.get("mobile_code") or ""
    phone = f"+{code}{mobile}" if mobile and code and not mobile.startswith("+") else mobile
    return {**talent, "_phone": phone, **_custom(talent.get("customized_data_list"))}


def _custom(fields: Iterable[Json] | None) -> Json:
    found = {}
    for field in fields or []:
        name = (field.get("name") or {}).get("zh_cn") or field.get("object_id")
        value = field.get("value")
        if isinstance(value, Mapping):
            option = value.get("option") or {}
            value = (
                value.get("content")
                or value.get("number")
                or value.get("time")
                or (
                    (option.get("name") or {}).get("zh_cn") if isinstance(option, Mapping) else None
                )
            )
        found[f"cust_{name}"] = value
    return found


def application_rows(application: Json) -> Iterator[Json]:
    """The application (`_row: application`), then each stage it entered (`stage`), then, where it
    ended otherwise than by hiring, its end (`end`).

    `_state` tells the outcome: `active`, or `ended` with the vendor's number of the reason's kind.
    """
    times = application.get("stage_time_list") or []
    ended = application.get("active_status") == _ENDED
    state = f"ended {application.get('termination_type') or ''}".strip() if ended else "active"
    reason = next(iter(application.get("termination_reason_list") or []), None)
    left = times[-1].get("exit_time") if times else None
    end_at = (left or application.get("modify_time")) if ended else None
    stage_name = (application.get("stage") or {}).get("zh_name")
    entered = end_at or (times[-1].get("enter_time") if times else application.get("create_time"))
    common = {
        "application_id": application.get("id"),
        "modify_time": application.get("modify_time"),
    }
    yield {
        **application,
        "_row": "application",
        "_state": state,
        "_outcome": state if ended else stage_name,
        "_state_at": entered,
        "_reason": reason,
    }
    for number, time in enumerate(times):
        yield {"_row": "stage", **common, **time, "sequence": number}
    if ended:
        yield {
            "_row": "end", **common, "_state": state, "_reason": reason, "enter_time": end_at,
            "sequence": len(times),
        }  # fmt: skip


def requirement_row(requirement: Json, filled: Container[int], given_up: Container[int]) -> Json:
    """A requirement with `_filled_time` or `_closed_time`: its completion, by what its progress
    means."""
    at, progress = requirement.get("completion_time"), requirement.get("display_progress")
    return {
        **requirement,
        "_filled_time": at if progress in filled else None,
        "_closed_time": at if progress in given_up else None,
    }


def interview_row(interview: Json, held: Container[int]) -> Json:
    """An interview without its records, with `_interviewers` as ids joined by semicolons.

    `_began` and `_ended` are there only where it was held: of others, the times are planned.
    """
    was_held = interview.get("arrangement_status") in held
    records = interview.get("interview_record_list") or []
    people = [str(record.get("user_id") or "") for record in records]
    row = {name: value for name, value in interview.items() if name != "interview_record_list"}
    return {
        **row,
        "_interviewers": ";".join(sorted(filter(None, people))),
        "_began": interview.get("begin_time") if was_held else None,
        "_ended": interview.get("end_time") if was_held else None,
    }


def record_rows(record: Json, interview: Json) -> Iterator[Json]:
    """One row for each dimension that an interviewer scored.

    The conclusion (the vendor's 1, 2 or 3) travels as `cust_conclusion`: it is an answer and no
    score, for 3 (pending) is not above 2 (passed).
    """
    common = {
        "record_id": record.get("id"),
        "interview_id": interview.get("id"),
        "application_id": interview.get("application_id"),
        "user_id": record.get("user_id"),
        "feedback_submit_time": record.get("feedback_submit_time"),
        "cust_conclusion": record.get("conclusion"),
        "cust_total_score": (record.get("assessment_score") or {}).get("score"),
        "cust_total_full_score": (record.get("assessment_score") or {}).get("full_score"),
    }
    for dimension in record.get("dimension_assessment_list") or []:
        chosen = (dimension.get("dimension_score") or {}).get("score_val")
        given = dimension.get("dimension_custom_score")
        if given is None and chosen is None:
            continue  # described in words only
        yield {
            **common,
            "dimension_id": dimension.get("dimension_id"),
            "dimension_name": (dimension.get("name") or {}).get("zh_cn"),
            "score": chosen if given is None else given,
            "full_score": dimension.get("full_score"),
            "content": dimension.get("content"),
        }


def offer_rows(offers: Iterable[Json]) -> Iterator[Json]:
    """Offers with `_version` within their application, in order of creation, and what came of them."""
    versions: dict[str, int] = {}
    for offer in sorted(offers, key=_created):
        application = str(offer.get("application_id"))
        versions[application] = versions.get(application, 0) + 1
        sendings = offer.get("offer_send_record_list") or []
        sent = sendings[-1] if sendings else {}
        answers = sent.get("acceptance_list") or []
        accepted = [a.get("operate_time") for a in answers if a.get("conclusion") == 1]
        yield {
            **offer,
            "_version": versions[application],
            "_sent_time": sent.get("send_time"),
            "_accepted_time": accepted[0] if accepted else None,
            "_decided_time": answers[-1].get("operate_time") if answers else None,
        }


def _created(offer: Json) -> tuple[int, str]:
    created = str((offer.get("basic_info") or {}).get("create_time") or "0")
    return (int(created) if created.isdigit() else 0, str(offer.get("id")))


def review_rows(data: Json, semester: Json, stages: Iterable[str]) -> Iterator[Json]:
    """One row for each score that was given in one of the `stages` of a review."""
    wanted = set(stages)
    for stage in data.get("stages") or []:
        if stage.get("stage_type") not in wanted:
            continue
        for record in stage.get("records") or []:
            for unit in record.get("units") or []:
                for item in unit.get("data") or []:
                    if item.get("score") in (None, ""):
                        continue
                    yield {
                        **item,
                        "record_id": record.get("record_id"),
                        "stage_type": stage.get("stage_type"),
                        "reviewee": data.get("user_id"),
                        "semester": semester,
                    }
