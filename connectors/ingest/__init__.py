"""Pulling a source: read, map, quarantine, land, and only then move the cursor."""

from connectors.ingest.counts import EntityCounts, IngestResult
from connectors.ingest.dry_run import DryRun, dry_run
from connectors.ingest.run import ingest

__all__ = ["DryRun", "EntityCounts", "IngestResult", "dry_run", "ingest"]
