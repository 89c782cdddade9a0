"""The tenant over a company of a few hand-made records, asked over plain HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pyarrow as pa
import pytest

from connectors.http.address import sandbox_secret
from connectors.sandbox.service import Service, running
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.settings import Settings

START = datetime(2026, 11, 1, tzinfo=UTC)
GRANT = "urn:ietf:params:oauth:grant-type:saml2-bearer"


def at(day: int, hour: int = 0) -> datetime:
    """An instant around the start: day 1 is 2026-11-01, day 0 the day before."""
    return datetime.fromordinal(START.toordinal() + day - 1).replace(hour=hour, tzinfo=UTC)


def application(number: int, known: datetime, **more: Any) -> dict[str, Any]:
    """An application as the company records it at `known`."""
    return {
        "source": "successfactors", "source_id": str(number), "source_updated_at": known,
        "is_deleted": False, "candidate_id": str(number + 100), "requisition_id": "7",
        "applied_at": at(-30, 8), "stage_code": "screen", "status_code": "open",
        "is_prospect": False, **more,
    }  # fmt: skip


class TinyCompany:
    """Record versions by entity; the newest one known at an instant shows."""

    def __init__(self, versions: Mapping[str, list[dict[str, Any]]]) -> None:
        self._versions = versions

    def visible(self, entity: str, at: datetime) -> pa.Table:
        """The newest versions known at `at`."""
        shown = {
            row["source_id"]: row
            for row in self._versions.get(entity, [])
            if row["source_updated_at"] <= at
        }
        return pa.Table.from_pylist(list(shown.values()), arrow_schema(ENTITIES[entity]))


COMPANY = TinyCompany(
    {
        "application": [
            application(1, at(-9), source_channel_code="referral"),
            application(2, at(-8), source_channel_code="campus"),
            application(3, at(-7), ext=None),
            application(2, at(2), stage_code="ai_interview", source_channel_code="campus"),
            application(4, at(3)),
            application(1, at(5), status_code="rejected", stage_code="rejected"),
        ]
    }
)


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with running(settings, COMPANY) as service:
        yield service


def sign_in(settings: Settings, http: httpx.Client, **changes: str) -> httpx.Response:
    """Ask for a token, with the registered values unless changed."""
    form = {
        "grant_type": GRANT,
        "company_id": "yuanshan",
        "client_id": "talentloop-sandbox",
        "assertion": (settings.secrets_dir / sandbox_secret("successfactors")).read_text().strip(),
        **changes,
    }
    return http.post("/oauth/token", data=form)


@pytest.fixture
def http(settings: Settings, service: Service) -> Iterator[httpx.Client]:
    """A client that is signed in."""
    with httpx.Client(base_url=service.url, timeout=10, trust_env=False) as http:
        token = sign_in(settings, http).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


@pytest.fixture(scope="module")
def shared_http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A signed-in client of one tenant for a whole module of tests that only read."""
    settings = Settings(home=tmp_path_factory.mktemp("shared"))
    with (
        running(settings, COMPANY) as service,
        httpx.Client(base_url=service.url, timeout=10, trust_env=False) as http,
    ):
        token = sign_in(settings, http).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


@pytest.fixture
def get(http: httpx.Client) -> Callable[..., Any]:
    """The `d` of a query; query options are given without their dollar sign."""

    def ask(path: str = "JobApplication", **options: str) -> Any:
        params = {name if name in ("paging", "customPageSize") else f"${name}": value
                  for name, value in options.items()}  # fmt: skip
        answer = http.get(f"/odata/v2/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["d"]

    return ask
