"""The operations database: cursors, loads, quarantine, outbox, incidents, audit, step runs."""

from talentloop.ops.database import database_url, engine, is_reachable, migrate, session

__all__ = ["database_url", "engine", "is_reachable", "migrate", "session"]
