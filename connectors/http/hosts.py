"""Which hosts we may follow a link to: a token must never travel to a stranger."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

from connectors.http.errors import HttpError, RetryClass


class AllowedHosts:
    """The configured address and those named beside it.

    Args:
        base_url: the configured address; its scheme must be kept. Links without a slash at their
            start are resolved below its path.
        more: further host names allowed (on the same scheme and any port).
    """

    def __init__(self, base_url: str, more: Iterable[str] = ()) -> None:
        self.base = httpx.URL(base_url if base_url.endswith("/") else f"{base_url}/")
        self._more = frozenset(host.lower() for host in more)

    def check(self, link: str, where: str) -> httpx.URL:
        """The link as an absolute URL, resolved against the base.

        Raises:
            HttpError: it leads to another host, scheme or port; the link is not followed.
        """
        try:
            url = self.base.join(link)
        except httpx.InvalidURL:
            raise self._refused("an address that is not valid", where) from None
        if url.scheme != self.base.scheme or url.userinfo:
            raise self._refused(f"{url.scheme}://{url.host}", where)
        same = url.host == self.base.host and _port(url) == _port(self.base)
        if not same and url.host.lower() not in self._more:
            raise self._refused(f"{url.scheme}://{url.host}:{_port(url)}", where)
        return url

    def _refused(self, target: str, where: str) -> HttpError:
        return HttpError(
            f"The source sent us to {target}, which is not the configured host",
            where=where,
            remedy="If that host is right, name it under allowed_hosts of the source.",
        ).classed(RetryClass.PERMANENT)


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
