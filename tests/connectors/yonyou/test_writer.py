"""What is written is there, once, and nothing else has changed; read back each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from connectors.base import WriteItem, WriteResult
from connectors.sandbox.service import Service
from connectors.yonyou import YonyouSink
from connectors.yonyou.options import ResultWords
from talentloop.errors import ConfigError
from tests.connectors.yonyou.conftest import OPTIONS, V3, Pull

MakeSink = Callable[..., YonyouSink]
CANDIDATE, APPLICATION = "20000001", "10000001"
KEY = f"{CANDIDATE}|{APPLICATION}"
RESULT: dict[str, Any] = {
    "interview_score": 82.5,
    "dim_communication": 80.0,
    "dim_logic": 85.25,
    "remark": "表达清楚，可进入下一轮",
    "evaluated_at": "2026-10-20T08:30:00.000Z",
    "round": 1,
}


def item(key: str, payload: dict[str, Any], number: int = 0) -> WriteItem:
    return WriteItem(f"{number:032x}", key, payload)


def send(sink: YonyouSink, operation: str, *items: WriteItem) -> list[WriteResult]:
    return sink.write(operation, items)


def interviews(sink: YonyouSink, candidate: str = CANDIDATE) -> list[dict[str, Any]]:
    detail = sink.client.spec.writes["interview_result"].read
    rows, _ = sink.client.records(detail, [candidate], where="test")
    return [dict(one) for one in rows[0]["interview"]]


def says(there: Any, payload: dict[str, Any]) -> bool:
    same = (
        {**payload, "evaluated_at": "2026-10-20T08:30:00Z"}
        if "evaluated_at" in payload
        else payload
    )
    return {name: there[name] for name in same} == same


@pytest.mark.parametrize("replace", [0, 1], ids=["append", "replace"])
@pytest.mark.parametrize("score_field", ["", "evaluationScore"], ids=["text", "column"])
def test_a_result_is_written_once_beside_the_interviews_of_others(
    make_sink: MakeSink, faults: Pull, replace: int, score_field: str
) -> None:
    faults(replace_lists=replace)
    sink = make_sink()
    words = sink.client.spec.result.model_copy(update={"score_field": score_field})
    sink = make_sink(result=words.model_dump())
    others = interviews(sink)
    assert len(others) > 2
    assert send(sink, "interview_result", item(KEY, RESULT))[0].state == "sent"
    assert says(sink.read_back("interview_result", [KEY])[KEY], RESULT)
    changed = {**RESULT, "interview_score": 70.0, "dim_logic": None, "dim_stress": 66.0}
    assert send(sink, "interview_result", item(KEY, changed, 1))[0].state == "sent"
    there = sink.read_back("interview_result", [KEY])[KEY]
    assert (there["interview_score"], there["dim_stress"], there.get("dim_logic")) == (70, 66, None)
    assert interviews(sink)[: len(others)] == others
    assert len(interviews(sink)) == len(others) + 1


def test_the_wire_has_the_vendors_fields_for_score_dimension_and_remark(
    make_sink: MakeSink,
) -> None:
    sink = make_sink()
    send(sink, "interview_result", item(KEY, RESULT))
    mine = interviews(sink)[-1]
    sheet = mine["interviewScore"][0]
    assert (mine["interviewType"], mine["round"]) == ("AI初试", 1)
    assert sheet["interviewExternalKey"] == APPLICATION
    assert sheet["score"] == 82.5
    assert sheet["evaluateTime"] == "2026-10-20 16:30:00"
    assert [(e["evaluationPro"], e["evaluationContent"]) for e in sheet["interviewEvaluation"]] == [
        ("沟通表达", "80.0 分"),
        ("逻辑思维", "85.25 分"),
        ("综合评价", "表达清楚，可进入下一轮"),
    ]


def test_stars_link_tag_and_basis_stand_under_an_item_of_their_own_and_can_be_taken_back(
    make_sink: MakeSink,
) -> None:
    sink = make_sink()
    more = {
        "stars": 4.5,
        "report_link": "https://tl.example.com/feedback/1",
        "basis": "评分人 1 位",
    }
    parts: list[dict[str, Any]] = [RESULT, more, {"tag": "高潜力"}]
    for number, part in enumerate(parts):
        assert send(sink, "interview_result", item(KEY, part, number))[0].state == "sent"
    there = interviews(sink)[-1]["interviewScore"][0]["interviewEvaluation"]
    assert {e["evaluationPro"]: e["evaluationContent"] for e in there} == {
        "沟通表达": "80.0 分", "逻辑思维": "85.25 分", "综合评价": RESULT["remark"],
        "综合星级": "4.5", "反馈报告": more["report_link"], "评分依据": "评分人 1 位", "人才标签": "高潜力",
    }  # fmt: skip
    assert send(sink, "interview_result", item(KEY, {"tag": ""}, 9))[0].state == "sent"
    left = sink.read_back("interview_result", [KEY])[KEY]
    assert "tag" not in left
    assert (left["stars"], left["remark"]) == ("4.5", RESULT["remark"])


def test_two_fields_under_one_label_are_refused() -> None:
    words = {"scorer": "x", "dimensions": {"logic": "逻辑"}, "items": {"stars": "逻辑"}}
    with pytest.raises(ValidationError, match="written to 逻辑"):
        ResultWords.model_validate(words)


def test_sending_the_same_again_changes_nothing(make_sink: MakeSink, faults: Pull) -> None:
    sink = make_sink()
    first = send(sink, "interview_result", item(KEY, RESULT))
    before = interviews(sink)
    assert send(sink, "interview_result", item(KEY, RESULT)) == first
    assert send(sink, "interview_result", item(KEY, RESULT, 1))[0].state == "sent"
    assert interviews(sink) == before
    assert [effect["times"] for effect in faults()["effects"]] == [1]


def test_a_key_seen_before_is_answered_and_not_done_again(
    make_sink: MakeSink, tenant: Service
) -> None:
    sink = make_sink()
    body = {"data": {"name": "某人", "code": "N-1", "resubmitCheckKey": "a" * 32}}
    answers = [
        sink.client.call("hrcloud/insertGlobalCandidate", body, where="test").data["data"]["infos"]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("switch", "own", "words"),
    [
        ({"replace_lists": 1}, True, "replaced the list"),
        ({"forget_ids": 1}, False, "added to the list"),
        ({"forget_ids": 1, "replace_lists": 1}, False, "replaced the list"),
    ],
)
def test_a_list_that_came_out_wrong_is_seen_and_told(
    make_sink: MakeSink, faults: Pull, switch: dict[str, int], own: bool, words: str
) -> None:
    faults(**switch)
    result = make_sink().client.spec.result.model_dump()
    sink = make_sink(result={**result, "sub_lists": "own" if own else "whole"})
    told = send(sink, "interview_result", item(KEY, RESULT))[0]
    assert told.state == "refused"
    assert words in told.message


def test_where_lists_are_added_to_only_ours_may_be_sent(make_sink: MakeSink) -> None:
    result = make_sink().client.spec.result.model_dump()
    sink = make_sink(result={**result, "sub_lists": "own"})
    others = interviews(sink)
    for number, score in enumerate((60.0, 61.0)):
        sent = send(sink, "interview_result", item(KEY, {"interview_score": score}, number))
        assert sent[0].state == "sent"
    assert interviews(sink)[: len(others)] == others
    assert len(interviews(sink)) == len(others) + 1


@pytest.mark.parametrize(
    ("key", "payload", "words"),
    [
        (KEY, {"dim_humour": 3}, "dim_humour"),
        (KEY, {"colour": "red"}, "colour"),
        (KEY, {"evaluated_at": "2026-10-20T08:30:00.5Z"}, "whole seconds"),
        ("20000001", {"interview_score": 1}, "two parts"),
        ("404|1", {"interview_score": 1}, "No such candidate"),
    ],
)
def test_a_result_that_does_not_fit_is_refused_before_anything_is_sent(
    make_sink: MakeSink, faults: Pull, key: str, payload: dict[str, Any], words: str
) -> None:
    told = send(make_sink(), "interview_result", item(key, payload))[0]
    assert told.state == "refused"
    assert words in told.message
    assert faults()["effects"] == []


RESUME = {
    "name": "测试候选人",
    "mobile": "+8613800138000",
    "email": "a@example.com",
    "resumeUrl": "https://files.example.com/1.pdf",
    "resumesource": "公司官网",
    "recruitPostId": "3000001",
}


@pytest.mark.parametrize("options", [OPTIONS, V3], ids=["yonbip", "ehr_v3"])
def test_a_resume_is_inserted_then_updated_and_read_back(
    make_sink: MakeSink, faults: Pull, options: dict[str, Any]
) -> None:
    sink = make_sink(**options)
    assert sink.read_back("resume", ["TL-1"]) == {}
    assert send(sink, "resume", item("TL-1", RESUME))[0].state == "sent"
    assert says(sink.read_back("resume", ["TL-1"])["TL-1"], RESUME)
    newer = {**RESUME, "email": "b@example.com"}
    for number in (1, 2):
        assert send(sink, "resume", item("TL-1", newer, number))[0].state == "sent"
    assert says(sink.read_back("resume", ["TL-1"])["TL-1"], newer)
    assert sum(effect["times"] for effect in faults()["effects"]) == 2


def test_a_failure_counted_inside_a_good_answer_is_a_refusal_in_the_vendors_words(
    make_sink: MakeSink,
) -> None:
    nameless = send(make_sink(), "resume", item("TL-2", {"email": "a@example.com"}))[0]
    assert (nameless.state, nameless.message) == ("refused", "姓名不能为空")


def test_each_row_of_a_batch_has_its_own_result(make_sink: MakeSink, faults: Pull) -> None:
    faults(refuse_row_every=2)
    sink = make_sink()
    items = [item(f"20000{n:03}|r{n}", {"interview_score": 50.0 + n}, n) for n in range(4)]
    assert [r.state for r in send(sink, "interview_result", *items)] == [
        "sent", "refused", "sent", "refused",
    ]  # fmt: skip
    found = sink.read_back("interview_result", [i.entity_key for i in items])
    assert list(found) == [items[0].entity_key, items[2].entity_key]


def test_employees_enter_a_pool_once_and_strangers_are_told_by_name(
    make_sink: MakeSink, faults: Pull
) -> None:
    sink = make_sink()
    keys = ["P1|E000001", "P1|E000002", "P1|E999999", "P2|E000001", "P3"]
    items = [item(key, {"staffId": key.partition("|")[2]}, n) for n, key in enumerate(keys)]
    results = send(sink, "talent_pool", *items)
    assert [r.state for r in results] == ["sent", "sent", "refused", "sent", "refused"]
    assert "E999999" in results[2].message
    assert set(sink.read_back("talent_pool", keys)) == {keys[0], keys[1], keys[3]}
    send(sink, "talent_pool", *items[:2])
    assert [effect["times"] for effect in faults()["effects"]] == [1, 1, 1]


def test_the_older_ehr_takes_score_dimensions_and_remark_into_the_talent_pool(
    make_sink: MakeSink, faults: Pull
) -> None:
    sink = make_sink(**V3)
    payload = {name: value for name, value in RESULT.items() if name != "round"}
    for number in range(2):
        sent = send(sink, "interview_result", item(CANDIDATE, payload, number))
        assert sent[0].state == "sent"
    assert says(sink.read_back("interview_result", [CANDIDATE])[CANDIDATE], payload)
    assert [effect["times"] for effect in faults()["effects"]] == [1]
    stranger = send(sink, "interview_result", item("404", payload, 3))[0]
    assert (stranger.state, stranger.message) == ("refused", "候选人不存在")


@pytest.mark.parametrize("fault", ["lose_response_every", "error_every"])
def test_a_lost_answer_to_a_write_is_an_open_question_and_never_sent_again_by_itself(
    make_sink: MakeSink, faults: Pull, fault: str
) -> None:
    sink = make_sink()
    faults(**{fault: 1 if fault == "lose_response_every" else 2})
    told = send(sink, "interview_result", item(KEY, RESULT))[0]
    faults(retry_after_seconds=0)
    assert told.state == "unknown"
    there = sink.read_back("interview_result", [KEY])
    assert bool(there) is (fault == "lose_response_every")


def test_a_throttled_write_is_tried_again_and_done_once(make_sink: MakeSink, faults: Pull) -> None:
    faults(throttle_every=2)
    assert send(make_sink(), "interview_result", item(KEY, RESULT))[0].state == "sent"
    assert [effect["times"] for effect in faults()["effects"]] == [1]


def test_an_operation_that_nobody_describes_is_an_error_by_name(make_sink: MakeSink) -> None:
    with pytest.raises(ConfigError, match="notes"):
        send(make_sink(), "notes", item(KEY, {}))


def test_the_stand_in_refuses_a_list_longer_than_the_vendors_cap(
    make_sink: MakeSink, tenant: Service
) -> None:
    sink = make_sink()
    with pytest.raises(Exception, match="400"):
        sink.client.call("hrcloud/staffing/list", {"pageSize": 501}, where="test")
    stranger = f"{tenant.url}/yonyou/iuap-api-gateway/yonbip/hrcloud/staffing/list"
    answer = httpx.post(stranger, json={}, trust_env=False).json()
    assert answer["code"] == "401"
