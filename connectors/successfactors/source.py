"""Reading one SuccessFactors tenant, entity set by entity set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.base import Page
from connectors.mapping.load import load_mapping
from connectors.mapping.profile import FieldSeen
from connectors.successfactors.client import ODataClient
from connectors.successfactors.odata import Row, row_decoder
from connectors.successfactors.options import SuccessFactorsOptions, checked_options
from connectors.successfactors.selection import Selection, select_for
from talentloop.closing import Closing
from talentloop.logs import get_logger
from talentloop.settings import Settings

_log = get_logger(__name__)
#: Edm type → kind and form of a value, where it is not text.
_KINDS = {
    "Edm.Boolean": "bool", "Edm.Int32": "number", "Edm.Int64": "number", "Edm.Decimal": "number",
    "Edm.Double": "number",
}  # fmt: skip
_FORMS = {"Edm.DateTime": "odata", "Edm.DateTimeOffset": "odata"}
MAPPING = Path(__file__).resolve().parent / "mapping.yaml"


class SuccessFactorsSource(Closing):
    """A SourceConnector over OData v2. Its streams are the entity sets that the mapping names.

    Args:
        settings: where secrets and limits lie.
        name: the configured source.
        options: the tenant; a mapping is read as SuccessFactorsOptions.
        mapping: the mapping file, which decides what is asked for; default the connector's own.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        options: SuccessFactorsOptions | Mapping[str, Any],
        mapping: Path | None = None,
    ) -> None:
        self.name = name
        self._options = checked_options(name, options)
        self._mapping = load_mapping(mapping or MAPPING, settings)
        self.client = ODataClient(settings, name, self._options)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def streams(self) -> Sequence[str]:
        """Entity sets in the order of the mapping, in which references point backwards."""
        wanted = self._options.streams
        return [name for name in self._mapping.streams if wanted is None or name in wanted]

    def read(self, stream: str, since: datetime | None) -> Iterator[Page]:
        """Pages of what changed since `since` minus the overlap; everything when None.

        Each page's `observed_at` is the tenant's clock at the first answer: what changes while
        we read is read again next time, and found unchanged or new.

        Raises:
            SourceError: a page could not be read; names entity set and page.
            SourceAuthError: our credentials were refused.
            ConfigError: mapping, spec and the tenant's `$metadata` do not agree.
        """
        selection = self.selection(stream)
        minutes = selection.spec.overlap_minutes
        overlap = timedelta(minutes=self._options.overlap_minutes if minutes is None else minutes)
        params = selection.params(None if since is None else since - overlap)
        decode = row_decoder(self.client.metadata, selection.entity)
        fresh = _Fresh(selection)
        observed_at, first_row, number = None, 1, 0
        for answer, wire in self.client.pages(selection.spec.path or stream, params):
            number += 1
            observed_at = observed_at or answer.server_time
            rows = fresh.only(list(map(decode, wire)))
            yield Page(rows, answer.body, observed_at, answer.where, first_row)
            first_row += len(wire)
        _log.info(
            "stream_read",
            source=self.name,
            stream=stream,
            pages=number,
            rows=first_row - 1,
            repeated=fresh.repeated,
        )

    def describe(self, stream: str) -> Sequence[FieldSeen]:
        """The properties of an entity set by the tenant's `$metadata`, with their labels.

        Raises:
            SourceError: the metadata could not be read.
            ConfigError: the tenant has no such entity set.
        """
        entity = self.client.entity_type(self._options.entity_set(stream).path or stream)
        return [
            FieldSeen(
                prop.name,
                Counter({_KINDS.get(prop.edm_type, "text"): 0}),
                Counter({_FORMS[prop.edm_type]: 0}) if prop.edm_type in _FORMS else Counter(),
                prop.label,
            )
            for prop in entity.properties.values()
        ]

    def selection(self, stream: str) -> Selection:
        """The query of a stream, checked against the tenant.

        Raises:
            ConfigError: the mapping has no such stream, or the tenant lacks what it reads.
        """
        mapped = self._mapping.stream(stream)
        spec = self._options.entity_set(stream)
        return select_for(self.name, mapped, spec, self.client.metadata)


class _Fresh:
    """Leaves out record versions already seen in this read: pages shift while they are read."""

    def __init__(self, selection: Selection) -> None:
        self._fields = (*selection.spec.key, selection.spec.cursor)
        self._seen: set[int] = set()
        self.repeated = 0

    def only(self, rows: list[Row]) -> list[Row]:
        fresh = []
        for row in rows:
            # A 64-bit hash: among a million rows, two differing ones collide once in 37 million reads.
            version = hash(tuple([row.get(field) for field in self._fields]))
            if version in self._seen:
                self.repeated += 1
            else:
                self._seen.add(version)
                fresh.append(row)
        return fresh
