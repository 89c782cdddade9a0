"""The vendor's field names for each list, over the columns of the simulated company.

A rule is `column` or `column:form`; forms are a word list of `words.py`, `time` (local time to the
second), `date`, `list` (texts joined with commas) and `phone`.
"""

from __future__ import annotations

Layout = dict[str, str]

_TIMES: Layout = {"creationtime": "source_created_at:time", "pubts": "source_updated_at:time"}

STAFFING: Layout = {
    "id": "source_id",
    "code": "source_id",
    "name": "title",
    "jobCode": "job_code",
    "jobFamily": "job_family_code:family",
    "orgId": "org_unit_id",
    "workPlace": "location_code",
    "status": "status_code:demand",
    "staffingNum": "headcount",
    "managerId": "hiring_manager_id",
    "recruiterId": "recruiter_id",
    "approveTime": "approved_at:time",
    "openTime": "opened_at:time",
    "closeTime": "closed_at:time",
    "expectDate": "target_fill_on:date",
    "isLongTerm": "is_evergreen:flag",
    "isTest": "is_test:flag",
    **_TIMES,
}
CANDIDATE: Layout = {
    "id": "source_id",
    "code": "candidate_no",
    "name": "full_name",
    "mobile": "phone:phone",
    "email": "email",
    "sex": "gender:sex",
    "birthdate": "birth_on:date",
    "nation": "ethnicity",
    "marital": "marital_status:marital",
    "country": "citizenship",
    "degree": "education_level_code:degree",
    "major": "major",
    "workYears": "years_experience",
    "lastCompany": "current_employer",
    "skills": "skills:list",
    "resumesource": "source_channel_code:channel",
    "resumeUrl": "resume_uri",
    "isInternal": "is_internal:flag",
    "registerTime": "created_at:time",
    **_TIMES,
}
APPLICATION: Layout = {
    "id": "source_id",
    "staffingId": "requisition_id",
    "recruitPostId": "requisition_id",
    "status": "stage_code:stage",
    "applyTime": "applied_at:time",
    "firstContactTime": "first_contact_at:time",
    "statusTime": "status_at:time",
    "resumesource": "source_channel_code:channel",
    "rejectReason": "rejection_reason_code",
    "isProspect": "is_prospect:flag",
    **_TIMES,
}
INTERVIEW: Layout = {
    "id": "source_id",
    "orgRelId": "application_id",
    "round": "round",
    "interviewType": "interview_type:interview_type",
    "interviewStatus": "status_code:interview_status",
    "inviteTime": "invited_at:time",
    "interviewBeginTime": "scheduled_start_at:time",
    "actualBeginTime": "started_at:time",
    "interviewEndTime": "ended_at:time",
    "interviewerIds": "interviewer_ids:list",
    "rescheduledFrom": "rescheduled_from_id",
    "language": "language_code",
    **_TIMES,
}
EVALUATION: Layout = {
    "id": "source_id",
    "evaluationPro": "dimension_code:dimension",
    "evaluationContent": "comment",
    **_TIMES,
}
BILL: Layout = {
    "id": "source_id",
    "orgRelId": "application_id",
    "version": "version",
    "offerStatus": "status_code:offer",
    "createTime": "created_at:time",
    "sendTime": "extended_at:time",
    "acceptTime": "accepted_at:time",
    "finishTime": "decided_at:time",
    "refuseReason": "decline_reason_code",
    "entryDate": "start_on:date",
    "annualSalary": "base_salary",
    "currency": "currency_code",
    **_TIMES,
}
STAFF: Layout = {
    "id": "source_id",
    "code": "person_no",
    "name": "full_name",
    "mobile": "phone:phone",
    "email": "email",
    "orgId": "org_unit_id",
    "postCode": "position_code",
    "jobFamily": "job_family_code:family",
    "directorId": "manager_id",
    "candidateId": "candidate_id",
    "orgRelId": "application_id",
    "entryDate": "hired_on:date",
    "probationEndDate": "probation_end_on:date",
    "leaveDate": "terminated_on:date",
    "leaveType": "termination_type:leave",
    "staffStatus": "status_code:staff",
    "isRehire": "is_rehire:flag",
    "workYears": "years_experience",
    "degree": "education_level_code:degree",
    "monthlySalary": "monthly_salary",
    "sex": "gender:sex",
    "birthdate": "birth_on:date",
    "nation": "ethnicity",
    "marital": "marital_status:marital",
    **_TIMES,
}
RESULT: Layout = {
    "id": "source_id",
    "staffId": "employee_id",
    "periodCode": "cycle_code",
    "planType": "review_type:review",
    "score": "rating_raw",
    "minScore": "scale_min",
    "maxScore": "scale_max",
    "finishTime": "finalised_at:time",
    "evaluatorId": "reviewer_id",
    **_TIMES,
}

#: The older eHR: the same company under other names, one row for each application.
V3_DEMAND: Layout = {
    "demandId": "source_id",
    "demandName": "title",
    "jobCode": "job_code",
    "jobSeries": "job_family_code:family",
    "deptCode": "org_unit_id",
    "state": "status_code:demand",
    "planNum": "headcount",
    "ownerCode": "hiring_manager_id",
    "approveTime": "approved_at:time",
    "beginTime": "opened_at:time",
    "endTime": "closed_at:time",
    "updateTime": "source_updated_at:time",
}
V3_RESUME: Layout = {
    "candidateId": "source_id",
    "candidateNo": "candidate_no",
    "candidateName": "full_name",
    "phone": "phone:phone",
    "mail": "email",
    "education": "education_level_code:degree",
    "channel": "source_channel_code:channel",
    "resumeFile": "resume_uri",
}
V3_APPLY: Layout = {
    "applyId": "source_id",
    "demandId": "requisition_id",
    "applyTime": "applied_at:time",
    "applyState": "stage_code:stage",
    "stateTime": "status_at:time",
}
V3_STAFF: Layout = {
    "staffCode": "source_id",
    "personCode": "person_no",
    "staffName": "full_name",
    "phone": "phone:phone",
    "mail": "email",
    "deptCode": "org_unit_id",
    "jobCode": "position_code",
    "entryDate": "hired_on:date",
    "leaveDate": "terminated_on:date",
    "state": "status_code:staff",
    "applyId": "application_id",
    "candidateId": "candidate_id",
    "updateTime": "source_updated_at:time",
}
V3_RESULT: Layout = {
    "resultId": "source_id",
    "staffCode": "employee_id",
    "period": "cycle_code",
    "planType": "review_type:review",
    "score": "rating_raw",
    "lowest": "scale_min",
    "highest": "scale_max",
    "confirmTime": "finalised_at:time",
    "updateTime": "source_updated_at:time",
}
