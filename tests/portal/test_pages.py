"""Every page: opens in both languages, keeps the policy, and shows the registry's numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete

from portal.frame import Frame
from portal.views.report import path_of
from portal.views.report_comparison import compared_table
from talentloop import ops
from talentloop.ops import proposals
from talentloop.ops.models import Proposal
from talentloop.reports import all_reports, get_report, run_compared, run_report
from talentloop.reports.text import CellText, number
from talentloop.settings import Settings
from talentloop.warehouse import open_published
from tests.portal.conftest import open_client
from tests.portal.markup import Page, parse
from tests.portal.seed import propose_weights

PAGES = (
    "/reports/monthly", "/reports/monthly?month=2026-05", "/reports/funnel",
    "/reports/funnel?department=RD&from=2026-01", "/reports/funnel/applications?stage=interview",
    "/talent", "/talent?sort=score", "/interviews", "/waiting", "/scheduling", "/quality", "/reports", "/reports/funnel/table",
    "/reports/ops_steps", "/definitions", "/reports/validity", "/reports/validity?months=3",
    "/reports/before_after", "/reports/monthly_hiring_efficiency?month=2026-09",
)  # fmt: skip


def opened(client: TestClient, path: str, status: int = 200) -> Page:
    """A page, parsed, after the checks that every page must pass."""
    client.cookies.clear()  # the language is remembered
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    page = parse(answer.text)
    assert not page.forbidden, page.forbidden
    assert len(page.ids) == len(set(page.ids)), "ids repeat"
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages(
    running: Settings, site: TestClient, path: str, lang: str
) -> None:
    page = opened(site, path + ("&" if "?" in path else "?") + f"lang={lang}")
    assert page.heads[0]
    assert {"模拟数据", "Simulated data"} & {
        t[:14].split("：")[0].split(":")[0] for t in page.texts
    }
    footer = "数据截至" if lang == "zh" else "Data as of"
    assert footer in page.text
    assert "v2026.11.01-1" in page.text
    assert "2026-11-01 08:00" in page.text


def test_every_link_of_the_portal_leads_somewhere(running: Settings, site: TestClient) -> None:
    links = {link for path in PAGES for link in opened(site, path).links}
    wanted = sorted(link for link in links if link.startswith("/") and "/export/" not in link)
    assert len(wanted) > 40
    shapes = {re.sub(r"p_[0-9a-f]+", "p_", link): link for link in wanted}
    kinds = {shape.split("?")[0] + ("?" if "?" in shape else ""): u for shape, u in shapes.items()}
    for link in kinds.values():
        expected = 404 if link.startswith("/quality/docs") else 200  # no checks ran here
        assert site.get(link).status_code == expected, link


def test_every_export_of_a_page_can_be_had(running: Settings, site: TestClient) -> None:
    links = {link for path in PAGES for link in opened(site, path).links if "/export/" in link}
    by_report = {link.split("?")[0]: link for link in sorted(links)}
    assert len(by_report) > 30
    for link in by_report.values():
        answer = site.get(link)
        assert answer.status_code == 200, link
        assert "attachment" in answer.headers["content-disposition"]


def _person(settings: Settings, where: str) -> str:
    with open_published(settings) as db:
        return str(db.sql(f"select person_key from talent_profile where {where} limit 1")[0][0])


def test_the_monthly_page_shows_the_reports_figures(running: Settings, site: TestClient) -> None:
    page = opened(site, "/reports/monthly?month=2026-09")
    rows = run_report(running, "monthly_hiring_efficiency", {"month": "2026-09"}).rows
    row = next(r for r in rows if str(r["month_on"]) == "2026-09-01")
    assert f"{row['n_accepted']}" in page.texts
    assert number(float(str(row["time_to_hire_median_days"])), 1) in page.texts
    words = CellText.of(running, "zh")
    for found in run_report(running, "source_quality").rows:
        columns = run_report(running, "source_quality").columns
        cells = page.row(words.cell(found["source_channel_code"], columns["source_channel_code"]))
        assert cells[1] == words.cell(found["n_applications"], columns["n_applications"])
        assert cells[3] == words.cell(found["hire_rate"], columns["hire_rate"])
    table = [cells for cells in page.rows if cells and cells[0].startswith("202")]
    assert len(table) == 13  # the rows behind the trend


def test_the_funnel_page_shows_the_reports_figures(running: Settings, site: TestClient) -> None:
    page = opened(site, "/reports/funnel?department=RD&from=2026-01&to=2026-09")
    given = {"department": "RD", "from": "2026-01", "to": "2026-09"}
    rows = {r["stage_code"]: r for r in run_report(running, "funnel", given).rows}
    screen = rows["screen"]
    cells = page.row("简历筛选")
    assert cells[2:7] == [
        number(float(str(screen[n])), 0)
        for n in ("n_entered", "n_advanced", "n_rejected", "n_withdrawn", "n_open")
    ]
    assert any("研发中心" in head for head in page.heads)
    assert "/reports/funnel?department=RD&from=2026-01&to=2026-09" in page.texts


def test_a_figure_of_the_funnel_leads_to_its_applications(
    running: Settings, site: TestClient
) -> None:
    page = opened(site, "/reports/funnel?from=2026-01&to=2026-09")
    link = next(u for u in page.links if "stage=interview" in u and "exit=rejected" in u)
    counted = next(c for c in page.rows if c and c[0] == "复试")[4]
    listed = opened(site, link)
    assert counted in listed.texts
    people = [u for u in listed.links if u.startswith("/talent/")]
    assert len(people) == min(50, int(counted))


def test_the_profile_names_the_person_and_stamps_advice(
    running: Settings, site: TestClient
) -> None:
    key = _person(running, "status_code = 'open' and overall_score_0_100 > 0")
    page = opened(site, f"/talent/{key}")
    assert key in page.texts
    assert page.heads[0].split()[0] not in ("姓名未知", key)
    assert page.texts.count("模型建议 · 由人决定") == 2
    text = page.text
    assert "从基准率起 41.0%" in text
    assert "合计 48.0%" in text  # 41 + 6 + 4 - 3
    assert "+6.0 点" in text
    assert "−3.0 点" in text
    assert "90% 区间 40%–58%" in text
    for head in ("AI", "面试官 A", "面试官 B"):
        assert head in text.replace("\u00a0", " ")


def test_the_weighted_score_of_the_page_is_the_weighted_mean_of_its_rows(
    running: Settings, site: TestClient
) -> None:
    key = _person(running, "overall_score_0_100 > 0")
    page = opened(site, f"/talent/{key}")
    names = ("专业能力", "逻辑思维", "沟通表达", "团队协作", "抗压应变", "文化契合")
    lines = [cells for cells in page.rows if cells and cells[0] in names]
    total = sum(float(c[1].rstrip("%")) / 100 * float(c[5]) for c in lines)
    shown = float(page.row("加权总分")[5])
    assert shown == pytest.approx(total, abs=0.11)


def test_work_after_hiring_is_classed_on_the_profile(running: Settings, site: TestClient) -> None:
    with open_published(running) as db:
        query = "select person_key from fct_performance_review where review_type_code = 'month_6'"
        key = str(db.sql(query + " limit 1")[0][0])
    page = opened(site, f"/talent/{key}?lang=en")
    assert "Performance after hiring" in page.texts
    assert "6 months" in page.text


def test_each_view_of_a_person_and_each_export_is_audited(
    published: Settings, client: TestClient
) -> None:
    from sqlalchemy import select

    from talentloop import ops
    from talentloop.ops.audit import first_broken
    from talentloop.ops.models import AuditRow

    key = _person(published, "n_applications > 0")
    client.get(f"/talent/{key}")
    client.get("/export/funnel.csv?department=RD")
    with ops.session(published) as db:
        rows = [
            (r.action, r.object_ref) for r in db.scalars(select(AuditRow).order_by(AuditRow.seq))
        ]
    assert rows == [("view_profile", key), ("export", "funnel")]
    assert first_broken(published) is None


def test_people_are_found_by_name_and_by_position(running: Settings, site: TestClient) -> None:
    by_name = opened(site, "/talent?q=予安")
    names = [c[0] for c in by_name.rows if c and "p_" in c[0]]
    assert names
    assert all("予安" in name for name in names)
    by_position = opened(site, "/talent?q=岗位 46")
    assert any("岗位 46" in c[1] for c in by_position.rows if len(c) > 1)
    nobody = opened(site, "/talent?q=没有这个人")
    assert "没有找到人" in nobody.text


def test_without_the_key_of_names_the_list_still_opens(
    published: Settings, client: TestClient
) -> None:
    for file in published.published_dir.glob("restricted-*.duckdb"):
        file.unlink()
    page = opened(client, "/talent")
    assert "姓名未知" in page.texts


def test_the_quality_page_says_what_is_held_failed_and_promoted(
    running: Settings, site: TestClient
) -> None:
    page = opened(site, "/quality")
    text = page.text.replace("\u00a0", " ")
    assert "数据检查没有通过，这一批被拦下" in page.heads[1]
    assert "隔离区：2 组，3 条" in text
    assert page.row("合计")[-3:]  # the sum equals the heading
    assert "talentloop quarantine show 1" in text
    assert "start_on is not before extended_at" in text
    assert "第 3 版" in text
    assert "需人复核" in text
    assert "INC-1" in text
    assert any(cell.startswith("◆") for cells in page.rows for cell in cells)  # a slow run
    assert any(cell == "✕" for cells in page.rows for cell in cells)
    assert "王秘密" not in text


def test_the_quality_page_counts_every_suite_and_calls_models_by_their_titles(
    site: TestClient,
) -> None:
    page = opened(site, "/quality")
    # 12 of a load that passed, 11 of 12 of one that did not, 7 of features.
    assert "30 / 31" in page.texts
    assert page.row("训练 入职六个月绩效")[-1] == "9.0"


def test_a_definition_stands_behind_each_question_mark(running: Settings, site: TestClient) -> None:
    page = opened(site, "/reports/monthly?lang=en")
    metrics = Frame(running, "en", "auto", "/", []).registry.metrics
    for key in ("time_to_hire", "offer_acceptance_rate", "join_rate", "retention_90d_rate"):
        assert metrics[key].formula.en in page.texts


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "name", sorted(n for n, s in all_reports().items() if "person" not in s.parameters)
)
def test_every_report_opens_as_a_page(
    running: Settings, site: TestClient, name: str, lang: str
) -> None:
    page = opened(site, f"{path_of(name)}?lang={lang}")
    title = get_report(name).title.zh if lang == "zh" else get_report(name).title.en
    assert page.heads[0].replace("\u00a0", " ").startswith(title)


def test_a_report_without_choices_has_no_form(site: TestClient) -> None:
    assert "<form" not in site.get("/reports/ops_checks/table").text
    assert "<form" in site.get("/reports/ops_versions/table").text


def test_six_tiles_stand_in_two_rows(site: TestClient) -> None:
    page = site.get("/reports/monthly_hiring_efficiency/table").text
    assert page.count('<section class="kpi">') == 6
    assert 'class="kpis kpis--3"' in page


def test_open_cases_are_not_added_up_over_the_days_of_a_curve(
    running: Settings, site: TestClient
) -> None:
    rows = run_report(running, "stage_survival").rows
    total = sum(int(str(row["n_open"])) for row in rows)
    assert total > max(int(str(row["n_open"])) for row in rows)
    assert f"{total:,}" not in opened(site, "/reports/stage_survival/table").text


def test_person_years_have_one_decimal(running: Settings) -> None:
    compared = run_compared(running, "time_to_hire")
    figure = compared.figures[0]
    odd = replace(figure, now=replace(figure.now, n=1185.416667))
    frame = Frame(running, "en", "auto", "/", [])
    assert compared_table(frame, replace(compared, figures=[odd])).lines[0].n == "1,185.4"


def test_a_curve_says_how_many_are_open(running: Settings, site: TestClient) -> None:
    page = opened(site, "/reports/stage_survival/table")
    first = run_report(running, "stage_survival").rows[0]
    assert first["n_open"]
    assert page.row(str(first["department_name"]))[-1] == str(first["n_open"])


def test_the_page_of_a_report_shows_its_figures_and_what_they_were(
    running: Settings, site: TestClient
) -> None:
    page = opened(site, "/reports/monthly_hiring_efficiency?month=2026-09")
    [median] = [
        figure
        for figure in run_compared(
            running, "monthly_hiring_efficiency", {"month": "2026-09"}
        ).figures
        if figure.column == "time_to_hire_median_days"
    ]
    then = median.changes["year"].then
    assert then is not None
    assert number(float(str(median.now.value)), 1) in page.texts
    assert number(float(str(then.value)), 1) in page.texts


def test_the_export_of_a_comparison_is_what_the_page_compares(site: TestClient) -> None:
    text = site.get("/export/funnel.csv?compare=1&to=2026-09").content.decode("utf-8-sig")
    head = next(line for line in text.splitlines() if not line.startswith("#"))
    assert "通过率，上一期" in head
    assert "比去年同期" in head


def test_a_figure_of_any_report_leads_to_its_rows(running: Settings, site: TestClient) -> None:
    page = opened(site, "/reports/stage_ageing")
    link = next(link for link in page.links if link.startswith("/reports/waiting_list"))
    listed = opened(site, link)
    assert [u for u in listed.links if u.startswith("/talent/")]


def test_before_and_after_says_what_cannot_be_concluded(
    running: Settings, site: TestClient
) -> None:
    page = opened(site, "/reports/before_after?change_on=2026-08-03&lang=en")
    rows = run_report(running, "before_after", {"change_on": "2026-08-03"}).rows
    cells = next(c for c in page.rows if c and c[0].startswith("Median days to a result"))
    assert cells[1] == number(float(str(rows[0]["decision_days"])), 1)
    assert cells[4] == number(float(str(rows[1]["decision_days"])), 1)
    assert "there is no control group" in page.text
    ahead = opened(site, "/reports/before_after?change_on=2027-01-01&lang=en")
    assert "No data after this day yet" in ahead.text


def test_the_validity_page_shows_raw_figures_and_never_hides_the_correction(
    running: Settings, site: TestClient
) -> None:
    page = opened(site, "/reports/validity")
    assert "看得出和绩效有关：团队协作、专业能力" in page.text.replace("\u00a0", " ")
    cells = next(c for c in page.rows if c and c[0] == "团队协作" and "[" in c[2])
    assert cells[2].split()[0] == "0.31"
    assert "仅供参考" in page.text
    assert "待审批" in page.text
    assert "只用于培训与校准" in page.text


def test_the_validity_page_shows_high_scorers_beside_the_others(
    running: Settings, site: TestClient
) -> None:
    """Nine of twelve against fifteen of 52; six tests in the family, so Holm makes 0.0004 0.002."""
    page = opened(site, "/reports/validity")
    assert "分数达线的人绩效明显更好：团队协作" in page.text.replace("\u00a0", " ")
    cells = next(c for c in page.rows if c and c[0] == "团队协作" and "n=12" in c[1])
    assert cells[1].split() == ["75%", "[55%,", "95%]", "n=12"]
    assert cells[2].split() == ["29%", "[18%,", "42%]", "n=52"]
    assert cells[4].split()[0] == "+46"
    assert cells[5:] == ["<0.001", "0.002", "0.001"]
    few = next(c for c in page.rows if c and c[0] == "文化契合" and "不显示" in c[3])
    assert few[1:3] == ["n=12", "n=52"]


def test_the_validity_page_tells_a_proposal_s_state(published: Settings) -> None:
    with ops.session(published) as db:
        db.execute(delete(Proposal))
    with open_client(published) as client:
        assert "没有权重提案" in opened(client, "/reports/validity").text
        propose_weights(published)
        (made,) = proposals.proposals(published, "weights")
        waiting = opened(client, "/reports/validity").text
        assert "待审批" in waiting
        assert f"talentloop weights show {made.id}" in waiting
        start = published.clock.now() + timedelta(days=30)
        proposals.decide(published, made.id, "approved", "li.lei", effective_at=start)
        decided = opened(client, "/reports/validity").text
        assert ("已批准" in decided, "li.lei" in decided, "weights show" in decided) == (
            True, True, False,
        )  # fmt: skip


def test_a_report_s_table_leaves_out_what_says_nothing(running: Settings, site: TestClient) -> None:
    """Grouped by department: no months, channels or ids; the company's row has a name."""
    page = opened(site, "/reports/time_to_fill?grouping=unit&lang=en")
    heads = next(row for row in page.rows if any(c.startswith("Vacant or") for c in row))
    assert heads[0] == "Department"
    assert not {"Cohort month", "Department id", "Job family", "Channel"} & {*heads}
    company = opened(site, "/reports/time_to_hire?lang=en")
    assert any(row and row[0] == "Whole company" for row in company.rows)


def test_frozen_figures_stand_beside_their_restatement(running: Settings, site: TestClient) -> None:
    page = opened(site, "/reports/monthly?month=2026-10")
    cells = next(c for c in page.rows if c and c[0].startswith("接受录用") and "+1" in c)
    assert cells[1:] == ["17", "18", "+1"]
    few = next(c for c in page.rows if c and c[0].startswith("到岗率") and "没有更正" in c)
    assert few[1] == "<5"  # four people were due when the month was frozen


def test_a_day_that_is_no_day_is_refused(site: TestClient) -> None:
    assert site.get("/reports/funnel?as_of=yesterday").status_code == 400
