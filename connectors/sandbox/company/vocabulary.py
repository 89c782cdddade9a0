"""The words of the fictional company: families, departments, titles, channels, reasons."""

from __future__ import annotations

COMPANY = ("YS", "远山科技（模拟）", "Yuanshan Technology (simulated)")

FAMILIES = ("rd", "product", "sales", "supply_chain", "corporate", "customer_success")
FAMILY_SHARES = [0.30, 0.12, 0.20, 0.14, 0.10, 0.14]

#: Per family: code, Chinese and English name of its top unit, and of its departments.
UNITS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("RD", "研发中心", "Research and Development",
     (("平台研发部", "Platform Engineering"), ("应用研发部", "Application Engineering"),
      ("数据智能部", "Data and AI"), ("质量保障部", "Quality Assurance"))),
    ("PD", "产品中心", "Product",
     (("产品规划部", "Product Planning"), ("用户体验部", "User Experience"),
      ("产品运营部", "Product Operations"))),
    ("SL", "销售中心", "Sales",
     (("华东大区", "East China"), ("华南大区", "South China"), ("华北大区", "North China"),
      ("渠道部", "Channel Partners"))),
    ("SC", "供应链中心", "Supply Chain",
     (("采购部", "Procurement"), ("计划部", "Planning"), ("物流部", "Logistics"),
      ("制造部", "Manufacturing"))),
    ("CP", "职能中心", "Corporate Functions",
     (("人力资源部", "Human Resources"), ("财务部", "Finance"), ("法务行政部", "Legal and Admin"))),
    ("CS", "客户成功中心", "Customer Success",
     (("实施交付部", "Delivery"), ("客户支持部", "Customer Support"),
      ("客户运营部", "Customer Operations"))),
)  # fmt: skip

TITLES = (
    ("后端工程师", "前端工程师", "算法工程师", "测试工程师", "数据工程师"),
    ("产品经理", "交互设计师", "产品运营专员"),
    ("客户经理", "大客户销售", "渠道经理", "售前顾问"),
    ("采购专员", "计划工程师", "物流主管", "工艺工程师"),
    ("招聘专员", "会计", "法务专员", "行政专员"),
    ("实施顾问", "技术支持工程师", "客户成功经理"),
)
MAJORS = (
    ("计算机科学与技术", "软件工程", "人工智能", "电子信息工程", "数学"),
    ("工业设计", "信息管理", "心理学", "计算机科学与技术"),
    ("市场营销", "国际贸易", "工商管理", "新闻传播"),
    ("物流管理", "机械工程", "工业工程", "供应链管理"),
    ("人力资源管理", "会计学", "法学", "行政管理"),
    ("信息管理", "通信工程", "工商管理", "英语"),
)
SKILLS = (
    ("Python", "Java", "Go", "SQL", "Kubernetes", "机器学习", "Linux", "微服务", "测试自动化", "C++"),
    ("需求分析", "原型设计", "数据分析", "Axure", "用户研究", "SQL", "项目管理", "文案", "A/B测试", "敏捷"),
    ("客户开发", "谈判", "招投标", "CRM", "方案讲解", "渠道管理", "商务礼仪", "Excel", "英语", "回款管理"),
    ("SAP", "采购谈判", "库存管理", "精益生产", "Excel", "质量管理", "物流规划", "英语", "六西格玛", "供应商管理"),
    ("招聘", "财务分析", "合同审核", "Excel", "薪酬", "税务", "公文写作", "档案管理", "英语", "预算"),
    ("实施交付", "故障排查", "客户沟通", "SQL", "培训", "项目管理", "工单系统", "Linux", "英语", "数据分析"),
)  # fmt: skip
LOCATIONS = ("SH", "SZ", "BJ", "CD")

CHANNELS = (
    "referral", "headhunter", "campus", "career_site", "job_board", "mini_program", "internal",
)  # fmt: skip
REFERRAL, HEADHUNTER, CAMPUS, CAREER_SITE, JOB_BOARD, MINI_PROGRAM, INTERNAL = range(7)
#: Share of each outside channel in a family's applications, before seasons.
CHANNEL_SHARES = (
    (0.13, 0.09, 0.26, 0.18, 0.22, 0.12),
    (0.13, 0.08, 0.18, 0.22, 0.27, 0.12),
    (0.14, 0.07, 0.10, 0.17, 0.35, 0.17),
    (0.11, 0.05, 0.14, 0.20, 0.34, 0.16),
    (0.12, 0.05, 0.15, 0.24, 0.32, 0.12),
    (0.12, 0.05, 0.17, 0.18, 0.32, 0.16),
)
#: Relative volume of applications, January to December: two peaks a year on campus.
SEASON = (0.80, 0.55, 1.30, 1.15, 1.00, 0.90, 0.95, 0.95, 1.10, 1.05, 1.00, 0.75)
SEASON_CAMPUS = (0.30, 0.45, 2.10, 1.70, 0.70, 0.30, 0.20, 0.45, 2.40, 2.90, 1.90, 0.70)

DIMENSIONS = ("communication", "logic", "professionalism", "teamwork", "stress", "culture")
COMMUNICATION, LOGIC, PROFESSIONALISM, TEAMWORK, STRESS, CULTURE = range(6)
WEIGHTS = (0.15, 0.20, 0.25, 0.15, 0.15, 0.10)
#: Name, lowest, highest and step of the scales on which interviewers score.
SCALES = (("points_100", 0.0, 100.0, 1.0), ("stars_5", 1.0, 5.0, 0.5), ("percent", 0.0, 100.0, 5.0))

EDUCATION = ("below_bachelor", "bachelor", "master", "doctor")
GENDERS = ("female", "male", "other")
ETHNICITIES = ("汉族", "壮族", "回族", "满族", "维吾尔族", "苗族", "土家族")
ETHNICITY_SHARES = [0.91, 0.02, 0.015, 0.02, 0.01, 0.012, 0.013]
MARITAL = ("single", "married", "divorced")

STAGE_NAMES = {
    "applied": "新申请", "screen": "简历筛选", "ai_interview": "AI面试", "interview": "面试",
    "offer_approval": "录用审批", "offer": "Offer", "hired": "已录用",
    "rejected": "已淘汰", "withdrawn": "候选人放弃",
}  # fmt: skip
STAGE_CODES = tuple(STAGE_NAMES)
(APPLIED, SCREEN, AI_INTERVIEW, INTERVIEW, APPROVAL, OFFER, HIRED, REJECTED, WITHDRAWN) = range(9)

REASONS = (
    "not_qualified", "low_ai_score", "low_interview_score", "no_show", "position_closed",
    "other_candidate_chosen", "approval_refused", "offer_rescinded", "offer_declined",
    "offer_expired", "reneged", "personal_reason", "other_offer", "entered_by_mistake",
    "other_application",
)  # fmt: skip
REASON = {name: number for number, name in enumerate(REASONS)}
DECLINE_REASONS = ("salary", "other_offer", "location", "family", "counter_offer_current_employer")
EXIT_REASONS = ("better_offer", "relocation", "role_mismatch", "performance", "conduct", "family")
