"""The data docs: complete, readable without a network, and bounded."""

from __future__ import annotations

import re
from pathlib import Path

from expectations import check_pending, recheck
from talentloop.ops.loads import mark_checked
from talentloop.settings import Settings
from tests.expectations.batches import Land


def pages(settings: Settings) -> list[Path]:
    return sorted((settings.data_docs_dir / "validations").rglob("*.html"))


def test_the_index_links_every_page_and_nothing_outside(settings: Settings, land: Land) -> None:
    land("org_unit")
    check_pending(settings)

    index = (settings.data_docs_dir / "index.html").read_text()
    linked = re.findall(r'href="(validations/[^"]+)"', index)
    assert sorted(settings.data_docs_dir / link for link in linked) == pages(settings)
    for page in [settings.data_docs_dir / "index.html", *pages(settings)]:
        text = page.read_text()
        assert not re.findall(r"https?://|<script|<link|<img", text)
        assert "each record comes once in a load" in text or "load.org_unit" in text


def test_a_batch_with_only_warnings_is_shown_as_passed(settings: Settings, land: Land) -> None:
    land("application")
    land("offer", 3, {1: {"accepted_at": None}})
    check_pending(settings)
    index = (settings.data_docs_dir / "index.html").read_text()
    assert "失败" not in index
    assert index.count("通过") == 4


def test_a_failed_batch_is_shown_as_failed(settings: Settings, land: Land) -> None:
    land("org_unit", 3, {1: {"source_id": "org_unit-0"}})
    check_pending(settings)
    assert (settings.data_docs_dir / "index.html").read_text().count("失败") == 1


def test_only_the_latest_pages_of_a_suite_and_source_are_kept(
    settings: Settings, land: Land, tmp_path: Path
) -> None:
    text = (settings.config / "checks.yml").read_text()
    (tmp_path / "checks.yml").write_text(text.replace("docs_keep: 5", "docs_keep: 2"))
    settings = settings.model_copy(update={"config": tmp_path})
    keep = 2
    other = land("org_unit", source="elsewhere")
    check_pending(settings)
    mark_checked(settings, other.load_id, "org_unit", "passed")
    file = land("org_unit")
    for _ in range(keep + 1):
        recheck(settings, file.load_id)

    names = [str(page.relative_to(settings.data_docs_dir)) for page in pages(settings)]
    assert len([n for n in names if "landing/org_unit" in n and file.load_id in n]) == keep
    assert len([n for n in names if "landing/org_unit" in n and other.load_id in n]) == 1
    stored = list((settings.home / "checks").rglob("*.json"))
    assert len(stored) == len(names) == 2 * (keep + 1)
    assert not [p for p in settings.data_docs_dir.rglob("*") if p.is_dir() and not any(p.iterdir())]


def test_a_page_lost_with_a_killed_run_is_written_by_the_next(
    settings: Settings, land: Land
) -> None:
    land("org_unit")
    check_pending(settings)
    before = pages(settings)
    before[0].unlink()
    land("candidate")
    check_pending(settings)
    assert set(before) <= set(pages(settings))
