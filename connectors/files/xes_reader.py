"""Reading XES event logs as two tables: one row per case, or one row per event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.parsers import expat

from connectors.files.packed import open_packed
from connectors.files.tables import Row, Table, unreadable

_PLAIN = {"string", "date", "int", "float", "boolean", "id"}
_CHUNK = 2**18


def read_xes(path: Path, part: Literal["cases", "events"], limit_mib: int) -> Table:
    """Open an event log (.xes or .xes.gz).

    A row per case has the attributes of the trace, `events` (their number), and those of its
    first and last event as `first:<attribute>` and `last:<attribute>`. A row per event has its
    attributes, those of its trace as `case:<attribute>`, and `event_index`, from 0 in each trace.
    Values stay text. Events keep the order of the file, which for equal times is the only one.

    Raises:
        SourceError: while iterating, where it is damaged, no XML, or unpacks beyond the limit.
    """
    make: Callable[[_Trace], Iterator[Row]] = _case if part == "cases" else _events
    return Table(None, (row for trace in _traces(path, limit_mib) for row in make(trace)))


@dataclass
class _Trace:
    attributes: Row = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)


class _DoctypeError(Exception):
    """A document type: the door of entity bombs and of reading other files."""


class _Log:
    """Gathers traces from expat's events, which is three times as fast as building elements.

    Attributes nested below other attributes, lists and containers are left out.
    """

    def __init__(self) -> None:
        self.finished: list[_Trace] = []
        self._trace: _Trace | None = None
        self._owner: Row | None = None  # whose attributes come next
        self._depth = self._owner_depth = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, data: bytes, *, last: bool) -> list[_Trace]:
        """Parse a piece; the traces that ended in it."""
        self._parser.Parse(data, last)
        done, self.finished = self.finished, []
        return done

    def _refuse(self, *_: object) -> None:
        raise _DoctypeError

    def _start(self, tag: str, given: dict[str, str]) -> None:
        self._depth += 1
        name = tag.rpartition("}")[2]
        if name in _PLAIN:
            if self._owner is not None and self._depth == self._owner_depth + 1 and "key" in given:
                self._owner[given["key"]] = given.get("value")
        elif name == "trace":
            self._trace = _Trace()
            self._owner, self._owner_depth = self._trace.attributes, self._depth
        elif name == "event" and self._trace is not None:
            self._trace.events.append({})
            self._owner, self._owner_depth = self._trace.events[-1], self._depth

    def _end(self, tag: str) -> None:
        self._depth -= 1
        name = tag.rpartition("}")[2]
        if name == "trace" and self._trace is not None:
            self.finished.append(self._trace)
            self._trace = self._owner = None
        elif name == "event" and self._trace is not None:
            self._owner, self._owner_depth = self._trace.attributes, self._depth


def _traces(path: Path, limit_mib: int) -> Iterator[_Trace]:
    stream, log, found = open_packed(path, limit_mib), _Log(), False
    try:
        while data := stream.read(_CHUNK):
            for trace in log.feed(data, last=False):
                found = True
                yield trace
        log.feed(b"", last=True)
    except expat.ExpatError as error:
        raise unreadable(path, f"it is not well-formed XML ({error})", "Copy it again.") from None
    except _DoctypeError:
        problem = "it declares a document type, which no event log needs and attackers use"
        raise unreadable(path, problem, "Export it without one.") from None
    finally:
        stream.close()
    if not found:
        raise unreadable(path, "it has no trace", "Check that it is an XES event log.")


def _case(trace: _Trace) -> Iterator[Row]:
    row = {**trace.attributes, "events": str(len(trace.events))}
    if trace.events:
        row.update({f"first:{key}": value for key, value in trace.events[0].items()})
        row.update({f"last:{key}": value for key, value in trace.events[-1].items()})
    yield row


def _events(trace: _Trace) -> Iterator[Row]:
    case = {f"case:{key}": value for key, value in trace.attributes.items()}
    for index, event in enumerate(trace.events):
        yield {**case, **event, "event_index": str(index)}
