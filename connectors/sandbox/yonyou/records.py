"""What the tenant shows of the simulated company at one instant, in the vendor's own records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from connectors.sandbox.yonyou import layouts
from connectors.sandbox.yonyou.layouts import Layout
from connectors.sandbox.yonyou.words import WORDS

Record = dict[str, Any]
_LOCAL = ZoneInfo("Asia/Shanghai")
_TIME = "%Y-%m-%d %H:%M:%S"


class CompanyView(Protocol):
    """The simulated company, as far as the tenant looks at it."""

    def visible(self, entity: str, at: datetime) -> pa.Table:
        """What the HR system shows of an entity at an instant, in the contract's columns."""
        ...


def local_text(instant: datetime) -> str:
    """An instant as the vendor writes it: local time to the second, without a zone."""
    return instant.astimezone(_LOCAL).strftime(_TIME)


def _phone(number: str) -> str:
    """`+86138…` as `+86-138…`."""
    return f"+86-{number.removeprefix('+86')}" if number.startswith("+86") else number


def _day(day: date) -> str:
    return day.isoformat()


_FORMS: dict[str, Callable[[Any], Any]] = {
    "time": local_text,
    "date": _day,
    "list": ",".join,
    "phone": _phone,
}


def shown(row: Mapping[str, Any], layout: Layout) -> Record:
    """One company row under the vendor's names."""
    return {name: _value(row, rule) for name, rule in layout.items()}


def _value(row: Mapping[str, Any], rule: str) -> Any:
    column, _, form = rule.partition(":")
    value = row[column]
    if value is None or not form:
        return value
    if form in WORDS:
        key = str(value).lower() if isinstance(value, bool) else value
        return WORDS[form].get(key, value)
    return _FORMS[form](value)


class Records:
    """Lists of the tenant at one instant; each is made when it is first asked for.

    Args:
        company: the simulated company.
        at: the tenant's time.
    """

    def __init__(self, company: CompanyView, at: datetime) -> None:
        self._company = company
        self._at = at

    def _rows(self, entity: str) -> list[Record]:
        rows: list[Record] = self._company.visible(entity, self._at).to_pylist()
        return rows

    def _list(self, entity: str, layout: Layout) -> list[Record]:
        return [shown(row, layout) for row in self._rows(entity)]

    @cached_property
    def staffing(self) -> list[Record]:
        """招聘需求."""
        return self._list("requisition", layouts.STAFFING)

    @cached_property
    def bills(self) -> list[Record]:
        """录用单."""
        return self._list("offer", layouts.BILL)

    @cached_property
    def staff(self) -> list[Record]:
        """员工."""
        return self._list("employee", layouts.STAFF)

    @cached_property
    def results(self) -> list[Record]:
        """绩效结果."""
        return self._list("performance_review", layouts.RESULT)

    @cached_property
    def periods(self) -> list[Record]:
        """考核周期: half-years such as 2026H1."""
        codes = sorted({row["periodCode"] for row in self.results})
        return [_period(code) for code in codes]

    @cached_property
    def candidates(self) -> dict[str, Record]:
        """候选人 with applications, interviews, scores and evaluations, by id.

        `pubts` of a candidate is the latest of its own and of everything below it.
        """
        found = {row["source_id"]: shown(row, layouts.CANDIDATE) for row in self._rows("candidate")}
        for record in found.values():
            record["orgRel"], record["interview"] = [], []
        owner = {}
        for row in self._rows("application"):
            owner[row["source_id"]] = row["candidate_id"]
            _add(found, row["candidate_id"], "orgRel", shown(row, layouts.APPLICATION))
        scores = self._scores()
        for row in self._rows("interview"):
            interview = shown(row, layouts.INTERVIEW)
            interview["interviewScore"] = scores[row["source_id"]]
            _add(found, owner.get(row["application_id"]), "interview", interview)
        for record in found.values():
            record["pubts"] = max(_times(record))
        return found

    def _scores(self) -> dict[str, list[Record]]:
        """面试评分 by interview: one for each scorer, with an evaluation for each dimension."""
        by_scorer: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for row in self._rows("dimension_score"):
            if row["score_purpose_code"] == "assessment":  # the vendor knows no second opinions
                by_scorer[row["interview_id"], row["scorer_id"]].append(row)
        found: dict[str, list[Record]] = defaultdict(list)
        for (interview_id, scorer_id), rows in by_scorer.items():
            found[interview_id].append(_score(interview_id, scorer_id, rows))
        return found

    @cached_property
    def v3_demands(self) -> list[Record]:
        """eHR: 招聘需求."""
        return self._list("requisition", layouts.V3_DEMAND)

    @cached_property
    def v3_resumes(self) -> list[Record]:
        """eHR: one row for each application, with the candidate's own fields beside it."""
        candidates = {row["source_id"]: row for row in self._rows("candidate")}
        jobs = {row["source_id"]: row["job_code"] for row in self._rows("requisition")}
        found = []
        for row in self._rows("application"):
            candidate = candidates.get(row["candidate_id"])
            if candidate is not None:
                times = (row["source_updated_at"], candidate["source_updated_at"])
                more = {
                    "jobCode": jobs.get(row["requisition_id"]),
                    "updateTime": local_text(max(times)),
                }
                apply = shown(row, layouts.V3_APPLY)
                found.append(shown(candidate, layouts.V3_RESUME) | apply | more)
        return found

    @cached_property
    def v3_staff(self) -> list[Record]:
        """eHR: 员工."""
        return self._list("employee", layouts.V3_STAFF)

    @cached_property
    def v3_results(self) -> list[Record]:
        """eHR: 绩效结果."""
        return self._list("performance_review", layouts.V3_RESULT)


def _add(found: Mapping[str, Record], key: str | None, name: str, child: Record) -> None:
    if key is not None and key in found:
        found[key][name].append(child)


def _times(record: Record) -> Iterable[str]:
    yield record["pubts"]
    for value in record.values():
        if isinstance(value, list):
            for child in value:
                if isinstance(child, dict):
                    yield from _times(child)


def _score(interview_id: str, scorer_id: str, rows: list[Record]) -> Record:
    """One scorer's sheet, on 0 to 100 whatever scale the scorer used."""
    evaluations = [
        shown(row, layouts.EVALUATION) | {"evaluationScore": round(100 * row["score_0_1"], 4)}
        for row in rows
    ]
    first = rows[0]
    return {
        "id": f"{interview_id}-{scorer_id}",
        "interviewExternalKey": None,
        "interviewerId": scorer_id,
        "interviewerType": WORDS["scorer"][first["scorer_type"]],
        "evaluateTime": local_text(max(row["scored_at"] for row in rows)),
        "isMain": "1",
        "isForCc": "0",
        "score": round(sum(e["evaluationScore"] for e in evaluations) / len(evaluations), 2),
        "pubts": local_text(max(row["source_updated_at"] for row in rows)),
        "interviewEvaluation": evaluations,
    }


def _period(code: str) -> Record:
    year, half = code.split("H")
    days = ("01-01", "06-30") if half == "1" else ("07-01", "12-31")
    return {
        "code": code,
        "name": f"{year}年{'上' if half == '1' else '下'}半年",
        "beginDate": f"{year}-{days[0]}",
        "endDate": f"{year}-{days[1]}",
    }
