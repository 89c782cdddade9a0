"""Canonical codes and what this tenant writes instead. The vendor's numbers are unverified: the
connector's mapping.yaml, which reads them back, is where a customer corrects them.
"""

from __future__ import annotations

FAMILIES = {
    "rd": "研发", "product": "产品", "sales": "销售", "supply_chain": "供应链", "corporate": "职能",
    "customer_success": "客户成功",
}  # fmt: skip
CHANNELS = {
    "referral": "内部推荐", "headhunter": "猎头", "campus": "校园招聘", "career_site": "公司官网",
    "job_board": "招聘网站", "mini_program": "微信小程序", "internal": "内部应聘",
}  # fmt: skip
#: Stages that an application can be in: id, name and the vendor's type. Ways out are no stages.
STAGES = {
    "applied": ("7001", "新申请", 1), "screen": ("7002", "简历筛选", 1),
    "ai_interview": ("7003", "AI面试", 3), "interview": ("7004", "面试", 4),
    "offer_approval": ("7005", "录用审批", 5), "offer": ("7006", "Offer", 5),
    "hired": ("7007", "已录用", 7),
}  # fmt: skip
STAGE_OF_ID = {stage_id: code for code, (stage_id, _, _) in STAGES.items()}
ROUND_TYPES = {
    "ai": "AI 初面", "phone": "电话面试", "onsite": "现场面试", "panel": "小组面试", "technical": "技术面试",
}  # fmt: skip
INTERVIEW_MODES = {"ai": 3, "phone": 2, "onsite": 1, "panel": 1, "technical": 3}
ARRANGEMENTS = {"scheduled": 1, "completed": 2, "cancelled": 3, "no_show": 4, "failed": 5}
DIMENSIONS = {
    "communication": "沟通表达", "logic": "逻辑思维", "professionalism": "专业能力", "teamwork": "团队协作",
    "stress": "抗压应变", "culture": "文化契合",
}  # fmt: skip
SEATS = {"open": 2, "filled": 5, "cancelled": 3}
OFFERS = {
    "draft": 1, "superseded": 3, "extended": 6, "accepted": 7, "declined": 8, "expired": 9,
    "rescinded": 10, "reneged": 11,
}  # fmt: skip
DEGREES = {"below_bachelor": 4, "bachelor": 6, "master": 7, "doctor": 8}
DEGREE_NAMES = {
    "below_bachelor": "junior_college", "bachelor": "bachelor", "master": "master", "doctor": "phd",
}  # fmt: skip
GENDERS = {"male": 1, "female": 2, "other": 3}
MARITAL = {"single": 1, "married": 2, "divorced": 3}
EMPLOYMENT = {"active": "hired", "terminated": "terminated", "not_started": "preboarding"}
LEAVING = {
    "voluntary": "voluntary", "employer": "involuntary", "failed_probation": "failed_probation",
}  # fmt: skip
SEMESTER_TYPES = {
    "month_3": "Probation", "month_6": "Semi-annual", "month_12": "Anniversary", "annual": "Annual",
}  # fmt: skip
#: Why an application ended, in the vendor's numbers.
WE_REFUSED, THEY_REFUSED = 1, 22
ACTIVE, ENDED = 1, 2
