"""Writing into both tenants: what is set, what stays, and what each answer means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import WriteItem
from connectors.sandbox.company import CLOCK_START, Company
from connectors.sandbox.service import control
from talentloop.errors import ConfigError, SourceAuthError
from talentloop.settings import Settings
from tests.connectors.kingdee.conftest import APPLICATIONS, COSMIC, K3CLOUD, OpenSink, Switch

#: What the example destinations set, in the words of each product.
RESULT: dict[str, dict[str, Any]] = {
    K3CLOUD: {
        "F_TL_Score": 82.5,
        "F_TL_Logic": 90,
        "F_TL_Culture": None,
        "F_TL_Remark": "思路清晰",
    },
    COSMIC: {"tl_score": 82.5, "tl_logic": 90, "tl_culture": None, "tl_remark": "思路清晰"},
}
TAG = {K3CLOUD: {"F_TL_Tag": "高潜力"}, COSMIC: {"tl_tag": "高潜力"}}


@pytest.fixture
def numbers(company: Company) -> list[str]:
    """Numbers of three applications, with interviews noted on each."""
    noted = company.visible("interview", CLOCK_START)["application_id"].to_pylist()
    return sorted(set(noted))[:3]


def items(numbers: list[str], payload: dict[str, Any]) -> list[WriteItem]:
    return [WriteItem(f"{n:032d}", number, payload) for n, number in enumerate(numbers)]


def effects(state: dict[str, Any]) -> int:
    """How often a write really changed something."""
    return sum(effect["times"] for effect in state["effects"])


def test_what_was_written_reads_back_the_same_and_sets_nothing_else(
    system: str, open_sink: OpenSink, numbers: list[str]
) -> None:
    sink = open_sink(system)
    sink.write("high_potential_tag", items(numbers[:1], TAG[system]))
    results = sink.write("interview_result", items(numbers, RESULT[system]))
    assert [r.state for r in results] == ["sent"] * 3
    assert len({r.remote_ref for r in results} - {""}) == 3
    found = sink.read_back("interview_result", [*numbers, "no-such-number"])
    assert set(found) == set(numbers)
    for number in numbers:
        assert {name: found[number][name] for name in RESULT[system]} == RESULT[system]
    (tag,) = TAG[system]
    tags = sink.read_back("high_potential_tag", numbers)
    assert [tags[number][tag] for number in numbers] == ["高潜力", None, None]


def test_sending_again_changes_nothing(
    system: str, open_sink: OpenSink, faults: Switch, numbers: list[str]
) -> None:
    sink = open_sink(system)
    for _ in range(3):
        sink.write("interview_result", items(numbers, RESULT[system]))
    assert effects(faults(system)) == len(numbers)


def test_a_record_is_made_once_and_then_set(
    system: str, open_sink: OpenSink, faults: Switch, numbers: list[str]
) -> None:
    form = {"create_missing": ["TL_InterviewResult"]} if system == K3CLOUD else {}
    sink = open_sink(system, **form)
    first = sink.write("interview_result_card", items(numbers[:1], RESULT[system]))
    both = sink.write("interview_result_card", items(numbers[:2], RESULT[system]))
    assert [r.state for r in (*first, *both)] == ["sent"] * 3
    assert first[0].remote_ref == both[0].remote_ref
    assert effects(faults(system)) == 2
    assert set(sink.read_back("interview_result_card", numbers)) == set(numbers[:2])


def test_a_record_that_is_not_there_is_refused_by_its_own(
    system: str, open_sink: OpenSink, numbers: list[str]
) -> None:
    wanted = [numbers[0], "no-such-number", numbers[1]]
    results = open_sink(system).write("interview_result", items(wanted, RESULT[system]))
    assert [r.state for r in results] == ["sent", "refused", "sent"]
    assert results[1].message


def test_each_row_has_its_own_answer_inside_http_200(
    system: str, open_sink: OpenSink, faults: Switch, numbers: list[str]
) -> None:
    faults(system, refuse_row_every=2)
    results = open_sink(system).write("interview_result", items(numbers, RESULT[system]))
    assert [r.state for r in results] == ["sent", "refused", "sent"]
    assert "业务规则" in results[1].message


def test_a_lost_answer_is_unknown_and_is_not_sent_again(
    system: str, open_sink: OpenSink, faults: Switch, numbers: list[str]
) -> None:
    faults(system, lose_response_every=1)
    sink = open_sink(system)
    results = sink.write("interview_result", items(numbers, RESULT[system]))
    assert [r.state for r in results] == ["unknown"] * 3
    told = faults(system)
    assert told["fired"]["lose_response_every"] == 1
    assert effects(told) == 3
    found = sink.read_back("interview_result", numbers)
    assert all(found[n][name] == v for n in numbers for name, v in RESULT[system].items())


@pytest.mark.parametrize("fault", ["throttle_every", "error_every"])
def test_what_surely_was_not_written_may_be_sent_again(
    system: str, fault: str, open_sink: OpenSink, faults: Switch, numbers: list[str]
) -> None:
    """Every answer fails: what was throttled waits; what may have happened is unknown."""
    sink = open_sink(system)
    sink.read_back("interview_result", numbers)  # token and metadata are there
    faults(system, **{fault: 1})
    states = {r.state for r in sink.write("interview_result", items(numbers, RESULT[system]))}
    # K3Cloud looks the records up first, and that look-up is what fails.
    sure = system == K3CLOUD or fault == "throttle_every"
    assert states == {"retry" if sure else "unknown"}
    assert effects(faults(system)) == 0


def test_refused_credentials_stop_everything(
    system: str, open_sink: OpenSink, settings: Settings, numbers: list[str]
) -> None:
    wrong = {K3CLOUD: {"user_name": "other"}, COSMIC: {"username": "other"}}[system]
    with pytest.raises(SourceAuthError):
        open_sink(system, **wrong).write("interview_result", items(numbers, RESULT[system]))


def test_a_field_that_the_form_lacks_is_named_before_anything_is_sent(
    open_sink: OpenSink, faults: Switch, numbers: list[str]
) -> None:
    faults(K3CLOUD, **{"remove:TL_Application.F_TL_Remark": 1})
    with pytest.raises(ConfigError) as caught:
        open_sink(K3CLOUD).write("interview_result", items(numbers, RESULT[K3CLOUD]))
    assert "TL_Application.F_TL_Remark (for operation interview_result)" in caught.value.where
    assert effects(faults(K3CLOUD)) == 0


def test_an_operation_that_nothing_describes_is_named(system: str, open_sink: OpenSink) -> None:
    with pytest.raises(ConfigError, match="gone_operation"):
        open_sink(system).write("gone_operation", [])


def test_a_persons_edit_is_seen(
    system: str, open_sink: OpenSink, settings: Settings, numbers: list[str]
) -> None:
    sink = open_sink(system)
    sink.write("high_potential_tag", items(numbers, TAG[system]))
    (tag,) = TAG[system]
    change = {"entity": APPLICATIONS[system], "key": numbers[0], "fields": {tag: "待观察"}}
    assert control(settings, f"/sandbox/{system}/edit", change)["changed"]
    assert sink.read_back("high_potential_tag", numbers)[numbers[0]][tag] == "待观察"


def entries_of(sink: Any, number: str) -> list[Any]:
    """The interviews noted on an application, as they stand there now."""
    found = sink.client.records("TL_Application", [number], ["F_TL_Interviews"])
    entries: list[Any] = found[number]["F_TL_Interviews"]
    return entries


def test_entries_that_are_not_sent_survive_a_save(
    open_sink: OpenSink, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stand-in deletes them as the vendor does, when it is not told otherwise."""
    sink: Any = open_sink(K3CLOUD)
    noted = entries_of(sink, numbers[0])
    assert noted
    sink.write("interview_result", items(numbers, RESULT[K3CLOUD]))
    assert entries_of(sink, numbers[0]) == noted

    send: Callable[..., Any] = sink.client._http.send

    def carelessly(method: str, link: str, payload: Any, **options: Any) -> Any:
        if "BatchSave" in link:
            del payload["data"]["IsDeleteEntry"]
        return send(method, link, payload, **options)

    monkeypatch.setattr(sink.client._http, "send", carelessly)
    sink.write("high_potential_tag", items(numbers[:1], TAG[K3CLOUD]))
    assert entries_of(sink, numbers[0]) == []


def test_a_new_record_is_viewed_before_it_is_made(
    open_sink: OpenSink, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The query does not show it (yet), but it is there: it is set, and not made twice."""
    sink: Any = open_sink(K3CLOUD, create_missing=["TL_InterviewResult"])
    sink.write("interview_result_card", items(numbers[:1], RESULT[K3CLOUD]))
    monkeypatch.setattr(sink.client, "records", lambda *_: {})
    changed = {**RESULT[K3CLOUD], "F_TL_Score": 61.0}
    (result,) = sink.write("interview_result_card", items(numbers[:1], changed))
    monkeypatch.undo()
    assert result.state == "sent"
    found = sink.read_back("interview_result_card", numbers[:1])
    assert found[numbers[0]]["F_TL_Score"] == 61.0


def test_an_idempotency_key_lets_cosmic_recognise_a_repetition(
    open_sink: OpenSink, settings: Settings, faults: Switch, numbers: list[str]
) -> None:
    """What was changed by hand in between stays: the repetition is answered and not applied."""
    sink = open_sink(COSMIC, idempotency_key=True)
    sink.write("high_potential_tag", items(numbers, TAG[COSMIC]))
    edit = {"entity": "application", "key": numbers[0], "fields": {"tl_tag": "待观察"}}
    control(settings, f"/sandbox/{COSMIC}/edit", edit)
    again = sink.write("high_potential_tag", items(numbers, TAG[COSMIC]))
    assert [r.state for r in again] == ["sent"] * 3
    assert sink.read_back("high_potential_tag", numbers)[numbers[0]]["tl_tag"] == "待观察"
