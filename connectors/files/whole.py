"""Files of a folder that are whole: named by a pattern, and nobody is writing to them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from connectors.files.options import FileOptions
from connectors.files.stores import Entry, Store, matches

_UNFINISHED = (".tmp", ".part", ".crdownload", ".filepart")


def whole_files(store: Store, options: FileOptions, patterns: Sequence[str]) -> list[Entry]:
    """Files that the patterns name, without those that still grow."""
    return standing(store, options, patterns, matching(store, options, patterns))


def matching(store: Store, options: FileOptions, patterns: Sequence[str]) -> dict[str, Entry]:
    """Files that the patterns name; with a marker only those that have theirs."""
    entries = {e.name: e for e in store.entries(deep=any("/" in each for each in patterns))}
    marker, archive = options.done_marker, options.archive
    return {
        name: entry
        for name, entry in entries.items()
        if any(matches(name, pattern) for pattern in patterns)
        and not _is_unfinished(name)
        and not (archive and name.startswith(f"{archive}/"))
        and (not marker or (not name.endswith(marker) and name + marker in entries))
    }


def standing(
    store: Store,
    options: FileOptions,
    patterns: Sequence[str],
    before: Mapping[str, Entry],
) -> list[Entry]:
    """Files that nobody is writing to: marked as done, or the same at a second look."""
    if options.done_marker is not None or not before:
        return list(before.values())
    time.sleep(options.settle_seconds)
    after = matching(store, options, patterns)
    return [entry for name, entry in before.items() if after.get(name) == entry]


def _is_unfinished(name: str) -> bool:
    path = PurePosixPath(name)
    return path.name.startswith((".", "~$")) or path.suffix.lower() in _UNFINISHED
