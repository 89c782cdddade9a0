"""What is queued: exactly the differences to what was last sent."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from connectors.outbox import deliver, enqueue, load_destination
from talentloop.errors import ConfigError, DeliveryError
from talentloop.ops.incidents import open_incidents
from talentloop.settings import PROJECT_ROOT, Settings
from tests.connectors.outbox.tenant import CONFIG, Tenant, publish_scores, rows, states


def payloads(settings: Settings, operation: str) -> list[tuple[str, dict[str, object]]]:
    return [(r.entity_key, json.loads(r.payload_json)) for r in rows(settings, operation)]


def test_results_go_out_for_all_and_the_tag_from_eighty_inclusive(outbox: Settings) -> None:
    publish_scores(outbox, {"1": 80.0, "2": 79.99, "3": 91.25})
    result = enqueue(outbox, "hr")
    assert result.queued == 5
    assert payloads(outbox, "result") == [
        ("1", {"rule": "1", "score": 80.0}),
        ("2", {"rule": "1", "score": 80.0}),
        ("3", {"rule": "1", "score": 91.2}),
    ]
    assert payloads(outbox, "tag") == [
        ("1", {"tag": "高潜力", "tag_rule": "1"}),
        ("3", {"tag": "高潜力", "tag_rule": "1"}),
    ]


def test_queueing_again_queues_nothing(outbox: Settings, tenant: Tenant) -> None:
    publish_scores(outbox, {"1": 85.0})
    enqueue(outbox, "hr")
    again = enqueue(outbox, "hr")
    assert (again.queued, again.unchanged) == (0, 2)
    deliver(outbox, "hr", sink=tenant)
    assert enqueue(outbox, "hr").queued == 0


def test_a_newer_value_replaces_one_that_was_not_sent(outbox: Settings) -> None:
    publish_scores(outbox, {"1": 70.0})
    enqueue(outbox, "hr")
    publish_scores(outbox, {"1": 71.0})
    result = enqueue(outbox, "hr")
    assert (result.queued, result.superseded) == (1, 1)
    assert states(outbox, "result") == ["SUPERSEDED", "PENDING"]


def test_a_value_that_comes_back_before_it_was_sent_needs_no_sending(
    outbox: Settings, tenant: Tenant
) -> None:
    publish_scores(outbox, {"1": 70.0})
    enqueue(outbox, "hr")
    deliver(outbox, "hr", sink=tenant)
    publish_scores(outbox, {"1": 71.0})
    enqueue(outbox, "hr")
    publish_scores(outbox, {"1": 70.0})
    assert enqueue(outbox, "hr").queued == 0
    assert states(outbox, "result") == ["SENT", "SUPERSEDED"]


def test_a_value_that_comes_back_after_another_is_a_new_change_with_a_key_of_its_own(
    outbox: Settings, tenant: Tenant
) -> None:
    for score in (70.0, 71.0, 70.0):
        publish_scores(outbox, {"1": score})
        enqueue(outbox, "hr")
        deliver(outbox, "hr", sink=tenant)
    sent = rows(outbox, "result")
    assert [w[2]["score"] for w in tenant.writes] == [70.0, 71.0, 70.0]
    assert sent[0].payload_hash == sent[2].payload_hash
    assert len({row.idem_key for row in sent}) == 3
    expected = f"hr|result|1|{sent[2].payload_hash}|2"
    assert sent[2].idem_key == hashlib.sha256(expected.encode()).hexdigest()[:32]


def test_a_tag_that_was_sent_is_withdrawn_when_the_score_is_restated(
    outbox: Settings, tenant: Tenant
) -> None:
    publish_scores(outbox, {"1": 85.0})
    enqueue(outbox, "hr")
    deliver(outbox, "hr", sink=tenant)
    publish_scores(outbox, {"1": 79.0}, rule="2")
    result = enqueue(outbox, "hr")
    assert result.withdrawn == 1
    assert payloads(outbox, "tag")[-1] == ("1", {"tag": "", "tag_rule": "2"})
    deliver(outbox, "hr", sink=tenant)
    assert tenant.records["1"]["tag"] == ""
    assert enqueue(outbox, "hr").queued == 0

    publish_scores(outbox, {"1": 85.0}, rule="2")
    enqueue(outbox, "hr")
    deliver(outbox, "hr", sink=tenant)
    assert tenant.records["1"]["tag"] == "高潜力"


def test_rows_about_another_systems_records_are_not_sent_to_this_one(
    outbox: Settings, tenant: Tenant
) -> None:
    publish_scores(outbox, {"1": 85.0}, source="another_hr")
    assert enqueue(outbox, "hr").queued == 0
    publish_scores(outbox, {"1": 85.0})
    assert enqueue(outbox, "hr").queued == 2


def test_a_tag_that_was_never_sent_is_dropped_without_a_word(
    outbox: Settings, tenant: Tenant
) -> None:
    publish_scores(outbox, {"1": 85.0})
    enqueue(outbox, "hr")
    publish_scores(outbox, {"1": 79.0})
    enqueue(outbox, "hr")
    assert states(outbox, "tag") == ["SUPERSEDED"]
    deliver(outbox, "hr", sink=tenant)
    assert "tag" not in tenant.records["1"]


def test_a_tag_whose_row_vanished_is_withdrawn(outbox: Settings, tenant: Tenant) -> None:
    publish_scores(outbox, {"1": 85.0, "2": 90.0})
    enqueue(outbox, "hr")
    deliver(outbox, "hr", sink=tenant)
    publish_scores(outbox, {"2": 90.0})
    assert enqueue(outbox, "hr").withdrawn == 1
    deliver(outbox, "hr", sink=tenant)
    assert tenant.records["1"]["tag"] == ""
    assert tenant.records["2"]["tag"] == "高潜力"
    assert enqueue(outbox, "hr").queued == 0


def test_tags_are_not_withdrawn_when_nearly_all_rows_vanish_at_once(outbox: Settings) -> None:
    keys = [str(i) for i in range(20)]
    tenant = Tenant(keys)
    publish_scores(outbox, dict.fromkeys(keys, 85.0))
    enqueue(outbox, "hr")
    deliver(outbox, "hr", sink=tenant)
    publish_scores(outbox, dict.fromkeys(keys[:9], 85.0))
    result = enqueue(outbox, "hr")
    assert (result.withdrawn, result.held_vanished) == (0, 11)
    assert [i.kind for i in open_incidents(outbox)] == ["tags_vanished"]

    publish_scores(outbox, dict.fromkeys(keys[:10], 85.0))  # ten of twenty are gone
    assert enqueue(outbox, "hr").withdrawn == 10
    assert not open_incidents(outbox)


def test_a_refused_change_is_not_queued_again_until_it_says_something_else(
    outbox: Settings, tenant: Tenant
) -> None:
    tenant.behave.append("refuse")
    publish_scores(outbox, {"1": 70.0})
    enqueue(outbox, "hr")
    deliver(outbox, "hr", sink=tenant)
    assert enqueue(outbox, "hr").queued == 0
    publish_scores(outbox, {"1": 72.0})
    assert enqueue(outbox, "hr").queued == 1


def test_an_export_without_a_configured_column_is_named(outbox: Settings) -> None:
    publish_scores(outbox, {"1": 70.0})
    path = outbox.config / "destinations" / "hr.yml"
    path.write_text(CONFIG.replace("column: rule_version", "column: rule_wersion"))
    with pytest.raises(DeliveryError, match=r"rule_wersion.*exp_hr__result"):
        enqueue(outbox, "hr")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("decimals: 1", "decimal: 1", "operations.result.fields.score.decimal"),
        ("{column: rule_version}", "{column: rule_version, text: x}", "either column or text"),
        ("text: 高潜力", "text: '{a.b}'", "is not the name of a column"),
        ("text: 高潜力", "text: '{score:>99999}'", "use one of"),
        ("only_when: is_high_potential", "only_when: other", "only_when needs a field"),
        ("max_attempts: 3", "max_attempts: 0", "max_attempts"),
    ],
)
def test_a_mistake_in_the_configuration_is_named(
    outbox: Settings, old: str, new: str, expected: str
) -> None:
    path = outbox.config / "destinations" / "hr.yml"
    path.write_text(CONFIG.replace(old, new, 1))
    with pytest.raises(ConfigError, match=expected):
        load_destination(outbox, "hr")


def test_an_unknown_destination_names_the_known_ones(outbox: Settings) -> None:
    with pytest.raises(ConfigError, match="Known are: hr"):
        enqueue(outbox, "nowhere")


def test_the_destination_that_ships_is_valid_and_marks_advice_as_such() -> None:
    shipped = load_destination(Settings(config=Path(PROJECT_ROOT / "config")), "successfactors")
    advice = [
        spec.text
        for operation in shipped.operations.values()
        for name, spec in operation.fields.items()
        if name.endswith("Advice")
    ]
    assert len(advice) == 2
    for text in advice:
        assert text is not None
        assert text.startswith("模型建议/Model advice: ")
        for part in ("{lower", "{upper", "{model_version"):
            assert part in text
