"""Queueing what changed: the exports of the published copy against what was last sent."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from connectors.outbox.changes import CHUNK, EnqueueResult, Queue
from connectors.outbox.destination import Operation, load_destination
from talentloop.errors import DeliveryError
from talentloop.logs import get_logger
from talentloop.settings import Settings
from talentloop.warehouse import open_published

log = get_logger(__name__)


def enqueue(settings: Settings, destination: str) -> EnqueueResult:
    """Queue every change since the last sending. Running it again queues nothing.

    Raises:
        ConfigError: the destination is not configured.
        PublishError: nothing has been published.
        DeliveryError: an export lacks a column that the configuration names.
    """
    config = load_destination(settings, destination)
    result = EnqueueResult()
    for name, operation in config.operations.items():
        if operation.export is None:
            continue
        queue = Queue(settings, config, name, result)
        rows = _export(settings, config.source, operation)
        for batch in rows.to_batches(max_chunksize=CHUNK):
            queue.take(batch.to_pylist())
        queue.withdraw_vanished({str(key) for key in rows[str(operation.key)].to_pylist()})
    log.info("outbox_enqueued", destination=destination, **vars(result))
    return result


def _export(settings: Settings, source: str, operation: Operation) -> pa.Table:
    """The rows of an export that are about records of the destination's own system."""
    columns = ", ".join(f'"{name}"' for name in operation.columns)
    where = {**operation.where, "source": source}
    condition = " and ".join(f'"{name}" = ?' for name in where)
    query = f'select {columns} from "{operation.export}" where {condition} order by 1'
    with open_published(settings) as db:
        try:
            return db.sql(query, list(where.values()))
        except duckdb.Error as error:
            raise DeliveryError(
                f"An export does not fit its configuration: {str(error).splitlines()[0]}",
                where=f"{operation.export} in published copy {db.version}",
                remedy="Build and publish again, or correct config/destinations.",
            ) from None
