"""Résumés in words, of nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from interview.intake.document import Document, PageText, assemble
from interview.intake.extract import facts
from interview.intake.facts import ResumeFacts
from interview.intake.taxonomy import Taxonomy, load_taxonomy
from talentloop.settings import PROJECT_ROOT, Settings

AS_OF = date(2026, 11, 2)

ENGINEER = """张三
教育背景
2010.09-2014.06  华中科技大学  机械设计制造及其自动化  本科
2014.09-2017.06  同济大学  车辆工程  硕士
工作经历
2017.07 - 2020.06  广东精密机械有限公司  机械工程师
负责结构设计，使用SolidWorks、ＡＮＳＹＳ；与银行客户对接
2019.01 – 2021.12 长江汽车工业有限公司 高级工程师
- 2020年1月至2020年12月负责焊接工艺
2022年1月至今  上海某某科技有限公司  项目经理
专业技能
熟悉Java、C++，不熟悉Python，没有Go语言经验；英语六级，PMP
"""

ENGLISH = """Jane Doe
Summary
Engineer with 8+ years of manufacturing experience. No experience with SAP.
Work Experience
Acme Machinery Co., Ltd.
Mechanical Engineer, Jul 2018 – Present
 - Go-to-market support; R&D; improved yield in 2019-2020
Beta Software Inc. | Intern | 06/2017 - 09/2017
Education
B.Sc. in Mechanical Engineering, Technical University of Nowhere, 2014 - 2018
MBA candidate, expected 2027, Business College
Skills
Python, R, SolidWorks, not only Java
"""


def taxonomy() -> Taxonomy:
    """The shipped taxonomy."""
    return load_taxonomy(Settings(config=PROJECT_ROOT / "config", home=Path("unused")))


def document(text: str) -> Document:
    """A text as a document."""
    return assemble("text", [PageText(text)], "0" * 64)


def told(text: str) -> ResumeFacts:
    """The facts of a text."""
    return facts(document(text), taxonomy(), as_of=AS_OF)
