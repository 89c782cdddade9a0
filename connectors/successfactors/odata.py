"""OData v2 as SuccessFactors speaks it: literals, dates, pages, error bodies, row decoding.

Wire forms were read in a captured answer of a real tenant (data-integrations/
successfactors-plugins): Int64 and Decimal are strings, times are `/Date(milliseconds+offset)/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from connectors.successfactors.metadata import EntityType, Metadata, Property

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")
_DEPTH = 3  # levels of expanded records; no mapping needs more

Row = dict[str, Any]
Decode = Callable[[Any], Any]


def literal(edm_type: str, value: object) -> str:
    """A value as it stands in a `$filter` or a key: `12L`, `'a''b'`, `datetimeoffset'…'`.

    Raises:
        ValueError: the type has no literal here, or the value does not fit it.
    """
    if isinstance(value, datetime):
        return _time_literal(edm_type, value)
    text = str(value)
    if edm_type == "Edm.String":
        return "'" + text.replace("'", "''") + "'"
    if edm_type == "Edm.Int64":
        return f"{int(text)}L"
    if edm_type in ("Edm.Int32", "Edm.Int16", "Edm.Byte"):
        return str(int(text))
    if edm_type == "Edm.Boolean" and text.lower() in ("true", "false"):
        return text.lower()
    raise ValueError(f"no {edm_type} literal for a {type(value).__name__}")


def _time_literal(edm_type: str, value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a time without zone has no literal")
    utc = value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    if edm_type == "Edm.DateTimeOffset":
        return f"datetimeoffset'{utc}Z'"
    if edm_type == "Edm.DateTime":
        return f"datetime'{utc}'"
    raise ValueError(f"{edm_type} does not hold a time")


def entity_uri(entity_set: str, entity: EntityType, key: str | Mapping[str, object]) -> str:
    """The address of one record: `JobApplication(123L)`, `EmpEmployment(userId='u',…)`.

    Raises:
        ValueError: the key does not fit the entity's key properties.
    """
    if isinstance(key, str):
        if len(entity.keys) != 1:
            raise ValueError(f"the key of {entity_set} has the parts {', '.join(entity.keys)}")
        return f"{entity_set}({literal(entity.properties[entity.keys[0]].edm_type, key)})"
    parts = (f"{k}={literal(entity.properties[k].edm_type, key[k])}" for k in entity.keys)
    return f"{entity_set}({','.join(parts)})"


def instant_of(wire: str) -> datetime:
    """`/Date(ms+0000)/` as an instant. The milliseconds are UTC; the offset only tells a zone.

    Raises:
        ValueError: it is not written like that.
    """
    found = _DATE.fullmatch(wire)
    if not found:
        raise ValueError("not an OData v2 date")
    return _EPOCH + timedelta(milliseconds=int(found[1]))


def wire_instant(value: datetime, *, offset: bool = True) -> str:
    """An instant as `/Date(ms+0000)/`, or without the offset for Edm.DateTime."""
    milliseconds = (value - _EPOCH) // timedelta(milliseconds=1)
    return f"/Date({milliseconds}{'+0000' if offset else ''})/"


@lru_cache(maxsize=65_536)
def _iso_instant(wire: str) -> str:
    return instant_of(wire).isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=65_536)
def _iso_date(wire: str) -> str:
    return instant_of(wire).date().isoformat()


_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "Edm.Int64": int,
    "Edm.Int32": int,
    "Edm.Int16": int,
    "Edm.Decimal": float,
    "Edm.Double": float,
    "Edm.Single": float,
}


def _converter(prop: Property) -> Decode | None:
    if prop.edm_type in ("Edm.DateTime", "Edm.DateTimeOffset"):
        return _iso_date if prop.is_date_only else _iso_instant
    return _NUMBERS.get(prop.edm_type)


def _gently(convert: Decode) -> Decode:
    """A value that is not what its type says stays as it is: the contract check will name it."""

    def decode(value: Any) -> Any:
        try:
            return None if value is None else convert(value)
        except (TypeError, ValueError, OverflowError):
            return value

    return decode


def row_decoder(metadata: Metadata, entity: EntityType, depth: int = _DEPTH) -> Decode:
    """A function that turns a wire record into plain Python.

    Int64 → int, Decimal → float, times → ISO 8601 in UTC with `Z`, dates → `YYYY-MM-DD`,
    expanded records → dict or list of dicts. `__metadata` and links not expanded are left out.
    """
    convert: dict[str, Decode] = {}
    for prop in entity.properties.values():
        found = _converter(prop)
        if found is not None:
            convert[prop.name] = _gently(found)
    for name, navigation in entity.navigations.items() if depth else ():
        target = metadata.types.get(navigation.target)
        if target is not None:
            convert[name] = _nested(row_decoder(metadata, target, depth - 1))

    def decode(row: Mapping[str, Any]) -> Row:
        return {
            name: convert[name](value) if name in convert else value
            for name, value in row.items()
            if name != "__metadata" and not _is_deferred(value)
        }

    return decode


def _is_deferred(value: object) -> bool:
    return isinstance(value, dict) and "__deferred" in value


def _nested(decode: Decode) -> Decode:
    def expanded(value: Any) -> Any:
        if isinstance(value, dict):
            many = value.get("results")
            return [decode(row) for row in many] if isinstance(many, list) else decode(value)
        return value

    return expanded


def page_of(body: Any) -> tuple[Sequence[Mapping[str, Any]], str | None]:
    """Records of a page, and the link to the next one (None on the last).

    Raises:
        ValueError: the body is not an OData v2 page.
    """
    page = body.get("d") if isinstance(body, dict) else None
    rows = page.get("results") if isinstance(page, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("not an OData v2 page")
    following = page.get("__next") if isinstance(page, dict) else None
    if following is not None and not isinstance(following, str):
        raise ValueError("__next is not a link")
    return rows, following
