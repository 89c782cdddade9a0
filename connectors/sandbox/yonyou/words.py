"""Canonical code -> what this tenant writes. The connector's mapping files read them back."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "family": {
        "rd": "研发", "product": "产品", "sales": "销售", "supply_chain": "供应链",
        "corporate": "职能", "customer_success": "客户成功",
    },
    "demand": {
        "draft": "0", "approved": "1", "open": "2", "on_hold": "3", "filled": "4", "closed": "5",
        "cancelled": "6",
    },
    # Of these the documents name only 8, the passed interview.
    "stage": {
        "applied": "0", "screen": "1", "ai_interview": "2", "interview": "3", "offer": "4",
        "hired": "5", "rejected": "6", "withdrawn": "7", "offer_approval": "8",
    },
    "channel": {
        "referral": "内部推荐", "headhunter": "猎头", "campus": "校园招聘", "career_site": "公司官网",
        "job_board": "招聘网站", "mini_program": "微信小程序", "internal": "内部应聘",
    },
    "degree": {"below_bachelor": "大专及以下", "bachelor": "本科", "master": "硕士", "doctor": "博士"},
    "sex": {"male": "1", "female": "2", "other": "9"},
    "marital": {"single": "未婚", "married": "已婚", "divorced": "离异"},
    "interview_type": {
        "ai": "AI初试", "phone": "电话面试", "onsite": "复试", "panel": "终试", "technical": "技术面试",
    },
    "interview_status": {
        "scheduled": "待面试", "completed": "已完成", "cancelled": "已取消", "no_show": "未到场",
        "failed": "异常中断",
    },
    "dimension": {
        "communication": "沟通表达", "logic": "逻辑思维", "professionalism": "专业能力",
        "teamwork": "团队协作", "stress": "抗压应变", "culture": "文化契合",
    },
    "scorer": {"ai": "AI", "person": "USER"},
    "offer": {
        "draft": "0", "extended": "1", "accepted": "2", "declined": "3", "expired": "4",
        "rescinded": "5", "reneged": "6", "superseded": "7",
    },
    "staff": {"active": "1", "terminated": "2", "not_started": "0"},
    "leave": {"voluntary": "主动离职", "employer": "公司辞退", "failed_probation": "试用期不合格"},
    "review": {
        "month_3": "试用期评估", "month_6": "半年评估", "month_12": "周年评估", "annual": "年度评估",
    },
    "flag": {"true": "1", "false": "0"},
}  # fmt: skip
