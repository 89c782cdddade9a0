"""The older eHR: flat records under other names, and a talent pool with interview results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.kit import RefusedError, SandboxClock, Written
from connectors.sandbox.yonyou.records import Record, Records, local_text
from connectors.sandbox.yonyou.tenant import Tenant


class OlderTenant:
    """Résumés and talent pool entries that can be written, over lists that cannot."""

    def __init__(self, tenant: Tenant, clock: SandboxClock, written: Written) -> None:
        self._tenant = tenant
        self._clock = clock
        self._written = written

    @property
    def records(self) -> Records:
        """The company's lists as of now."""
        return self._tenant.records

    def resumes(self) -> list[Record]:
        """候选人: one row for each application; those added from outside at the end."""
        base = self.records.v3_resumes
        known = {row["candidateNo"] for row in base}
        rows = [{**row, **self._over(row["candidateNo"])} for row in base]
        added = (no for no in self._written.records("v3_resume") if no not in known)
        return rows + [{"candidateId": f"N-{no}", **self._over(no)} for no in added]

    def _over(self, number: str) -> Record:
        over = self._written.values("v3_resume", number)
        if not over:
            return {}
        changed = datetime.fromtimestamp(self._written.changes("v3_resume")[number] / 1000, UTC)
        return {**over, "candidateNo": number, "updateTime": local_text(changed)}

    def resume(self, body: Mapping[str, Any]) -> Record | None:
        """A candidate by number."""
        number = body.get("candidateNo")
        return next((row for row in self.resumes() if row["candidateNo"] == number), None)

    def save(self, data: Mapping[str, Any]) -> Record:
        """Add a candidate, or change one, by number."""
        number = str(data.get("candidateNo") or "")
        if not number:
            raise RefusedError(200, "400", "candidateNo 不能为空")
        return self._put("v3_resume", number, data, ("candidateNo",), "api")

    def entry(self, body: Mapping[str, Any]) -> Record | None:
        """A person's entry in the talent pool, by candidate id."""
        key = str(body.get("candidateId") or "")
        found = self._written.values("v3_pool", key)
        return {**found, "candidateId": key} if found else None

    def put(self, data: Mapping[str, Any]) -> Record:
        """Set a person's entry in the talent pool."""
        key = str(data.get("candidateId") or "")
        if all(row["candidateId"] != key for row in self.resumes()):
            return {"failCount": 1, "messages": ["候选人不存在"], "infos": []}
        return self._put("v3_pool", key, data, ("candidateId",), "api")

    def edit(self, key: str, fields: Mapping[str, Any], by: str) -> None:
        """A person changes an entry of the talent pool."""
        if not self._written.values("v3_pool", key):
            raise RefusedError(404, "1002", "没有这条人才池记录")
        self._put("v3_pool", key, fields, (), by)

    def _put(
        self, kind: str, key: str, data: Mapping[str, Any], keys: tuple[str, ...], by: str
    ) -> Record:
        kept = {n: v for n, v in data.items() if n not in (*keys, "resubmitCheckKey")}
        now_ms = round(self._clock.now().timestamp() * 1000)
        self._written.put(kind, key, kept, now_ms, by)
        return {"failCount": 0, "sucessCount": 1, "messages": [], "infos": [{"id": key}]}
