"""The outbox: what is written back to outside systems, delivered and proven item by item."""

from connectors.outbox.changes import EnqueueResult
from connectors.outbox.deliver import DeliveryRefusedError, deliver
from connectors.outbox.destination import Destination, load_destination
from connectors.outbox.drift import release_drift
from connectors.outbox.enqueue import enqueue
from connectors.outbox.one import enqueue_one
from connectors.outbox.reconcile import ReconcileResult, reconcile
from connectors.outbox.status import OutboxStatus, outbox_status, retry_dead
from connectors.outbox.worker import DeliverResult

__all__ = [
    "DeliverResult", "DeliveryRefusedError", "Destination", "EnqueueResult", "OutboxStatus",
    "ReconcileResult", "deliver", "enqueue", "enqueue_one", "load_destination", "outbox_status", "reconcile",
    "release_drift", "retry_dead",
]  # fmt: skip
