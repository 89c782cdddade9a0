"""Writing back into one SuccessFactors tenant: by key, honoured row by row, and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.base import WriteItem, WriteResult
from connectors.http import HttpError, RetryClass
from connectors.options import checked_options
from connectors.outbox.destination import Operation, find_operation
from connectors.outcomes import raise_if_hopeless, result_of
from connectors.successfactors.client import ODataClient
from connectors.successfactors.metadata import EntityType
from connectors.successfactors.odata import entity_uri, literal
from connectors.successfactors.options import (
    SYSTEM,
    SuccessFactorsOptions,
    connector_spec,
)
from connectors.successfactors.results import RowResult
from connectors.successfactors.values import wire_value
from connectors.tenant import TenantSink, picked
from talentloop.chunks import chunks
from talentloop.errors import ConfigError
from talentloop.settings import Settings

Fields = dict[str, Any]
_Ready = tuple[WriteItem, Fields]
#: Codes of a row that speak of the moment and not of the row.
_NOT_NOW = (429, 503)


class SuccessFactorsSink(TenantSink[SuccessFactorsOptions, ODataClient]):
    """A SinkConnector over OData v2: upserts, or change sets in a batch (`write_with`).

    Both set what they name and leave the rest, so sending them again changes nothing. What an
    operation writes is in `config/destinations`; the fields must exist at the tenant.

    Args:
        settings: where secrets, limits and the destinations' configuration lie.
        name: the configured source whose tenant it is.
        options: the tenant; a mapping is read as SuccessFactorsOptions.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self, settings: Settings, name: str, options: SuccessFactorsOptions | Mapping[str, Any]
    ) -> None:
        checked = checked_options(name, options, SuccessFactorsOptions, SYSTEM)
        super().__init__(settings, name, checked, ODataClient)
        self._how = connector_spec().writes[checked.write_with]
        self._send = self._upsert if checked.write_with == "upsert" else self._merge
        self.batch_size = self._how.batch_size

    def write(self, operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        """Send a batch; one result per item, in order.

        Raises:
            ConfigError: the tenant lacks a field, or does not let us write it; nothing was sent.
            HttpAuthError: our credentials are refused; nothing was sent.
            DeliveryError: the quota is used up; nothing was sent.
        """
        spec = find_operation(self._operations, operation, self.name)
        try:
            entity = self._entity(operation, spec)
        except HttpError as error:
            return [result_of(item, error) for item in items]
        ready: list[_Ready] = []
        results: dict[str, WriteResult] = {}
        for item in items:
            try:
                ready.append((item, _wire(spec.entity, entity, item)))
            except ValueError as error:
                key = item.idempotency_key
                results[key] = WriteResult(key, "refused", message=f"Not sent: {error}")
        for result in self._sent(spec.entity, ready):
            results[result.idempotency_key] = result
        return [results[item.idempotency_key] for item in items]

    def _sent(self, entity_set: str, ready: Sequence[_Ready]) -> list[WriteResult]:
        """Send rows; a request that is refused as a whole is halved until the row at fault is alone."""
        if not ready:
            return []
        try:
            return self._send(entity_set, ready)
        except HttpError as error:
            alone = len(ready) == 1 or error.status != 400
            if alone or error.retry_class is not RetryClass.PERMANENT or error.maybe_applied:
                return [result_of(item, error) for item, _ in ready]
            half = len(ready) // 2
            first = self._sent(entity_set, ready[:half])
            return first + self._sent(entity_set, ready[half:])

    def _upsert(self, entity_set: str, ready: Sequence[_Ready]) -> list[WriteResult]:
        answers = self.client.upsert(entity_set, [(i.entity_key, f) for i, f in ready])
        return [_result(item, answer) for (item, _), answer in zip(ready, answers, strict=True)]

    def _merge(self, entity_set: str, ready: Sequence[_Ready]) -> list[WriteResult]:
        """Change sets in one batch; the rows of a refused one once more, each in a set of its own."""
        found: dict[str, WriteResult] = {}
        again: list[_Ready] = []
        for rows, answer in self._merged(entity_set, ready, self._how.changeset_size):
            if not isinstance(answer, RowResult):
                found.update(_results(rows, answer))
            elif len(rows) == 1 or answer.http_code in _NOT_NOW:
                found.update(_results(rows, [answer] * len(rows)))
            else:
                again += rows
        try:
            for rows, answer in self._merged(entity_set, again, 1):
                found.update(_results(rows, [answer] if isinstance(answer, RowResult) else answer))
        except HttpError as error:  # what the first batch told still holds
            found.update((i.idempotency_key, result_of(i, error)) for i, _ in again)
        return [found[item.idempotency_key] for item, _ in ready]

    def _merged(
        self, entity_set: str, ready: Sequence[_Ready], size: int
    ) -> Iterator[tuple[Sequence[_Ready], list[RowResult] | RowResult]]:
        """The rows of each change set, and what became of them."""
        if not ready:
            return
        sets = list(chunks(ready, size))
        wire = [[(item.entity_key, fields) for item, fields in rows] for rows in sets]
        yield from zip(sets, self.client.merge(entity_set, wire), strict=True)

    def read_back(self, operation: str, entity_keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The fields that `operation` sets, as they stand there now; missing records left out.

        Raises:
            ConfigError: the tenant lacks a field.
            SourceError: they could not be read.
            DeliveryError: the quota is used up.
        """
        spec = find_operation(self._operations, operation, self.name)
        try:
            entity = self._entity(operation, spec)
            keys = [key for key in entity_keys if _fits(entity, key)]
            found = self.client.records(spec.entity, keys, list(spec.fields))
        except HttpError as error:
            raise_if_hopeless(error)
            raise
        return picked(found, spec.fields)

    def _entity(self, operation: str, spec: Operation) -> EntityType:
        """The type that an operation writes; its fields must be there and be ours to write."""
        entity = self.client.entity_type(spec.entity)
        absent = [name for name in spec.fields if name not in entity.properties]
        closed = [n for n in spec.fields if n not in absent and not entity.properties[n].upsertable]
        if absent or closed:
            problem = "lacks" if absent else "does not let us write"
            raise ConfigError(
                f"The tenant {problem} {', '.join(absent or closed)} on {spec.entity}",
                where=f"{self.name} $metadata, operation {operation}",
                remedy="Add the custom fields and the permission there, or correct the fields in "
                "config/destinations.",
            )
        return entity


def _wire(entity_set: str, entity: EntityType, item: WriteItem) -> Fields:
    entity_uri(entity_set, entity, item.entity_key)  # the key must fit, before anything is sent
    return {
        name: wire_value(entity.properties[name], value) for name, value in item.payload.items()
    }


def _fits(entity: EntityType, key: str) -> bool:
    try:
        literal(entity.properties[entity.keys[0]].edm_type, key)
    except ValueError:
        return False
    return True


def _result(item: WriteItem, answer: RowResult) -> WriteResult:
    key = item.idempotency_key
    if answer.ok:
        return WriteResult(key, "sent", remote_ref=answer.key)
    message = answer.message or f"refused with code {answer.http_code}"
    return WriteResult(key, "retry" if answer.http_code in _NOT_NOW else "refused", message=message)


def _results(rows: Sequence[_Ready], answers: Sequence[RowResult]) -> dict[str, WriteResult]:
    return {
        item.idempotency_key: _result(item, answer)
        for (item, _), answer in zip(rows, answers, strict=True)
    }
