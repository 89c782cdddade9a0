"""Token, pages and errors of the open platform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.feishu.client import FeishuClient
from connectors.feishu.options import SYSTEM, FeishuOptions
from connectors.http import HttpError, RetryClass
from connectors.options import checked_options
from connectors.sandbox.service import Service
from talentloop.errors import SourceAuthError
from talentloop.settings import Settings
from tests.connectors.feishu.conftest import OPTIONS

Faults = Callable[..., dict[str, Any]]
TALENTS = "open-apis/hire/v1/talents"


def test_pages_follow_the_page_token_to_the_end(client: FeishuClient) -> None:
    pages = [items for _, items in client.pages(TALENTS, {"page_size": "20"})]
    ids = [talent["id"] for items in pages for talent in items]
    assert len(ids) == len(set(ids)) == 178
    assert [len(items) for items in pages] == [20] * 8 + [18]


def test_throttling_is_waited_out(client: FeishuClient, faults: Faults) -> None:
    faults(throttle_every=2)
    pages = list(client.pages(TALENTS, {"page_size": "20"}))
    assert sum(len(items) for _, items in pages) == 178
    assert faults()["fired"]["throttle_every"] >= 8


def test_both_forms_of_throttling_say_how_long_to_wait(
    settings: Settings, tenant: Service, faults: Faults
) -> None:
    once = checked_options("feishu", {**OPTIONS, "retry": {"attempts": 1}}, FeishuOptions, SYSTEM)
    faults(throttle_every=1, retry_after_seconds=7)
    seen = []
    with FeishuClient(settings, "feishu", once) as client:
        for _ in range(2):
            with pytest.raises(HttpError) as caught:
                client.get(TALENTS, {"page_size": "1"}, where="talents")
            error = caught.value
            seen.append((error.status, error.retry_class, error.code, error.retry_after))
    wait = (RetryClass.RETRY_AFTER, "99991400", 7)
    assert seen == [(429, *wait), (400, *wait)]


def test_a_token_withdrawn_between_pages_is_replaced(client: FeishuClient, faults: Faults) -> None:
    faults(reject_token_every=4)
    pages = list(client.pages(TALENTS, {"page_size": "20"}))
    assert sum(len(items) for _, items in pages) == 178
    told = faults()
    assert told["fired"]["reject_token_every"] >= 2
    assert told["tokens_issued"] == 1 + told["fired"]["reject_token_every"]


def test_a_wrong_secret_is_refused_at_once_and_never_shown(
    settings: Settings, tenant: Service
) -> None:
    (settings.secrets_dir / "wrong").write_text("WRONG-SECRET")
    options = checked_options(
        "feishu", {**OPTIONS, "app_secret": "file:wrong"}, FeishuOptions, SYSTEM
    )
    with (
        FeishuClient(settings, "feishu", options) as client,
        pytest.raises(SourceAuthError) as caught,
    ):
        client.get(TALENTS, where="talents")
    assert "WRONG-SECRET" not in str(caught.value)


def test_a_code_other_than_0_is_a_failure_in_the_vendors_words(client: FeishuClient) -> None:
    with pytest.raises(HttpError) as caught:
        client.get(TALENTS, {"page_size": "9999"}, where="talents")
    error = caught.value
    assert error.retry_class is RetryClass.PERMANENT
    assert (error.code, error.message) == ("99992402", "field validation failed: page_size")
