"""What a stand-in's description may say: routes, paging, names of fields, words of the vendor."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from connectors.mapping.transforms.dates import strptime_form, zone
from talentloop.config import load_model
from talentloop.strict import Strict


class Access(Strict):
    """What the tenant wants to see; the secret is the sandbox's own for this tenant."""

    kind: Literal["oauth", "basic", "bearer", "api_key"]
    path: str = "/token"
    ask: Literal["form", "json", "basic"] = "form"
    client_id_field: str = "client_id"
    client_secret_field: str = "client_secret"  # noqa: S105 - a name
    lifetime_seconds: int = 3600
    user: str = Field("", description="Of basic: the user; empty: the secret is the user")
    header: str = Field("Authorization", description="Of api_key")


class Paging(Strict):
    """How pages follow each other.

    `link`: a Link header with an opaque cursor, which then must be the only parameter.
    `cursor`, `scroll`: a token in the body; `scroll` also says which page is the last.
    `page`, `offset`: a number. `none`: everything at once.
    """

    kind: Literal["link", "cursor", "scroll", "page", "offset", "none"] = "none"
    size: str = Field("", description="Field of the request that says how many rows")
    default: int = 100
    most: int = 500
    token: str = Field("cursor", description="Field of the request: token, page or offset")
    first: int = Field(1, description="Of page: number of the first")
    next: str = Field("", description="Path of the answer: the next token")
    last: str = Field("", description="Path of the answer: whether this is the last page")


class Span(Strict):
    """How a request says which changes it wants."""

    since: str = Field(description="Field of the request")
    until: str = ""
    prefix: str = Field("", description="What stands before the time, such as gte|")
    form: str = "iso"
    zone: str = "UTC"
    longest_days: float | None = None


class Value(Strict):
    """One field of a row: a column of the canonical record, written as the vendor does."""

    column: str = ""
    form: str = Field("", description="iso, date, epoch_s, epoch_ms, text, int, or yyyy-MM-dd …")
    zone: str = "UTC"
    values: dict[str, Any] = Field(default_factory=dict)
    const: Any = None

    def of(self, row: dict[str, Any]) -> Any:
        """The value in a row."""
        if not self.column:
            return self.const
        value = row.get(self.column)
        if self.values:
            return self.values.get(str(value), value)
        return written(value, self.form, self.zone)


class ListOf(Strict):
    """One list: an entity of the company under the vendor's names."""

    path: str
    method: Literal["GET", "POST"] = "GET"
    entity: str
    joins: dict[str, str] = Field(
        default_factory=dict, description="Entity → column that holds its id"
    )
    paging: Paging = Field(default_factory=lambda: Paging.model_validate({}))
    span: Span | None = None
    rows: str = Field("", description="Path of the rows; empty: the answer is the list")
    total: str = Field("", description="Path of the number of all rows")
    pages: str = Field("", description="Path of the number of all pages")
    around: dict[str, Any] = Field(default_factory=dict, description="Path → value beside the rows")
    fields: dict[str, Value]

    @field_validator("fields", mode="before")
    @classmethod
    def _short_forms(cls, given: Any) -> Any:
        """A bare text is a column, with its form behind a colon: `applied_at: iso`."""
        if not isinstance(given, dict):
            return given
        return {name: _value(value) for name, value in given.items()}


class Description(Strict):
    """A whole stand-in."""

    system: str
    access: Access
    limit: tuple[float, float] | None = Field(None, description="Requests in so many seconds")
    lists: dict[str, ListOf]


def _value(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    column, _, form = given.partition(":")
    form, _, where = form.partition("@")
    return {"column": column.strip(), "form": form.strip(), "zone": where.strip() or "UTC"}


def load_description(path: Path) -> Description:
    """A stand-in's description.

    Raises:
        ConfigError: it does not fit; names file and field.
    """
    return load_model(path, Description)


def written(value: Any, form: str, zone_name: str) -> Any:
    """A value of the company in a vendor's form."""
    if value is None or not form:
        return value.isoformat() if isinstance(value, datetime | date) else value
    if isinstance(value, datetime):
        return _instant(value, form, zone_name)
    if isinstance(value, date):
        return value.isoformat() if form == "date" else value.strftime(strptime_form(form))
    return {"text": str, "int": int}[form](value)


def _instant(value: datetime, form: str, zone_name: str) -> Any:
    local = value.astimezone(zone(zone_name))
    plain: dict[str, Any] = {
        "iso": local.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "epoch_ms": round(value.timestamp() * 1000),
        "epoch_s": int(value.timestamp()),
        "date": local.date().isoformat(),
    }
    return plain[form] if form in plain else local.strftime(strptime_form(form))


def moment(text: Any, span: Span) -> datetime:
    """A time that a request gives.

    Raises:
        ValueError: it is not one of the form that the vendor takes.
    """
    if span.form == "epoch_ms":
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    if span.form == "epoch_s":
        return datetime.fromtimestamp(int(text), UTC)
    plain = str(text).removeprefix(span.prefix)
    if span.form == "iso":
        found = datetime.fromisoformat(plain)
    else:
        found = datetime.strptime(plain, strptime_form(span.form))  # noqa: DTZ007 - zone follows
    return found if found.tzinfo else found.replace(tzinfo=zone(span.zone))
