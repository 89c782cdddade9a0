"""The tenant's state: the company as of now, with what was written from outside laid over it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.kit import CompanyView, RefusedError, SandboxClock, Written
from connectors.sandbox.yonyou.children import taken
from connectors.sandbox.yonyou.records import Record, Records, local_text

#: Lists of a candidate that a write may carry.
_LISTS = ("interview", "evaluationMessage", "writtenExamination", "defineSet")
_NOT_STORED = ("id", "_status", "billFlag", "resubmitCheckKey")


class Tenant:
    """Candidates and talent pools that can be written, over lists that cannot."""

    def __init__(self, company: CompanyView, clock: SandboxClock, written: Written) -> None:
        self._company = company
        self._clock = clock
        self._written = written
        self._records: Records | None = None

    @property
    def records(self) -> Records:
        """The company's lists as of now."""
        if self._records is None:
            self._records = Records(self._company, self._clock.now())
        return self._records

    def advanced(self) -> None:
        """The clock has moved: every list shows the new instant from now on."""
        self._records = None

    def candidates(self) -> list[Record]:
        """All candidates, those added from outside at the end."""
        base = self.records.candidates
        added = [key for key in self._written.records("candidate") if key not in base]
        return [self._over(key) for key in (*base, *added)]

    def candidate(self, *, by: str, value: str) -> Record | None:
        """A candidate by id or by code."""
        if by == "id":
            known = value in self.records.candidates or self._written.values("candidate", value)
            return self._over(value) if known else None
        return next((row for row in self.candidates() if row.get("code") == value), None)

    def _over(self, key: str) -> Record:
        base = self.records.candidates.get(key, {})
        over = self._written.values("candidate", key)
        if not over:
            return base
        record = {**base, **over.get("fields", {}), "id": key}
        for name in _LISTS:
            if name in over:
                record[name] = _resolved(base.get(name, []), over[name])
        changed_ms = self._written.changes("candidate")[key]
        changed = local_text(datetime.fromtimestamp(changed_ms / 1000, UTC))
        return record | {"pubts": max(changed, base.get("pubts", ""))}

    def save(self, key: str | None, data: Mapping[str, Any], *, replace: bool, by: str) -> str:
        """Insert a candidate (`key` None) or change one; returns its id."""
        key = key or f"7{secrets.randbelow(10**15):015d}"
        before = self._over(key)
        now = self._clock.now()
        over = dict(self._written.values("candidate", key))
        fields = {
            name: value
            for name, value in data.items()
            if name not in (*_NOT_STORED, *_LISTS, "recruitPostId")
        }
        change: Record = {"fields": {**over.get("fields", {}), **fields}}
        if not before:
            change["fields"] |= {"orgRel": [], "interview": [], "creationtime": local_text(now)}
        if data.get("recruitPostId"):
            change["fields"]["orgRel"] = self._applied(before, str(data["recruitPostId"]), now)
        for name in _LISTS:
            if name in data:
                after = taken(
                    before.get(name, []), data[name], replace=replace, new_id=_new_id,
                    now=local_text(now),
                )  # fmt: skip
                change[name] = _stored(self.records.candidates.get(key, {}).get(name, []), after)
        self._written.put("candidate", key, change, round(now.timestamp() * 1000), by)
        return key

    def _applied(self, before: Record, post: str, now: datetime) -> Sequence[Record]:
        """The candidate's applications with one for this post."""
        there: list[Record] = list(before.get("orgRel", []))
        if any(one["recruitPostId"] == post for one in there):
            return there
        text = local_text(now)
        new = {
            "id": _new_id(), "staffingId": post, "recruitPostId": post, "status": "0",
            "applyTime": text, "statusTime": text, "creationtime": text, "pubts": text,
        }  # fmt: skip
        return [*there, new]

    def pool_members(self) -> list[Record]:
        """Everybody in every pool."""
        pairs = (key.split("|") for key in self._written.records("talent_pool"))
        return [{"poolId": pool, "staffId": staff} for pool, staff in pairs]

    def add_to_pool(self, pool: str, staff: str) -> None:
        """Put an employee into a pool.

        Raises:
            RefusedError: there is no such employee.
        """
        if all(row["id"] != staff for row in self.records.staff):
            raise RefusedError(200, "999", f"{staff}: 员工不存在")
        now_ms = round(self._clock.now().timestamp() * 1000)
        self._written.put("talent_pool", f"{pool}|{staff}", {"member": True}, now_ms, "api")

    def edit_result(self, key: str, fields: Mapping[str, Any], by: str) -> None:
        """A person changes a 面试评分, found by its interviewExternalKey.

        Raises:
            RefusedError: there is none.
        """
        for candidate in self.candidates():
            for interview in candidate.get("interview", []):
                for score in interview.get("interviewScore", []):
                    if score.get("interviewExternalKey") == key:
                        sheet = {"id": score["id"], "_status": "Update", **fields}
                        change = {"id": interview["id"], "interviewScore": [sheet]}
                        self.save(candidate["id"], {"interview": [change]}, replace=False, by=by)
                        return
        raise RefusedError(404, "1002", "没有这条面试评分")


def _new_id() -> str:
    return f"8{secrets.randbelow(10**15):015d}"


def _stored(base: Sequence[Record], after: Sequence[Record]) -> Record:
    """A list as it is kept: children that are the company's own by reference, so that they go on
    changing with it."""
    own = {child["id"]: child for child in base}
    children = [
        {"ref": child["id"]} if own.get(child["id"]) == child else {"child": child}
        for child in after
    ]
    return {"children": children, "known": sorted(own)}


def _resolved(base: Sequence[Record], stored: Record) -> list[Record]:
    """A kept list over the company's own as of now; children that came since are at the end."""
    own = {child["id"]: child for child in base}
    found = [own.get(c["ref"]) if "ref" in c else c["child"] for c in stored["children"]]
    return [c for c in (*found, *(own[i] for i in own if i not in stored["known"])) if c]
