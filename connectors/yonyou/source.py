"""Reading one 用友 tenant: lists page by page, whole records, results by period."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.base import Page
from connectors.fresh import Fresh
from connectors.http import Answer, HttpError, LostTime
from connectors.options import checked_options
from connectors.passes import Passes
from connectors.tenant import TenantSource
from connectors.yonyou.client import ListPage, Row, YonyouClient, rows_at
from connectors.yonyou.options import FOLDER, SYSTEM, ByPeriod, Detail, YonyouOptions, YonyouStream
from connectors.yonyou.rows import exploded
from talentloop.chunks import chunks
from talentloop.errors import ConfigError
from talentloop.logs import get_logger
from talentloop.settings import Settings

_log = get_logger(__name__)
#: The mapping of each profile.
MAPPINGS = {
    "yonbip": FOLDER / "mapping.yaml",
    "yonyou_ehr_v3": FOLDER / "mapping_ehr_v3.yaml",
}
_LOCAL = ZoneInfo("Asia/Shanghai")


class YonyouSource(TenantSource[YonyouOptions, YonyouClient]):
    """A SourceConnector over the open API. Its streams are the lists that the mapping names.

    Args:
        settings: where secrets and limits lie.
        name: the configured source.
        options: the tenant; a mapping is read as YonyouOptions.
        mapping: the mapping file, which decides what is read; default that of the profile.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        options: YonyouOptions | Mapping[str, Any],
        mapping: Path | None = None,
    ) -> None:
        checked = checked_options(name, options, YonyouOptions, SYSTEM)
        mapped = mapping or MAPPINGS[checked.profile]
        super().__init__(settings, name, checked, YonyouClient, mapped)

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of what changed since `since` minus the overlap; everything when None, and always
        where the vendor has no filter.

        Each page's `observed_at` is the tenant's clock at the first answer: what changes while we
        read is read again next time, and found unchanged or new.

        Raises:
            SourceError: a page could not be read; names stream and page.
            SourceAuthError: our credentials were refused.
            ConfigError: nothing says how to read the stream.
        """
        spec = self._stream(stream)
        lost = self.client.lost_time()
        if spec.by_period is not None:
            batches = self._by_period(spec, spec.by_period, since, lost)
        else:
            batches = self._listed(stream, spec, since, lost)
        yield from self.paged(stream, batches)

    def _stream(self, stream: str) -> YonyouStream:
        spec = self.client.spec.streams.get(stream)
        if spec is None:
            raise ConfigError(
                f"Nothing says how to read the list {stream}",
                where=f"source {self.name}, profile {self._options.profile}",
                remedy="Name in the mapping only streams of the profile's spec.yaml: "
                + ", ".join(self.client.spec.streams)
                + ".",
            )
        return spec

    def _listed(
        self, stream: str, spec: YonyouStream, since: datetime | None, lost: LostTime
    ) -> Iterator[tuple[Answer, list[Row], bytes]]:
        """Pages of a list, with whole records where a detail brings them."""
        asked = self._filter(spec, since)
        for page, fresh in self._complete(stream, spec, asked, lost):
            rows, raw = fresh, page.answer.body
            if spec.detail is not None:
                rows, raw = self._whole(
                    spec, spec.detail, fresh, f"{page.answer.where}, details", lost
                )
            if spec.parts:
                rows = [part for row in rows for part in exploded(row, spec.parts)]
            yield page.answer, rows, raw

    def _whole(
        self, spec: YonyouStream, detail: Detail, rows: Sequence[Row], where: str, lost: LostTime
    ) -> tuple[list[Row], bytes]:
        """The whole records of a page.

        Raises:
            HttpError: one that the list shows is not there; it would be missed for good.
        """
        keys = [str(row[spec.key[0]]) for row in rows]
        found, raw = self.client.records(detail, keys, where=where, lost=lost)
        missing = set(keys) - {str(row.get(spec.key[0])) for row in found}
        if missing and self._options.check_counts:
            raise HttpError(
                f"{len(missing)} records are in the list, but not to be had",
                where=where,
                remedy="Run again, they may have been deleted meanwhile; if it stays, grant the app "
                "all organisations, or set check_counts: false.",
            )
        if missing:
            _log.warning("details_missing", source=self.name, where=where, missing=len(missing))
        return found, raw

    def _filter(self, spec: YonyouStream, since: datetime | None) -> dict[str, str]:
        if since is None or not spec.cursor:
            return {}
        minutes = spec.overlap_minutes
        overlap = self._options.overlap_minutes if minutes is None else minutes
        return {spec.cursor: _local(since - timedelta(minutes=overlap))}

    def _complete(
        self, stream: str, spec: YonyouStream, asked: Mapping[str, str], lost: LostTime
    ) -> Iterator[tuple[ListPage, list[Row]]]:
        """The pages of a list with the record versions not seen before in this read.

        Pages shift while they are read, so a list of several is read again until nothing new shows.
        The list also says how many records it has.

        Raises:
            HttpError: it never came to rest, or shows fewer records than it counts.
        """
        versions = Fresh(_version(spec))
        keys: set[tuple[str, ...]] = set()
        where, total, started = f"{self.name} {stream}", 0, ""
        passes = Passes(where, spec.page_size)
        for size in passes:
            for page in self.client.pages(spec.path, asked, size, where=where, lost=lost):
                total = page.total or 0
                started = started or _local(page.answer.server_time)
                fresh = versions.only(page.rows)
                keys.update(_key(row, spec) for row in page.rows)
                passes.page(
                    _key(row, spec) for row in page.rows if not _younger(row, spec, started)
                )
                yield page, fresh
        if len(keys) < total and self._options.check_counts:
            raise HttpError(
                f"The list counts {total} records but shows {len(keys)}",
                where=where,
                remedy="Run again; if it stays, the app may not see every record: grant it all "
                "organisations, or set check_counts: false.",
            )

    def _by_period(
        self, spec: YonyouStream, words: ByPeriod, since: datetime | None, lost: LostTime
    ) -> Iterator[tuple[Answer, list[Row], bytes]]:
        """Results of each period, some people at a time."""
        where = f"{self.name} {spec.path}"
        listed = self.client.fetch(words.path, where=f"{where}, periods", lost=lost)
        oldest = _oldest(listed.server_time, words, since)
        periods = [
            str(row[words.code])
            for row in rows_at(listed, words.rows)
            if oldest is None or _day(row.get(words.ends)) >= oldest
        ]
        yield listed, [], listed.body
        people = self._people(words.people, lost) if periods else []
        for period in periods:
            for number, some in enumerate(chunks(people, spec.page_size)):
                body = {words.send_period: period, words.send_people: some}
                named = f"{where}, period {period}, from person {number * spec.page_size + 1}"
                answer = self.client.call(spec.path, body, where=named, lost=lost)
                yield answer, rows_at(answer, spec.rows), answer.body

    def _people(self, stream: str, lost: LostTime) -> list[str]:
        """Keys of all records of a list."""
        spec = self._stream(stream)
        found: dict[str, None] = {}
        for page, _ in self._complete(stream, spec, {}, lost):
            found.update((str(row[spec.key[0]]), None) for row in page.rows)
        return list(found)


def _version(spec: YonyouStream) -> Callable[[Row], Hashable]:
    """What tells one version of a record from another."""
    return lambda row: (_key(row, spec), row.get(spec.cursor) if spec.cursor else None)


def _local(instant: datetime) -> str:
    """An instant as the vendor writes it; such texts sort by time."""
    return instant.astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M:%S")


def _younger(row: Row, spec: YonyouStream, started: str) -> bool:
    """Whether a record changed after the read began: the next read finds it."""
    return bool(spec.cursor) and str(row.get(spec.cursor) or "") > started


def _key(row: Row, spec: YonyouStream) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in spec.key)


def _oldest(now: datetime, words: ByPeriod, since: datetime | None) -> date | None:
    """The day from which on a period that ended is still asked for; None asks for all."""
    if since is None:
        return None
    return (min(now, since.astimezone(UTC)) - timedelta(days=words.lookback_days)).date()


def _day(text: object) -> date:
    """The day on which a period ends; one without a readable end is never too old."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return date.max
