"""Reading one Cosmic tenant, list by list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.base import Page
from connectors.fresh import Fresh
from connectors.http import Answer
from connectors.kingdee_cosmic.client import CosmicClient, Row
from connectors.kingdee_cosmic.options import SYSTEM, CosmicOptions, connector_spec
from connectors.options import checked_options
from connectors.passes import Passes
from connectors.tenant import TenantSource
from talentloop.settings import Settings

MAPPING = Path(__file__).resolve().parent / "mapping.yaml"


class CosmicSource(TenantSource[CosmicOptions, CosmicClient]):
    """A SourceConnector over paged query services. Its streams are the lists of the mapping.

    Args:
        settings: where secrets and limits lie.
        name: the configured source.
        options: the tenant; a mapping is read as CosmicOptions.
        mapping: the mapping file; default the connector's own.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        options: CosmicOptions | Mapping[str, Any],
        mapping: Path | None = None,
    ) -> None:
        checked = checked_options(name, options, CosmicOptions, SYSTEM)
        super().__init__(settings, name, checked, CosmicClient, mapping or MAPPING)
        self._zone = ZoneInfo(checked.time_zone)

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of what changed since `since` minus the overlap; everything when None.

        A list of several pages is read again until a whole pass brings nothing new (see `Passes`).
        Each page's `observed_at` is the tenant's clock at the first answer.

        Raises:
            SourceError: a page could not be read; names stream and page.
            SourceAuthError: our credentials were refused.
            ConfigError: the mapping has no such stream, or nothing names its service.
        """
        self._mapping.stream(stream)
        parts = ((answer, rows, answer.body) for answer, rows in self._pages(stream, since))
        # a page without news need not be kept
        yield from self.paged(stream, parts, Fresh(), keeps_empty=False)

    def _pages(self, stream: str, since: datetime | None) -> Iterator[tuple[Answer, Sequence[Row]]]:
        spec, path = self._options.stream(stream), self._options.query_path(stream)
        data, lost, begun = self._filter(stream, since), self.client.lost_time(), ""
        passes = Passes(f"{self.name} {stream}", spec.page_size)
        for size in passes:
            number = 0
            while True:
                number += 1
                where = f"{self.name} {stream} page {number}"
                answer, rows = self.client.page(
                    path, data, number=number, size=size, where=where, lost=lost
                )
                begun = begun or self._local(answer.server_time)
                passes.page(
                    tuple(row.get(name) for name in spec.key)
                    for row in rows
                    if str(row.get(spec.cursor) or "") < begun
                )
                yield answer, rows
                if len(rows) < size:
                    break

    def _filter(self, stream: str, since: datetime | None) -> dict[str, str]:
        """The query's own parameters."""
        spec = self._options.stream(stream)
        name = (self._options.filters or connector_spec().filters).since
        start = self.start_of(spec, since)
        return {name: self._local(start)} if start and name and spec.cursor else {}

    def _local(self, moment: datetime) -> str:
        """An instant as the tenant writes it."""
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
