"""Canonical records of work after hiring, and of what the models say about it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from talentloop.contracts.base import OfApplication, Record, Score01, UtcDatetime, field


class Employee(Record):
    """An employment: a person in a job. A rehire is a second record of the same person."""

    entity: ClassVar[str] = "employee"

    person_no: str | None = field("key", "The source's person across employments", None)
    application_id: str | None = field("key", "Application that led to this employment", None)
    candidate_id: str | None = field("key", "Candidate profile of the person", None)
    full_name: str | None = field("identity", "Full name", None)
    email: str | None = field("identity", "E-mail address", None)
    phone: str | None = field("identity", "Phone in E.164", None)
    national_id_hash: str | None = field("identity", "Keyed hash of the identity number", None)
    org_unit_id: str | None = field("key", "Org unit as of now", None)
    position_code: str | None = field("process", "Position", None)
    job_family_code: str | None = field("process", "Job family", None)
    manager_id: str | None = field("key", "Manager as of now", None)
    hired_on: date | None = field("hr_performance", "First day", None)
    probation_end_on: date | None = field("hr_performance", "Last day of probation", None)
    terminated_on: date | None = field("hr_performance", "Last day", None)
    status_code: Literal["active", "terminated", "not_started"] = field("hr_performance", "State")
    termination_type: Literal["voluntary", "employer", "failed_probation"] | None = field(
        "hr_performance", "Who ended it", None
    )
    is_rehire: bool = field("hr_performance", "Worked here before", False)
    years_experience: float | None = field("process", "Years of work at hiring", None, ge=0, le=70)
    education_level_code: Literal["below_bachelor", "bachelor", "master", "doctor"] | None = field(
        "process", "Highest degree", None
    )
    monthly_salary: float | None = field("compensation", "Monthly pay", None, ge=0)
    gender: Literal["female", "male", "other"] | None = field("protected", "Gender", None)
    birth_on: date | None = field("protected", "Date of birth", None)
    age_years: int | None = field(
        "protected", "Age where no birth date is kept", None, ge=0, le=120
    )
    ethnicity: str | None = field("protected", "Ethnic group", None)
    marital_status: str | None = field("protected", "Marital status", None)
    citizenship: str | None = field("protected", "Citizenship", None)
    protected_group: str | None = field(
        "protected", "Group that the source itself marks as protected, for audits", None
    )


class EmploymentEvent(Record):
    """A change in an employment, effective on one date and possibly recorded on another."""

    entity: ClassVar[str] = "employment_event"

    employee_id: str = field("key", "Employment", min_length=1)
    event_type: Literal[
        "hired", "rehired", "probation_passed", "transferred", "promoted", "terminated"
    ] = field("hr_performance", "What happened")
    effective_on: date = field("hr_performance", "From when it holds")
    recorded_at: UtcDatetime | None = field("technical", "When the source learnt of it", None)
    reason_code: str | None = field("hr_performance", "Reason", None)
    from_org_unit_id: str | None = field("key", "Org unit before a transfer", None)
    to_org_unit_id: str | None = field("key", "Org unit after a transfer", None)


class PerformanceReview(Record):
    """A finalised review of one employment, raw on its own scale and as a share of it."""

    entity: ClassVar[str] = "performance_review"

    employee_id: str = field("key", "Employment", min_length=1)
    cycle_code: str = field("process", "Review cycle", min_length=1)
    review_type: Literal["month_3", "month_6", "month_12", "annual"] = field("process", "Kind")
    finalised_at: UtcDatetime = field("process", "When the rating became final")
    reviewer_id: str | None = field("key", "Employee who rated", None)
    rating_raw: float = field("hr_performance", "Rating as given")
    scale_min: float = field("hr_performance", "Lowest rating of the scale", 0.0)
    scale_max: float = field("hr_performance", "Highest rating of the scale")
    scale_code: str | None = field("hr_performance", "Name of the scale", None)
    rating_0_1: Score01 = field("hr_performance", "(raw − min) ÷ (max − min)")


class Prediction(OfApplication):
    """What a model advises about one application. People decide."""

    entity: ClassVar[str] = "prediction"

    model_name: str = field("technical", "Registered model", min_length=1)
    model_version: str = field("technical", "Version that scored", min_length=1)
    data_version: str = field("technical", "Hash of the features that were scored", min_length=1)
    probability: Score01 = field("result", "Calibrated probability of the label")
    lower: Score01 = field("result", "Lower end of the 90 % interval")
    upper: Score01 = field("result", "Upper end of the 90 % interval")
    base_rate: Score01 = field("result", "Share of the label in the training cohort")
    reasons: str = field("result", "JSON list of {feature, value, percentile, points}")
    scored_at: UtcDatetime = field("process", "When it was scored")
