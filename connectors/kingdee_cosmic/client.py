"""One Cosmic tenant's services: token, pages of queries, saves with an answer for each row."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from connectors.base import WriteItem
from connectors.http import (
    Answer,
    Authorizer,
    HeaderToken,
    HttpError,
    LostTime,
    TokenCache,
    shared_limiter,
)
from connectors.http.auth import Signed, basic
from connectors.http.exchange import Request
from connectors.http.secrets import secret
from connectors.http.tokens import Token, token_in
from connectors.kingdee_cosmic.options import SYSTEM, CosmicOptions, RowResults, connector_spec
from connectors.options import open_client, open_login
from connectors.outcomes import Saved
from talentloop.closing import Closing
from talentloop.settings import Settings

Row = Mapping[str, Any]


class CosmicClient(Closing):
    """Talks to one tenant. Threads may share it; close it after use.

    Args:
        settings: where secrets, tokens and shared limits lie.
        name: the configured source; names it in messages and keys its rate limit.
        options: the tenant.

    Raises:
        ConfigError: a secret is missing.
    """

    def __init__(self, settings: Settings, name: str, options: CosmicOptions) -> None:
        spec = connector_spec()
        self.name = name
        self.options = options
        self._settings = settings
        self._login = open_login(settings, options, spec, system=SYSTEM)
        self._token_limit = shared_limiter(
            settings, f"{name}_token", options.token_limit or spec.token_limit
        )
        self._gateway = self._gateway_headers()
        self._http = open_client(
            settings, name, options, spec, system=SYSTEM, auth=self._authorizer()
        )
        self._rows = options.rows or spec.rows
        #: Error codes that are about the request as a whole, and not about its rows.
        self._whole = frozenset(spec.errors.codes)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._login.close()

    def lost_time(self) -> LostTime:
        """A fresh allowance of lost time, to share among the requests of one read."""
        return self._http.lost_time()

    def page(
        self,
        path: str,
        data: Mapping[str, Any],
        *,
        number: int,
        size: int,
        where: str,
        lost: LostTime | None = None,
    ) -> tuple[Answer, Sequence[Row]]:
        """One page of a query, from page 1.

        Raises:
            HttpError: it could not be read, or has no `data.rows`.
        """
        body = {"data": dict(data), "pageNo": number, "pageSize": size}
        try:
            answer = self._http.send(
                "POST", path, body, where=where, headers=self._gateway, idempotent=True, lost=lost,
                parse=_parse_page,
            )  # fmt: skip
        except HttpError as error:
            error.maybe_applied = False  # nothing is written by a query
            raise
        return answer, answer.data["data"]["rows"]

    def save(self, path: str, items: Sequence[WriteItem]) -> list[Saved]:
        """Save records by number; one result per record, in order.

        Sent once: when the answer is lost the error has `maybe_applied` set, and the caller reads
        back before sending again.

        Raises:
            HttpError: there is no answer to go by.
        """
        headers = dict(self._gateway)
        if self.options.idempotency_key:
            joined = "|".join(item.idempotency_key for item in items)
            headers["Idempotency-Key"] = hashlib.sha256(joined.encode()).hexdigest()[:32]
        number = self.options.number
        body = {"data": [{**item.payload, number: item.entity_key} for item in items]}
        answer = self._http.send(
            "POST", path, body, where=f"{self.name} save of {len(items)}", headers=headers,
            idempotent=False, parse=partial(_parse_saved, rows=self._rows, whole=self._whole),
        )  # fmt: skip
        told: Mapping[int, Saved] = answer.data
        return [told.get(place, Saved(False)) for place in range(len(items))]

    def _gateway_headers(self) -> dict[str, str]:
        reference = self.options.gateway_identity
        if not reference:
            return {}
        return {"x-acgw-identity": secret(self._settings, reference, "gateway identity")}

    def _authorizer(self) -> Authorizer:
        options = self.options
        if options.auth == "basic":
            password = secret(self._settings, options.password, "password")
            value = basic(options.username, password)

            def sign(request: Request) -> Request:
                return request.with_headers({"Authorization": value})

            return Signed(sign)
        whom = "|".join(
            (self.name, str(self._login.hosts.base), options.account_id, options.client_id,
             options.username)
        )  # fmt: skip
        return HeaderToken(TokenCache(self._settings, whom, self._fetch), options.token_header)

    def _fetch(self) -> Token:
        """A new token; asked for no more often than the vendor allows, by all processes together."""
        options, where = self.options, f"{self.name} access token"
        self._token_limit.wait(self._login.policy.deadline_seconds, where)
        body = {
            "client_id": options.client_id,
            "client_secret": secret(self._settings, options.client_secret, "client secret"),
            "username": options.username,
            "accountId": options.account_id,
            "nonce": secrets.token_hex(16),
            "timestamp": self._timestamp(),
            "language": options.language,
        }
        path = connector_spec().token_path
        data = self._login.post_json(
            path, body, headers=self._gateway, where=where, idempotent=True
        ).data
        return token_in(
            data, "data.access_token", options.token_lifetime_seconds, where=where,
            remedy="Check base_url and account_id of the source.",
        )  # fmt: skip

    def _timestamp(self) -> str:
        now = self._settings.clock.now()
        if self.options.timestamp == "ms":
            return str(int(now.timestamp() * 1000))
        return now.astimezone(ZoneInfo(self.options.timestamp_zone)).strftime("%Y-%m-%d %H:%M:%S")


def _parse_page(body: bytes) -> Any:
    """A page, or the data of a failure.

    Raises:
        ValueError: it has neither an error code nor rows.
    """
    data = _judged(orjson.loads(body))
    if data["errorCode"] == "0" and not isinstance(_at(data, "data.rows"), list):
        raise ValueError("no data.rows")
    return data


def _parse_saved(body: bytes, rows: RowResults, whole: frozenset[str]) -> Any:
    """Place → what became of the row, or the data of a failure of the whole request.

    Raises:
        ValueError: it tells of neither.
    """
    data = _judged(orjson.loads(body))
    found = _at(data, rows.list)
    if data["errorCode"] in whole or (data["errorCode"] != "0" and not found):
        return data
    if not isinstance(found, list):
        raise ValueError("no rows of results")
    try:
        return {int(row[rows.index]): _saved(row, rows) for row in found}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("rows of another form") from error


def _saved(row: Row, rows: RowResults) -> Saved:
    reasons = row.get(rows.errors)
    words = "; ".join(map(str, reasons)) if isinstance(reasons, list) else str(reasons or "")
    ok = str(row.get(rows.ok)).lower() == "true"
    return Saved(True, ok, str(row.get(rows.id) or ""), words or "refused without a reason")


def _judged(data: Any) -> dict[str, Any]:
    """The answer with its errorCode as text; `failed` where only `status` tells of a failure.

    Raises:
        ValueError: it is no object.
    """
    if not isinstance(data, dict):
        raise ValueError("no object")
    code = str(data.get("errorCode") or "0")
    return {**data, "errorCode": "failed" if code == "0" and data.get("status") is False else code}


def _at(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data.get(step) if isinstance(data, Mapping) else None
    return data
