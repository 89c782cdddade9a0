"""Writing back into one Cosmic tenant: saves by number, honoured row by row, and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import WriteItem, WriteResult
from connectors.http import HttpError
from connectors.kingdee_cosmic.client import CosmicClient, Row
from connectors.kingdee_cosmic.options import SYSTEM, CosmicOptions, connector_spec
from connectors.options import checked_options
from connectors.outbox.destination import Operation, find_operation
from connectors.outcomes import raise_if_hopeless, result_of
from connectors.tenant import TenantSink, picked
from talentloop.chunks import chunks
from talentloop.errors import ConfigError
from talentloop.settings import Settings

_NUMBERS_PER_READ = 50


class CosmicSink(TenantSink[CosmicOptions, CosmicClient]):
    """A SinkConnector over save services. Which entity and fields an operation writes is in
    `config/destinations`; the entity's services are in the source's options.

    Args:
        settings: where secrets, limits and the destinations' configuration lie.
        name: the configured source whose tenant it is.
        options: the tenant; a mapping is read as CosmicOptions.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self, settings: Settings, name: str, options: CosmicOptions | Mapping[str, Any]
    ) -> None:
        checked = checked_options(name, options, CosmicOptions, SYSTEM)
        super().__init__(settings, name, checked, CosmicClient)
        self.batch_size = connector_spec().writes["save"].batch_size

    def write(self, operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        """Send a batch; one result per item, in order.

        Raises:
            ConfigError: nothing names the service; nothing was sent.
            HttpAuthError: our credentials are refused; nothing was sent.
            DeliveryError: the quota is used up; nothing was sent.
        """
        path = self._options.save_path(
            find_operation(self._operations, operation, self.name).entity
        )
        try:
            answers = self.client.save(path, items)
        except HttpError as error:
            return [result_of(item, error) for item in items]
        return [answer.result(item) for item, answer in zip(items, answers, strict=True)]

    def read_back(self, operation: str, entity_keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The fields that `operation` sets, as they stand there now; missing records left out.

        Raises:
            ConfigError: nothing names the service, or it cannot find records by number.
            SourceError: they could not be read.
            DeliveryError: the quota is used up.
        """
        spec = find_operation(self._operations, operation, self.name)
        found: dict[str, Row] = {}
        try:
            for some in chunks(entity_keys, _NUMBERS_PER_READ):
                found.update(self._read(spec, some))
        except HttpError as error:
            raise_if_hopeless(error)
            raise
        return picked(found, spec.fields)

    def _read(self, spec: Operation, numbers: Sequence[str]) -> dict[str, Row]:
        name = (self._options.filters or connector_spec().filters).numbers
        if not name:
            raise ConfigError(
                f"Records of {spec.entity} cannot be read back by number",
                where="filters.numbers of the source",
                remedy="Name the query service's parameter for numbers there.",
            )
        where = f"{self.name} {spec.entity} by number"
        _, rows = self.client.page(
            self._options.query_path(spec.entity),
            {name: list(numbers)},
            number=1,
            size=2 * len(numbers),
            where=where,
        )
        found = {str(row.get(self._options.number)): row for row in rows}
        if not set(found) <= set(numbers):
            # It would seem that records are missing, and they would be written again.
            raise ConfigError(
                f"The service brought other records than those asked for by {name}",
                where=where,
                remedy="Name the parameter that finds records by number under filters.numbers, "
                "and the field that holds it under number.",
            )
        return found
