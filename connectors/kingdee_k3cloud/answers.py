"""What K3Cloud's answers say: rows, or failures in one of several forms, all with HTTP 200."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from connectors.outcomes import Saved

_PREFIX = b"response_error:"


@dataclass(frozen=True)
class Outcome:
    """A save's answer: inner ids and reasons of refusals by the rows' places."""

    ids: Mapping[int, str]
    errors: Mapping[int, str]

    def row(self, index: int) -> Saved:
        """What became of one row of the batch."""
        if index in self.errors:
            return Saved(True, message=self.errors[index])
        if index in self.ids:
            return Saved(True, ok=True, record_id=self.ids[index])
        return Saved(False)


def parse(body: bytes) -> Any:
    """The answer as data; every failure as `Result.ResponseStatus` with a `MsgCode` that is not 0.

    Raises:
        ValueError: the body is damaged.
    """
    if body.startswith(_PREFIX):
        words = body.removeprefix(_PREFIX).decode(errors="replace").strip()
        return _failure("response_error", words)
    data = orjson.loads(body)
    if isinstance(data, str):  # some gateways wrap the answer into a text once more
        data = orjson.loads(data)
    status = status_of(data)
    if status is None or status.get("IsSuccess") is not False:
        return data
    code = str(status.get("MsgCode") or "failed")
    return {"Result": {"ResponseStatus": {**status, "MsgCode": code}}}


def parse_saved(body: bytes, whole: Collection[str]) -> Any:
    """The answer to a save: an Outcome, or data that tells of the failure of the whole request.

    Args:
        whole: MsgCodes that speak of the request and not of its rows.

    Raises:
        ValueError: the body is damaged, or tells nothing about rows.
    """
    data = parse(body)
    status = status_of(data)
    if status is None:
        raise ValueError("no ResponseStatus")
    if str(status.get("MsgCode")) in whole:
        return data
    try:
        return _outcome(status)
    except (AttributeError, TypeError) as error:
        raise ValueError("rows of another form") from error


def _outcome(status: Mapping[str, Any]) -> Outcome:
    errors: dict[int, list[str]] = {}
    for error in status.get("Errors") or []:
        words = str(error.get("Message") or "refused without a reason")
        named = str(error.get("FieldName") or "").strip()
        at = int(error.get("DIndex") or 0)
        errors.setdefault(at, []).append(f"{named}: {words}" if named else words)
    ids = {
        int(row.get("DIndex") or 0): str(row.get("Id") or "")
        for row in status.get("SuccessEntitys") or []
    }
    return Outcome(ids, {at: "; ".join(words) for at, words in errors.items()})


def parse_viewed(body: bytes, whole: Collection[str]) -> Any:
    """The inner id of a record that was viewed, None where there is none; else a failure's data.

    Raises:
        ValueError: the body is damaged.
    """
    data = parse(body)
    status = status_of(data) or {}
    if str(status.get("MsgCode")) in whole:
        return data
    result = data.get("Result") if isinstance(data, Mapping) else None
    if not isinstance(result, Mapping):
        raise ValueError("no Result")
    found = result.get("Result")
    return str(found["Id"]) if isinstance(found, Mapping) and found.get("Id") else None


def status_of(data: Any) -> Mapping[str, Any] | None:
    """`Result.ResponseStatus`; queries that fail wrap it into two lists."""
    while isinstance(data, list) and len(data) == 1:
        data = data[0]
    result = data.get("Result") if isinstance(data, Mapping) else None
    status = result.get("ResponseStatus") if isinstance(result, Mapping) else None
    return status if isinstance(status, Mapping) else None


def keys_in(data: Any) -> set[str]:
    """Every `Key` anywhere in the answer of QueryBusinessInfo: fields, lists and their fields."""
    if isinstance(data, Mapping):
        own = {data["Key"]} if isinstance(data.get("Key"), str) else set()
        return own.union(*(keys_in(value) for value in data.values()))
    if isinstance(data, list):
        return set().union(*(keys_in(item) for item in data))
    return set()


def _failure(code: str, words: str) -> dict[str, Any]:
    status = {"IsSuccess": False, "MsgCode": code, "Errors": [{"Message": words}]}
    return {"Result": {"ResponseStatus": status}}
