"""Jobs, requirements, talents, applications and offers as Feishu Hire writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from connectors.sandbox.feishu import words
from connectors.sandbox.feishu.rows import Entities, Json, Listed, day_ms, millis, named

EXITS = ("rejected", "withdrawn")


def jobs(company: Entities) -> Listed:
    """Requisitions as jobs; of their states the vendor knows only open and closed."""
    units = {row["source_id"]: row for row in company("org_unit")}
    listed = Listed()
    for row in company("requisition"):
        unit = units[row["org_unit_id"]]
        is_open = row["status_code"] in ("draft", "approved", "open", "on_hold")
        family = row["job_family_code"]
        job = {
            "id": row["source_id"],
            "title": row["title"],
            "code": row["job_code"],
            "department": {
                "id": unit["source_id"], "zh_name": unit["name"], "en_name": unit["name_en"],
            },
            "city": {"city_code": row["location_code"], "zh_name": "", "en_name": ""},
            "job_function": named(family, words.FAMILIES[family]),
            "active_status": 1 if is_open else 2,
            "head_count": row["headcount"],
            "create_timestamp": _text(row["opened_at"] or row["source_created_at"]),
            "update_timestamp": _text(row["source_updated_at"]),
            "expiry_timestamp": _day(row["target_fill_on"]),
            "customized_data_list": [
                _switch("7150000000000000001", "常设职位", row["is_evergreen"]),
                _switch("7150000000000000002", "测试职位", row["is_test"]),
            ],
        }  # fmt: skip
        listed.add(job, row["source_updated_at"])
    return listed


def _switch(object_id: str, name: str, value: bool) -> Json:
    return {
        "object_id": object_id,
        "name": {"zh_cn": name, "en_us": ""},
        "object_type": 5,
        "value": {"content": "是" if value else "否"},
    }


def job_requirements(company: Entities) -> Listed:
    """Seats as requirements of one head each."""
    listed = Listed()
    for row in company("opening"):
        requirement = {
            "id": row["source_id"],
            "short_code": f"HC{row['source_id']}",
            "name": f"HC{row['source_id']}",
            "display_progress": words.SEATS[row["status_code"]],
            "head_count": 1,
            "job_id_list": [row["requisition_id"]],
            "start_time": _text(row["opened_at"]),
            "deadline": _day(row["target_fill_on"]),
            "completion_time": _text(row["filled_at"] or row["closed_at"]),
            "create_time": _text(row["source_created_at"]),
            "update_time": _text(row["source_updated_at"]),
        }
        listed.add(requirement, row["source_updated_at"])
    return listed


def talents(company: Entities) -> Listed:
    """Candidates as talents; years of experience are whole numbers there."""
    listed = Listed()
    for row in company("candidate"):
        degree = words.DEGREES.get(row["education_level_code"])
        channel = row["source_channel_code"]
        years = row["years_experience"]
        phone = row["phone"] or ""
        talent = {
            "id": row["source_id"],
            "basic_info": {
                "name": row["full_name"],
                "mobile": phone.removeprefix("+86"),
                "mobile_code": "86" if phone else "",
                "email": row["email"],
                "experience_years": None if years is None else int(years),
                "age": row["age_years"],
                "nationality": {"nationality_code": row["citizenship"] or "", "zh_name": ""},
                "gender": words.GENDERS.get(row["gender"]),
                "birthday": None if row["birth_on"] is None else int(day_ms(row["birth_on"])),
                "marital_status": words.MARITAL.get(row["marital_status"]),
                "modify_time": _text(row["source_updated_at"]),
            },
            "education_list": [{"degree": degree, "field_of_study": row["major"] or ""}],
            "career_list": [{"company": row["current_employer"] or ""}],
            "resume_source_list": [{"id": channel, "zh_name": words.CHANNELS.get(channel, "")}],
            "top_degree": degree,
        }
        listed.add(talent, row["source_updated_at"])
    return listed


def applications(company: Entities) -> Listed:
    """Applications with the stages that they entered; a way out is a status, not a stage."""
    entered: defaultdict[str, list[Json]] = defaultdict(list)
    for event in sorted(company("stage_event"), key=lambda e: (e["occurred_at"], e["sequence"])):
        entered[event["application_id"]].append(event)
    listed = Listed()
    for row in company("application"):
        times, ended = _stage_times(entered[row["source_id"]])
        stage_id, stage_name, kind = words.STAGES[words.STAGE_OF_ID[times[-1]["stage_id"]]]
        is_out = row["status_code"] in EXITS
        refused = words.WE_REFUSED if row["status_code"] == "rejected" else words.THEY_REFUSED
        reason = row["rejection_reason_code"] or (ended or {}).get("reason_code")
        channel = row["source_channel_code"]
        application = {
            "id": row["source_id"],
            "job_id": row["requisition_id"],
            "talent_id": row["candidate_id"],
            "stage": {"id": stage_id, "zh_name": stage_name, "en_name": "", "type": kind},
            "active_status": words.ENDED if is_out else words.ACTIVE,
            "resume_source_info": {
                **named(channel, words.CHANNELS.get(channel, "")), "resume_source_type": 1,
            },
            "create_time": _text(row["applied_at"]),
            "modify_time": _text(row["source_updated_at"]),
            "stage_time_list": times,
            "termination_type": refused if is_out else None,
            "termination_reason_list": [reason] if is_out and reason else [],
        }  # fmt: skip
        listed.add(application, row["source_updated_at"])
    return listed


def _stage_times(events: list[Json]) -> tuple[list[Json], Json | None]:
    """The stages entered, each left when the next was entered; and the last event, if a way out."""
    times: list[Json] = []
    ended = None
    for event in events:
        at = _text(event["occurred_at"])
        if times:
            times[-1]["exit_time"] = at
        ended = event if event["stage_code"] in EXITS else None
        if ended is None:
            stage_id = words.STAGES[event["stage_code"]][0]
            times.append({"stage_id": stage_id, "enter_time": at, "exit_time": ""})
    return times, ended


def offers(company: Entities) -> Listed:
    """Each version of an offer as an offer of its own, with what became of it."""
    listed = Listed()
    for row in company("offer"):
        offer = {
            "id": row["source_id"],
            "application_id": row["application_id"],
            "offer_status": words.OFFERS[row["status_code"]],
            "offer_type": 1,
            "basic_info": {
                "create_time": _text(row["created_at"]),
                "onboard_date": _day(row["start_on"]),
                "remark": row["decline_reason_code"] or "",
            },
            "salary_plan": {
                "currency": row["currency_code"],
                "total_annual_cash": _number(row["base_salary"]),
            },
            "offer_send_record_list": list(_sendings(row)),
        }
        listed.add(offer, row["source_updated_at"])
    return listed


def _sendings(row: Json) -> Iterator[Json]:
    if row["extended_at"] is None:
        return
    answers = []
    if row["accepted_at"] is not None:
        answers.append((1, row["accepted_at"]))
    if row["decided_at"] is not None and row["decided_at"] != row["accepted_at"]:
        answers.append((2, row["decided_at"]))
    yield {
        "offer_send_record_id": f"{row['source_id']}-s",
        "send_time": _text(row["extended_at"]),
        "acceptance_list": [
            {"operator_type": 1, "conclusion": conclusion, "memo": "", "operate_time": _text(at)}
            for conclusion, at in answers
        ],
    }


def offer_summary(offer: Json) -> Json:
    """An offer as the list of a talent's offers shows it."""
    return {
        "id": offer["id"],
        "application_id": offer["application_id"],
        "create_time": int(offer["basic_info"]["create_time"] or 0),
        "offer_status": offer["offer_status"],
        "offer_type": offer["offer_type"],
    }


def _text(at: datetime | None) -> str:
    return "" if at is None else str(millis(at))


def _day(on: date | None) -> str:
    return "" if on is None else day_ms(on)


def _number(value: Any) -> str:
    return "" if value is None else f"{value:.10g}"
