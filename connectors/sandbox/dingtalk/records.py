"""Flows, jobs, interviews, roster and leavers as DingTalk writes them.

The vendor's words and field codes are unverified: the connector's mapping.yaml, which reads them
back, is where a customer corrects them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from connectors.sandbox.company_view import Entities, Json, Listed, day_ms, millis

STAGES = {
    "applied": "s1", "screen": "s2", "ai_interview": "s3", "interview": "s4", "offer_approval": "s5",
    "offer": "s6", "hired": "s7",
}  # fmt: skip
STATUSES = {
    "open": "PROCESSING",
    "hired": "ENTRY",
    "rejected": "OBSOLETE",
    "withdrawn": "ABANDONED",
}
CHANNELS = {
    "referral": "内部推荐", "headhunter": "猎头", "campus": "校园招聘", "career_site": "公司官网",
    "job_board": "招聘网站", "mini_program": "微信小程序", "internal": "内部应聘",
}  # fmt: skip
_FIRST_DEPARTMENT = 10_000_001
_EXITS = ("rejected", "withdrawn")
_DEGREES = {"below_bachelor": "大专", "bachelor": "本科", "master": "硕士", "doctor": "博士"}
_GENDERS = {"male": ("0", "男"), "female": ("1", "女"), "other": ("2", "未知")}
_MARITAL = {"single": ("0", "未婚"), "married": ("1", "已婚"), "divorced": ("2", "离异")}
_LEAVING = {
    "voluntary": ("voluntaryReason", "个人原因"), "employer": ("passiveReason", "公司辞退"),
    "failed_probation": ("passiveReason", "试用期不合格"),
}  # fmt: skip


def departments(company: Entities) -> dict[str, int]:
    """The company's org units by the number that the vendor gives to a department."""
    units = sorted(row["source_id"] for row in company("org_unit"))
    return {unit: _FIRST_DEPARTMENT + place for place, unit in enumerate(units)}


def flows(company: Entities) -> Listed:
    """Applications as flows: where each stands now, and nothing of how it came there."""
    names = {row["source_id"]: row["full_name"] for row in company("candidate")}
    stage: dict[str, str] = {}
    for event in sorted(company("stage_event"), key=lambda e: (e["occurred_at"], e["sequence"])):
        if event["stage_code"] not in _EXITS:
            stage[event["application_id"]] = event["stage_code"]
    listed = Listed("flowId")
    for row in company("application"):
        flow = {
            "flowId": row["source_id"],
            "candidateId": row["candidate_id"],
            "candidateName": names.get(row["candidate_id"]),
            "jobId": row["requisition_id"],
            "createTime": millis(row["applied_at"]),
            "currentStatus": STATUSES[row["status_code"]],
            "statId": STAGES[stage[row["source_id"]]],
            "sourceName": CHANNELS.get(row["source_channel_code"], ""),
        }
        listed.add(flow, row["source_updated_at"])
    return listed


def jobs(company: Entities) -> Listed:
    """Requisitions as jobs; whether one is still open is not told."""
    numbers = departments(company)
    units = {row["source_id"]: row["name"] for row in company("org_unit")}
    listed = Listed("jobId")
    for row in company("requisition"):
        owner = row["recruiter_id"] or ""
        job = {
            "jobId": row["source_id"],
            "name": row["title"],
            "headCount": row["headcount"],
            "mainDeptId": numbers[row["org_unit_id"]],
            "mainDeptName": units[row["org_unit_id"]],
            "createTime": millis(row["opened_at"] or row["source_created_at"]),
            "jobOwners": [{"userId": owner, "name": owner}],
        }
        listed.add(job, row["source_updated_at"])
    return listed


def interviews(company: Entities) -> dict[str, list[Json]]:
    """Candidate → interviews. An interview names its job and people, and not its candidate."""
    applications = {row["source_id"]: row for row in company("application")}
    found: defaultdict[str, list[Json]] = defaultdict(list)
    for row in company("interview"):
        begin = row["started_at"] or row["scheduled_start_at"]
        if begin is None or row["interview_type"] == "ai":
            continue  # an interview without people is no business of this system
        application = applications[row["application_id"]]
        people = row["interviewer_ids"] or []
        found[application["candidate_id"]].append(
            {
                "interviewId": row["source_id"],
                "jobId": application["requisition_id"],
                "cancelled": row["status_code"] == "cancelled",
                "creatorUserId": people[0] if people else "",
                "startTimeMillis": millis(begin),
                "endTimeMillis": millis(row["ended_at"] or begin + timedelta(hours=1)),
                "interviewers": [{"userId": person} for person in people],
            }
        )
    return dict(found)


def hired_candidates(company: Entities) -> list[Json]:
    """Candidates who became employees."""
    return [
        {
            "candidateId": row["candidate_id"],
            "userId": row["source_id"],
            "corpId": "dingyuanshan",
            "entryDate": int(day_ms(row["hired_on"])),
        }
        for row in company("employee")
        if row["candidate_id"] and row["hired_on"] and row["status_code"] != "not_started"
    ]


def roster(company: Entities) -> dict[str, dict[str, tuple[str, str]]]:
    """Person → field code → (value, label), of those who work or have worked here."""
    numbers = departments(company)
    units = {row["source_id"]: row["name"] for row in company("org_unit")}
    found = {}
    for row in company("employee"):
        if row["status_code"] == "not_started":
            continue
        unit = row["org_unit_id"]
        found[row["source_id"]] = {
            "sys00-name": _same(row["full_name"]),
            "sys00-email": _same(row["email"]),
            "sys00-mobile": _same((row["phone"] or "").replace("+86", "+86-")),
            "sys00-jobNumber": _same(row["person_no"]),
            "sys00-mainDeptId": (str(numbers.get(unit, "")), units.get(unit, "")),
            "sys00-position": _same(row["position_code"]),
            "sys00-reportManagerId": _same(row["manager_id"]),
            "sys00-confirmJoinTime": _same(_day(row["hired_on"])),
            "sys01-regularTime": _same(_day(row["probation_end_on"])),
            "sys02-sexType": _GENDERS.get(row["gender"], ("", "")),
            "sys02-birthTime": _same(_day(row["birth_on"])),
            "sys02-nationType": _same(row["ethnicity"]),
            "sys02-marriage": _MARITAL.get(row["marital_status"], ("", "")),
            "sys03-highestEdu": _same(_DEGREES.get(row["education_level_code"])),
        }
    return found


def field_data(fields: dict[str, tuple[str, str]], wanted: list[str]) -> list[Json]:
    """Some fields of a person as the vendor nests them; what is empty is left out."""
    return [
        {
            "fieldCode": code,
            "fieldName": code,
            "groupId": code.partition("-")[0],
            "fieldValueList": [{"itemIndex": 0, "value": value, "label": label}],
        }
        for code, (value, label) in fields.items()
        if (not wanted or code in wanted) and value
    ]


def leavers(company: Entities) -> dict[str, Json]:
    """Those who have left, by person."""
    numbers = departments(company)
    units = {row["source_id"]: row["name"] for row in company("org_unit")}
    found = {}
    for row in company("employee"):
        if row["status_code"] != "terminated":
            continue
        reasons: dict[str, Any] = {"voluntaryReason": [], "passiveReason": []}
        kind, words = _LEAVING.get(row["termination_type"], ("voluntaryReason", "其他"))
        reasons[kind] = [words]
        found[row["source_id"]] = {
            "userId": row["source_id"],
            "name": row["full_name"],
            "lastWorkDay": int(day_ms(row["terminated_on"])),
            "mainDeptId": numbers.get(row["org_unit_id"]),
            "mainDeptName": units.get(row["org_unit_id"]),
            "status": 2,
            "preStatus": 3,
            **reasons,
        }
    return found


def _same(text: str | None) -> tuple[str, str]:
    return (text or "", text or "")


def _day(on: date | None) -> str:
    return "" if on is None else on.isoformat()
