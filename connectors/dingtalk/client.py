"""One organisation's open platform: one token, two generations of the interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors.dingtalk.options import SYSTEM, DingTalkOptions, connector_spec
from connectors.http import (
    Answer,
    HeaderToken,
    HttpError,
    LostTime,
    QueryToken,
    Token,
    TokenCache,
    token_in,
)
from connectors.http.secrets import secret
from connectors.options import open_client, open_login
from talentloop.closing import Closing
from talentloop.settings import Settings

HEADER = "x-acs-dingtalk-access-token"  # where the token travels
Json = dict[str, Any]


class DingTalkClient(Closing):
    """Talks to one organisation as an internal app. Threads may share it; close it after use.

    Args:
        settings: where secrets and shared limits lie.
        name: the configured source; names it in messages and keys its rate limit.
        options: the organisation.
    """

    def __init__(self, settings: Settings, name: str, options: DingTalkOptions) -> None:
        spec = connector_spec()
        self.name = name
        self.options = options
        self._settings = settings
        self._login = open_login(settings, options, spec, system=SYSTEM)
        whom = f"{name} {self._login.hosts.base} {options.app_key}"
        tokens = TokenCache(settings, whom, self._fetch_token)
        self._new = open_client(
            settings, name, options, spec, system=SYSTEM, auth=HeaderToken(tokens, HEADER)
        )
        older = options.model_copy(update={"base_url": options.old_url})
        self._old = open_client(settings, name, older, spec, system=SYSTEM, auth=QueryToken(tokens))

    def close(self) -> None:
        """Close the connections."""
        for client in (self._new, self._old, self._login):
            client.close()

    def _fetch_token(self) -> Token:
        where = f"{self.name} accessToken"
        credentials = {
            "appKey": self.options.app_key,
            "appSecret": secret(self._settings, self.options.app_secret, "app secret"),
        }
        path = connector_spec().token_path
        answer = self._login.post_json(path, credentials, where=where, idempotent=True).data
        return token_in(
            answer, "accessToken", "expireIn", where=where,
            remedy="Check that base_url is https://api.dingtalk.com.",
        )  # fmt: skip

    def lost_time(self) -> LostTime:
        """A fresh allowance of lost time, to share among the requests of one read."""
        return self._new.lost_time()

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        where: str,
        lost: LostTime | None = None,
    ) -> Answer:
        """Read through the newer interface.

        Raises:
            HttpError: after bounded retries; `code` and `message` are the vendor's.
        """
        return self._new.get(path, params, where=where, lost=lost)

    def send(
        self,
        method: str,
        path: str,
        body: object,
        params: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        where: str,
        idempotent: bool,
        lost: LostTime | None = None,
    ) -> Answer:
        """POST or PUT through the newer interface.

        What is not idempotent is never repeated after a lost response.

        Raises:
            HttpError: `maybe_applied` says that it may have taken effect all the same.
        """
        return self._new.send(
            method, path, body, params=params, headers=headers, where=where,
            idempotent=idempotent, lost=lost,
        )  # fmt: skip

    def post_old(
        self, path: str, body: object, *, where: str, idempotent: bool, lost: LostTime | None = None
    ) -> Answer:
        """POST through the older interface, whose token stands in the query.

        Raises:
            HttpError: as `send`; a body with another errcode than 0 is a failure.
        """
        return self._old.send("POST", path, body, where=where, idempotent=idempotent, lost=lost)

    def pages(
        self,
        ask: Callable[[str | None, str], Answer],
        where: str,
        *,
        items: Callable[[Json], list[Any]],
        following: Callable[[Json], str | None],
    ) -> Iterator[tuple[Answer, list[Any]]]:
        """Every page of a list, whatever its cursor is called.

        Args:
            ask: brings a page for a cursor (None: the first) and the words that name it.
            items: the records of an answer.
            following: the cursor of the next page; None after the last.

        Raises:
            HttpError: a page could not be read, or its cursor leads back; names list and page.
        """
        cursor, number, seen = None, 1, set[str]()
        while True:
            here = f"{self.name} {where} page {number}"
            answer = ask(cursor, here)
            yield answer, items(answer.data)
            cursor = following(answer.data)
            if cursor is None:
                return
            if cursor in seen:
                raise HttpError(
                    "The source's cursor leads back",
                    where=here,
                    remedy="Run again; if it stays, ask the vendor about this list.",
                )
            seen.add(cursor)
            number += 1
