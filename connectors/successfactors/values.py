"""Values on their way to the tenant: from plain Python to the form of the wire, by Edm type."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from connectors.successfactors.metadata import Property
from connectors.successfactors.odata import wire_instant

Plain = str | int | float | bool | None


def wire_value(prop: Property, value: Plain) -> str | bool | None:
    """A value as the tenant takes it: numbers and times as texts, an empty text only where texts go.

    Raises:
        ValueError: the value does not fit the property; names the property and no value.
    """
    if value is None or (value == "" and prop.edm_type != "Edm.String"):
        return None
    try:
        return _convert(prop, value)
    except (TypeError, ValueError, ArithmeticError):
        raise ValueError(f"{prop.name} takes {prop.edm_type}, which this value is not") from None


def _convert(prop: Property, value: Plain) -> str | bool | None:
    if prop.edm_type in ("Edm.Decimal", "Edm.Double", "Edm.Single"):
        return format(Decimal(str(value)), "f")
    if prop.edm_type in ("Edm.Int64", "Edm.Int32", "Edm.Int16"):
        return str(int(str(value)))
    if prop.edm_type in ("Edm.DateTimeOffset", "Edm.DateTime"):
        instant = datetime.fromisoformat(str(value))
        return wire_instant(instant, offset=prop.edm_type == "Edm.DateTimeOffset")
    if prop.edm_type == "Edm.Boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    text = str(value)
    if prop.max_length is not None and len(text) > prop.max_length:
        raise ValueError("too long")
    return text
