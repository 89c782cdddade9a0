"""Reading one K3Cloud tenant, form by form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.base import Page
from connectors.fresh import Fresh
from connectors.http import Answer, HttpError
from connectors.kingdee_k3cloud.client import K3CloudClient, Row, quoted
from connectors.kingdee_k3cloud.options import SYSTEM, K3CloudOptions
from connectors.mapping.plans import StreamMapping
from connectors.mapping.profile import FieldSeen
from connectors.mapping.wanted import wanted_paths
from connectors.options import checked_options
from connectors.passes import Passes
from connectors.spec import StreamSpec
from connectors.tenant import TenantSource
from talentloop.settings import Settings

MAPPING = Path(__file__).resolve().parent / "mapping.yaml"


@dataclass(frozen=True)
class Query:
    """What to ask for of one form."""

    form: str
    fields: tuple[str, ...]
    conditions: tuple[str, ...]
    spec: StreamSpec

    def condition(self, *more: str) -> str:
        """The FilterString, with further conditions."""
        return " and ".join((*self.conditions, *more))


class K3CloudSource(TenantSource[K3CloudOptions, K3CloudClient]):
    """A SourceConnector over ExecuteBillQuery. Its streams are the forms that the mapping names.

    Args:
        settings: where secrets and limits lie.
        name: the configured source.
        options: the tenant; a mapping is read as K3CloudOptions.
        mapping: the mapping file, which decides what is asked for; default the connector's own.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        options: K3CloudOptions | Mapping[str, Any],
        mapping: Path | None = None,
    ) -> None:
        checked = checked_options(name, options, K3CloudOptions, SYSTEM)
        super().__init__(settings, name, checked, K3CloudClient, mapping or MAPPING)
        self._zone = ZoneInfo(checked.time_zone)

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of what changed since `since` minus the overlap; everything when None.

        Each page's `observed_at` is the tenant's clock at the first answer: what changes while
        we read is read again next time, and found unchanged or new.

        Raises:
            SourceError: a page could not be read; names form and page.
            SourceAuthError: our signature was refused.
            ConfigError: mapping, spec and the tenant's forms do not agree.
        """
        query = self.query(stream, since)
        pages = self._by_row if query.spec.paging == "start_row" else self._by_key
        parts = ((answer, rows, answer.body) for answer, rows in pages(query))
        # a page without news need not be kept
        yield from self.paged(stream, parts, Fresh(), keeps_empty=False)

    def describe(self, stream: str) -> Sequence[FieldSeen]:
        """The fields and lists of a form by QueryBusinessInfo; it tells no kinds.

        Raises:
            SourceError: the form could not be looked at.
        """
        form = self._options.stream(stream).path or stream
        return [FieldSeen(key) for key in sorted(self.client.fields(form))]

    def query(self, stream: str, since: datetime | None) -> Query:
        """The query of a stream, checked against the tenant's form.

        Raises:
            ConfigError: the mapping has no such stream, or the form lacks what it reads.
            SourceError: the form could not be looked at.
        """
        mapped, spec = self._mapping.stream(stream), self._options.stream(stream)
        form = spec.path or stream
        wanted = wanted_paths(mapped)
        wanted.update((field, "paging and changes") for field in (*spec.key, spec.cursor) if field)
        self.client.check_fields(form, wanted)
        conditions = [f"({text})" for text in [self._options.filters.get(stream)] if text]
        if since is not None and spec.cursor:
            overlap = spec.overlap_minutes
            minutes = self._options.overlap_minutes if overlap is None else overlap
            start = self._local(since - timedelta(minutes=minutes))
            conditions.append(f"{spec.cursor} >= {quoted(start)}")
        fields = dict.fromkeys([self._options.id_field(form), *wanted, *self._custom(form, mapped)])
        return Query(form, tuple(fields), tuple(conditions), spec)

    def _custom(self, form: str, mapped: StreamMapping) -> Iterator[str]:
        """The tenant's own fields that the mapping passes on."""
        rules = [record.custom for record in mapped.records if record.custom is not None]
        if rules and self._options.check_fields:
            for field in sorted(self.client.fields(form)):
                if any(rule.accepts(field) for rule in rules):
                    yield field

    def _local(self, moment: datetime) -> str:
        """An instant as the tenant writes it in a filter."""
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")

    def _by_key(self, query: Query) -> Iterator[tuple[Answer, list[Row]]]:
        """Pages after the last FID seen: whatever comes or goes meanwhile, none is passed over.

        Raises:
            HttpError: a page could not be read, or its rows are not by ascending, single FIDs.
        """
        after: int | None = None
        lost, number = self.client.lost_time(), 0
        id_field = self._options.id_field(query.form)
        while True:
            number += 1
            where = f"{self.name} {query.form} page {number}"
            more = () if after is None else (f"{id_field} > {after}",)
            answer, rows = self.client.query(
                query.form, query.fields, query.condition(*more), limit=query.spec.page_size,
                where=where, lost=lost,
            )  # fmt: skip
            ids = [str(row[id_field]) for row in rows]
            if not _ascending(ids, after):
                raise HttpError(
                    f"The rows do not come by ascending {id_field}, one row to a record",
                    where=where,
                    remedy="Set `paging: start_row` for this form, as for fields that lie in "
                    "entries.",
                )
            yield answer, rows
            if len(rows) < query.spec.page_size:
                return
            after = int(ids[-1])

    def _by_row(self, query: Query) -> Iterator[tuple[Answer, list[Row]]]:
        """Pages by row number, read again until a whole pass brings nothing that was there before.

        Raises:
            HttpError: a page could not be read, or the rows never came to rest.
        """
        lost = self.client.lost_time()
        passes, begun = Passes(f"{self.name} {query.form}", query.spec.page_size), ""
        for size in passes:
            start, number = 0, 0
            while True:
                number += 1
                answer, rows = self.client.query(
                    query.form, query.fields, query.condition(), limit=size, start_row=start,
                    where=f"{self.name} {query.form} page {number}", lost=lost,
                )  # fmt: skip
                begun = begun or self._local(answer.server_time)
                passes.page(tuple(row[k] for k in query.spec.key) for row in rows
                            if _was_there(row.get(query.spec.cursor), begun))  # fmt: skip
                yield answer, rows
                if len(rows) < size:
                    break
                start += len(rows)


def _ascending(ids: Sequence[str], after: int | None) -> bool:
    """Whether inner ids are whole numbers, each greater than the one before."""
    if not all(text.isdecimal() for text in ids):
        return False
    numbers = [*([] if after is None else [after]), *map(int, ids)]
    return all(earlier < later for earlier, later in pairwise(numbers))


def _was_there(modified: object, begun: str) -> bool:
    """Whether a record was last changed before the read began; where nothing tells, it was."""
    return not modified or str(modified).replace("T", " ") < begun
