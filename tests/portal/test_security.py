"""Headers, hosts, and what may be read from the disk."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from portal import create_app
from portal.security import require_loopback
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.portal.conftest import open_client


def _policy(header: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in header.split(";"))


@pytest.mark.parametrize("path", ["/reports/monthly", "/static/portal.js", "/nothing", "/healthz"])
def test_every_answer_carries_the_policy(site: TestClient, path: str) -> None:
    headers = site.get(path).headers
    policy = _policy(headers["content-security-policy"])
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_are_not_kept_but_static_files_are(site: TestClient) -> None:
    assert site.get("/talent").headers["cache-control"] == "no-store"
    page = site.get("/reports/monthly").text
    assert "/static/portal.js?v=" in page
    assert "immutable" in site.get("/static/portal.js").headers["cache-control"]


def test_another_name_for_this_machine_is_refused(site: TestClient) -> None:
    answer = site.get("/talent", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "人才" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_addresses_are_accepted(host: str) -> None:
    assert require_loopback(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "hr.example.com", ""])  # noqa: S104
def test_any_other_address_is_refused(settings: Settings, host: str) -> None:
    with pytest.raises(ConfigError, match="no access control yet"):
        create_app(settings.model_copy(update={"portal_host": host}))


@pytest.fixture
def documented(settings: Settings) -> Settings:
    folder = settings.data_docs_dir
    (folder / "validations").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>checks</h1>")
    (folder / "validations" / "offer.html").write_text("<h1>offer</h1>")
    (folder / "notes.json").write_text("{}")
    (folder / "link.html").symlink_to(settings.home / "operations.db")
    (settings.home / "secrets").mkdir(exist_ok=True)
    (settings.home / "secrets" / "person.html").write_text("secret")
    return settings


def test_pages_of_the_checks_run_no_script(documented: Settings) -> None:
    with open_client(documented) as client:
        answer = client.get("/quality/docs/")
        assert (answer.status_code, answer.text) == (200, "<h1>checks</h1>")
        policy = _policy(answer.headers["content-security-policy"])
        assert policy["default-src"] == "'none'"
        assert "script-src" not in policy
        assert "sandbox" in policy
        assert client.get("/quality/docs/validations/offer.html").status_code == 200


def test_the_models_page_runs_in_an_origin_of_its_own_that_reaches_nothing(
    documented: Settings,
) -> None:
    page = documented.data_docs_dir / "models" / "index.html"
    page.parent.mkdir()
    page.write_text("<h1>models</h1>")
    with open_client(documented) as client:
        answer = client.get("/quality/docs/models/index.html")
        policy = _policy(answer.headers["content-security-policy"])
        assert answer.text == "<h1>models</h1>"
        assert policy["sandbox"] == "allow-scripts"
        assert (policy["default-src"], "connect-src" in policy) == ("'none'", False)
        plain = client.get("/quality/docs/models/../index.html")
        assert "script-src 'unsafe-inline'" not in plain.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["../secrets/person.html", "%2e%2e/secrets/person.html", "..%2fsecrets%2fperson.html",
     "/etc/hostname", "link.html", "notes.json", "validations"],
)  # fmt: skip
def test_nothing_outside_the_pages_of_the_checks_is_served(documented: Settings, path: str) -> None:
    with open_client(documented) as client:
        answer = client.get(f"/quality/docs/{path}")
        assert answer.status_code == 404
        assert "secret" not in answer.text.replace("/secrets/", "")


def test_what_is_searched_for_is_escaped(site: TestClient) -> None:
    text = site.get("/talent", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
