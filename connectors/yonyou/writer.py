"""Writing back into one 用友 tenant: résumés, interview results, talent pools; read back each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import phonenumbers

from connectors.base import WriteItem, WriteResult
from connectors.http import Answer, HttpError
from connectors.options import checked_options
from connectors.outbox.compare import differences
from connectors.outbox.destination import find_operation
from connectors.outcomes import raise_if_hopeless, result_of
from connectors.tenant import TenantSink
from connectors.yonyou import results
from connectors.yonyou.client import YonyouClient, at
from connectors.yonyou.options import SYSTEM, YonyouOptions, YonyouWrite
from talentloop.errors import ConfigError, DeliveryError
from talentloop.settings import Settings

Row = Mapping[str, Any]
_KEY_LENGTH = 32
_BATCH = 20
_NO_PARTS = "the key wants two parts, joined with |"


class YonyouSink(TenantSink[YonyouOptions, YonyouClient]):
    """A SinkConnector over the open API. What a destination's operation writes is its `entity`:

    - `resume`: a candidate, by code; inserted or updated. Flat fields are the vendor's own names.
    - `interview_result`: one result of a candidate; the key is `candidate id|our own key` (YonBIP)
      or the candidate id (eHR). Flat fields: see `results`.
    - `talent_pool`: an employee into a pool; the key is `pool id|staff id`.

    Before anything is written it is looked up, so what is there already is not sent again. After
    an interview result was written it is looked up once more, because nobody knows whether a tenant
    replaces lists or adds to them.

    Args:
        settings: where secrets, limits and the destinations' configuration lie.
        name: the configured source whose tenant it is.
        options: the tenant; a mapping is read as YonyouOptions.

    Raises:
        ConfigError: the options do not fit.
    """

    batch_size = _BATCH

    def __init__(
        self, settings: Settings, name: str, options: YonyouOptions | Mapping[str, Any]
    ) -> None:
        checked = checked_options(name, options, YonyouOptions, SYSTEM)
        super().__init__(settings, name, checked, YonyouClient)
        self._words = self.client.spec.result

    def write(self, operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        """Send changes; one result per item, in order.

        Raises:
            ConfigError: nothing says what the operation writes; nothing was sent.
            HttpAuthError: our credentials are refused.
            DeliveryError: the quota is used up.
        """
        kind, spec = self._kind(operation)
        if kind == "talent_pool":
            return self._add_to_pools(spec, items)
        send = self._send_resume if kind == "resume" else self._send_result
        done: list[WriteResult] = []
        for item in items:
            try:
                done.append(self._one(send, spec, item))
            except (HttpError, DeliveryError) as error:
                if not done:
                    raise  # nothing was sent
                rest = items[len(done) :]
                words = error.what
                done += [WriteResult(i.idempotency_key, "retry", message=words) for i in rest]
                break
        return done

    def read_back(self, operation: str, entity_keys: Sequence[str]) -> dict[str, Row]:
        """Everything that the operation could have set, as it stands there; missing left out.

        Raises:
            ConfigError: nothing says what the operation writes.
            SourceError: it could not be read.
            DeliveryError: the quota is used up.
        """
        kind, spec = self._kind(operation)
        try:
            if kind == "talent_pool":
                return self._pool_members(spec, entity_keys)
            read = self._read_resume if kind == "resume" else self._read_result
            found = {key: read(spec, key) for key in entity_keys if self._fits(kind, key)}
        except HttpError as error:
            raise_if_hopeless(error)
            raise
        return {key: row for key, row in found.items() if row is not None}

    def _fits(self, kind: str, key: str) -> bool:
        return kind == "resume" or self._words.flat is not None or _parts(key) is not None

    def _kind(self, operation: str) -> tuple[str, YonyouWrite]:
        kind = find_operation(self._operations, operation, self.name).entity
        spec = self.client.spec.writes.get(kind)
        if spec is None:
            raise ConfigError(
                f"The entity {kind} cannot be written with this profile",
                where=f"destinations of source {self.name}, operation {operation}",
                remedy="Use one of: " + ", ".join(self.client.spec.writes) + ".",
            )
        return kind, spec

    def _one(
        self, send: Callable[[YonyouWrite, WriteItem], WriteResult], spec: YonyouWrite,
        item: WriteItem,
    ) -> WriteResult:  # fmt: skip
        try:
            return send(spec, item)
        except ValueError as error:
            return WriteResult(item.idempotency_key, "refused", message=f"Not sent: {error}")
        except HttpError as error:
            return result_of(item, error)

    def _record(self, spec: YonyouWrite, key: str) -> Row | None:
        """A record by its key; None where there is none."""
        where = f"{self.name} {spec.read.path}"
        rows, _ = self.client.records(spec.read, [key], where=where)
        return rows[0] if rows else None

    def _post(self, path: str, item: WriteItem, data: Mapping[str, Any]) -> WriteResult:
        body = {"data": {**data, "resubmitCheckKey": item.idempotency_key[:_KEY_LENGTH]}}
        answer = self.client.call(path, body, where=f"{self.name} {path}", idempotent=False)
        return self._outcome(item, answer)

    def _outcome(self, item: WriteItem, answer: Answer) -> WriteResult:
        """What a good answer says about its one row."""
        data = answer.data.get("data")
        words = _failures(data)
        if self.client.says_no_data(answer):
            words = [str(answer.data.get("message") or "no such record")]
        if words:
            return WriteResult(item.idempotency_key, "refused", message=words[0])
        infos = at(data, "infos") or [{}]
        return WriteResult(item.idempotency_key, "sent", str(infos[0].get("id") or ""))

    # --- résumés

    def _send_resume(self, spec: YonyouWrite, item: WriteItem) -> WriteResult:
        known = self._record(spec, item.entity_key)
        if known is not None and _says(_resume_of(known), item.payload):
            return WriteResult(item.idempotency_key, "sent", str(known.get("id") or ""))
        data = {name: _worded(name, value) for name, value in item.payload.items()}
        if not spec.update_path:
            return self._post(spec.path, item, {spec.key: item.entity_key, **data})
        if known is None:
            return self._post(
                spec.path, item, {spec.key: item.entity_key, **data, "_status": "Insert"}
            )
        change = {"id": known.get("id"), **data, "billFlag": 2, "_status": "Update"}
        return self._post(spec.update_path, item, change)

    def _read_resume(self, spec: YonyouWrite, key: str) -> Row | None:
        known = self._record(spec, key)
        return None if known is None else _resume_of(known)

    # --- interview results

    def _send_result(self, spec: YonyouWrite, item: WriteItem) -> WriteResult:
        results.check_fields(item.payload, self._words)
        if self._words.flat is not None:
            return self._send_entry(spec, item)
        candidate_id, key = _both(item.entity_key)
        there = self._interviews(spec, candidate_id)
        if there is None:
            return WriteResult(item.idempotency_key, "refused", message="No such candidate there.")
        mine = results.ours(there, key)
        said = results.flat_of(mine[0], key, self._words) if mine else None
        if said is not None and len(mine) == 1 and _says(said, item.payload):
            return WriteResult(item.idempotency_key, "sent", _id_of(mine[0], key))
        wanted = results.complete(said, item.payload)
        entry = results.interview_of(wanted, key, self._words)
        data = {
            "id": candidate_id,
            "billFlag": 2,
            "_status": "Update",
            "interview": results.interviews_to_send(there, entry, key, self._words),
        }
        sent = self._post(spec.path, item, data)
        return sent if sent.state != "sent" else self._verified(spec, item, there)

    def _verified(self, spec: YonyouWrite, item: WriteItem, before: Sequence[Row]) -> WriteResult:
        """Whether the list of interviews is now what it was, and ours once."""
        candidate_id, key = _both(item.entity_key)
        try:
            after = self._interviews(spec, candidate_id) or []
        except HttpError as error:
            raise_if_hopeless(error)
            return WriteResult(item.idempotency_key, "unknown", message=error.what)
        mine = results.ours(after, key)
        others = {one.get("id") for one in before} - {one.get("id") for one in after}
        others -= {one.get("id") for one in results.ours(before, key)}
        words = ""
        if others:
            words = f"The tenant replaced the list: {len(others)} other interviews are gone"
        elif len(mine) != 1 or _copies(before, after):
            copies = max(len(mine) - 1, _copies(before, after))
            words = f"The tenant added to the list: {copies} interviews are there twice"
        if words:
            return WriteResult(
                item.idempotency_key, "refused",
                message=f"{words}; correct it there and set result.sub_lists of the source.",
            )  # fmt: skip
        return WriteResult(item.idempotency_key, "sent", _id_of(mine[0], key))

    def _interviews(self, spec: YonyouWrite, candidate_id: str) -> list[Row] | None:
        known = self._record(spec, candidate_id)
        return None if known is None else list(known.get("interview") or [])

    def _send_entry(self, spec: YonyouWrite, item: WriteItem) -> WriteResult:
        """A result as fields of the person's entry in the talent pool (eHR)."""
        there = self._read_result(spec, item.entity_key)
        if there is not None and _says(there, item.payload):
            return WriteResult(item.idempotency_key, "sent", item.entity_key)
        names = self._words.flat
        assert names is not None  # noqa: S101 - the caller has looked
        wanted = results.complete(there, item.payload)
        entry = results.to_flat_entry(wanted, self._words, names)
        return self._post(spec.path, item, {spec.key: item.entity_key, **entry})

    def _read_result(self, spec: YonyouWrite, entity_key: str) -> Row | None:
        if self._words.flat is not None:
            entry = self._record(spec, entity_key)
            return entry and results.from_flat_entry(entry, self._words, self._words.flat)
        candidate_id, key = _both(entity_key)
        mine = results.ours(self._interviews(spec, candidate_id) or [], key)
        if len(mine) != 1:
            return None
        return results.flat_of(mine[0], key, self._words)

    # --- talent pools

    def _add_to_pools(self, spec: YonyouWrite, items: Sequence[WriteItem]) -> list[WriteResult]:
        """Employees into pools, those of one pool in one request."""
        results_by_key: dict[str, WriteResult] = {}
        pools: dict[str, list[WriteItem]] = {}
        try:
            there = self._pool_members(spec, [item.entity_key for item in items])
        except HttpError as error:
            return [result_of(item, error) for item in items]
        for item in items:
            key, parts = item.idempotency_key, _parts(item.entity_key)
            if parts is None:
                results_by_key[key] = WriteResult(key, "refused", message=f"Not sent: {_NO_PARTS}")
            elif item.entity_key in there:
                results_by_key[key] = _sent(item)
            else:
                pools.setdefault(parts[0], []).append(item)
        for pool, some in pools.items():
            for result in self._add(spec, pool, some):
                results_by_key[result.idempotency_key] = result
        return [results_by_key[item.idempotency_key] for item in items]

    def _add(self, spec: YonyouWrite, pool: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        staff = ",".join(_both(item.entity_key)[1] for item in items)
        try:
            answer = self.client.call(
                spec.path, {"poolId": pool, spec.key: staff}, where=f"{self.name} {spec.path}",
                idempotent=False,
            )  # fmt: skip
        except HttpError as error:
            return [result_of(item, error) for item in items]
        words = _failures(answer.data.get("data"))
        return [_pooled(item, _both(item.entity_key)[1], words) for item in items]

    def _pool_members(self, spec: YonyouWrite, entity_keys: Sequence[str]) -> dict[str, Row]:
        keys = [key for key in entity_keys if _parts(key) is not None]
        staff = ",".join(dict.fromkeys(_both(key)[1] for key in keys))
        rows, _ = self.client.records(spec.read, [staff], where=f"{self.name} {spec.read.path}")
        found = {f"{row.get('poolId')}|{row.get(spec.key)}" for row in rows}
        return {key: {spec.key: _both(key)[1]} for key in keys if key in found}


def _parts(entity_key: str) -> tuple[str, str] | None:
    """The two parts of a key; None where it has not two."""
    first, _, second = entity_key.partition("|")
    return (first, second) if first and second else None


def _both(entity_key: str) -> tuple[str, str]:
    """The two parts of a key.

    Raises:
        ValueError: it has not two.
    """
    parts = _parts(entity_key)
    if parts is None:
        raise ValueError(_NO_PARTS)
    return parts


def _copies(before: Sequence[Row], after: Sequence[Row]) -> int:
    """Number of new children that say exactly what an older one says."""
    old = [_content(one) for one in before]
    known = {one.get("id") for one in before}
    return sum(one.get("id") not in known and _content(one) in old for one in after)


def _content(child: Any) -> Any:
    """A child without what a copy would have of its own."""
    if isinstance(child, list):
        return [_content(one) for one in child]
    if not isinstance(child, Mapping):
        return child
    kept = (name for name in child if name not in ("id", "pubts", "_status"))
    return {name: _content(child[name]) for name in kept}


def _id_of(interview: Row, key: str) -> str:
    sheets = interview.get("interviewScore") or []
    return next(str(s.get("id")) for s in sheets if s.get("interviewExternalKey") == key)


def _says(there: Row, payload: Row) -> bool:
    """Whether a record says already what is to be sent."""
    return not differences(dict(payload), there)


def _worded(name: str, value: Any) -> Any:
    """A value in the vendor's form: telephone numbers as +86-138…."""
    if name != "mobile" or not value:
        return value
    try:
        number = phonenumbers.parse(str(value), None)
    except phonenumbers.NumberParseException:
        raise ValueError("mobile is not a telephone number in E.164") from None
    return f"+{number.country_code}-{phonenumbers.national_significant_number(number)}"


def _resume_of(known: Row) -> Row:
    """A candidate as flat fields, in our forms."""
    flat = {name: value for name, value in known.items() if not isinstance(value, list | Mapping)}
    if flat.get("mobile"):
        flat["mobile"] = str(flat["mobile"]).replace("-", "")
    applied = [one.get("recruitPostId") for one in known.get("orgRel") or []]
    return {**flat, "recruitPostId": applied[-1] if applied else flat.get("recruitPostId")}


def _failures(data: Any) -> list[str]:
    """What the vendor says about rows that failed inside a good answer."""
    if not isinstance(data, Mapping) or not int(data.get("failCount") or 0):
        return []
    messages = data.get("messages")
    texts = messages if isinstance(messages, list) else [messages]
    return [str(text or "refused without a reason") for text in texts] or ["refused"]


def _pooled(item: WriteItem, staff: str, failures: Sequence[str]) -> WriteResult:
    """What became of one employee; failures name whom they are about, or nobody can tell."""
    mine = [text for text in failures if staff in text]
    if mine:
        return WriteResult(item.idempotency_key, "refused", message=mine[0])
    if failures and not all(_names_somebody(text) for text in failures):
        return WriteResult(item.idempotency_key, "unknown", message=failures[0])
    return _sent(item)


def _names_somebody(text: str) -> bool:
    return ":" in text or "：" in text


def _sent(item: WriteItem) -> WriteResult:
    return WriteResult(item.idempotency_key, "sent", item.entity_key)
