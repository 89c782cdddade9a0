"""What every connector offers: pages of raw rows in, per-row results of writes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from typing_extensions import TypeIs

from talentloop.errors import ConfigError

RawRow = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """One page as the source sent it.

    Attributes:
        rows: the page's records, in the source's own field names.
        raw: the bytes they were parsed from, kept beside the landed file.
        observed_at: the source's own clock when it answered (UTC); cursors advance by it.
        where: file and row, or address without secrets; names the page in error messages.
        first_row: number of the first row within `where`, from 1.
    """

    rows: Sequence[RawRow]
    raw: bytes
    observed_at: datetime
    where: str
    first_row: int = 1


class SourceConnector(Protocol):
    """Reads one configured source, stream by stream (a stream is one of its lists or files)."""

    name: str

    def streams(self) -> Sequence[str]:
        """Names of the streams, in the order in which they should be read."""
        ...

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of what changed since `since`, minus the configured overlap; all when None.

        Raises:
            SourceError: the source could not be read, after bounded retries.
        """
        ...


def stream_of(streams: Mapping[str, T], name: str, source: str, field: str = "") -> T:
    """What a source keeps about one of its streams.

    Args:
        source: its configured name, for the error.
        field: of the source's file, where its streams stand there; for the error.

    Raises:
        ConfigError: there is no such stream; names those there are.
    """
    if name not in streams:
        raise ConfigError(
            f"The source has no stream {name!r}",
            where=f"source {source}" + (f", field {field}" if field else ""),
            remedy="It has " + ", ".join(streams) + ".",
        )
    return streams[name]


@dataclass(frozen=True)
class WriteItem:
    """One change to send: `entity_key` names the record there, `payload` the fields to set."""

    idempotency_key: str
    entity_key: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class WriteResult:
    """What became of one item.

    `refused` is a business answer (never retried), `retry` a transport failure that surely did
    not take effect, `unknown` a lost response: read back before sending again.
    """

    idempotency_key: str
    state: Literal["sent", "refused", "retry", "unknown"]
    remote_ref: str = ""
    message: str = ""
    retry_after_seconds: float | None = field(default=None)


class SinkConnector(Protocol):
    """Writes back into one configured system that shows what was written."""

    name: str
    batch_size: int

    def write(self, operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        """Send a batch; one result per item, in order, whatever happens."""
        ...

    def read_back(self, operation: str, entity_keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The fields that `operation` sets, as they stand there now; missing records left out."""
        ...


class BlindSink(Protocol):
    """Writes into a system that does not show what was written: it says `can_read_back = False`.

    An item whose answer was lost is sent again where that is harmless, and is otherwise a person's
    to decide.
    """

    name: str
    batch_size: int
    can_read_back: bool

    def write(self, operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        """Send a batch; one result per item, in order, whatever happens."""
        ...

    def repeat_is_harmless(self, operation: str) -> bool:
        """Whether an item of this operation may be sent again although it may have arrived."""
        ...


Sink = SinkConnector | BlindSink


def is_blind(sink: Sink) -> TypeIs[BlindSink]:
    """Whether nothing can be read back through this sink; most can, and need not say so."""
    return not getattr(sink, "can_read_back", True)
