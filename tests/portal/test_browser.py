"""In a real browser: the policy holds, nothing scrolls sideways, the switches work."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from talentloop.settings import PROJECT_ROOT
from tests.portal.conftest import Worked

playwright = pytest.importorskip("playwright.sync_api")


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "screenshots", PROJECT_ROOT / "scripts" / "screenshots.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["screenshots"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()
CHROMIUM = SCRIPT.find_chromium()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"
    ),
]


@pytest.fixture(scope="module")
def base(worked: Worked) -> Iterator[str]:
    with SCRIPT.served(worked.settings) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=SCRIPT.FLAGS)
        yield opened
        opened.close()


@pytest.mark.parametrize("device", ["laptop", "phone"])
@pytest.mark.parametrize(
    "name",
    ["monthly", "funnel", "applications", "talent", "profile", "waiting", "interview", "scheduling",
     "quality", "catalogue", "report", "report_intervals", "validity", "before_after", "definitions"],
)  # fmt: skip
def test_every_page_keeps_the_policy_and_fits_the_screen(
    worked: Worked, base: str, browser: Any, tmp_path: Path, name: str, device: str
) -> None:
    lang = "en" if device == "phone" else "zh"  # English is the wider of the two
    shot = SCRIPT.Shot(name, SCRIPT.pages(worked.settings)[name], lang, "dark", device)
    assert SCRIPT.take(browser, base, shot, tmp_path) == []
    assert (tmp_path / shot.name).stat().st_size > 10_000


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    yield context.new_page()
    context.close()


def test_the_theme_switches_at_once_and_is_remembered(base: str, page: Any) -> None:
    page.goto(f"{base}/reports/monthly")
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.click("[data-do=theme]")
    assert page.evaluate(colour) == "rgb(17, 22, 29)" != light
    page.goto(f"{base}/talent")
    assert page.get_attribute("html", "data-theme") == "dark"


def test_a_definition_opens_on_press_and_closes_on_escape(base: str, page: Any) -> None:
    page.goto(f"{base}/reports/monthly")
    page.click(".kpi:nth-child(2) .what")
    shown = page.locator(".definition:popover-open")
    assert "接受时间 − 投递时间" in shown.inner_text()
    page.keyboard.press("Escape")
    assert shown.count() == 0


def test_choosing_a_filter_shows_it_in_the_address(base: str, page: Any) -> None:
    page.goto(f"{base}/reports/funnel")
    page.select_option("select[name=department]", "RD")
    page.wait_for_url("**department=RD**")
    assert "channel" not in page.url  # empty filters stay out


def test_pointing_at_a_month_shows_its_figures(base: str, page: Any) -> None:
    page.goto(f"{base}/reports/monthly?lang=en")
    page.locator(".plot--trend .hit:has(.point)").first.hover(force=True)
    tip = page.locator(".tip")
    assert tip.is_visible()
    assert "Median" in tip.inner_text()


def test_the_menu_folds_on_a_phone(base: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{base}/reports/monthly")
    links = page.locator(".rail-links")
    assert not links.is_visible()
    page.click("[data-do=menu]")
    assert links.is_visible()
    assert page.get_attribute("[data-do=menu]", "aria-expanded") == "true"
    context.close()


def test_pages_work_without_scripts(base: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/reports/funnel")
    page.select_option("select[name=department]", "RD")
    page.click(".filters button[type=submit]")
    assert "department=RD" in page.url
    context.close()


def test_the_leaders_page_prints_on_two_sheets(base: str, page: Any, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1032, "height": 800})
    page.goto(f"{base}/reports/monthly")
    path = tmp_path / "monthly.pdf"
    page.pdf(path=str(path), prefer_css_page_size=True, print_background=True)
    assert path.read_bytes().count(b"/Type /Page\n") <= 2
