"""Facts of résumés: what is taken from the text, where it stands, and what is not taken."""

from __future__ import annotations

import pytest

from interview.intake.document import Span
from interview.intake.facts import Experience
from interview.intake.periods import month_of, months_together, periods
from tests.interview.intake.resumes import AS_OF, ENGINEER, ENGLISH, document, told


def spans(value: object) -> list[Span]:
    """Every span in a fact."""
    if isinstance(value, Span):
        return [value]
    inside = getattr(type(value), "model_fields", {})
    found = [spans(getattr(value, name)) for name in inside]
    if isinstance(value, tuple):
        found = [spans(each) for each in value]
    return [span for each in found for span in each]


@pytest.mark.parametrize("text", [ENGINEER, ENGLISH])
def test_every_fact_quotes_the_place_that_it_came_from(text: str) -> None:
    document_text = document(text).text
    found = spans(told(text))
    assert len(found) > 9
    for span in found:
        assert span.quote == document_text[span.char_start : span.char_end] != ""


def test_a_chinese_resume_gives_degrees_majors_and_jobs() -> None:
    found = told(ENGINEER)
    assert [d.level_code for d in found.degrees] == ["bachelor", "master"]
    assert found.highest() is not None
    assert {m.code for m in found.majors} == {"mechanical_engineering"}
    assert [job.employer.quote if job.employer else None for job in found.jobs] == [
        "广东精密机械有限公司", "长江汽车工业有限公司", "上海某某科技有限公司"
    ]  # fmt: skip
    assert [job.industry_codes for job in found.jobs] == [
        ("manufacturing",),
        ("manufacturing",),
        (),
    ]
    assert [job.is_current for job in found.jobs] == [False, False, True]


def test_months_worked_twice_count_once_and_until_the_day_of_reading() -> None:
    """2017-07..2020-06 and 2019-01..2021-12 are 54 months together; 2022-01..2026-11 are 59 more."""
    found = told(ENGINEER)
    assert found.experience(["manufacturing"]) == Experience(
        at_least=54, at_most=54, undetermined=59
    )
    assert found.experience() == Experience(at_least=113, at_most=113)


def test_an_english_resume_gives_the_same_kinds_of_facts() -> None:
    found = told(ENGLISH)
    assert [(d.level_code, d.state_code) for d in found.degrees] == [
        ("bachelor", "completed"), ("master", "in_progress")
    ]  # fmt: skip
    assert [m.code for m in found.majors] == ["mechanical_engineering"]
    acme, beta = found.jobs
    assert acme.employer is not None
    assert (acme.employer.quote, acme.is_current) == ("Acme Machinery Co., Ltd.", True)
    assert (beta.is_internship, beta.industry_codes) == (True, ("internet",))
    assert found.experience().at_least == 101  # July 2018 to November 2026
    assert found.experience(internships=True).at_least == 105
    assert [(d.years, d.industry_codes) for d in found.declared_years] == [(8, ("manufacturing",))]


def test_skills_are_found_by_synonym_unless_they_are_denied() -> None:
    assert {s.code for s in told(ENGINEER).skills} == {
        "mechanical_design", "solidworks", "ansys", "welding", "project_management", "java", "cpp",
        "english",
    }  # fmt: skip
    assert {s.code for s in told(ENGLISH).skills} == {"python", "r_language", "solidworks", "java"}
    assert {c.code for c in told(ENGINEER).certificates} == {"cet_6", "pmp"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("精通无损检测和AutoCAD，非常熟悉PLC", {"ndt", "autocad", "plc"}),
        ("JavaScript", {"javascript"}),
        ("Go to market, R&D, I excel at sports, C端产品", set()),
        ("Go, C, Excel", {"go", "c", "excel"}),
        ("Never worked with Kafka but know Redis", {"redis"}),
        ("Docker: none\nGit", {"git"}),
        ("I have led teams without problems. Python daily.", {"python"}),
        ("不会计算误差？会用 MATLAB", {"matlab"}),
        ("finite\nelement analysis", {"fea"}),
        ("ＳＱＬ与ｐｙｔｈｏｎ", {"sql", "python"}),
    ],
)
def test_words_that_only_look_like_a_skill_are_none(text: str, codes: set[str]) -> None:
    assert {s.code for s in told(text).skills} == codes


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("学历：大专", ["below_bachelor"]),
        ("教育经历\n某某大学 专升本 2015-2017", ["bachelor"]),
        ("Education\nPhD in Physics, University of X, 2010 - 2014", ["doctor"]),
        ("工作经历\n2015.01-2020.01 某某大学 讲师\n负责硕士与博士课程", []),
        ("Certified Scrum Master with master data skills", []),
        ("荣誉\n本科生课程优秀教师", []),
        ("学历：没有本科学历", []),
    ],
)
def test_a_degree_counts_where_the_persons_own_studies_are_told(
    text: str, levels: list[str]
) -> None:
    assert [d.level_code for d in told(text).degrees] == levels


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("教育背景\n2024.09-2028.06 某某大学 本科", "in_progress"),
        ("教育背景\n2024.09-至今 某某大学 本科", "in_progress"),
        ("教育背景\n某某大学 本科在读", "in_progress"),
        ("教育背景\n2010.09-2012.06 某某大学 本科肄业", "not_completed"),
        ("教育背景\n2010.09-2014.06 某某大学 本科", "completed"),
        ("教育背景\n2010.09-2014.06 某某大学\n本科", "completed"),
        ("最高学历：专科（函授本科在读）", "completed in_progress"),
        ("教育背景\n某某大学 本科（在读）", "in_progress"),
    ],
)
def test_studies_that_are_not_finished_are_no_degree_yet(text: str, state: str) -> None:
    assert [d.state_code for d in told(text).degrees] == state.split()


@pytest.mark.parametrize(
    "written",
    [
        "2018年7月至2021年6月", "2018.07-2021.06", "2018/7—2021/6", "2018-07 ~ 2021-06",
        "Jul 2018 – June 2021", "July, 2018 to Jun. 2021", "07/2018 - 06/2021",
        "２０１８．０７－２０２１．０６", "2018.07.15-2021.06.30", "2018年07月01日-2021年06月30日",
    ],
)  # fmt: skip
def test_periods_are_read_in_each_usual_form(written: str) -> None:
    (found,) = periods(f"x {written} y", AS_OF)
    assert found.narrow == found.wide == (2018 * 12 + 6, 2021 * 12 + 5)
    assert months_together([found.narrow], month_of(AS_OF)) == 36


def test_years_alone_leave_room_on_both_sides() -> None:
    """2018 to 2021 is at least December 2018 to January 2021, at most January to December."""
    (found,) = periods("2018-2021", AS_OF)
    until = month_of(AS_OF)
    assert months_together([found.narrow], until) == 26
    assert months_together([found.wide], until) == 48


@pytest.mark.parametrize("written", ["2021.06-2018.07", "2030.01-2031.01", "12018.07-2021.06 5"])
def test_what_is_no_period_is_none(written: str) -> None:
    assert not list(periods(written, AS_OF))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("10年工作经验", 10), ("十五年制造业经验", 15), ("两年以上经验", 2), ("二十年工作经历", 20),
        ("over ten years' experience", 10), ("8+ years of work experience", 8),
        ("成立于2010年的公司，经验丰富", None), ("ten years ago", None), ("没有3年工作经验", None),
    ],
)  # fmt: skip
def test_years_that_are_only_stated_are_read_in_figures_and_words(
    text: str, years: int | None
) -> None:
    assert [d.years for d in told(text).declared_years] == ([years] if years else [])


def test_a_field_of_study_or_an_employers_name_is_no_skill() -> None:
    studied = told("教育背景\n某某大学 市场营销 本科\n技能\nSQL")
    assert [s.code for s in studied.skills] == ["sql"]
    worked = told("工作经历\n2020.01-2021.12 快达物流有限公司 司机")
    assert worked.skills == ()
    assert "marketing" in {s.code for s in told("技能\n市场营销").skills}


def test_courses_taken_are_no_field_of_study() -> None:
    found = told("教育背景\n2010.09-2014.06 某某大学 会计学 本科\n主修课程：机械工程、自动化")
    assert [m.code for m in found.majors] == ["accounting"]


def test_without_headings_work_is_told_by_what_stands_beside_it() -> None:
    found = told(
        "2010.9-2014.6 某某大学 本科\n2016.5-2018.8 万科物业 客服专员\n• 2017.1-2017.6 参与改造\n"
        "2018.9-2019.2 长江机械有限公司 实习\n2019.3-2020.2 长江机械有限公司（实习后转正）\n"
        "2008.9-2010.6 某某学院 大专\n2006.9-2008.6\n某某学校"
    )
    assert [(job.span.quote, job.is_internship) for job in found.jobs] == [
        ("2016.5-2018.8", False), ("2018.9-2019.2", True), ("2019.3-2020.2", False)
    ]  # fmt: skip


def test_an_employer_is_named_without_its_town_or_title() -> None:
    found = told(
        "Experience\nDesign Engineer\nAero Components GmbH (Munich)  09/2012 – 02/2016\n"
        "2016.05-2018.08 长江机械有限公司设计部主管"
    )
    assert [job.employer.quote for job in found.jobs if job.employer] == [
        "Aero Components GmbH", "长江机械有限公司"
    ]  # fmt: skip
