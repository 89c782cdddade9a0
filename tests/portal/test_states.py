"""What a reader sees when something is missing, late, withheld or broken."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from fastapi.testclient import TestClient

from portal import create_app
from portal.views import monthly
from talentloop import warehouse
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.portal.company import Company, write_build
from tests.portal.conftest import open_client
from tests.portal.test_pages import opened


def test_before_the_first_publication_pages_say_how_to_begin(bare: TestClient) -> None:
    for path in ("/reports/monthly", "/reports/funnel", "/talent", "/reports/funnel/table"):
        page = opened(bare, path, status=503)
        assert "还没有发布过数据" in page.heads
        for command in ("make demo", "talentloop init", "talentloop publish"):
            assert command in page.texts


def test_the_quality_page_works_before_the_first_publication(bare: TestClient) -> None:
    page = opened(bare, "/quality")
    assert "没有未解决的问题" in page.text
    assert "还没有读过任何来源" in page.texts
    assert "隔离区是空的" in page.texts


def test_without_an_operations_database_the_quality_page_says_one_thing(
    settings: Settings,
) -> None:
    away = settings.model_copy(update={"home": settings.home / "nowhere"})
    with open_client(away) as client:
        page = opened(client, "/quality", status=503)
        assert "Run `talentloop init`." in page.text
        assert client.get("/healthz").json()["operations"] is False


def test_health_tells_what_is_served(bare: TestClient, site: TestClient) -> None:
    assert bare.get("/healthz").json() == {"status": "ok", "published": None, "operations": True}
    assert site.get("/healthz").json()["published"] == "v2026.11.01-1"


def test_one_broken_card_leaves_the_others(
    published: Settings, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise duckdb.Error("a secret detail of the query")

    monkeypatch.setattr(monthly, "_declines", broken)
    page = opened(client, "/reports/monthly")
    assert page.text.count("这张图没有算出来") == 1
    assert "编号 E-" in page.text.replace("\u00a0", " ")
    assert "secret detail" not in page.text
    assert "猎头" in page.text  # the source card is there


def test_a_fault_of_the_program_shows_a_reference_and_no_trace(
    published: Settings, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("王秘密 at line 7")

    monkeypatch.setattr("portal.routes.monthly.monthly_page", broken)
    page = opened(client, "/reports/monthly", status=500)
    assert "程序出了错" in page.texts
    assert "王秘密" not in page.text


def test_no_figures_names_the_nearest_month(site: TestClient) -> None:
    page = opened(site, "/reports/monthly?month=2020-01")
    assert "2020 年 1 月没有数据" in page.text.replace("\u00a0", " ")
    assert "/reports/monthly?month=2024-08" in page.links


def test_an_empty_selection_says_which_and_offers_a_way_back(site: TestClient) -> None:
    page = opened(site, "/reports/funnel?department=NOPE")
    assert "这个条件下没有申请" in page.texts
    assert "NOPE 2026-05 至 2026-10" in page.text.replace("\u00a0", " ")  # said, not hidden
    assert "/reports/funnel" in page.links


@pytest.mark.parametrize(
    "path",
    [
        "/reports/monthly?month=soon", "/reports/funnel?from=2026-10&to=2026-05",
        "/reports/funnel?to=2026-99", "/reports/funnel/applications?stage=party",
        "/reports/department_efficiency?window=99", "/export/funnel.csv?colour=red",
        "/talent/nobody", "/talent?sort=salary",
    ],
)  # fmt: skip
def test_an_address_that_asks_for_nonsense_is_told_so(site: TestClient, path: str) -> None:
    page = opened(site, path, status=400)
    assert "地址里的条件不对" in page.texts


@pytest.mark.parametrize(
    "path", ["/nothing", "/reports/nothing", "/export/nothing.csv", "/talent/p_00",
             "/reports/person_profile", "/quality/docs/nothing.html"],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_a_page_too(site: TestClient, path: str) -> None:
    assert "没有这一页" in opened(site, path, status=404).heads


def test_an_old_copy_is_called_stale_but_stays_readable(published: Settings) -> None:
    late = published.model_copy(update={"now": published.clock.now() + timedelta(days=400)})
    with open_client(late) as client:
        page = opened(client, "/reports/monthly")
        assert "数据停在 2026-11-01 08:00。" in page.text.replace("\u00a0", " ")
        assert "猎头" in page.text


def test_a_fresh_copy_is_not_called_stale(site: TestClient) -> None:
    assert "数据停在" not in opened(site, "/reports/monthly").text


def test_a_month_that_is_not_over_is_provisional_and_compared_with_none(
    settings: Settings,
) -> None:
    write_build(settings.warehouse_file, Company())
    with duckdb.connect(str(settings.warehouse_file)) as db:
        db.execute("update marts.meta_build set as_of = ?", [datetime(2026, 10, 20, tzinfo=UTC)])
    warehouse.publish(settings)
    with open_client(settings) as client:
        page = opened(client, "/reports/monthly?month=2026-10")
        assert "2026 年 10 月还没有结束" in page.text.replace("\u00a0", " ")
        assert "暂定" in page.texts
        assert not [t for t in page.texts if t[:2] in ("快\u00a0", "慢\u00a0")]
        assert "2026 年 9 月" in opened(client, "/reports/monthly").heads[0].replace("\u00a0", " ")


@pytest.mark.parametrize("broken", ["metrics.yml", "reporting.yml", "code_lists/stage.yml"])
def test_a_broken_configuration_stops_the_portal_with_one_message(
    settings: Settings, broken: str
) -> None:
    config = settings.home / "config"
    shutil.copytree(settings.config, config)
    (config / broken).write_text("labels: [not, a, mapping", encoding="utf-8")
    with pytest.raises(ConfigError, match=broken.rsplit("/", maxsplit=1)[-1]):
        create_app(settings.model_copy(update={"config": config}))
