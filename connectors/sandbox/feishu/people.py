"""Employees as CoreHR writes them, and semesters and review data of Performance."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from connectors.sandbox.feishu import words
from connectors.sandbox.feishu.rows import Entities, Json, Listed, millis

RATING_FIELD = "7200000000000000001"
LEADER_STAGE = "leader_review"


def employees(company: Entities) -> Listed:
    """Employments; each has a field `id` for our own lookups that the vendor does not send."""
    listed = Listed()
    for row in company("employee"):
        family = row["job_family_code"]
        employee = {
            "id": row["source_id"],
            "employment_id": row["source_id"],
            "employee_number": row["source_id"],
            "ats_application_id": row["application_id"] or "",
            "department_id": row["org_unit_id"],
            "position_id": row["position_code"],
            "job_family": {"id": family, "name": [_i18n(words.FAMILIES.get(family, ""))]},
            "direct_manager_id": row["manager_id"] or "",
            "effective_date": _day(row["hired_on"]),
            "probation_end_date": _day(row["probation_end_on"]),
            "expiration_date": _day(row["terminated_on"]),
            "employment_status": _enum(words.EMPLOYMENT[row["status_code"]]),
            "reason_for_offboarding": _enum(words.LEAVING.get(row["termination_type"])),
            "rehire": _enum("yes" if row["is_rehire"] else "no"),
            "person_info": {
                "person_id": row["person_no"],
                "legal_name": row["full_name"],
                "phone_number": row["phone"],
                "email_address": row["email"],
                "gender": _enum(row["gender"]),
                "date_of_birth": _day(row["birth_on"]),
                "race": _enum(row["ethnicity"]),
                "marital_status": _enum(row["marital_status"]),
                "highest_degree_of_education": {
                    "degree": _enum(words.DEGREE_NAMES.get(row["education_level_code"]))
                },
                "working_years_v2": row["years_experience"],
                "talent_id": row["candidate_id"] or "",
            },
        }
        listed.add(employee, row["source_updated_at"])
    return listed


def with_fields(employee: Json, wanted: Collection[str]) -> Json:
    """An employee with the fields asked for, and the ids that always come."""
    known = {"employment_id", *(name.partition(".")[0] for name in wanted)}
    kept = {name: value for name, value in employee.items() if name in known}
    nested = {name.partition(".")[2] for name in wanted if name.startswith("person_info.")}
    if nested:
        person = employee["person_info"]
        kept["person_info"] = {name: person[name] for name in person if name in nested}
    return kept


def semesters(company: Entities) -> Listed:
    """One semester for each cycle and kind of review."""
    first: dict[tuple[str, str], Json] = {}
    for row in sorted(
        company("performance_review"), key=lambda r: (r["finalised_at"], r["source_id"])
    ):
        first.setdefault((row["cycle_code"], row["review_type"]), row)
    listed = Listed()
    for (cycle, kind), row in first.items():
        at = row["finalised_at"]
        semester = {
            "id": _semester_id(cycle, kind),
            "year": int(cycle[:4]),
            "type_group": "Custom",
            "type": words.SEMESTER_TYPES[kind],
            "name": {"zh_cn": cycle, "en_us": cycle},
            "progress": "Completed",
            "start_time": millis(at),
            "end_time": millis(at),
            "create_time": millis(at),
            "modify_time": millis(at),
        }
        listed.add(semester, at)
    return listed


def _semester_id(cycle: str, kind: str) -> str:
    return f"7{cycle[:4]}{cycle[-1]}{list(words.SEMESTER_TYPES).index(kind)}"


def review_datas(company: Entities) -> Listed:
    """The leader's final rating of each person in each semester."""
    listed = Listed()
    for row in company("performance_review"):
        person = {"user_id": row["employee_id"], "open_id": f"ou_{row['employee_id']}"}
        reviewer = row["reviewer_id"] or ""
        rating = {
            "field_id": RATING_FIELD,
            "reviewer_user_id": {"user_id": reviewer, "open_id": f"ou_{reviewer}"},
            "submit_time": millis(row["finalised_at"]),
            "score": f"{row['rating_raw']:g}",
        }
        comment = {**rating, "field_id": "7200000000000000002", "score": "", "text": "…"}
        record = {
            "record_id": row["source_id"],
            "progress": 2,
            "units": [{"unit_id": "1", "is_unknown": False, "data": [rating, comment]}],
        }
        semester = _semester_id(row["cycle_code"], row["review_type"])
        data = {
            "id": row["source_id"],
            "user_id": person,
            "semester_id": semester,
            "activity_id": f"{semester}0",
            "stages": [
                {
                    "stage_id": f"{semester}1",
                    "stage_type": LEADER_STAGE,
                    "review_stage_role": "direct_leader",
                    "records": [record],
                }
            ],
        }
        listed.add(data, row["source_updated_at"])
    return listed


def _enum(name: str | None) -> Json | None:
    return None if name is None else {"enum_name": name, "display": [_i18n(name)]}


def _i18n(value: str) -> Json:
    return {"lang": "zh-CN", "value": value}


def _day(on: date | None) -> str:
    return "" if on is None else on.isoformat()
