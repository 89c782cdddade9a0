"""A second source, small enough to work its figures out by hand; see test_handmade.py."""

from __future__ import annotations

from datetime import UTC, datetime

from talentloop.settings import Settings
from tests.warehouse.landed import Row, land, table


def utc(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def land_handmade(settings: Settings) -> None:
    """Land it, and a correction of one of its scores."""
    scores = {"communication": 0.7, "logic": 0.9, "professionalism": 0.8, "teamwork": 0.7,
              "stress": 0.8, "culture": 0.9}  # fmt: skip
    given: list[tuple[str, list[Row]]] = [
        ("org_unit", [{"source_id": "u", "name": "手工公司"}]),
        ("requisition", [
            {"source_id": "r", "title": "工程师", "org_unit_id": "u", "job_family_code": "handmade",
             "status_code": "open", "opened_at": utc("2026-03-01")},
            {"source_id": "t", "title": "试", "status_code": "open", "is_test": True},
        ]),
        ("candidate", [
            {"source_id": "1", "email": "Wang.Fang@example.com ", "phone": "+8613900000001",
             "full_name": "王芳", "gender": "female", "birth_on": "1996-05-01",
             "created_at": utc("2026-03-01"), "education_level_code": "bachelor"},
            {"source_id": "2", "email": "wang.fang@example.com", "full_name": "王芳",
             "created_at": utc("2026-04-01"), "education_level_code": "master"},
            {"source_id": "3", "phone": "+8613900000003", "created_at": utc("2026-04-01")},
        ]),
        ("application", [
            {"source_id": "a1", "candidate_id": "1", "requisition_id": "r", "stage_code": "hired",
             "applied_at": utc("2026-03-05"), "first_contact_at": utc("2026-03-01"),
             "status_code": "hired", "status_at": utc("2026-03-21 12:00"),
             "source_channel_code": "handmade"},
            {"source_id": "a2", "candidate_id": "2", "requisition_id": "t",
             "applied_at": utc("2026-04-05"), "stage_code": "applied", "status_code": "open"},
            {"source_id": "a3", "candidate_id": "3", "requisition_id": "r",
             "applied_at": utc("2026-10-31 17:00"), "stage_code": "ai_interview",
             "status_code": "open", "source_channel_code": "handmade"},
        ]),
        ("stage_event", [
            {"source_id": f"a1-{n}", "application_id": "a1", "stage_code": stage,
             "occurred_at": utc(at)}
            for n, (stage, at) in enumerate([
                ("applied", "2026-03-05"), ("screen", "2026-03-06"), ("interview", "2026-03-08"),
                ("offer", "2026-03-18"), ("hired", "2026-03-21 12:00")])
        ]),
        ("dimension_score", [
            {"source_id": f"{a}-{d}", "application_id": a, "dimension_code": d,
             "score_raw": 100 * s, "scale_max": 100, "score_0_1": s, "scorer_type": "ai",
             "scored_at": utc(at)}
            for a, at in (("a1", "2026-03-10"), ("a3", "2026-11-05")) for d, s in scores.items()
        ]),
        ("offer", [
            {"source_id": "o1", "application_id": "a1", "version": 1, "status_code": "superseded",
             "extended_at": utc("2026-03-18"), "decided_at": utc("2026-03-19")},
            {"source_id": "o2", "application_id": "a1", "version": 2, "status_code": "accepted",
             "extended_at": utc("2026-03-19"), "accepted_at": utc("2026-03-21 12:00"),
             "start_on": "2026-04-13"},
        ]),
        ("employee", [
            {"source_id": "e1", "application_id": "a1", "status_code": "active",
             "hired_on": "2026-04-13", "probation_end_on": "2026-10-12", "full_name": "王芳",
             "gender": "female"},
        ]),
    ]  # fmt: skip
    for entity, rows in given:
        land(settings, entity, "handmade", table(entity, "handmade", rows))
    # After the decision one score is corrected: the tag goes, the features stay.
    corrected = {"source_id": "a1-culture", "application_id": "a1", "dimension_code": "culture",
                 "score_raw": 89, "scale_max": 100, "score_0_1": 0.89, "scorer_type": "ai",
                 "scored_at": utc("2026-03-10"), "source_updated_at": utc("2026-11-16")}  # fmt: skip
    land(settings, "dimension_score", "handmade", table("dimension_score", "handmade", [corrected]))


def land_handmade_review(settings: Settings) -> None:
    """Land what the only hire was worth after six months."""
    review = {"source_id": "p6", "employee_id": "e1", "cycle_code": "2026-H2",
              "review_type": "month_6", "finalised_at": utc("2026-10-20"), "rating_raw": 4,
              "scale_min": 1, "scale_max": 5, "rating_0_1": 0.75}  # fmt: skip
    rows = table("performance_review", "handmade", [review])
    land(settings, "performance_review", "handmade", rows)
