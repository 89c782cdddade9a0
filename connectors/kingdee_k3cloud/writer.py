"""Writing back into one K3Cloud tenant: saves by number, honoured row by row, and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import WriteItem, WriteResult
from connectors.http import HttpError
from connectors.kingdee_k3cloud.client import K3CloudClient, Row
from connectors.kingdee_k3cloud.options import SYSTEM, K3CloudOptions, connector_spec
from connectors.options import checked_options
from connectors.outbox.destination import Operation, find_operation
from connectors.outcomes import raise_if_hopeless, result_of
from connectors.tenant import TenantSink
from talentloop.settings import Settings

_NUMBER = "FNumber"


class K3CloudSink(TenantSink[K3CloudOptions, K3CloudClient]):
    """A SinkConnector over BatchSave. Which form and fields an operation writes is in
    `config/destinations`; a record is named by its number.

    Args:
        settings: where secrets, limits and the destinations' configuration lie.
        name: the configured source whose tenant it is.
        options: the tenant; a mapping is read as K3CloudOptions.

    Raises:
        ConfigError: the options do not fit.
    """

    def __init__(
        self, settings: Settings, name: str, options: K3CloudOptions | Mapping[str, Any]
    ) -> None:
        checked = checked_options(name, options, K3CloudOptions, SYSTEM)
        super().__init__(settings, name, checked, K3CloudClient)
        self.batch_size = connector_spec().writes["save"].batch_size

    def write(self, operation: str, items: Sequence[WriteItem]) -> list[WriteResult]:
        """Send a batch; one result per item, in order.

        Raises:
            ConfigError: the form lacks a field; nothing was sent.
            HttpAuthError: our signature is refused; nothing was sent.
            DeliveryError: the quota is used up; nothing was sent.
        """
        spec = find_operation(self._operations, operation, self.name)
        try:
            self._check(operation, spec)
            ids = self._ids(spec.entity, [item.entity_key for item in items])
        except HttpError as error:
            return [result_of(item, error) for item in items]
        results: dict[str, WriteResult] = {}
        known = [item for item in items if item.entity_key in ids]
        absent = [item for item in items if item.entity_key not in ids]
        if spec.entity not in self._options.create_missing:
            words = f"{spec.entity} has no record with this number"
            results = {i.idempotency_key: _refused(i, words) for i in absent}
            absent = []
        id_field = self._options.id_field(spec.entity)
        models = [{id_field: ids[i.entity_key], **i.payload} for i in known]
        self._save(spec, known, models, results)
        models = [{_NUMBER: i.entity_key, **i.payload} for i in absent]
        self._save(spec, absent, models, results)
        return [results[item.idempotency_key] for item in items]

    def _save(
        self,
        spec: Operation,
        items: Sequence[WriteItem],
        models: Sequence[Row],
        results: dict[str, WriteResult],
    ) -> None:
        """Save models, and note what became of each item."""
        if not items:
            return
        own = self._options.id_field(spec.entity)
        fields = {name for model in models for name in model} - {own}
        try:
            answers = self.client.save(spec.entity, models, fields)
        except HttpError as error:
            results.update((i.idempotency_key, result_of(i, error)) for i in items)
            return
        for item, answer in zip(items, answers, strict=True):
            results[item.idempotency_key] = answer.result(item)

    def read_back(self, operation: str, entity_keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The fields that `operation` sets, as they stand there now; missing records left out.

        Raises:
            ConfigError: the form lacks a field.
            SourceError: they could not be read.
            DeliveryError: the quota is used up.
        """
        spec = find_operation(self._operations, operation, self.name)
        try:
            self._check(operation, spec)
            found = self.client.records(spec.entity, list(entity_keys), list(spec.fields))
        except HttpError as error:
            raise_if_hopeless(error)
            raise
        return {key: {name: row[name] for name in spec.fields} for key, row in found.items()}

    def _ids(self, form: str, numbers: Sequence[str]) -> dict[str, int | str]:
        """Number → inner id of the records that are there.

        One that the query did not find is viewed before it may be made: a second record with the
        same number would be worse than a request more.
        """
        found: dict[str, int | str] = {
            number: row[self._options.id_field(form)]
            for number, row in self.client.records(form, numbers, []).items()
        }
        if form in self._options.create_missing:
            for number in numbers:
                inner = None if number in found else self.client.view(form, number)
                if inner is not None:
                    found[number] = inner
        return found

    def _check(self, operation: str, spec: Operation) -> None:
        self.client.check_fields(spec.entity, dict.fromkeys(spec.fields, f"operation {operation}"))


def _refused(item: WriteItem, words: str) -> WriteResult:
    return WriteResult(item.idempotency_key, "refused", message=words)
