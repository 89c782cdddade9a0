"""Reading one file again that has landed before, from the folder or the archive."""

from __future__ import annotations

from connectors.files.manifest import ask_again
from connectors.ingest import IngestResult, ingest
from connectors.registry import find_source
from talentloop.errors import ConfigError
from talentloop.settings import Settings


def replay_file(settings: Settings, source: str, name: str) -> IngestResult:
    """Have a file read again, with the mapping as it is now, and land what has changed.

    What is asked for is noted first: a run that is killed leaves it to the next one.

    Args:
        source: a configured file source.
        name: the file's name in the folder or the archive, or the beginning of its SHA-256.

    Raises:
        ConfigError: the source reads no files, or never read such a file.
        SourceError: the file could not be read.
    """
    config = find_source(settings, source)
    if config.connector != "files" or not ask_again(settings, config.name, name):
        raise ConfigError(
            f"No file called {name} has been read",
            where=f"source {config.name}",
            remedy=f"`talentloop files list {source}` shows those that have.",
        )
    return ingest(settings, source)
