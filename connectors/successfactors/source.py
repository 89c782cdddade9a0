"""Reading one SuccessFactors tenant, entity set by entity set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from connectors.base import Page
from connectors.fresh import Fresh
from connectors.mapping.profile import FieldSeen
from connectors.options import checked_options
from connectors.successfactors.client import ODataClient
from connectors.successfactors.odata import row_decoder
from connectors.successfactors.options import SYSTEM, SuccessFactorsOptions
from connectors.successfactors.selection import Selection, select_for
from connectors.tenant import TenantSource
from talentloop.settings import Settings

#: Edm type → kind and form of a value, where it is not text.
_KINDS = {
    "Edm.Boolean": "bool", "Edm.Int32": "number", "Edm.Int64": "number", "Edm.Decimal": "number",
    "Edm.Double": "number",
}  # fmt: skip
_FORMS = {"Edm.DateTime": "odata", "Edm.DateTimeOffset": "odata"}
MAPPING = Path(__file__).resolve().parent / "mapping.yaml"


class SuccessFactorsSource(TenantSource[SuccessFactorsOptions, ODataClient]):
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
        checked = checked_options(name, options, SuccessFactorsOptions, SYSTEM)
        super().__init__(settings, name, checked, ODataClient, mapping or MAPPING)

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
        params = selection.params(self.start_of(selection.spec, since))
        decode = row_decoder(self.client.metadata, selection.entity)
        version = itemgetter(*selection.spec.key, selection.spec.cursor)
        pages = self.client.pages(selection.spec.path or stream, params)
        parts = ((answer, list(map(decode, wire)), answer.body) for answer, wire in pages)
        yield from self.paged(stream, parts, Fresh(version))

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
