"""Cards to groups: each once, with what the policy allows, and nothing where no channel is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loop.notify import notify_incidents, notify_monthly, notify_result, preview, send_test
from talentloop.errors import ConfigError
from talentloop.ops import session
from talentloop.ops.incidents import open_incident, resolve_incident
from talentloop.ops.models import FrozenFigure
from talentloop.settings import Settings
from tests.notify.channels import MAIL, WECOM, waiting

RESULT = {
    "candidate_name": "张小明", "job_title": "数据工程师", "round": "2", "overall_score": "82.5",
    "conclusion": "通过",
}  # fmt: skip


def freeze(settings: Settings, month: str, figures: int) -> None:
    now = settings.clock.now()
    with session(settings) as db:
        for number in range(figures):
            db.add(
                FrozenFigure(metric=f"m{number}", period_on=month, scope="", value=1.0, n=1,
                             published_version="v", as_of=now, frozen_at=now)
            )  # fmt: skip


def test_where_no_channel_is_configured_nothing_is_queued(settings: Settings) -> None:
    open_incident(settings, kind="k", where="w", title="broken")
    freeze(settings, "2026-10-01", 3)
    assert notify_incidents(settings) == 0
    assert notify_monthly(settings) == 0
    assert notify_result(settings, "i1", RESULT) == 0
    assert waiting(settings) == []


def test_an_incident_is_told_once_and_its_end_once(configured: Any) -> None:
    settings = configured(wecom=WECOM)
    open_incident(settings, kind="k", where="deliver", title="2 changes were given up")
    assert notify_incidents(settings) == 1
    open_incident(settings, kind="k", where="deliver", title="3 changes were given up")
    assert notify_incidents(settings) == 0
    resolve_incident(settings, kind="k", where="deliver", resolution="Deliveries succeed.")
    assert notify_incidents(settings) == 1
    assert notify_incidents(settings) == 0
    opened, over = waiting(settings)
    assert opened[1]["card"]["title"] == "需要处理：2 changes were given up"
    assert over[1]["card"]["title"].startswith("已恢复：")
    assert opened[0].entity_key == over[0].entity_key
    assert "2026-11-02 08:00" in str(opened[1]["card"]["lines"])


def test_an_incident_that_is_over_before_anybody_was_told_is_not_told(configured: Any) -> None:
    settings = configured(wecom=WECOM)
    open_incident(settings, kind="k", where="w", title="broken")
    resolve_incident(settings, kind="k", where="w", resolution="fine")
    assert notify_incidents(settings) == 0


def test_each_channel_tells_in_its_own_language_to_its_own_target(configured: Any) -> None:
    english = {**MAIL, "language": "en", "sends": {"incident": "ops"}}
    settings = configured(wecom=WECOM, mail=english)
    open_incident(settings, kind="k", where="w", title="broken")
    assert notify_incidents(settings) == 2
    said = {row.destination: payload for row, payload in waiting(settings)}
    assert (said["mail"]["target"], said["mail"]["card"]["title"]) == (
        "ops", "Needs attention: broken",
    )  # fmt: skip
    assert said["wecom"]["target"] == "hiring"


def test_the_monthly_card_counts_what_was_frozen_and_says_simulated(configured: Any) -> None:
    settings = configured(wecom=WECOM).model_copy(update={"portal_url": "https://tl.example.com/"})
    assert notify_monthly(settings) == 0
    freeze(settings, "2026-10-01", 3)
    assert notify_monthly(settings) == 1
    assert notify_monthly(settings, date(2026, 10, 15)) == 0
    assert notify_monthly(settings, date(2026, 9, 1)) == 0
    ((_, said),) = waiting(settings)
    assert said["card"]["title"] == "2026-10 招聘月报已出"
    assert {line["value"] for line in said["card"]["lines"]} == {"3", "0", "模拟数据"}
    assert said["card"]["link"] == "https://tl.example.com/reports/monthly?month=2026-10"


def test_a_result_tells_the_group_that_it_is_there_and_no_more(configured: Any) -> None:
    settings = configured(wecom=WECOM)
    assert notify_result(settings, "i1", RESULT, link="https://tl.example.com/t/1") == 1
    assert notify_result(settings, "i1", RESULT, link="https://tl.example.com/t/1") == 0
    said = str(waiting(settings)[0][1])
    assert not [word for word in ("82.5", "通过", "小明") if word in said]
    assert "https://tl.example.com/t/1" in said
    with pytest.raises(ConfigError, match="has no value"):
        notify_result(settings, "i2", {"job_title": "x"})


def test_a_preview_shows_the_fields_and_sends_nothing(configured: Any) -> None:
    settings = configured(wecom=WECOM)
    card = preview(settings, "interview_result", "en")
    assert "‹job_title›" in card.title
    assert "overall_score" not in card.plain
    assert waiting(settings) == []


def test_a_test_goes_to_every_target_and_wants_one(configured: Any) -> None:
    settings = configured(wecom=WECOM, mail={**MAIL, "targets": {}})
    assert len(send_test(settings, "wecom")) == 1
    with pytest.raises(ConfigError, match="no targets"):
        send_test(settings, "mail")
    with pytest.raises(ConfigError, match="no channel") as error:
        send_test(settings, "other")
    assert "mail, wecom" in error.value.remedy


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({**WECOM, "invitations": True}, "by mail only"),
        ({**MAIL, "calendar": True}, "keeps no calendar"),
        ({**WECOM, "sends": {"gossip": "hiring"}}, "gossip"),
        ({**WECOM, "connector": "fax"}, "connector"),
    ],
)
def test_a_channel_that_cannot_be_is_refused_with_its_file(
    configured: Any, content: Any, problem: str
) -> None:
    settings = configured(odd=content)
    with pytest.raises(ConfigError, match=problem) as error:
        notify_incidents(settings)
    assert "odd.yml" in error.value.where
