"""The canonical records that every source maps to and every room reads."""

from __future__ import annotations

from talentloop.contracts.arrow import arrow_schema, landing_schema
from talentloop.contracts.base import (
    LANDING_COLUMNS,
    DataClass,
    Record,
    normalise_score,
)
from talentloop.contracts.cost import RecruitingCost
from talentloop.contracts.evidence import AnswerEvidence, CodeVerdict, InterviewReport
from talentloop.contracts.hiring import (
    EXITS,
    STAGES,
    Answer,
    Application,
    Candidate,
    Consent,
    DimensionScore,
    Interview,
    Offer,
    Opening,
    OrgUnit,
    Requisition,
    RequisitionEvent,
    StageEvent,
)
from talentloop.contracts.identity import PersonLink
from talentloop.contracts.screening import ScreeningResult
from talentloop.contracts.work import (
    Employee,
    EmploymentEvent,
    PerformanceReview,
    Prediction,
)

#: Every canonical record by its entity name, in the order in which references point backwards.
ENTITIES: dict[str, type[Record]] = {
    model.entity: model
    for model in (
        OrgUnit, Requisition, RequisitionEvent, Opening, Candidate, Consent, Application,
        StageEvent, Interview, Answer, DimensionScore, AnswerEvidence, CodeVerdict,
        InterviewReport, Offer, Employee, EmploymentEvent,
        PerformanceReview, RecruitingCost, Prediction, PersonLink,
        ScreeningResult,
    )
}  # fmt: skip

__all__ = [
    "ENTITIES", "EXITS", "LANDING_COLUMNS", "STAGES", "Answer", "AnswerEvidence", "Application",
    "Candidate", "CodeVerdict", "Consent", "DataClass", "DimensionScore", "Employee", "EmploymentEvent", "Interview",
    "InterviewReport", "Offer",
    "Opening", "OrgUnit", "PerformanceReview", "PersonLink", "Prediction", "Record",
    "RecruitingCost", "Requisition",
    "RequisitionEvent", "ScreeningResult", "StageEvent", "arrow_schema", "landing_schema", "normalise_score",
]  # fmt: skip
