"""What sources and sinks over one tenant share: options, mapping, client, and how pages are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from connectors.base import Page, RawRow
from connectors.fresh import Fresh
from connectors.http import Answer
from connectors.mapping.load import load_mapping
from connectors.options import HttpOptions
from connectors.outbox.destination import operations_of
from connectors.spec import StreamSpec
from talentloop.closing import Closing
from talentloop.logs import get_logger
from talentloop.settings import Settings

_log = get_logger(__name__)

OptionsT = TypeVar("OptionsT", bound=HttpOptions)
ClientT = TypeVar("ClientT", bound=Closing)
#: A page as it was read: an answer, the rows made of it, and the bytes they were made from.
Part = tuple[Answer, Sequence[RawRow], bytes]


class _Tenant(Closing, Generic[OptionsT, ClientT]):
    def __init__(
        self,
        settings: Settings,
        name: str,
        options: OptionsT,
        client: Callable[[Settings, str, OptionsT], ClientT],
    ) -> None:
        self.name = name
        self._options = options
        self.client = client(settings, name, options)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()


class TenantSource(_Tenant[OptionsT, ClientT]):
    """A SourceConnector whose streams are those of its mapping. A system's class reads them.

    Args:
        settings: where secrets and limits lie.
        name: the configured source.
        options: the tenant.
        client: opens a client of it.
        mapping: the mapping file, which decides what is read.

    Raises:
        ConfigError: the mapping does not fit.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        options: OptionsT,
        client: Callable[[Settings, str, OptionsT], ClientT],
        mapping: Path,
    ) -> None:
        self._mapping = load_mapping(mapping, settings)
        super().__init__(settings, name, options, client)

    def streams(self) -> Sequence[str]:
        """Lists in the order of the mapping, in which references point backwards."""
        wanted = self._options.streams
        return [name for name in self._mapping.streams if wanted is None or name in wanted]

    def start_of(self, spec: StreamSpec | None, since: datetime | None) -> datetime | None:
        """Where a read begins: `since` minus the overlap; None for everything."""
        minutes = spec.overlap_minutes if spec else None
        overlap = self._options.overlap_minutes if minutes is None else minutes
        return None if since is None else since - timedelta(minutes=overlap)

    def paged(
        self,
        stream: str,
        parts: Iterable[Part],
        fresh: Fresh | None = None,
        *,
        keeps_empty: bool = True,
    ) -> Iterator[Page]:
        """Pages of what was read; told to the log at the end.

        Args:
            fresh: leaves out rows that pages repeat; None where none are left to leave out.
            keeps_empty: whether a page without a fresh row is a page, beside the first.
        """
        observed_at, first_row, number = None, 1, 0
        for answer, rows, raw in parts:
            number += 1
            observed_at = observed_at or self._observed(answer)
            kept = rows if fresh is None else fresh.only(rows)
            if kept or keeps_empty or first_row == 1:
                yield Page(kept, raw, observed_at, answer.where, first_row)
            first_row += len(rows)
        _log.info(
            "stream_read",
            source=self.name, stream=stream, pages=number, rows=first_row - 1,
            repeated=fresh.repeated if fresh else 0,
        )  # fmt: skip

    def _observed(self, answer: Answer) -> datetime:
        """The time that all pages of a read carry, by its first answer."""
        return answer.server_time


class TenantSink(_Tenant[OptionsT, ClientT]):
    """A SinkConnector over one tenant; what its operations set is in `config/destinations`.

    Args:
        settings: where secrets, limits and the destinations' configuration lie.
        name: the configured source whose tenant it is.
        options: the tenant.
        client: opens a client of it.

    Raises:
        ConfigError: a destination does not fit.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        options: OptionsT,
        client: Callable[[Settings, str, OptionsT], ClientT],
    ) -> None:
        self._operations = operations_of(settings, name)
        super().__init__(settings, name, options, client)


def joined(bodies: Sequence[bytes]) -> bytes:
    """The bodies that one page was made from, as one JSON text."""
    return bodies[0] if len(bodies) == 1 else b"[" + b",".join(bodies) + b"]"


def picked(
    found: Mapping[str, Mapping[str, Any]], fields: Iterable[str]
) -> dict[str, Mapping[str, Any]]:
    """Of each record found the fields that an operation sets, as a read-back tells them."""
    names = list(fields)
    return {key: {name: row.get(name) for name in names} for key, row in found.items()}
