"""Reading a REST system that is described in YAML."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dlt.common import jsonpath
from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.helpers.rest_client.client import PageData, RESTClient
from dlt.sources.rest_api.config_setup import create_paginator

from connectors.base import Page
from connectors.http import HttpError
from connectors.http.address import address_of
from connectors.mapping import load_mapping
from connectors.options import checked_options, open_client, open_login
from connectors.rest.auth import authorizer
from connectors.rest.bridge import Bridge, open_session
from connectors.rest.options import RestOptions, first_instant
from connectors.rest.plan import AHEAD, Call, Endpoint, endpoints
from connectors.spec import ConnectorSpec, load_spec
from talentloop.errors import ConfigError, SourceError
from talentloop.logs import get_logger
from talentloop.settings import Settings

_log = get_logger(__name__)
_FOLDER = Path(__file__).resolve().parent


class RestSource:
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
        self.name = name
        self._settings = settings
        self._options = checked_options(name, options, RestOptions, "rest")
        self._mapping = load_mapping(mapping, settings)
        self._endpoints = endpoints(name, self._options)
        spec = load_spec(_FOLDER, ConnectorSpec)
        spec = spec.model_copy(update={"errors": self._options.errors})
        system = self._options.stand_in or "rest"
        self._login = open_login(settings, self._options, spec, system=system)
        self._http = open_client(
            settings, name, self._options, spec, system=system,
            auth=authorizer(settings, name, self._options.auth, self._login),
        )  # fmt: skip
        self._told: datetime | None = None
        self._base = address_of(settings, self._options.base_url, system)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._login.close()

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
        if stream not in self._endpoints:
            raise ConfigError(
                f"The source has no resource {stream!r}",
                where=f"source {self.name}, field resources",
                remedy="It has " + ", ".join(self._endpoints) + ".",
            )
        endpoint = self._endpoints[stream]
        overlap = timedelta(minutes=self._options.overlap_minutes)
        start = None if since is None else since - overlap
        observed_at, pages, first_row = None, 0, 1
        for call in self._calls(endpoint, start):
            bridge = Bridge(self._http, f"{self.name} {call.label}")
            for data in self._pages(endpoint, call, bridge):
                answer = bridge.answer
                assert answer is not None  # noqa: S101 - a page has an answer
                self._told = answer.server_time
                observed_at = observed_at or self._told
                pages += 1
                rows = [call.with_parent(row) for row in data]
                yield Page(rows, answer.body, observed_at, answer.where, first_row)
                first_row += len(rows)
        if observed_at is None and pages == 0:
            _log.info("stream_without_requests", source=self.name, stream=stream)
        _log.info("stream_read", source=self.name, stream=stream, pages=pages, rows=first_row - 1)

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
                bridge = Bridge(self._http, f"{self.name} {call.label}")
                for data in self._pages(parent, call, bridge):
                    for row in data:
                        yield endpoint.call(*window, parent=call.with_parent(row))

    def _pages(self, endpoint: Endpoint, call: Call, bridge: Bridge) -> Iterator[Sequence[Any]]:
        """The rows of each page, paged by dlt and checked by us."""
        client = RESTClient(
            self._base,
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
