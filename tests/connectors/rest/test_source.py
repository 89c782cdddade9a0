"""What can go wrong with a described system, each over real HTTP against a stand-in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from connectors.http import HttpAuthError, HttpError
from connectors.rest.plan import AHEAD
from connectors.rest.source import RestSource
from connectors.sandbox.company import Company
from connectors.sandbox.company.sizes import CLOCK_START
from talentloop.errors import ConfigError, SourceError
from talentloop.settings import PROJECT_ROOT, Settings

OpenSource = Callable[..., RestSource]
Faults = Callable[..., dict[str, Any]]
SMALL = {"endpoint": {"data_selector": "$", "params": {"per_page": 40}}}


def ids(source: RestSource, stream: str, since: datetime | None = None) -> list[str]:
    return [str(row["id"]) for page in source.read(stream, since) for row in page.rows]


@pytest.mark.parametrize(
    ("fault", "setting"),
    [
        ("throttle_every", 3), ("error_every", 3), ("truncate_every", 3), ("wrong_type_every", 3),
        ("reject_token_every", 3), ("rate_limit", 40),
    ],
)  # fmt: skip
def test_no_row_is_lost_or_doubled_when_the_system_misbehaves(
    open_source: OpenSource, faults: Faults, company: Company, fault: str, setting: float
) -> None:
    source = open_source("greenhouse", resource_defaults=SMALL)
    faults("greenhouse", **{fault: setting}, rate_seconds=0.2)
    wanted = company.visible("candidate", CLOCK_START)["source_id"].to_pylist()
    assert sorted(ids(source, "candidates")) == sorted(wanted)
    assert faults("greenhouse")["fired"].get(fault) or fault == "rate_limit"


def test_pages_that_drift_show_a_row_twice_and_lose_none(
    open_source: OpenSource, faults: Faults, company: Company
) -> None:
    source = open_source("greenhouse", resource_defaults=SMALL)
    faults("greenhouse", duplicate_rows=1)
    wanted = set(company.visible("candidate", CLOCK_START)["source_id"].to_pylist())
    assert set(ids(source, "candidates")) == wanted


def test_pages_bear_the_body_the_source_s_time_and_a_place_without_secrets(
    open_source: OpenSource, settings: Settings
) -> None:
    source = open_source("greenhouse", resource_defaults=SMALL)
    pages = list(source.read("candidates", None))
    assert len(pages) > 2
    assert {page.observed_at for page in pages} == {CLOCK_START}
    assert [page.where for page in pages[:2]] == [
        "greenhouse candidates page 1", "greenhouse candidates page 2",
    ]  # fmt: skip
    assert pages[1].first_row == len(pages[0].rows) + 1
    assert pages[0].raw.startswith(b'[{"id"')


def test_a_link_to_a_stranger_is_not_followed(
    open_source: OpenSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors.sandbox.rest import app

    real = app.json_answer

    def elsewhere(content: object, status: int = 200, headers: Any = None) -> Any:
        if headers and "Link" in headers:
            headers = {"Link": '<http://evil.example/candidates?cursor=x>; rel="next"'}
        return real(content, status, headers)

    monkeypatch.setattr(app, "json_answer", elsewhere)
    source = open_source("greenhouse", resource_defaults=SMALL)
    with pytest.raises(HttpError, match=r"evil\.example"):
        ids(source, "candidates")


@pytest.mark.parametrize("circle", ["same", "loop"])
def test_a_system_that_pages_in_a_circle_ends_the_read(
    open_source: OpenSource, monkeypatch: pytest.MonkeyPatch, circle: str
) -> None:
    from connectors.sandbox.rest import app

    count: list[None] = []
    real = app.RestTenant._page

    def turning(self: Any, name: str, about: Any, asked: Any) -> Any:
        answer = real(self, name, about, {})
        count.append(None)
        cursor = "x" if circle == "loop" else f"x{len(count)}"
        answer.headers["Link"] = f'<{self.place.url}/candidates?cursor={cursor}>; rel="next"'
        return answer

    monkeypatch.setattr(app.RestTenant, "_page", turning)
    with pytest.raises(HttpError, match=r"leads back|same page again"):
        ids(open_source("greenhouse"), "candidates")
    assert len(count) <= 3


def test_rows_that_the_source_counts_and_does_not_send_are_an_error(
    open_source: OpenSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors.sandbox.rest import app

    def swallowing(self: Any, name: str, about: Any, asked: Any) -> Any:
        body = {"data": [], "total": 7, "scrollId": "", "isLastData": True, "code": "200"}
        return app.json_answer(body)

    monkeypatch.setattr(app.RestTenant, "_page", swallowing)
    with pytest.raises(SourceError, match="there are 7 rows, and sent 0"):
        list(open_source("beisen").read("employees", None))


def test_rows_that_lie_elsewhere_are_not_taken_for_none(open_source: OpenSource) -> None:
    defaults = {"endpoint": {"data_selector": "Report_Rows", "params": {"format": "json"}}}
    with pytest.raises(SourceError, match=r"nothing at 'Report_Rows'.*Report_Entry"):
        list(open_source("workday", resource_defaults=defaults).read("TalentLoop_Workers", None))


def test_what_dlt_says_about_a_body_never_quotes_it(open_source: OpenSource) -> None:
    paginator = {"type": "page_number", "page_param": "page", "total_path": "pages"}
    client = {
        "auth": {
            "type": "http_basic",
            "username": "ISU_TalentLoop",
            "password": "file:sandbox_workday.secret",
        },
        "paginator": paginator,
    }
    with pytest.raises(SourceError, match="not what the paginator reads") as caught:
        list(open_source("workday", client=client).read("TalentLoop_Workers", None))
    assert "Worker" not in str(caught.value).replace("TalentLoop_Workers", "")
    assert caught.value.__cause__ is None


def test_refused_credentials_end_the_read_at_once(
    open_source: OpenSource, settings: Settings
) -> None:
    (settings.secrets_dir / "wrong").write_text("no")
    auth = {"type": "http_basic", "username": "file:wrong"}
    source = open_source("moka", client={"auth": auth, "paginator": {"type": "cursor"}})
    with pytest.raises(HttpAuthError):
        list(source.read("applications", None))


def test_a_200_that_means_failure_fails(
    open_source: OpenSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors.sandbox.rest import app

    monkeypatch.setattr(
        app.RestTenant, "_page",
        lambda *_: app.json_answer({"code": 500100, "msg": "no", "data": []}),
    )  # fmt: skip
    with pytest.raises(HttpError) as caught:
        list(open_source("moka").read("applications", None))
    assert caught.value.code == "500100"


def test_records_of_a_parent_are_read_one_by_one(open_source: OpenSource, company: Company) -> None:
    resources = [
        {"name": "jobs"},
        {
            "name": "applications",
            "endpoint": {"path": "applications?job={resources.jobs.id}", "params": {}},
            "include_from_parent": ["name"],
        },
    ]
    source = open_source("greenhouse", resources=resources)
    jobs = company.visible("requisition", CLOCK_START).num_rows
    pages = list(source.read("applications", None))
    assert len(pages) == jobs
    assert all("_jobs_name" in row for page in pages for row in page.rows)


@pytest.mark.parametrize(
    ("told_after", "spans"),
    [(timedelta(seconds=5), 1), (timedelta(days=-30), 1), (timedelta(days=20), 2)],
)
def test_a_read_ends_whatever_the_clocks_say(
    open_source: OpenSource, told_after: timedelta, spans: int
) -> None:
    source = open_source("greenhouse")
    endpoint = source._endpoints["jobs"]
    now, asked = CLOCK_START, []
    for window in endpoint.windows(
        now - timedelta(days=3), now + AHEAD, lambda: now + told_after * (1 + len(asked) / 1000)
    ):
        asked.append(window)
        assert len(asked) < 10
    assert len(asked) == spans
    assert all(one[1] == other[0] for one, other in pairwise(asked))  # no gap


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"resource_defaults": {}}, "does not say where its rows lie"),
        ({"client": {"paginator": "auto"}}, "how its pages follow"),
        ({"client": {"paginator": {"type": "pages"}}}, "paginator"),
        ({"client": {"paginatr": "single_page"}}, "paginatr"),
        ({"client": {"auth": {"type": "bearer"}}}, "bearer needs token"),
        ({"resources": [{"name": "jobs"}, {"name": "jobs"}]}, "jobs is there twice"),
        ({"resources": [{"name": "jobs", "endpoint": {"pth": "x"}}]}, "pth"),
        ({"resources": [{"name": "jobs", "changes": {"form": "soon"}}]}, "changes.form"),
        ({"stand_in": ""}, "stand_in"),
        ({"base_url": "http://example.com"}, "https"),
        ({"client": {"paginator": "single_page", "auth": {"type": "bearer", "token": "abc"}}},
         "not understood"),
        ({"resources": [{"name": "jobs", "changes": {"window_days": 90}}]}, "from when on"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_source_file_is_one_clear_error(
    open_source: OpenSource, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        open_source("greenhouse", **changes)
    assert caught.value.where
    assert caught.value.remedy


def test_nothing_secret_or_personal_is_logged(
    open_source: OpenSource, settings: Settings, spoken: Callable[[], str], company: Company
) -> None:
    source = open_source("moka", resource_defaults={})
    assert list(source.read("applications", datetime(2026, 1, 1, tzinfo=UTC)))
    said = spoken()
    secret = (settings.secrets_dir / "sandbox_moka.secret").read_text().strip()
    phones = company.visible("candidate", CLOCK_START)["phone"].to_pylist()
    assert secret not in said
    assert not any(phone and phone in said for phone in phones)


def test_every_option_of_a_source_is_described() -> None:
    from connectors.rest.options import Auth, Changes, Resource, RestOptions

    page = (PROJECT_ROOT / "connectors/rest/README.md").read_text(encoding="utf-8")
    names = set().union(*(m.model_fields for m in (Auth, Changes, Resource, RestOptions)))
    assert sorted(name for name in names if not re.search(rf"`{name}`", page)) == []
