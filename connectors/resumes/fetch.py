"""Fetching the résumés that are asked for, each version once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from connectors.files.manifest import SeenFile, claim, mark_done, release
from connectors.registry import open_resumes
from connectors.resumes.keep import STREAM, keep, seen_resumes
from connectors.resumes.options import Place, load_places
from connectors.resumes.places import ResumeFile, ResumePlace
from talentloop.ops.owner import new_owner
from talentloop.settings import Settings

#: A file that a worker on a lost machine had begun is free for others after this.
_LEASE = timedelta(minutes=60)


@dataclass(frozen=True)
class Fetched:
    """What came of fetching.

    Attributes:
        fetched: files that were read and kept.
        unchanged: files that were kept before as they are now.
        too_large: source and name of files that were left where they are.
        missing: names that no place has one file for.
    """

    fetched: int = 0
    unchanged: int = 0
    too_large: tuple[tuple[str, str], ...] = ()
    missing: int = 0


def fetch_resumes(settings: Settings, wanted: Mapping[str, Collection[str]]) -> Fetched:
    """Fetch the named résumés from the places of `config/resumes.yml`.

    Killed anywhere and run again, it keeps no content twice. A file that another worker fetches
    just now is left to it.

    Args:
        wanted: by source the names: the last part of each candidate's `resume_uri`.

    Raises:
        ConfigError: the configuration does not fit.
        SourceError: a place cannot be reached; what was fetched before is kept.
    """
    config = load_places(settings)
    fetched, unchanged, too_large = 0, 0, []
    left = {source: set(names) for source, names in wanted.items()}
    for place in config.places:
        names = left.get(place.of, set())
        if not names:
            continue
        with _Worker(settings, place) as worker:
            for file in worker.place.look(names).values():
                names.discard(file.name)
                if worker.has(file):
                    unchanged += 1
                elif file.bytes > config.max_mib * 1024 * 1024:
                    too_large.append((place.of, file.name))
                else:
                    fetched += worker.fetch(file)
    configured = {place.of for place in config.places}
    missing = sum(len(names) for source, names in left.items() if source in configured)
    return Fetched(fetched, unchanged, tuple(too_large), missing)


class _Worker:
    """One worker at one place."""

    def __init__(self, settings: Settings, place: Place) -> None:
        self._settings, self._source, self._owner = settings, place.of, new_owner()
        self._seen = seen_resumes(settings, place.of)
        self.place: ResumePlace = open_resumes(settings, place)

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_error: object) -> None:
        release(self._settings, self._source, self._owner)
        self.place.close()

    def has(self, file: ResumeFile) -> bool:
        seen = self._seen.get(file.name)
        return seen is not None and seen.version == file.version

    def fetch(self, file: ResumeFile) -> bool:
        data = self.place.read(file)
        sha256 = hashlib.sha256(data).hexdigest()
        seen = SeenFile(STREAM, file.name, sha256, 1, file.version, file.modified_at)
        if not claim(self._settings, self._source, seen, self._owner, _LEASE):
            return False
        keep(self._settings, sha256, data, now=self._settings.clock.now().timestamp())
        mark_done(self._settings, self._source, seen)
        return True
