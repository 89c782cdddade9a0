"""The outbox: what is written back to outside systems, delivered and proven item by item."""

from connectors.outbox.changes import EnqueueResult
from connectors.outbox.deliver import DeliveryRefusedError, deliver
from connectors.outbox.destination import Destination, load_destination
from connectors.outbox.drift import release_drift
from connectors.outbox.enqueue import enqueue
from connectors.outbox.measures import LATENCY_BOUNDS, OutboxMeasures, outbox_measures
from connectors.outbox.one import enqueue_one
from connectors.outbox.pause import list_pauses, pause, resume
from connectors.outbox.reconcile import ReconcileResult, reconcile
from connectors.outbox.status import (
    OutboxStatus,
    confirm,
    find_item,
    list_items,
    outbox_status,
    replay,
)
from connectors.outbox.worker import DeliverResult

__all__ = [
    "LATENCY_BOUNDS", "DeliverResult", "DeliveryRefusedError", "Destination", "EnqueueResult",
    "OutboxMeasures", "OutboxStatus", "ReconcileResult", "confirm", "deliver", "enqueue",
    "enqueue_one", "find_item", "list_items", "list_pauses", "load_destination",
    "outbox_measures", "outbox_status", "pause", "reconcile", "release_drift", "replay", "resume",
]  # fmt: skip
