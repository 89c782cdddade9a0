"""One tenant's open API: addresses, token, lists page by page, single records, writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from connectors.http import (
    Answer,
    HttpAuthError,
    HttpClient,
    HttpError,
    LostTime,
    QueryToken,
    RetryClass,
    TokenCache,
)
from connectors.http.secrets import secret
from connectors.http.tokens import Token, token_in
from connectors.options import open_client, open_login
from connectors.yonyou.options import SYSTEM, Detail, Discovery, YonyouOptions
from connectors.yonyou.signing import signed
from talentloop.closing import Closing
from talentloop.settings import Settings

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Addresses:
    """Token service and gateway (paths below the base address, or absolute), and their hosts."""

    auth: str
    gateway: str
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListPage:
    """One page of a list: its rows, and how many rows the list has, where it says."""

    answer: Answer
    rows: Sequence[Row]
    total: int | None


class YonyouClient(Closing):
    """Talks to one tenant. Threads may share it; close it after use.

    Args:
        settings: where secrets and shared limits lie.
        name: the configured source; names it in messages and keys its rate limit.
        options: the tenant.
    """

    def __init__(self, settings: Settings, name: str, options: YonyouOptions) -> None:
        self.name = name
        self.options = options
        self.spec = options.spec
        self._settings = settings
        self._opened: list[HttpClient] = []

    def close(self) -> None:
        """Close the connections."""
        for client in self._opened:
            client.close()

    @cached_property
    def _addresses(self) -> _Addresses:
        options = self.options
        if options.discovery is None:
            return _Addresses(options.auth_prefix, options.gateway)
        return self._discovered(options.discovery)

    def _discovered(self, discovery: Discovery) -> _Addresses:
        """What the vendor says where the tenant lives; only within the configured domain."""
        where = f"{self.name} gateway address"
        asked = self._login_client((httpx.URL(discovery.url).host,))
        data = asked.get(discovery.url, {"tenantId": discovery.tenant_id}, where=where).data
        found = [at(data, path) for path in (discovery.token_field, discovery.gateway_field)]
        for address in found:
            if not isinstance(address, str) or not self._trusted(address, discovery.domain):
                raise HttpError(
                    "The gateway address could not be taken from the vendor's answer",
                    where=where,
                    remedy="Compare discovery.gateway_field, token_field and domain with that "
                    "answer, or configure base_url and gateway instead.",
                )
        token, gateway = (str(address).rstrip("/") for address in found)
        hosts = {httpx.URL(address).host for address in (token, gateway)}
        return _Addresses(f"{token}/open-auth", gateway, tuple(sorted(hosts)))

    def _trusted(self, address: str, domain: str) -> bool:
        url = httpx.URL(address)
        host = url.host.lower()
        if self.options.is_sandbox:
            return host == "127.0.0.1"
        known = (domain, httpx.URL(self.options.base_url).host.lower())
        return url.scheme == "https" and (host in known or host.endswith(f".{domain}"))

    def _login_client(self, hosts: Sequence[str]) -> HttpClient:
        client = open_login(self._settings, self._allowing(hosts), self.spec, system=SYSTEM)
        self._opened.append(client)
        return client

    def _allowing(self, hosts: Sequence[str]) -> YonyouOptions:
        allowed = [*self.options.allowed_hosts, *(host for host in hosts if host)]
        return self.options.model_copy(update={"allowed_hosts": allowed})

    @cached_property
    def _login(self) -> HttpClient:
        return self._login_client(self._addresses.hosts)

    @cached_property
    def _http(self) -> HttpClient:
        options = self._allowing(self._addresses.hosts)
        who = f"{self.name} {self.options.base_url} {self.options.app_key}"
        if self.options.is_sandbox:
            who += f" {self._login.hosts.base}"
        client = open_client(
            self._settings, self.name, options, self.spec, system=SYSTEM,
            auth=QueryToken(TokenCache(self._settings, who, self._fetch_token)),
        )  # fmt: skip
        self._opened.append(client)
        return client

    def _fetch_token(self) -> Token:
        where = f"{self.name} access token"
        app_secret = secret(self._settings, self.options.secret_reference, "app secret").strip()
        now_ms = round(self._settings.clock.now().timestamp() * 1000)
        query = signed(self.options.app_key, app_secret, now_ms)
        link = f"{self._addresses.auth}/selfAppAuth/getAccessToken"
        try:
            data = self._login.get(link, query, where=where).data
        except HttpError as error:
            if error.retry_class is not RetryClass.PERMANENT:
                raise
            raise HttpAuthError(
                "The tenant gave no access token for our signature",
                where=where,
                remedy="Check app_key, app_secret and the machine's clock; flagship and private "
                "installations want auth_prefix: iuap-api-auth/open-auth.",
            ).classed(RetryClass.AUTH, status=error.status, code=error.code) from None
        return token_in(
            data, "data.access_token", "data.expire", where=where,
            remedy="Check base_url and auth_prefix of the source.",
        )  # fmt: skip

    def call(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        where: str,
        idempotent: bool = True,
        lost: LostTime | None = None,
    ) -> Answer:
        """Post to a path below the service's prefix.

        Raises:
            HttpError: after bounded retries; see `HttpClient.send`.
        """
        link = f"{self._addresses.gateway}/{self.spec.service}/{path}"
        return self._http.post_json(link, body, where=where, idempotent=idempotent, lost=lost)

    def fetch(self, path: str, *, where: str, lost: LostTime | None = None) -> Answer:
        """Get a path below the service's prefix.

        Raises:
            HttpError: after bounded retries.
        """
        link = f"{self._addresses.gateway}/{self.spec.service}/{path}"
        return self._http.get(link, where=where, lost=lost)

    def lost_time(self) -> LostTime:
        """A fresh allowance of lost time, to share among the requests of one read."""
        return self._http.lost_time()

    def pages(
        self,
        path: str,
        asked: Mapping[str, Any],
        size: int,
        *,
        where: str,
        lost: LostTime | None = None,
    ) -> Iterator[ListPage]:
        """The pages of a list, to its end.

        A page shorter than asked for, or the announced number of rows, is the end.

        Raises:
            HttpError: a page could not be read; names its number.
        """
        words, number = self.spec.page, 1
        while True:
            body = {**asked, words.number: number, words.size: size}
            answer = self.call(path, body, where=f"{where} page {number}", lost=lost)
            rows = rows_at(answer, words.rows)
            total = _count(at(answer.data, words.total))
            yield ListPage(answer, rows, total)
            if not rows or (number * size >= total if total is not None else len(rows) < size):
                return
            number += 1

    def records(
        self, detail: Detail, keys: Sequence[str], *, where: str, lost: LostTime | None = None
    ) -> tuple[list[Row], bytes]:
        """Whole records by key; those that are not there are left out. Also the bytes received.

        Raises:
            HttpError: they could not be read.
        """
        asked: list[Mapping[str, Any]] = [{detail.by: key} for key in keys]
        if detail.many:
            paged = {self.spec.page.number: 1, self.spec.page.size: len(keys)}
            asked = [{detail.by: list(keys), **paged}] if keys else []
        found: list[Row] = []
        bodies = []
        for body in asked:
            answer = self.call(detail.path, body, where=where, lost=lost)
            found.extend(rows_at(answer, detail.rows))
            bodies.append(answer.body)
        return found, b"[" + b",".join(bodies) + b"]"

    def says_no_data(self, answer: Answer) -> bool:
        """Whether the answer means that there is nothing."""
        return str(at(answer.data, "code")) == self.spec.no_data


def at(data: Any, path: str) -> Any:
    """What a dotted path leads to; None where it leads nowhere."""
    for step in path.split("."):
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def rows_at(answer: Answer, path: str) -> list[Row]:
    """The records at a path of an answer: a list, one record, or none.

    Raises:
        HttpError: something else stands there.
    """
    found = at(answer.data, path)
    if found is None:
        return []
    rows = [found] if isinstance(found, Mapping) else found
    if isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows):
        return rows
    raise HttpError(
        f"The answer has no records at {path}",
        where=answer.where,
        remedy="Compare the connector's spec.yaml with the tenant's answer.",
    )


def _count(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
