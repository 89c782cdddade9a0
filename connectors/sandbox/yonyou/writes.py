"""Writes: candidates and pools, with the vendor's counts of failures inside a good answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.kit import Faults, RefusedError
from connectors.sandbox.yonyou.records import Record
from connectors.sandbox.yonyou.tenant import Tenant


class Writes:
    """Answers to writes. A `resubmitCheckKey` seen before gets the first answer again.

    Args:
        refuses: whether the next row is refused for business reasons.
    """

    def __init__(self, tenant: Tenant, faults: Faults, refuses: Callable[[], bool]) -> None:
        self._tenant = tenant
        self._faults = faults
        self._refuses = refuses
        self._answered: dict[str, str] = {}

    def insert(self, body: Mapping[str, Any]) -> Record:
        """新增候选人."""
        return self.once(body, self._insert)

    def update(self, body: Mapping[str, Any]) -> Record:
        """更新候选人."""
        return self.once(body, self._update)

    def once(self, body: Mapping[str, Any], write: Callable[[Mapping[str, Any]], Record]) -> Record:
        """The answer to a write, which is done once for each resubmitCheckKey.

        Raises:
            RefusedError: the body has no data.
        """
        data = body.get("data")
        if not isinstance(data, Mapping):
            raise RefusedError(200, "400", "data 不能为空")
        key = str(data.get("resubmitCheckKey") or "")
        if len(key) > 32:
            raise RefusedError(200, "400", "resubmitCheckKey 超长")
        if key in self._answered:
            return dict(json.loads(self._answered[key]))
        if self._refuses():
            return failed("业务规则校验不通过")
        answer = write(data)
        if key and not answer["failCount"]:
            self._answered[key] = json.dumps(answer)
        return answer

    def _insert(self, data: Mapping[str, Any]) -> Record:
        if not data.get("name"):
            return failed("姓名不能为空")
        code = data.get("code")
        if code and self._tenant.candidate(by="code", value=str(code)) is not None:
            return failed("候选人编码重复")
        return self._saved(None, data)

    def _update(self, data: Mapping[str, Any]) -> Record:
        key = str(data.get("id") or "")
        if self._tenant.candidate(by="id", value=key) is None:
            return failed("候选人不存在")
        if data.get("billFlag") != 2:
            return failed("billFlag 不正确")
        return self._saved(key, data)

    def _saved(self, key: str | None, data: Mapping[str, Any]) -> Record:
        if self._faults.level("forget_ids"):
            data = {
                name: [_nameless(child) for child in value] if isinstance(value, list) else value
                for name, value in data.items()
            }
        replace = bool(self._faults.level("replace_lists"))
        key = self._tenant.save(key, data, replace=replace, by="api")
        return done([{"id": key}])

    def pool(self, body: Mapping[str, Any]) -> Record:
        """加入人才池: each employee by himself."""
        pool = str(body.get("poolId") or "")
        if not pool:
            raise RefusedError(200, "400", "poolId 不能为空")
        infos, messages = [], []
        for staff in str(body.get("staffId") or "").split(","):
            try:
                if self._refuses():
                    raise RefusedError(200, "999", f"{staff}: 业务规则校验不通过")
                self._tenant.add_to_pool(pool, staff)
                infos.append({"staffId": staff})
            except RefusedError as refused:
                messages.append(refused.message)
        return _counted(infos, messages)


def done(infos: list[Record]) -> Record:
    """All rows were taken."""
    return _counted(infos, [])


def failed(message: str) -> Record:
    """The row was not taken."""
    return _counted([], [message])


def _counted(infos: list[Record], messages: list[str]) -> Record:
    return {
        "count": len(infos) + len(messages),
        "sucessCount": len(infos),
        "failCount": len(messages),
        "messages": messages,
        "infos": infos,
    }


def _nameless(child: Any) -> Any:
    if not isinstance(child, Mapping):
        return child
    return {
        name: [_nameless(one) for one in value] if isinstance(value, list) else value
        for name, value in child.items()
        if name != "id"
    }
