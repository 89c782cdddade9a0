"""What a tenant's file may say, and what it is told when it does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sandbox.service import Service
from connectors.successfactors import SuccessFactorsOptions, SuccessFactorsSource
from connectors.successfactors.options import connector_spec
from connectors.successfactors.source import MAPPING
from talentloop.config import load_yaml
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from tests.connectors.successfactors.conftest import OPTIONS

REAL = {"company_id": "c", "client_id": "k", "assertion_file": "a.txt"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"base_url": "http://api.example.com"}, "base_url"),
        ({"base_url": "ftp://x"}, "base_url"),
        ({"company_id": ""}, "company_id"),
        ({"compny_id": "x"}, "compny_id"),
        ({"assertion_signed_by": {"key_file": "k", "user_id": "u"}}, "assertion"),
        ({"overlap_minutes": -1}, "overlap_minutes"),
        ({"entity_sets": {"X": {"key": ["a"]}}}, "entity_sets.X.cursor"),
    ],
)
def test_options_that_do_not_fit_are_named(
    settings: Settings, changes: dict[str, Any], named: str
) -> None:
    options = {"base_url": "https://api.example.com", **REAL, **changes}
    with pytest.raises(ConfigError) as caught:
        SuccessFactorsSource(settings, "hr", options)
    assert named in str(caught.value)
    assert "source hr" in caught.value.where


def test_a_tenant_other_than_the_sandbox_needs_an_assertion(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="assertion_file"):
        SuccessFactorsSource(
            settings, "hr", {"base_url": "https://x.example", "company_id": "c", "client_id": "k"}
        )


def test_a_sandbox_that_does_not_run_is_said_so(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="not running") as caught:
        SuccessFactorsSource(settings, "hr", OPTIONS)
    assert "talentloop sandbox serve" in caught.value.remedy


def test_the_sandbox_is_found_by_its_note(settings: Settings, tenant: Service) -> None:
    assert SuccessFactorsOptions(**OPTIONS).address(settings) == tenant.url


def test_a_tenant_may_read_an_entity_set_its_own_way() -> None:
    own = {"JobOffer": {"key": ["id"], "cursor": "changedOn", "literal": "datetime"}}
    options = SuccessFactorsOptions(**{**OPTIONS, "entity_sets": own})
    assert options.entity_set("JobOffer").cursor_type == "Edm.DateTime"
    assert options.entity_set("Candidate").cursor == "lastModifiedDateTime"
    with pytest.raises(ConfigError, match="Unheard"):
        options.entity_set("Unheard")


def test_every_mapped_stream_has_a_spec_and_says_what_is_unverified() -> None:
    mapped = set(load_yaml(MAPPING)["streams"])
    assert mapped == set(connector_spec().streams)
    assert all(spec.unverified for spec in connector_spec().streams.values())
