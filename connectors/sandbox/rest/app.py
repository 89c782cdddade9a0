"""The stand-in of a described system as a web application."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.kit import Place, RefusedError, TenantApp, body_of, json_answer
from connectors.sandbox.kit.app import Handler, Kind
from connectors.sandbox.rest.description import Description, ListOf, moment

CLIENT = "talentloop-sandbox"


class RestTenant(TenantApp):
    """One described system.

    Args:
        description: what it speaks like.
    """

    def __init__(self, place: Place, description: Description) -> None:
        self._about = description
        self._tokens: set[str] = set()
        self._rows: tuple[datetime, dict[str, list[dict[str, Any]]]] | None = None
        super().__init__(place)

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """The token endpoint and the described lists."""
        made: list[tuple[str, str, Kind, Handler]] = [
            (about.method, about.path, "read", self._reader(name, about))
            for name, about in self._about.lists.items()
        ]
        if self._about.access.kind == "oauth":
            made.append(("POST", self._about.access.path, "open", self._token))
        return made

    async def authenticate(self, request: Request, *, forget: bool) -> None:
        """As the description says."""
        access = self._about.access
        if forget:
            self._tokens.clear()
        shown = request.headers.get(access.header, "")
        good = {
            "oauth": shown.removeprefix("Bearer ") in self._tokens,
            "bearer": shown == f"Bearer {self.place.secret}",
            "api_key": shown == self.place.secret,
            "basic": shown == self._basic(),
        }[access.kind]
        if not good or (forget and access.kind != "oauth"):
            raise RefusedError(401, "Unauthorized", "The credentials are not good")

    def _basic(self) -> str:
        user = self._about.access.user
        pair = f"{user}:{self.place.secret}" if user else f"{self.place.secret}:"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    async def _token(self, request: Request) -> Response:
        access = self._about.access
        if access.ask == "json":
            given = await body_of(request)
        else:
            given = {name: str(value) for name, value in (await request.form()).items()}
        if access.ask == "basic":
            pair = base64.b64encode(f"{CLIENT}:{self.place.secret}".encode()).decode()
            good = request.headers.get("authorization") == f"Basic {pair}"
        else:
            good = (given.get(access.client_id_field), given.get(access.client_secret_field)) == (
                CLIENT,
                self.place.secret,
            )
        if not good or given.get("grant_type") != "client_credentials":
            raise RefusedError(401, "invalid_client", "The client is not known")
        token = secrets.token_urlsafe(24)
        self._tokens.add(token)
        return json_answer({"access_token": token, "expires_in": access.lifetime_seconds})

    def _reader(self, name: str, about: ListOf) -> Handler:
        async def read(request: Request) -> Response:
            if about.method == "POST":
                asked = await body_of(request)
            else:
                asked = dict(request.query_params)
            return self._page(name, about, asked)

        return read

    def _page(self, name: str, about: ListOf, asked: Mapping[str, Any]) -> Response:
        paging = about.paging
        if paging.kind == "link" and paging.token in asked:
            if len(asked) > 1:
                raise RefusedError(422, "Unprocessable", "cursor must be the only parameter")
            asked = _opened(str(asked[paging.token]))
        rows = self._wanted(about, asked)
        start, size = self._place(about, asked, len(rows))
        part = rows[self.page_start(start) : start + size]
        shown = self.faults.reshaped(name, [_row(about, row) for row in part])
        more = start + size < len(rows)
        body: Any = shown
        if about.rows:
            body = {}
            for path, value in about.around.items():
                _put(body, path, value)
            _put(body, about.rows, shown)
            if about.total:
                _put(body, about.total, len(rows))
            if about.pages:
                _put(body, about.pages, -(-len(rows) // size))
            if paging.next:
                token = _closed({**asked, "_start": start + size})
                _put(body, paging.next, token if more or paging.kind == "scroll" else None)
            if paging.last:
                _put(body, paging.last, not more)
        headers = {}
        if paging.kind == "link" and more:
            token = _closed({**asked, "_start": start + size})
            link = f"{self.place.url}{about.path}?{paging.token}={token}"
            headers["Link"] = f'<{link}>; rel="next"'
        return json_answer(body, headers=headers)

    def _place(self, about: ListOf, asked: Mapping[str, Any], count: int) -> tuple[int, int]:
        """Where a page starts, and how many rows it may have."""
        paging = about.paging
        if paging.kind == "none":
            return 0, count
        try:
            size = min(int(asked.get(paging.size) or paging.default), paging.most)
            token = asked.get(paging.token)
            if paging.kind == "page":
                return (
                    int(token if token is not None else paging.first) - paging.first
                ) * size, size
            if paging.kind == "offset":
                return int(token or 0), size
            if paging.kind in ("cursor", "scroll") and token:
                opened = _opened(str(token))
                return int(opened["_start"]), min(
                    int(opened.get(paging.size) or paging.default), paging.most
                )
            return int(asked.get("_start") or 0), size
        except (ValueError, KeyError):
            raise RefusedError(400, "BadRequest", "The page asked for does not exist") from None

    def _wanted(self, about: ListOf, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Rows that changed in the time asked for."""
        rows = self._all(about)
        token = asked.get(about.paging.token)
        if about.paging.kind in ("cursor", "scroll") and token:
            asked = _opened(str(token))
        span = about.span
        if span is None:
            return rows
        try:
            since = moment(asked[span.since], span) if asked.get(span.since) else None
            until = (
                moment(asked[span.until], span) if span.until and asked.get(span.until) else None
            )
        except ValueError:
            raise RefusedError(400, "BadRequest", "A time has the wrong form") from None
        if span.longest_days and (
            since is None or until is None or until - since > timedelta(days=span.longest_days)
        ):
            words = f"Only {span.longest_days:g} days may be asked for at once"
            raise RefusedError(400, "417", words)
        return [
            row
            for row in rows
            if (since is None or row["source_updated_at"] >= since)
            and (until is None or row["source_updated_at"] <= until)
        ]

    def _all(self, about: ListOf) -> list[dict[str, Any]]:
        """Every row of an entity as it is now, with the columns of the records it points to."""
        now = self.place.clock.now()
        if self._rows is None or self._rows[0] != now:
            self._rows = (now, {})
        known = self._rows[1]
        key = about.entity + str(sorted(about.joins.items()))
        if key not in known:
            rows = self._visible(about.entity, now)
            for entity, column in about.joins.items():
                others = {row["source_id"]: row for row in self._visible(entity, now)}
                for row in rows:
                    other = others.get(row[column], {})
                    row.update({f"{entity}.{name}": value for name, value in other.items()})
            known[key] = rows
        return known[key]

    def _visible(self, entity: str, now: datetime) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.place.company.visible(entity, now).to_pylist()
        return sorted(rows, key=lambda row: str(row["source_id"]))


def _row(about: ListOf, row: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for path, value in about.fields.items():
        _put(made, path, value.of(row))
    return made


def _put(target: Any, path: str, value: Any) -> None:
    """Set a value at a dotted path, making objects on the way; `[]` makes a list of one item."""
    step, _, rest = path.partition(".")
    name = step.removesuffix("[]")
    if not rest:
        target[name] = value
        return
    inner = target.setdefault(name, [{}] if step.endswith("[]") else {})
    _put(inner[0] if isinstance(inner, list) else inner, rest, value)


def _closed(asked: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(dict(asked))).decode().rstrip("=")


def _opened(token: str) -> dict[str, Any]:
    try:
        opened: dict[str, Any] = orjson.loads(
            base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        )
    except ValueError:
        raise RefusedError(422, "Unprocessable", "The cursor is not one of ours") from None
    return opened
