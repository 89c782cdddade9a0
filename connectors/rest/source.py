"""Reading a REST system that is described in YAML."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dlt.common import jsonpath
from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.helpers.rest_client.client import PageData, RESTClient
from dlt.sources.rest_api.config_setup import create_paginator

from connectors.base import Page, stream_of
from connectors.http import HttpError
from connectors.options import checked_options
from connectors.rest.bridge import Bridge, open_session
from connectors.rest.client import RestClient
from connectors.rest.options import RestOptions, first_instant
from connectors.rest.plan import AHEAD, Call, Endpoint, endpoints
from connectors.tenant import Part, TenantSource
from talentloop.errors import SourceError
from talentloop.settings import Settings


class RestSource(TenantSource[RestOptions, RestClient]):
    """A SourceConnector over any REST interface. Its streams are the resources that are mapped.

    Args:
        settings: where secrets, tokens and limits lie.
        name: the configured source.
        options: see `connectors.rest.options.RestOptions`.
        mapping: the mapping file.

    Raises:
        ConfigError: options or mapping do not fit; or the stand-in is asked for and does not run.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        options: RestOptions | Mapping[str, Any],
        mapping: Path,
    ) -> None:
        checked = checked_options(name, options, RestOptions, "rest")
        self._endpoints = endpoints(name, checked)
        super().__init__(settings, name, checked, RestClient, mapping)
        self._settings = settings
        self._told: datetime | None = None

    def streams(self) -> Sequence[str]:
        """Mapped resources, in the order of the source file."""
        wanted = self._options.streams
        return [
            resource.name
            for resource in self._options.resources
            if resource.name in self._mapping.streams
            and (wanted is None or resource.name in wanted)
        ]

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of what changed since `since` minus the overlap; everything when None, or where
        the resource says nothing about changes.

        Each page's `observed_at` is the source's clock at the first answer: what changes while we
        read is read again next time, and found unchanged or new.

        Raises:
            SourceError: a page could not be read, or says something else than it should.
            SourceAuthError: our credentials were refused.
            ConfigError: there is no such resource.
        """
        endpoint = stream_of(self._endpoints, stream, self.name, "resources")
        yield from self.paged(stream, self._parts(endpoint, self.start_of(None, since)))

    def _parts(self, endpoint: Endpoint, start: datetime | None) -> Iterator[Part]:
        for call in self._calls(endpoint, start):
            bridge = Bridge(self.client.http, f"{self.name} {call.label}")
            for data in self._pages(endpoint, call, bridge):
                answer = bridge.answer
                assert answer is not None  # noqa: S101 - a page has an answer
                self._told = answer.server_time
                yield answer, [call.with_parent(row) for row in data], answer.body

    def _calls(self, endpoint: Endpoint, start: datetime | None) -> Iterator[Call]:
        """The requests that a read begins with: one, or one for each window and parent record."""
        until = self._settings.clock.now() + AHEAD
        begin = start or first_instant(endpoint.incremental, endpoint.where)
        for window in endpoint.windows(begin, until, lambda: self._told):
            if endpoint.parent is None:
                yield endpoint.call(*window)
                continue
            parent = self._endpoints[endpoint.parent]
            for call in self._calls(parent, None):
                bridge = Bridge(self.client.http, f"{self.name} {call.label}")
                for data in self._pages(parent, call, bridge):
                    for row in data:
                        yield endpoint.call(*window, parent=call.with_parent(row))

    def _pages(self, endpoint: Endpoint, call: Call, bridge: Bridge) -> Iterator[Sequence[Any]]:
        """The rows of each page, paged by dlt and checked by us."""
        client = RESTClient(
            self.client.base,
            headers=self._options.client.get("headers"),
            session=open_session(bridge),
            config=RuntimeConfiguration(),
        )
        pages = client.paginate(
            call.path,
            method=endpoint.method,
            params=copy.deepcopy(dict(call.params)),
            json=copy.deepcopy(call.json),
            headers=call.headers,
            paginator=create_paginator(copy.deepcopy(endpoint.paginator)),
            data_selector=endpoint.data_selector,
            hooks={"response": []},
        )
        seen, said = 0, None
        while (page := self._next(pages, endpoint, bridge)) is not None:
            if not page:
                self._check_empty(endpoint, bridge)
            seen += len(page)
            said = endpoint.total_in(bridge.answer.data if bridge.answer else None) or said
            yield list(page)
        if said is not None and seen < said:
            raise SourceError(
                f"The source says that there are {said} rows, and sent {seen}",
                where=f"{self.name} {call.label}",
                remedy="Run again: rows moved while they were read, or its paging expired. If it "
                "stays, compare paginator and total of the resource with its documentation.",
            )

    def _next(
        self, pages: Iterator[PageData[Any]], endpoint: Endpoint, bridge: Bridge
    ) -> PageData[Any] | None:
        """The next page. What dlt says when it cannot read one quotes the body: ours does not."""
        try:
            return next(pages, None)
        except HttpError:
            raise
        except (ValueError, KeyError, TypeError, LookupError) as error:
            raise SourceError(
                f"The answer has not what the paginator reads ({type(error).__name__})",
                where=f"{self.name} {endpoint.name} page {bridge.pages}",
                remedy="Compare paginator and data_selector of the resource with the system's "
                "documentation.",
            ) from None

    def _check_empty(self, endpoint: Endpoint, bridge: Bridge) -> None:
        """No rows because there are none, and not because they lie elsewhere."""
        body: Any = bridge.answer.data if bridge.answer else None
        if jsonpath.find_values(endpoint.data_selector, body):
            return
        names = ", ".join(sorted(body)) if isinstance(body, dict) else type(body).__name__
        raise SourceError(
            f"The answer has nothing at {endpoint.data_selector!r}, where rows should be",
            where=f"{self.name} {endpoint.name} page {bridge.pages}",
            remedy=f"Correct data_selector of the resource; the answer has: {names}.",
        )
