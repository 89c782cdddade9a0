"""Screening: each rule's verdicts and reasons, and that the unknown never excludes."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from interview.intake.document import PageText, assemble
from interview.intake.rules import RuleSet, load_rule_sets, rule_set, rules_for
from interview.intake.screen import RuleFinding, ScreeningResult, in_order, screen
from talentloop.errors import ConfigError
from talentloop.settings import PROJECT_ROOT, Settings
from tests.interview.intake.resumes import ENGINEER, ENGLISH, document, taxonomy, told

SHIPPED = Settings(config=PROJECT_ROOT / "config", home=Path("unused"))
ME = rule_set(SHIPPED, "mechanical_engineer", on=date(2026, 11, 2))


def screened(text: str, rules: RuleSet = ME) -> ScreeningResult:
    return screen(document(text), told(text), rules, taxonomy())


def one_rule(**rule: Any) -> RuleSet:
    named = {"code": "rule", "zh": "规则", "en": "Rule", **rule}
    return RuleSet.model_validate(
        {"code": "set", "version": "1", "zh": "集", "en": "Set", "valid_from": "2026-01-01",
         "rules": [named]}
    )  # fmt: skip


def finding(text: str, **rule: Any) -> RuleFinding:
    (found,) = screened(text, one_rule(**rule)).findings
    return found


@pytest.mark.parametrize("text", [ENGINEER, ENGLISH])
def test_who_meets_the_rules_goes_to_a_person(text: str) -> None:
    found = screened(text)
    required = [f.verdict_code for f in found.findings if f.is_required]
    assert (found.outcome_code, required) == ("advance_to_person", ["met"] * 3)
    assert all(f.spans for f in found.findings if f.verdict_code == "met")


def test_an_empty_resume_is_unknown_in_all_and_excluded_by_nothing() -> None:
    found = screened("李四 电话 000")
    assert {f.verdict_code for f in found.findings} == {"unknown"}
    assert (found.outcome_code, found.reasons) == ("advance_to_person", ())


def test_a_proposed_exclusion_gives_every_reason_with_its_place() -> None:
    found = screened(
        "学历：大专  专业：会计学\n工作经历\n2024.01-2025.06 长江汽车工业有限公司 会计"
    )
    assert found.outcome_code == "proposed_exclusion"
    assert [(f.rule_code, f.reason_code, f.found, f.spans[0].quote) for f in found.reasons] == [
        ("degree", "degree_below", "below_bachelor", "大专"),
        ("field", "major_other", "accounting", "会计学"),
        ("manufacturing_years", "years_below", "1.5", "2024.01-2025.06"),
    ]


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("学历：硕士", "met", "degree_reached"),
        ("学历：大专", "not_met", "degree_below"),
        ("学历：本科在读", "unknown", "degree_in_progress"),
        ("学历：本科肄业", "not_met", "degree_below"),
        ("硕士生导师推荐", "unknown", "degree_not_stated"),
    ],
)
def test_education_is_judged_by_what_is_finished(text: str, verdict: str, reason: str) -> None:
    found = finding(text, kind="education", at_least="bachelor")
    assert (found.verdict_code, found.reason_code) == (verdict, reason)


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("专业：机械电子工程", "met", "major_matches"),
        ("教育背景\n某某大学 会计学 本科\n某某大学 机械工程 硕士", "met", "major_matches"),
        ("教育背景\n某某大学 法学 本科", "not_met", "major_other"),
        ("学历：本科 专业：钟表学", "unknown", "major_not_listed"),
        ("2020年起任机械工程师", "unknown", "major_not_stated"),
    ],
)
def test_a_field_that_is_not_listed_is_for_a_person(text: str, verdict: str, reason: str) -> None:
    found = finding(text, kind="major", any_of=["mechanical_engineering"])
    assert (found.verdict_code, found.reason_code) == (verdict, reason)


@pytest.mark.parametrize(
    ("text", "verdict", "reason"),
    [
        ("工作经历\n2020.01-2022.12 某某机械有限公司", "met", "years_reached"),
        ("工作经历\n2020.01-2022.11 某某机械有限公司", "not_met", "years_below"),
        ("工作经历\n2020-2023 某某机械有限公司", "unknown", "years_imprecise"),
        ("工作经历\n2020.01-2022.12 神秘有限公司", "unknown", "industry_unknown"),
        ("工作经历\n2020.01-2022.12 某某银行", "not_met", "years_below"),
        ("5年制造业工作经验", "met", "years_declared"),
        ("5年工作经验", "unknown", "years_not_stated"),
        ("5年制造业经验\n工作经历\n2025.01-2025.12 某某银行", "unknown", "years_contradict"),
        ("工作经历\n2020.01-2022.12 某某机械有限公司 实习生", "not_met", "years_below"),
    ],
)
def test_years_in_an_industry_are_failed_only_where_all_is_known(
    text: str, verdict: str, reason: str
) -> None:
    found = finding(text, kind="experience", min_years=3, industries=["manufacturing"])
    assert (found.verdict_code, found.reason_code) == (verdict, reason)


@pytest.mark.parametrize(
    ("text", "match", "absent", "verdict", "reason"),
    [
        ("熟悉Solid Works", "any", "unknown", "met", "found"),
        ("熟悉SolidWorks", "all", "unknown", "unknown", "not_found"),
        ("SolidWorks, 非标自动化", "all", "unknown", "met", "found"),
        ("绘图", "any", "unknown", "unknown", "not_found"),
        ("绘图", "any", "not_met", "not_met", "not_found"),
        ("没有SolidWorks经验；非标设计", "any", "unknown", "met", "found"),
        ("没有SolidWorks经验；非标设计", "all", "unknown", "not_met", "denied"),
    ],
)
def test_keywords_count_with_their_synonyms(
    text: str, match: str, absent: str, verdict: str, reason: str
) -> None:
    word = {"zh": "非标设备", "en": "special-purpose machine", "names": ["非标自动化", "非标设计"]}
    found = finding(
        text, kind="keywords", match=match, when_absent=absent, skills=["solidworks"], words=[word]
    )
    assert (found.verdict_code, found.reason_code) == (verdict, reason)


def test_recognised_text_excludes_nobody_for_what_it_may_have_lost() -> None:
    text = "学历：大专 专业：会计学\n没有SolidWorks经验"
    scan = assemble("image", [PageText(text, "ocr", 0.9)], "0" * 64)
    cad = {"kind": "keywords", "code": "cad", "zh": "软件", "en": "CAD", "match": "any",
           "skills": ["solidworks"]}  # fmt: skip
    rules = RuleSet.model_validate({**ME.model_dump(), "rules": [*ME.rules[:2], cad]})
    assert [f.verdict_code for f in screened(text, rules).findings] == ["not_met"] * 3
    found = screen(scan, told(text), rules, taxonomy())
    assert [(f.verdict_code, f.reason_code) for f in found.findings] == [
        ("unknown", "text_recognised"), ("unknown", "text_recognised"), ("not_met", "denied")
    ]  # fmt: skip
    assert [f.rule_code for f in found.reasons] == ["cad"]


def test_the_order_is_by_rules_met_and_proposals_come_last() -> None:
    texts = {"a": "学历：大专", "b": "", "c": ENGINEER, "d": ""}
    ordered = in_order([(key, screened(text or "无名")) for key, text in texts.items()])
    assert [key for key, _ in ordered] == ["c", "b", "d", "a"]


def test_every_reason_and_verdict_has_its_words_in_both_languages() -> None:
    from talentloop.codes import load_code_lists

    lists = load_code_lists(SHIPPED)
    source = (PROJECT_ROOT / "interview/intake/screen.py").read_text(encoding="utf-8")
    for code in lists.codes("screening_reason"):
        assert f'"{code}"' in source
    seen = {
        f.reason_code
        for text in (ENGINEER, ENGLISH, "学历：大专", "x")
        for f in screened(text).findings
    }
    assert seen <= set(lists.codes("screening_reason"))
    assert lists.codes("screening_verdict") == ["met", "unknown", "not_met"]


def test_a_requisition_finds_its_rules_by_job_code_or_title() -> None:
    day = date(2026, 11, 2)
    known = load_rule_sets(SHIPPED)
    by_code = rules_for(known, on=day, job_code="ME-ENG")
    by_title = rules_for(known, on=day, title="Senior Mechanical Engineer")
    assert by_code == by_title == ME
    assert rules_for(known, on=day, title="厨师") is None
    assert rules_for(known, on=date(2025, 1, 1), job_code="ME-ENG") is None
    with pytest.raises(ConfigError, match="Several"):
        rules_for([*known, ME], on=day, job_code="ME-ENG")


def written(folder: Path, **changes: Any) -> Settings:
    """A configuration whose only screening rules are the shipped ones, changed."""
    config = folder / "config"
    for name in ("skills.yml", "resume.yml"):
        (config / name).parent.mkdir(exist_ok=True)
        (config / name).write_bytes((PROJECT_ROOT / "config" / name).read_bytes())
    shipped = yaml.safe_load(
        (PROJECT_ROOT / "config/screening/mechanical_engineer.yml").read_text(encoding="utf-8")
    )
    (config / "screening").mkdir(exist_ok=True)
    target = config / "screening" / f"v{next(_numbers)}.yml"
    target.write_text(yaml.safe_dump({**shipped, **changes}))
    return Settings(config=config, home=folder)


_numbers = itertools.count()


def test_versions_follow_each_other_and_never_overlap(tmp_path: Path) -> None:
    written(tmp_path, valid_until=date(2026, 6, 30))
    settings = written(tmp_path, version="2", valid_from=date(2026, 7, 1))
    days = (date(2026, 6, 30), date(2026, 7, 1))
    assert [rule_set(settings, ME.code, on=day).version for day in days] == ["1", "2"]
    settings = written(tmp_path, version="3", valid_from=date(2026, 8, 1))
    with pytest.raises(ConfigError, match="in force at once"):
        load_rule_sets(settings)


def test_a_rule_about_something_unknown_names_file_rule_and_remedy(tmp_path: Path) -> None:
    rule = {"kind": "major", "code": "field", "zh": "专业", "en": "Field", "any_of": ["alchemy"]}
    settings = written(tmp_path, rules=[rule])
    with pytest.raises(ConfigError, match="alchemy") as caught:
        load_rule_sets(settings)
    assert "rule field" in caught.value.where
    assert "majors" in caught.value.remedy
