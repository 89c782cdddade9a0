"""Canonical records of hiring: from the open requisition to the accepted offer."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from talentloop.contracts.base import Record, Score01, UtcDatetime, field

#: Canonical stages in their order; a stage map translates each tenant's own stages to these.
STAGES = ("applied", "screen", "ai_interview", "interview", "offer_approval", "offer", "hired")
#: Ways out that are not a stage.
EXITS = ("rejected", "withdrawn")
StageCode = Literal[
    "applied", "screen", "ai_interview", "interview", "offer_approval", "offer", "hired",
    "rejected", "withdrawn",
]  # fmt: skip


class OrgUnit(Record):
    """A department or company in the organisation tree."""

    entity: ClassVar[str] = "org_unit"

    name: str = field("process", "Name, in the company's first language", min_length=1)
    name_en: str | None = field("process", "English name", None)
    parent_id: str | None = field("key", "Parent org unit", None)
    is_active: bool = field("process", "False once closed", True)


class Requisition(Record):
    """A request to hire, for one or more openings."""

    entity: ClassVar[str] = "requisition"

    title: str = field("process", "Job title", min_length=1)
    job_code: str | None = field("process", "Job code of the company's catalogue", None)
    job_family_code: str | None = field("process", "Job family", None)
    org_unit_id: str | None = field("key", "Hiring org unit", None)
    location_code: str | None = field("process", "Work location", None)
    time_zone: str = field("process", "Business time zone (IANA name)", "Asia/Shanghai")
    status_code: Literal[
        "draft", "approved", "open", "on_hold", "filled", "closed", "cancelled"
    ] = field("process", "State of the requisition")
    headcount: int = field("process", "Number of openings asked for", 1, ge=0, le=10_000)
    hiring_manager_id: str | None = field("key", "Employee who hires", None)
    recruiter_id: str | None = field("key", "Employee who recruits, as of now", None)
    approved_at: UtcDatetime | None = field("process", "Approval", None)
    opened_at: UtcDatetime | None = field("process", "First opening to candidates", None)
    closed_at: UtcDatetime | None = field("process", "Closing, whatever the reason", None)
    target_fill_on: date | None = field("process", "Date by which it should be filled", None)
    is_evergreen: bool = field("process", "Pipeline requisition, never filled as such", False)
    is_test: bool = field("process", "Made to try the system; left out of every metric", False)


class RequisitionEvent(Record):
    """A change in a requisition's life: the holds and reopenings that clocks must subtract."""

    entity: ClassVar[str] = "requisition_event"

    requisition_id: str = field("key", "Requisition", min_length=1)
    event_type: Literal["approved", "opened", "held", "resumed", "closed", "reopened"] = field(
        "process", "What happened"
    )
    occurred_at: UtcDatetime = field("process", "When it happened")


class Opening(Record):
    """One seat of a requisition; time to fill is measured per opening."""

    entity: ClassVar[str] = "opening"

    requisition_id: str = field("key", "Requisition", min_length=1)
    opened_at: UtcDatetime = field("process", "Start of the clock")
    target_fill_on: date | None = field("process", "Target at opening", None)
    status_code: Literal["open", "filled", "cancelled"] = field("process", "State of the seat")
    filled_application_id: str | None = field("key", "Application that filled it", None)
    filled_at: UtcDatetime | None = field("process", "Acceptance that filled it", None)
    closed_at: UtcDatetime | None = field("process", "Closing without hire", None)


class Candidate(Record):
    """A candidate profile as one source knows it; one person may have several."""

    entity: ClassVar[str] = "candidate"

    candidate_no: str | None = field("key", "Number shown to recruiters", None)
    full_name: str | None = field("identity", "Full name", None)
    email: str | None = field("identity", "E-mail address", None)
    phone: str | None = field("identity", "Phone in E.164", None)
    national_id_hash: str | None = field("identity", "Keyed hash of the identity number", None)
    education_level_code: Literal["below_bachelor", "bachelor", "master", "doctor"] | None = field(
        "process", "Highest degree", None
    )
    major: str | None = field("process", "Field of study", None)
    years_experience: float | None = field("process", "Years of work", None, ge=0, le=70)
    current_employer: str | None = field("identity", "Employer at the time of applying", None)
    skills: list[str] | None = field("process", "Skills named in the résumé", None)
    source_channel_code: str | None = field("process", "Channel that brought the profile", None)
    resume_uri: str | None = field("identity", "Where the résumé lies", None)
    created_at: UtcDatetime | None = field("process", "Creation of the profile", None)
    is_internal: bool = field("process", "Employee applying inside", False)
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


class Application(Record):
    """One candidate for one requisition: the grain of hiring metrics."""

    entity: ClassVar[str] = "application"

    candidate_id: str = field("key", "Candidate", min_length=1)
    requisition_id: str = field("key", "Requisition", min_length=1)
    applied_at: UtcDatetime = field("process", "Application received")
    first_contact_at: UtcDatetime | None = field(
        "process", "First engagement, where it came before the application", None
    )
    source_channel_code: str | None = field("process", "Channel of this application", None)
    stage_code: StageCode = field("process", "Stage as of now")
    status_code: Literal["open", "hired", "rejected", "withdrawn"] = field(
        "process", "State as of now"
    )
    status_at: UtcDatetime | None = field("process", "When that state began", None)
    rejection_reason_code: str | None = field("process", "Reason of a rejection", None)
    is_prospect: bool = field("process", "Contacted, not applied; left out of conversion", False)


class StageEvent(Record):
    """An application entered a stage, or left the process. The event log is the truth."""

    entity: ClassVar[str] = "stage_event"

    application_id: str = field("key", "Application", min_length=1)
    stage_code: StageCode = field("process", "Canonical stage entered, or exit")
    stage_name: str | None = field("process", "The tenant's own name of the stage", None)
    occurred_at: UtcDatetime = field("process", "When it was entered")
    sequence: int = field("process", "Order among events of the same instant", 0, ge=0)
    actor_type: Literal["person", "automation", "candidate"] | None = field(
        "process", "Who moved it", None
    )
    actor_id: str | None = field("key", "Employee who moved it", None)
    reason_code: str | None = field("process", "Reason given", None)


class Interview(Record):
    """A scheduled or held interview; a rescheduled one points to the one that it replaces."""

    entity: ClassVar[str] = "interview"

    application_id: str = field("key", "Application", min_length=1)
    round: int = field("process", "Round, from 1", 1, ge=1, le=50)
    interview_type: Literal["ai", "phone", "onsite", "panel", "technical"] = field(
        "process", "Kind of interview"
    )
    status_code: Literal["scheduled", "completed", "cancelled", "no_show", "failed"] = field(
        "process", "State"
    )
    invited_at: UtcDatetime | None = field("process", "Invitation sent", None)
    scheduled_start_at: UtcDatetime | None = field("process", "Planned start", None)
    started_at: UtcDatetime | None = field("process", "Start", None)
    ended_at: UtcDatetime | None = field("process", "End", None)
    interviewer_ids: list[str] | None = field("key", "Employees who interview", None)
    rescheduled_from_id: str | None = field("key", "Interview that this one replaces", None)
    language_code: str | None = field("process", "Language of the interview", None)


class Answer(Record):
    """A candidate's answer to one question of an interview."""

    entity: ClassVar[str] = "answer"

    interview_id: str = field("key", "Interview", min_length=1)
    question_code: str = field("process", "Question", min_length=1)
    media_uri: str | None = field("identity", "Where the recording lies", None)
    transcript_uri: str | None = field("identity", "Where the transcript lies", None)
    answered_at: UtcDatetime | None = field("process", "End of the answer", None)
    duration_seconds: float | None = field("process", "Length of the answer", None, ge=0)
    interview_source: str | None = field(
        "key", "Source that the interview belongs to, where it is another", None
    )
    answer_kind_code: Literal["audio", "code"] | None = field("process", "What was handed in", None)
    attempt: int | None = field("process", "Attempt at the question, from 1", None, ge=1, le=20)
    is_counted: bool | None = field(
        "process", "Of several attempts the one that counts, by the disclosed rule", None
    )
    follows_id: str | None = field(
        "key", "Answer that this one supplements, after a follow-up question", None
    )
    answer_outcome_code: Literal["scored", "withheld"] | None = field(
        "process", "Scored, or left to a person", None
    )
    withheld_codes: list[str] | None = field(
        "process", "Why no score was given: code lists gate and answer_flag", None
    )
    speech_seconds: float | None = field("process", "Of the length, with speech", None, ge=0)


class DimensionScore(Record):
    """One scorer's score on one dimension, raw on its own scale and as a share of that scale."""

    entity: ClassVar[str] = "dimension_score"

    application_id: str = field("key", "Application", min_length=1)
    interview_id: str | None = field("key", "Interview", None)
    dimension_code: str = field("result", "Dimension scored", min_length=1)
    score_raw: float = field("result", "Score as given")
    scale_min: float = field("result", "Lowest score of the scale", 0.0)
    scale_max: float = field("result", "Highest score of the scale")
    scale_code: str | None = field(
        "result", "Name of the scale: points_100, stars_5, percent", None
    )
    score_0_1: Score01 = field("result", "(raw − min) ÷ (max − min)")
    scorer_type: Literal["person", "ai"] = field("result", "Who scored")
    scorer_id: str | None = field("key", "Employee or model that scored", None)
    scored_at: UtcDatetime = field("process", "When the score was given")
    score_purpose_code: Literal["assessment", "second_opinion", "rerun"] = field(
        "process",
        "Counts towards the result, or given only to see how far scorers agree",
        "assessment",
    )
    comment: str | None = field("identity", "Remark of the scorer", None)
    application_source: str | None = field(
        "key", "Source that application and interview belong to, where it is another", None
    )


class Offer(Record):
    """One version of an offer. A counter-offer is a new version, not a new offer."""

    entity: ClassVar[str] = "offer"

    application_id: str = field("key", "Application", min_length=1)
    version: int = field("process", "Version, from 1", 1, ge=1)
    status_code: Literal[
        "draft", "extended", "accepted", "declined", "expired", "rescinded", "reneged", "superseded"
    ] = field("process", "State of this version")
    created_at: UtcDatetime | None = field("process", "Drafted", None)
    extended_at: UtcDatetime | None = field("process", "Sent to the candidate", None)
    accepted_at: UtcDatetime | None = field("process", "Accepted; stays when later reneged", None)
    decided_at: UtcDatetime | None = field("process", "End of this version", None)
    decline_reason_code: str | None = field("process", "Reason of a refusal", None)
    start_on: date | None = field("process", "Agreed first day", None)
    base_salary: float | None = field("compensation", "Yearly base pay", None, ge=0)
    currency_code: str | None = field("compensation", "ISO 4217", None, min_length=3, max_length=3)


class Consent(Record):
    """A consent given, and perhaps withdrawn, for one purpose."""

    entity: ClassVar[str] = "consent"

    candidate_id: str = field("key", "Candidate", min_length=1)
    purpose_code: str = field("process", "Purpose", min_length=1)
    version: str = field("process", "Version of the text agreed to", min_length=1)
    channel_code: str | None = field("process", "How it was given", None)
    given_at: UtcDatetime = field("process", "Given")
    withdrawn_at: UtcDatetime | None = field("process", "Withdrawn", None)
