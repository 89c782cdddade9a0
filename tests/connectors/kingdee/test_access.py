"""How we show who we are: tokens, their limit, and what never shows in a log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from connectors.http.address import sandbox_secret
from connectors.kingdee_cosmic.options import CosmicOptions
from connectors.kingdee_k3cloud.options import K3CloudOptions
from connectors.kingdee_k3cloud.source import K3CloudSource
from connectors.options import checked_options
from talentloop.errors import ConfigError, SourceAuthError, SourceError
from talentloop.settings import Settings
from tests.connectors.kingdee.conftest import (
    COSMIC,
    K3CLOUD,
    OPTIONS,
    Open,
    Switch,
    rows_of,
    small_pages,
)

SECRET = f"file:{sandbox_secret(COSMIC)}"


@pytest.mark.parametrize(
    ("header", "timestamp"),
    [("accesstoken", "text"), ("access_token", "ms"), ("accessToken", "text")],
)
def test_a_token_goes_under_the_name_that_the_gateway_wants(
    header: str, timestamp: str, open_source: Open, faults: Switch
) -> None:
    source = open_source(COSMIC, token_header=header, timestamp=timestamp)
    assert rows_of(source, "org_unit")
    assert faults(COSMIC)["token_calls"] == 1


def test_basic_authorization_needs_no_token(open_source: Open, faults: Switch) -> None:
    assert rows_of(open_source(COSMIC, auth="basic", password=SECRET), "org_unit")
    assert faults(COSMIC)["token_calls"] == 0


def test_a_gateway_that_wants_its_mark_gets_it(open_source: Open, faults: Switch) -> None:
    faults(COSMIC, needs_gateway=1)
    with pytest.raises(SourceError):
        rows_of(open_source(COSMIC), "org_unit")
    assert rows_of(open_source(COSMIC, gateway_identity=SECRET), "org_unit")


def test_threads_share_one_token_and_one_refresh(open_source: Open, faults: Switch) -> None:
    source = open_source(COSMIC)
    threads = [threading.Thread(target=rows_of, args=(source, "org_unit")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults(COSMIC)["token_calls"] == 1


def test_tokens_are_asked_for_no_more_often_than_the_vendor_allows(
    open_source: Open, faults: Switch
) -> None:
    """Tokens go bad all the time; getToken still is never asked beyond its limit."""
    faults(COSMIC, reject_token_every=2, token_calls=100)
    # A little longer than the vendor's 0.4 s: a request may take longer on its way than the next.
    limit = {"requests": 4, "seconds": 0.6, "shared": True}
    source = open_source(COSMIC, token_limit=limit, **small_pages(COSMIC, 20))
    assert len(rows_of(source, "application")) == 199
    told = faults(COSMIC)
    assert told["token_calls"] >= 8
    assert told["busiest_token_calls"]["0.4"] <= 4


def test_the_default_limit_is_the_vendors() -> None:
    from connectors.kingdee_cosmic.options import connector_spec

    limit = connector_spec().token_limit
    assert (limit.requests, limit.seconds, limit.shared) == (30, 60, True)


@pytest.mark.parametrize("wrong", [{"client_id": "other"}, {"account_id": "other"}])
def test_a_wrong_client_is_refused_at_once(
    wrong: dict[str, str], open_source: Open, faults: Switch
) -> None:
    with pytest.raises(SourceAuthError) as caught:
        rows_of(open_source(COSMIC, **wrong), "org_unit")
    assert "access token" in caught.value.where
    assert faults(COSMIC)["token_calls"] == 1


def test_a_lost_session_is_opened_anew_once(open_source: Open, faults: Switch) -> None:
    faults(K3CLOUD, reject_token_every=5)
    assert len(rows_of(open_source(K3CLOUD, **small_pages(K3CLOUD, 20)), "TL_Application")) == 199
    told = faults(K3CLOUD)
    assert told["fired"]["reject_token_every"] >= 2
    assert told["sessions"] == 1


def test_sessions_are_replayed(open_source: Open, faults: Switch) -> None:
    rows_of(open_source(K3CLOUD, **small_pages(K3CLOUD, 20)), "TL_Application")
    assert faults(K3CLOUD)["sessions"] == 1


def test_no_secret_is_ever_logged(
    system: str, open_source: Open, faults: Switch, settings: Settings, spoken: Callable[[], str]
) -> None:
    faults(system, reject_token_every=3, throttle_every=4, error_every=5)
    rows_of(open_source(system), {K3CLOUD: "TL_Candidate", COSMIC: "candidate"}[system])
    everything = spoken()
    assert "stream_read" in everything
    secret = (settings.secrets_dir / sandbox_secret(system)).read_text().strip()
    for part in (secret, secret[:32], secret[32:]):
        assert part not in everything
    assert "@example" not in everything


@pytest.mark.parametrize(
    ("model", "options", "words"),
    [
        (K3CloudOptions, {"acct_id": ""}, "acct_id"),
        (K3CloudOptions, {"base_url": "https://a.example.com"}, "app_id and app_secret"),
        (K3CloudOptions, {"forms": {"X": {"key": ["FID"], "paging": "page"}}}, "start_row"),
        (CosmicOptions, {"client_secret": ""}, "client_secret"),
        (CosmicOptions, {"auth": "basic"}, "password"),
        (CosmicOptions, {"token_header": "X-Token"}, "accesstoken"),
    ],
)
def test_an_option_that_does_not_fit_is_named(
    model: Any, options: dict[str, Any], words: str
) -> None:
    system = K3CLOUD if model is K3CloudOptions else COSMIC
    with pytest.raises(ConfigError) as caught:
        checked_options("acme", {**OPTIONS[system], **options}, model, system)
    assert words in str(caught.value)
    assert "source acme" in caught.value.where
    assert "README" in caught.value.remedy


def test_an_application_id_of_another_form_is_not_repeated(settings: Settings) -> None:
    settings.secrets_dir.mkdir(parents=True, exist_ok=True)
    (settings.secrets_dir / "id").write_text("MISTYPED-APPLICATION-ID")
    (settings.secrets_dir / "key").write_text("s")
    options = {**OPTIONS[K3CLOUD], "base_url": "https://a.example.com", "app_id": "file:id",
               "app_secret": "file:key"}  # fmt: skip
    with pytest.raises(ConfigError) as caught:
        K3CloudSource(settings, "acme", options)
    assert "MISTYPED" not in str(caught.value)
    assert caught.value.where == "source acme, app_id"


def test_a_stream_and_a_service_that_nobody_named_are_errors_of_their_own(
    open_source: Open,
) -> None:
    options = CosmicOptions.model_validate(OPTIONS[COSMIC])
    for ask in (lambda: options.query_path("offer"), lambda: options.save_path("offer")):
        with pytest.raises(ConfigError, match="offer"):
            ask()
    renamed = CosmicOptions.model_validate(
        {**OPTIONS[COSMIC], "services": {"candidate": "myQuery"}, "saves": {"offer": "mySave"}}
    )
    assert renamed.query_path("candidate") == "kapi/v2/yuanshan/hr/myQuery"
    assert renamed.save_path("offer") == "kapi/v2/yuanshan/hr/mySave"
