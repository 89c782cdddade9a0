"""One tenant's open platform: token, JSON answers with `code` and `data`, pages by token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.feishu.options import SYSTEM, FeishuOptions, connector_spec
from connectors.http import Answer, BearerToken, HttpError, LostTime, Token, TokenCache, token_in
from connectors.http.secrets import secret
from connectors.options import open_client, open_login
from talentloop.closing import Closing
from talentloop.settings import Settings

Data = dict[str, Any]
_GONE = 404


class FeishuClient(Closing):
    """Talks to one tenant as an internal app. Threads may share it; close it after use.

    Args:
        settings: where secrets and shared limits lie.
        name: the configured source; names it in messages and keys its rate limit.
        options: the tenant.
    """

    def __init__(self, settings: Settings, name: str, options: FeishuOptions) -> None:
        spec = connector_spec()
        self.name = name
        self.options = options
        self._settings = settings
        self._token_path = spec.token_path
        self._login = open_login(settings, options, spec, system=SYSTEM)
        whom = f"{name} {self._login.hosts.base} {options.app_id}"
        auth = BearerToken(TokenCache(settings, whom, self._fetch_token))
        self._http = open_client(settings, name, options, spec, system=SYSTEM, auth=auth)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._login.close()

    def _fetch_token(self) -> Token:
        where = f"{self.name} tenant_access_token"
        credentials = {
            "app_id": self.options.app_id,
            "app_secret": secret(self._settings, self.options.app_secret, "app secret"),
        }
        answer = self._login.post_json(
            self._token_path, credentials, where=where, idempotent=True
        ).data
        return token_in(
            answer, "tenant_access_token", "expire", where=where,
            remedy="Check that base_url is the open platform, such as https://open.feishu.cn.",
        )  # fmt: skip

    def lost_time(self) -> LostTime:
        """A fresh allowance of lost time, to share among the requests of one read."""
        return self._http.lost_time()

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        where: str,
        lost: LostTime | None = None,
    ) -> Answer:
        """Read; `data_of` takes the content out of the answer.

        Raises:
            HttpError: after bounded retries; `code` and `message` are the vendor's.
        """
        return self._http.get(path, params, where=where, lost=lost)

    def get_one(
        self, path: str, field: str, *, where: str, lost: LostTime | None = None
    ) -> tuple[bytes, Data] | None:
        """One record: the body of the answer and what stands under `field`; None where it is gone.

        Raises:
            HttpError: as `get`.
        """
        query = {"user_id_type": self.options.user_id_type}
        try:
            answer = self.get(path, query, where=where, lost=lost)
        except HttpError as error:
            if error.status == _GONE or error.code in self.options.gone_codes:
                return None
            raise
        return answer.body, dict(data_of(answer).get(field) or {})

    def send(
        self,
        method: str,
        path: str,
        body: object,
        params: Mapping[str, str] | None = None,
        *,
        where: str,
        idempotent: bool,
        lost: LostTime | None = None,
    ) -> Answer:
        """POST, PUT or PATCH. What is not idempotent is never repeated after a lost response.

        Raises:
            HttpError: `maybe_applied` says that it may have taken effect all the same.
        """
        return self._http.send(
            method, path, body, params=params, where=where, idempotent=idempotent, lost=lost
        )

    def pages(
        self,
        path: str,
        params: Mapping[str, str],
        *,
        body: object = None,
        lost: LostTime | None = None,
    ) -> Iterator[tuple[Answer, list[Any]]]:
        """Every page of a list, `page_token` by `page_token`.

        Args:
            body: POSTed for each page where the list is a search; None reads by GET.

        Raises:
            HttpError: a page could not be read, or its token leads back; names path and page.
        """
        lost = lost or self.lost_time()
        query, number, seen = dict(params), 1, set[str]()
        while True:
            where = f"{self.name} {path.removeprefix('open-apis/')} page {number}"
            if body is None:
                answer = self.get(path, query, where=where, lost=lost)
            else:
                answer = self.send(
                    "POST", path, body, query, where=where, idempotent=True, lost=lost
                )
            data = data_of(answer)
            yield answer, list(data.get("items") or [])
            token = str(data.get("page_token") or "")
            if not data.get("has_more"):
                return
            if not token or token in seen:
                raise HttpError(
                    "The source says that there is more, but not where",
                    where=where,
                    remedy="Run again; if it stays, ask the vendor about this list.",
                )
            seen.add(token)
            query["page_token"] = token
            number += 1


def data_of(answer: Answer) -> Data:
    """The content of a good answer; empty where the vendor sends none."""
    data = answer.data.get("data") if isinstance(answer.data, dict) else None
    return data if isinstance(data, dict) else {}
