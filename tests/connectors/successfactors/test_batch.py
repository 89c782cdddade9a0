"""Writing and reading back through `$batch`: change sets whole or not at all, rows told one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.base import WriteItem
from connectors.http import HttpError, RetryClass
from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.service import Service
from connectors.successfactors import RowResult
from connectors.successfactors.changesets import merge_results
from connectors.successfactors.multipart import Operation, PartReply, Reply
from connectors.successfactors.options import connector_spec
from connectors.successfactors.writer import SuccessFactorsSink
from talentloop.settings import Settings
from tests.connectors.successfactors.conftest import OPTIONS

TAG = {"cust_tlTag": "高潜力", "cust_tlTagRuleVersion": "1"}
Faults = Callable[..., dict[str, Any]]


@pytest.fixture
def keys(company: Company) -> list[str]:
    found: list[str] = company.visible("application", CLOCK_START)["source_id"][:60].to_pylist()
    return found


@pytest.fixture
def sink(settings: Settings, tenant: Service) -> Iterator[SuccessFactorsSink]:
    options = {**OPTIONS, "write_with": "batch"}
    with SuccessFactorsSink(settings, "successfactors", options) as opened:
        yield opened


@pytest.fixture
def asked(sink: SuccessFactorsSink, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Method and last part of the address of each request."""
    seen: list[str] = []
    send = sink.client._http.send

    def spy(method: str, link: str, *args: Any, **more: Any) -> Any:
        seen.append(f"{method} {link.rpartition('/')[2]}")
        return send(method, link, *args, **more)

    monkeypatch.setattr(sink.client._http, "send", spy)
    return seen


def items(keys: list[str], payload: dict[str, Any] = TAG) -> list[WriteItem]:
    return [WriteItem(f"{n:032d}", key, payload) for n, key in enumerate(keys)]


def tagged(sink: SuccessFactorsSink, keys: list[str]) -> list[str]:
    found = sink.read_back("high_potential_tag", keys)
    return [key for key in keys if found[key]["cust_tlTag"] == "高潜力"]


def test_sixty_rows_go_in_one_request_and_come_back_in_one(
    sink: SuccessFactorsSink, keys: list[str], asked: list[str]
) -> None:
    results = sink.write("high_potential_tag", items(keys))
    assert [(r.state, r.remote_ref) for r in results] == [("sent", key) for key in keys]
    assert tagged(sink, keys) == keys
    assert asked == ["GET $metadata", "POST $batch", "POST $batch"]


def test_a_bad_row_undoes_its_change_set_and_is_then_refused_alone(
    sink: SuccessFactorsSink, keys: list[str], asked: list[str]
) -> None:
    given = items(keys)
    given[30] = WriteItem("absent", "999999999", TAG)
    results = sink.write("high_potential_tag", given)
    assert Counter(r.state for r in results) == {"sent": 59, "refused": 1}
    assert results[30].state == "refused"
    assert "was not found" in results[30].message
    assert tagged(sink, [*keys[:30], *keys[31:]]) == [*keys[:30], *keys[31:]]
    # all three change sets, then the rows of the one at fault
    assert asked == ["GET $metadata", "POST $batch", "POST $batch", "POST $batch"]


def test_a_change_set_with_a_bad_row_leaves_nothing_behind(
    sink: SuccessFactorsSink, keys: list[str]
) -> None:
    wire = [(keys[0], {"cust_tlTag": "x"}), ("999999999", {"cust_tlTag": "x"})]
    refused, done = sink.client.merge(
        "JobApplication", [wire, [(keys[1], {"cust_tlTag": "高潜力"})]]
    )
    assert isinstance(refused, RowResult)
    assert (refused.ok, refused.http_code) == (False, 404)
    assert isinstance(done, list)
    assert [row.ok for row in done] == [True]
    assert tagged(sink, keys[:3]) == [keys[1]]
    assert sink.read_back("high_potential_tag", keys[:1])[keys[0]]["cust_tlTag"] is None


def test_rows_refused_by_a_business_rule_are_told_and_the_others_arrive(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    faults(refuse_row_every=25)
    results = sink.write("high_potential_tag", items(keys))
    refused = [keys[n] for n, r in enumerate(results) if r.state == "refused"]
    assert refused
    assert all("business rule refused" in r.message for r in results if r.state == "refused")
    faults()
    assert tagged(sink, keys) == [key for key in keys if key not in refused]


def test_a_busy_change_set_waits_for_another_time(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    faults(busy_changesets=1)
    assert {r.state for r in sink.write("high_potential_tag", items(keys))} == {"retry"}
    assert faults()["fired"] == {"busy_changesets": 3}
    faults(busy_changesets=0)
    assert tagged(sink, keys) == []


def test_a_lost_answer_leaves_every_row_unknown_though_all_were_applied(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    faults(lose_response_every=1)
    assert {r.state for r in sink.write("high_potential_tag", items(keys))} == {"unknown"}
    faults(lose_response_every=0)
    assert tagged(sink, keys) == keys


def test_an_answer_lost_while_rows_stand_alone_leaves_what_is_known_known(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    absent = [WriteItem(name, "999999999", TAG) for name in ("a", "b")]
    faults(lose_response_every=2)  # that of the second batch
    results = sink.write("high_potential_tag", [*items(keys[:40]), *absent])
    assert [r.state for r in results] == ["sent"] * 40 + ["unknown"] * 2


@pytest.mark.parametrize("fault", ["truncate_every", "wrong_type_every", "error_every"])
def test_a_spoiled_answer_to_a_write_is_unknown_and_to_a_query_asked_again(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults, fault: str
) -> None:
    sink.read_back("high_potential_tag", keys[:1])  # the token and the metadata are fetched
    faults(**{fault: 1})
    assert {r.state for r in sink.write("high_potential_tag", items(keys[:2]))} == {"unknown"}
    faults(**{fault: 2})
    for _ in range(2):
        assert set(sink.read_back("high_potential_tag", keys)) == set(keys)
    assert faults()["fired"][fault] >= 1


def test_throttling_is_waited_out(
    sink: SuccessFactorsSink, keys: list[str], faults: Faults
) -> None:
    faults(throttle_every=2)
    for key in keys[:4]:
        assert sink.write("high_potential_tag", items([key]))[0].state == "sent"
    assert faults()["fired"]["throttle_every"] >= 1


def test_more_than_the_tenant_takes_is_halved(sink: SuccessFactorsSink, keys: list[str]) -> None:
    many = [WriteItem(f"{n}", keys[n % len(keys)], TAG) for n in range(181)]
    assert {r.state for r in sink.write("high_potential_tag", many)} == {"sent"}


def test_a_query_refused_inside_a_batch_is_an_error_with_its_class(
    sink: SuccessFactorsSink, keys: list[str]
) -> None:
    with pytest.raises(HttpError, match="refused a query in a batch") as caught:
        sink.client.records("JobApplication", keys[:1], ["nonsense"])
    assert (caught.value.retry_class, caught.value.status) == (RetryClass.PERMANENT, 400)
    assert "Invalid property names" in caught.value.message


WRITES = [[Operation("POST", "Set(1L)", "1"), Operation("POST", "Set(2L)", "2")]]


@pytest.mark.parametrize(
    "replies",
    [
        [Reply(204)],  # one answer for a change set that was not refused
        [[Reply(204, "1")]],  # one answer too few
        [[Reply(204, "1"), Reply(204, "3")]],  # another number
        [[Reply(204, "1"), Reply(400, "2")]],  # half refused, which a change set cannot be
        [],
    ],
)
def test_answers_that_do_not_fit_are_not_guessed_at(replies: list[PartReply]) -> None:
    with pytest.raises(ValueError, match=r"change set|zip\(\)"):
        merge_results(WRITES, [["1", "2"]], replies, connector_spec().errors)


def test_answers_are_matched_by_number_and_not_by_place() -> None:
    replies: list[PartReply] = [[Reply(204, "2"), Reply(200, "1")]]
    (found,) = merge_results(WRITES, [["1", "2"]], replies, connector_spec().errors)
    assert isinstance(found, list)
    assert [(row.key, row.http_code) for row in found] == [("1", 200), ("2", 204)]
