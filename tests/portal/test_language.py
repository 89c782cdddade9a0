"""Language and theme: switched from any page, remembered, page and filters kept."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.portal.markup import parse


def test_chinese_is_the_default_and_the_address_decides(site: TestClient) -> None:
    site.cookies.clear()
    assert '<html lang="zh-CN">' in site.get("/reports/monthly").text
    assert '<html lang="en">' in site.get("/reports/monthly?lang=en").text


def test_the_choice_is_remembered_until_another_is_made(site: TestClient) -> None:
    site.cookies.clear()
    site.get("/talent?lang=en")
    assert '<html lang="en">' in site.get("/quality").text
    site.get("/quality?lang=zh")
    assert '<html lang="zh-CN">' in site.get("/quality").text


def test_switching_keeps_page_and_filters(site: TestClient) -> None:
    site.cookies.clear()
    page = parse(site.get("/reports/funnel?department=RD&channel=campus").text)
    assert "/reports/funnel?department=RD&channel=campus&lang=en" in page.links
    assert "/reports/funnel?department=RD&channel=campus&theme=dark" in page.links


def test_an_unknown_language_or_theme_falls_back(site: TestClient) -> None:
    site.cookies.clear()
    text = site.get("/reports/monthly?lang=fr&theme=neon").text
    assert '<html lang="zh-CN">' in text


def test_the_theme_is_written_into_the_page(site: TestClient) -> None:
    site.cookies.clear()
    assert 'data-theme="dark"' in site.get("/quality?theme=dark").text
    assert 'data-theme="dark"' in site.get("/talent").text
    site.cookies.clear()
    assert "data-theme" not in site.get("/talent").text


def test_exports_follow_the_language(site: TestClient) -> None:
    site.cookies.clear()
    assert "# 筛选条件" in site.get("/export/funnel.csv").text
    english = site.get("/export/funnel.csv?lang=en&department=RD").text
    assert "# Filters,department = RD" in english
    assert "# Simulated," in english
    assert "Stage,Entered" in english
