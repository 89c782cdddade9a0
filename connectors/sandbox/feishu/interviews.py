"""Interviews, the records of those who interviewed, and résumé evaluations."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from connectors.sandbox.feishu import words
from connectors.sandbox.feishu.rows import Entities, Json, Listed, millis, named

_FULL_SCORE = 100
_PASS = 0.6
FAILED, PASSED = 1, 2


def interviews(company: Entities) -> Listed:
    """Interviews with their records; scores are whole numbers of a hundred there."""
    records = _records_by_interview(company)
    listed = Listed()
    for row in company("interview"):
        begin = row["started_at"] or row["scheduled_start_at"] or row["invited_at"]
        if begin is None:
            continue
        end = row["ended_at"] or begin + timedelta(hours=1)
        scorers = records.get(row["source_id"], {})
        held_by = {*(row["interviewer_ids"] or []), *scorers}
        own = [
            scorers.get(user) or _unsubmitted(row["source_id"], user) for user in sorted(held_by)
        ]
        kind = row["interview_type"]
        interview = {
            "id": row["source_id"],
            "application_id": row["application_id"],
            "begin_time": millis(begin),
            "end_time": millis(end),
            "round": row["round"],
            "stage_id": words.STAGES["ai_interview" if kind == "ai" else "interview"][0],
            "interview_type": words.INTERVIEW_MODES[kind],
            "interview_round_type": named(kind, words.ROUND_TYPES[kind]),
            "arrangement_status": words.ARRANGEMENTS[row["status_code"]],
            "biz_create_time": millis(row["invited_at"] or row["source_created_at"]),
            "biz_modify_time": millis(row["source_updated_at"]),
            "interview_record_list": own,
        }
        listed.add(interview, row["source_updated_at"])
    return listed


def records_of(listed: Listed) -> Listed:
    """Every interview record by its id."""
    found = Listed()
    for interview, changed_ms in zip(listed.records, listed.changed_ms, strict=True):
        for record in interview["interview_record_list"]:
            found.records.append(record)
            found.changed_ms.append(changed_ms)
            found.by_id[record["id"]] = record
    return found


def _records_by_interview(company: Entities) -> dict[str, dict[str, Json]]:
    """Interview → scorer → record. Second opinions and reruns are no business of this system."""
    scores: defaultdict[tuple[str, str], list[Json]] = defaultdict(list)
    for row in company("dimension_score"):
        if row["score_purpose_code"] == "assessment" and row["interview_id"]:
            scores[(row["interview_id"], row["scorer_id"])].append(row)
    found: defaultdict[str, dict[str, Json]] = defaultdict(dict)
    for (interview, scorer), rows in scores.items():
        found[interview][scorer] = _record(interview, scorer, rows)
    return found


def _record(interview: str, scorer: str, rows: list[Json]) -> Json:
    shares = [row["score_0_1"] for row in rows]
    total = round(sum(shares) / len(shares) * _FULL_SCORE)
    return {
        "id": _record_id(interview, scorer),
        "user_id": scorer,
        "interviewer": named(scorer, scorer),
        "commit_status": 1,
        "feedback_submit_time": max(millis(row["scored_at"]) for row in rows),
        "conclusion": PASSED if total >= _PASS * _FULL_SCORE else FAILED,
        "content": next((row["comment"] for row in rows if row["comment"]), ""),
        "assessment_score": {"calculate_type": 1, "score": total, "full_score": _FULL_SCORE},
        "dimension_assessment_list": [
            {
                "id": row["source_id"],
                "dimension_id": row["dimension_code"],
                "name": {"zh_cn": words.DIMENSIONS[row["dimension_code"]], "en_us": ""},
                "full_score": _FULL_SCORE,
                "dimension_custom_score": round(row["score_0_1"] * _FULL_SCORE),
                "content": row["comment"] or "",
            }
            for row in sorted(rows, key=lambda row: row["dimension_code"])
        ],
    }


def _unsubmitted(interview: str, user: str) -> Json:
    return {
        "id": _record_id(interview, user),
        "user_id": user,
        "interviewer": named(user, user),
        "commit_status": 2,
        "dimension_assessment_list": [],
    }


def _record_id(interview: str, user: str) -> str:
    return f"{interview}{user}"


def evaluations(company: Entities) -> Listed:
    """One evaluation of the résumé for each application that a person moved out of the screen."""
    screened: dict[str, Json] = {}
    listed = Listed()
    for event in sorted(company("stage_event"), key=lambda e: (e["occurred_at"], e["sequence"])):
        application = event["application_id"]
        began = screened.pop(application, None)
        if event["stage_code"] == "screen":
            screened[application] = event
        elif began is not None and event["actor_type"] == "person":
            passed = event["stage_code"] not in ("rejected", "withdrawn")
            at = event["occurred_at"]
            evaluation = {
                "id": f"7{event['source_id']}",
                "application_id": application,
                "stage_id": words.STAGES["screen"][0],
                "creator_id": began["actor_id"] or "",
                "evaluator_id": event["actor_id"] or "",
                "commit_status": 1,
                "conclusion": 1 if passed else 2,
                "content": "",
                "create_time": str(millis(began["occurred_at"])),
                "update_time": str(millis(at)),
            }
            listed.add(evaluation, at)
    return listed
