"""The first-day job of a customer: a full load, and proof that it is complete and accurate."""

from connectors.migration.run import Migration, migrate

__all__ = ["Migration", "migrate"]
