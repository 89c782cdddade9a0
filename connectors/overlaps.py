"""How far before its cursor each list of a source is read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.options import HttpOptions
from connectors.registry import SourceConfig
from talentloop.config import load_yaml


def overlaps(source: SourceConfig, streams: Sequence[str]) -> dict[str, timedelta]:
    """The overlap of each stream: the stream's own, else the source's; of connectors that have one.

    Raises:
        ConfigError: the connector's specification cannot be read.
    """
    path = Path(__file__).parent / source.connector / "spec.yaml"
    if not path.exists():
        return {}
    spec: dict[str, Any] = load_yaml(path)
    own = spec.get("streams") or {}
    usual = source.options.get(
        "overlap_minutes", HttpOptions.model_fields["overlap_minutes"].default
    )
    found = {name: (own.get(name) or {}).get("overlap_minutes") for name in streams}
    return {
        name: timedelta(minutes=int(usual if minutes is None else minutes))
        for name, minutes in found.items()
    }
