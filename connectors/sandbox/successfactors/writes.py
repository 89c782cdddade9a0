"""Upserts and people's edits: rows checked one by one, values kept in the form of the wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.sandbox.kit.errors import RefusedError
from connectors.sandbox.kit.faults import Faults
from connectors.sandbox.successfactors.errors import bad_request
from connectors.sandbox.successfactors.schema import WireField
from connectors.sandbox.successfactors.tables import TenantTable
from connectors.sandbox.successfactors.tenant import Tenant

UPSERT_CAP = 1000
_URI = re.compile(r"(?:.*/)?(?P<set>\w+)\((?:(?P<number>\d+)L?|'(?P<text>(?:[^']|'')*)')\)")
_WIRE_DATE = re.compile(r"/Date\(-?\d{1,15}([+-]\d{4})?\)/")
_LONGEST_TEXT = 4000
_FOUR_PLACES = Decimal("0.0001")


def upsert(tenant: Tenant, faults: Faults, body: Any) -> dict[str, Any]:
    """Apply rows one by one; the answer tells what became of each.

    Raises:
        RefusedError: the whole request is refused, and nothing was applied.
    """
    rows = body if isinstance(body, list) else [body]
    if len(rows) > UPSERT_CAP:
        message = "Upsert content exceeds the limitation, the maximum size is 1000"
        raise RefusedError(400, "BadRequestException", message)
    return {"d": [_one(tenant, faults, row, index) for index, row in enumerate(rows)]}


def _one(tenant: Tenant, faults: Faults, row: Any, index: int) -> dict[str, Any]:
    metadata = row.get("__metadata") if isinstance(row, Mapping) else None
    uri = metadata.get("uri") if isinstance(metadata, Mapping) else None
    key = ""
    try:
        key = target(tenant, uri)[1]
        fields = {name: value for name, value in row.items() if name != "__metadata"}
        changed = planned(tenant, faults, uri, fields).apply(tenant)
    except RefusedError as refusal:
        return _result(key, index, refusal.status, None, refusal.message)
    return _result(key, index, 200, "UPSERTED" if changed else "NOCHANGE", None)


@dataclass(frozen=True)
class Change:
    """Values that may be written: all rules have let them pass."""

    table: TenantTable
    key: str
    values: Mapping[str, Any]

    def apply(self, tenant: Tenant) -> bool:
        """Write them; returns whether anything changed."""
        return tenant.write(self.table, self.key, self.values, "api")


def planned(tenant: Tenant, faults: Faults, uri: object, fields: Mapping[str, Any]) -> Change:
    """Check one write without making it.

    Raises:
        RefusedError: the record, a field or a value is not right, or a business rule objects.
    """
    table, key = target(tenant, uri)
    _business_rules(table, key, faults)
    return Change(table, key, {name: _stored(table, name, v) for name, v in fields.items()})


def _result(
    key: str, index: int, http_code: int, edit_status: str | None, message: str | None
) -> dict[str, Any]:
    return {
        "key": key or None,
        "status": "OK" if http_code == 200 else "ERROR",
        "editStatus": edit_status,
        "message": message,
        "index": index,
        "httpCode": http_code,
        "inlineResults": None,
    }


def target(tenant: Tenant, uri: object) -> tuple[TenantTable, str]:
    """The table and the key that an address of one record names.

    Raises:
        RefusedError: it names none, or one that is not there.
    """
    found = _URI.fullmatch(uri) if isinstance(uri, str) else None
    if not found:
        raise bad_request("The uri does not name a record")
    table = tenant.table(found["set"])
    key = found["number"] or (found["text"] or "").replace("''", "'")
    if key not in table.position:
        raise RefusedError(404, "NotFoundException", f"{found['set']} with this key was not found")
    return table, key


def _business_rules(table: TenantTable, key: str, faults: Faults) -> None:
    if faults.strikes("refuse_row_every"):
        raise RefusedError(
            500, "COE_GENERAL_SERVER_ERROR", "[COE0017]A business rule refused the row"
        )
    if faults.level("refuse_closed") and table.entity_set.name == "JobApplication":
        state = table.rows["status_code"][table.position[key]].as_py()
        if state != "open":
            faults.fired["refuse_closed"] += 1
            message = f"The application is {state}; it can no longer be changed"
            raise RefusedError(400, "COE_GENERAL_BAD_REQUEST", message)


def _stored(table: TenantTable, name: str, value: Any) -> Any:
    field = table.entity_set.fields.get(name)
    if field is None:
        message = f"[COE0021]Invalid property names: {table.entity_set.name}/{name}."
        raise RefusedError(400, "COE_PROPERTY_NOT_FOUND", message)
    if not field.is_writable:
        raise bad_request(f"{name} is not upsertable")
    if value is None:
        return None
    return _wire_value(field, value)


def _wire_value(field: WireField, value: Any) -> str:
    text = str(value)
    if field.edm_type == "Decimal":
        try:
            number = Decimal(text).quantize(_FOUR_PLACES)
        except InvalidOperation:
            raise bad_request(f"{field.name} is not a Decimal") from None
        return format(number.normalize(), "f")
    if field.edm_type == "Int64" and not re.fullmatch(r"-?\d{1,18}", text):
        raise bad_request(f"{field.name} is not an Int64")
    if field.edm_type == "DateTimeOffset" and not _WIRE_DATE.fullmatch(text):
        raise bad_request(f"{field.name} is not written as /Date(milliseconds)/")
    if field.edm_type == "String" and (not isinstance(value, str) or len(text) > _LONGEST_TEXT):
        raise bad_request(f"{field.name} is not a text of at most {_LONGEST_TEXT} characters")
    return text


def edit(tenant: Tenant, body: Mapping[str, Any]) -> dict[str, Any]:
    """A person changes fields by hand: `{entity, key, fields, by}`.

    Raises:
        RefusedError: the record or a field does not exist.
    """
    entity_set, key = str(body.get("entity", "JobApplication")), str(body.get("key", ""))
    fields, by = body.get("fields"), str(body.get("by", "hr.person"))
    table = tenant.table(entity_set)
    if key not in table.position or not isinstance(fields, Mapping):
        raise RefusedError(404, "NotFoundException", f"{entity_set} with this key was not found")
    values = {name: _stored(table, name, value) for name, value in fields.items()}
    return {"changed": tenant.write(table, key, values, by)}
