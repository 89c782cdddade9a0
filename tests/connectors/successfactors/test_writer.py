"""Writing back into the stand-in tenant, through everything that it does wrong on request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.base import WriteItem
from connectors.http import HttpError, RetryClass
from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.service import Service, control
from connectors.successfactors.metadata import Property
from connectors.successfactors.values import wire_value
from connectors.successfactors.writer import SuccessFactorsSink
from talentloop.errors import ConfigError, SourceAuthError, SourceError
from talentloop.settings import Settings
from tests.connectors.successfactors.conftest import OPTIONS

RESULT = {
    "cust_tlOverallScore": 82.5,
    "cust_tlScorers": 3,
    "cust_tlScoredAt": "2026-10-01T09:00:00.120Z",
    "cust_tlRuleVersion": "1",
    "cust_tlLogic": None,
}
TAG = {"cust_tlTag": "高潜力", "cust_tlTagRuleVersion": "1"}

Faults = Callable[..., dict[str, Any]]


@pytest.fixture
def keys(company: Company) -> list[str]:
    """Ids of three applications of the tenant."""
    found: list[str] = company.visible("application", CLOCK_START)["source_id"][:3].to_pylist()
    return found


@pytest.fixture
def sink(settings: Settings, tenant: Service) -> Iterator[SuccessFactorsSink]:
    with SuccessFactorsSink(settings, "successfactors", OPTIONS) as opened:
        yield opened


def items(keys: list[str], payload: dict[str, Any]) -> list[WriteItem]:
    return [WriteItem(f"{n:032d}", key, payload) for n, key in enumerate(keys)]


def test_what_was_written_reads_back_the_same(sink: SuccessFactorsSink, keys: list[str]) -> None:
    results = sink.write("interview_result", items(keys, RESULT))
    assert [(r.state, r.remote_ref) for r in results] == [("sent", key) for key in keys]
    found = sink.read_back("interview_result", [*keys, "999999999"])
    assert set(found) == set(keys)
    assert {name: found[keys[0]][name] for name in RESULT} == {
        **RESULT, "cust_tlScoredAt": "2026-10-01T09:00:00.120000Z",
    }  # fmt: skip
    assert "cust_tlTag" not in found[keys[0]]  # of another operation


def test_a_tag_is_emptied_by_an_empty_text(sink: SuccessFactorsSink, keys: list[str]) -> None:
    sink.write("high_potential_tag", items(keys, TAG))
    sink.write("high_potential_tag", items(keys[:1], {**TAG, "cust_tlTag": ""}))
    found = sink.read_back("high_potential_tag", keys)
    assert [found[key]["cust_tlTag"] or "" for key in keys] == ["", "高潜力", "高潜力"]


def test_each_row_has_its_own_answer(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    faults(refuse_row_every=2)
    results = sink.write("high_potential_tag", items(keys, TAG))
    assert [r.state for r in results] == ["sent", "refused", "sent"]
    assert "business rule refused" in results[1].message
    assert faults()["fired"] == {"refuse_row_every": 1}


def test_a_record_that_is_not_there_is_refused_alone(
    sink: SuccessFactorsSink, keys: list[str]
) -> None:
    results = sink.write("high_potential_tag", items([keys[0], "999999999", "not-a-number"], TAG))
    assert [r.state for r in results] == ["sent", "refused", "refused"]
    assert "was not found" in results[1].message
    assert "Not sent" in results[2].message
    assert sink.read_back("high_potential_tag", ["not-a-number"]) == {}


def test_a_value_that_does_not_fit_is_refused_alone_and_not_quoted(
    sink: SuccessFactorsSink, keys: list[str]
) -> None:
    given = items(keys, RESULT)
    given[1] = WriteItem("x", keys[1], {**RESULT, "cust_tlScorers": "three"})
    results = sink.write("interview_result", given)
    assert [r.state for r in results] == ["sent", "refused", "sent"]
    assert results[1].message == "Not sent: cust_tlScorers takes Edm.Int64, which this value is not"


def test_throttling_is_waited_out(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    faults(throttle_every=2)
    for key in keys:
        assert sink.write("high_potential_tag", items([key], TAG))[0].state == "sent"
    assert faults()["fired"]["throttle_every"] >= 1


def test_a_server_error_leaves_the_outcome_unknown(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    sink.read_back("high_potential_tag", keys)  # the token and the metadata are fetched
    faults(error_every=1)
    assert [r.state for r in sink.write("high_potential_tag", items(keys, TAG))] == ["unknown"] * 3
    faults(error_every=0)
    assert [r["cust_tlTag"] for r in sink.read_back("high_potential_tag", keys).values()] == [
        None
    ] * 3


def test_a_lost_answer_leaves_the_outcome_unknown_though_it_was_applied(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    faults(lose_response_every=1)
    assert [r.state for r in sink.write("high_potential_tag", items(keys, TAG))] == ["unknown"] * 3
    found = sink.read_back("high_potential_tag", keys)
    assert {row["cust_tlTag"] for row in found.values()} == {"高潜力"}


def test_a_tenant_that_is_down_applied_nothing(
    settings: Settings, keys: list[str], tenant: Service
) -> None:
    down = {**OPTIONS, "base_url": "http://127.0.0.1:9", "assertion_file": "assertion"}
    (settings.secrets_dir / "assertion").write_text("x")
    down["retry"] = {**OPTIONS["retry"], "attempts": 1}
    with SuccessFactorsSink(settings, "successfactors", down) as sink:
        assert {r.state for r in sink.write("high_potential_tag", items(keys, TAG))} == {"retry"}
        with pytest.raises(SourceError, match="did not answer"):
            sink.read_back("high_potential_tag", keys)


def test_refused_credentials_are_no_matter_of_rows(
    settings: Settings, keys: list[str], tenant: Service
) -> None:
    with (
        SuccessFactorsSink(
            settings, "successfactors", {**OPTIONS, "client_id": "someone-else"}
        ) as sink,
        pytest.raises(SourceAuthError),
    ):
        sink.write("high_potential_tag", items(keys, TAG))


def test_a_batch_refused_as_a_whole_is_halved_until_the_row_at_fault_is_alone(
    sink: SuccessFactorsSink, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    whole = sink.client.upsert

    def picky(entity_set: str, rows: Any) -> Any:
        sent.append(len(rows))
        if any(key == keys[2] for key, _ in rows):
            raise HttpError("The source refused a request (HTTP 400)").classed(
                RetryClass.PERMANENT, status=400
            )
        return whole(entity_set, rows)

    monkeypatch.setattr(sink.client, "upsert", picky)
    results = sink.write("high_potential_tag", items(keys, TAG))
    assert [r.state for r in results] == ["sent", "sent", "refused"]
    assert sent == [3, 1, 2, 1, 1]


def test_a_field_that_the_tenant_lacks_is_named_before_anything_is_sent(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    faults(**{"remove:JobApplication.cust_tlTag": 1})
    with pytest.raises(ConfigError, match="lacks cust_tlTag on JobApplication"):
        sink.write("high_potential_tag", items(keys, TAG))


def test_an_operation_that_is_not_configured_is_named(
    sink: SuccessFactorsSink, keys: list[str]
) -> None:
    with pytest.raises(ConfigError, match="No destination describes the operation nonsense"):
        sink.write("nonsense", items(keys, TAG))


def test_a_persons_edit_is_seen(
    settings: Settings, sink: SuccessFactorsSink, keys: list[str]
) -> None:
    sink.write("high_potential_tag", items(keys, TAG))
    change = {"key": keys[0], "fields": {"cust_tlTag": "待观察"}, "by": "hr.person"}
    assert control(settings, "/sandbox/successfactors/edit", change)["changed"]
    assert sink.read_back("high_potential_tag", keys)[keys[0]]["cust_tlTag"] == "待观察"


@pytest.mark.parametrize(
    ("edm_type", "value", "expected"),
    [
        ("Edm.Decimal", 82.5, "82.5"),
        ("Edm.Decimal", 0.00001, "0.00001"),
        ("Edm.Decimal", "", None),
        ("Edm.Int64", 3, "3"),
        ("Edm.String", "", ""),
        ("Edm.String", None, None),
        ("Edm.DateTimeOffset", "1970-01-01T00:00:01.500Z", "/Date(1500+0000)/"),
        ("Edm.DateTime", "1970-01-01T00:00:01Z", "/Date(1000)/"),
        ("Edm.Boolean", True, True),
    ],
)
def test_values_take_the_form_of_the_wire(edm_type: str, value: Any, expected: Any) -> None:
    assert wire_value(Property("f", edm_type), value) == expected


def test_a_text_longer_than_its_field_is_not_cut_but_refused() -> None:
    with pytest.raises(ValueError, match=r"f takes Edm\.String"):
        wire_value(Property("f", "Edm.String", max_length=3), "four")
