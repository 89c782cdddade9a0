"""The words of a résumé that a proposed exclusion rests on, for the person who decides.

A proposal keeps places only, for words are personal. They are read from the file that was screened,
as long as it is kept, or lies where its candidate's record says and has not changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from interview.intake.read import read_resume
from talentloop.errors import DocumentError
from talentloop.files import by_content
from talentloop.landing import LandingZone
from talentloop.ops.models import Proposal
from talentloop.settings import Settings

#: Characters shown on either side of the words, on the same line.
_AROUND = 16
_ORDER = ("source_updated_at", "load_id")
Places = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Quoted:
    """Words of a résumé with what stands around them on their line.

    Attributes:
        page: from 1.
    """

    page: int
    before: str
    words: str
    after: str


def name_of(uri: str | None) -> str | None:
    """The file that an address names: its last part, which leads out of no folder."""
    name = PurePosixPath(unquote(urlsplit(uri or "").path)).name
    return None if not name or name.startswith(".") else name


def file_named(folder: Path, name: str) -> Path | None:
    """The one résumé file of a name, with its ending or without."""
    found = [path for path in folder.iterdir() if name in (path.name, path.stem) and path.is_file()]
    return found[0] if len(found) == 1 else None


def file_of(folder: Path, uri: str | None) -> Path | None:
    """The one résumé file that an address names."""
    name = name_of(uri)
    return file_named(folder, name) if name else None


def quotes(
    settings: Settings, proposals: Sequence[Proposal]
) -> dict[int, dict[str, tuple[Quoted, ...]]]:
    """The words behind each reason, by proposal and rule.

    A proposal is left out where its résumé is not at hand, cannot be read, or is another file by now.
    """
    files = _files(settings, [each.subject for each in proposals])
    found = {}
    for each in proposals:
        kept = by_content(settings.kept_resumes_dir, each.evidence["resume_sha256"])
        file = kept if kept.exists() else files.get(each.subject)
        if file is None:
            continue
        try:
            found[each.id] = {
                finding["rule"]: _words(
                    file, file.stat().st_mtime_ns, each.evidence["resume_sha256"],
                    tuple(tuple(place) for place in finding["places"]),
                )
                for finding in each.evidence["findings"]
            }  # fmt: skip
        except (DocumentError, OSError):
            continue
    return found


@lru_cache(maxsize=1024)
def _words(file: Path, _changed: int, sha256: str, places: Places) -> tuple[Quoted, ...]:
    """The words at some places of a file; kept, for reading a file takes long."""
    document = read_resume(file, name="a résumé")
    if document.sha256 != sha256:
        raise DocumentError(
            "The résumé is not the one that was screened",
            where="a résumé",
            remedy="`talentloop resume screen-new` screens the new one.",
        )
    return tuple(_quoted(document.text, *place) for place in places)


def _quoted(text: str, page: int, start: int, end: int) -> Quoted:
    line = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    first = max(line[0], start - _AROUND)
    last = min(len(text) if line[1] < 0 else line[1], end + _AROUND)
    before = ("…" if first > line[0] else "") + text[first:start]
    after = text[end:last] + ("…" if last < (len(text) if line[1] < 0 else line[1]) else "")
    return Quoted(page, before, text[start:end], after)


def _files(settings: Settings, subjects: Iterable[str]) -> dict[str, Path]:
    """The résumé files of applications (`source:id`), by the newest records that have landed."""
    if settings.resumes is None or not settings.resumes.is_dir():
        return {}
    by_source: dict[str, list[str]] = {}
    for subject in subjects:
        source, _, application_id = subject.partition(":")
        by_source.setdefault(source, []).append(application_id)
    found = {}
    for source, ids in by_source.items():
        applications = _newest(settings, "application", source, ids, "candidate_id")
        candidates = _newest(settings, "candidate", source, applications.values(), "resume_uri")
        for application_id, candidate_id in applications.items():
            file = file_of(settings.resumes, candidates.get(candidate_id))
            if file is not None:
                found[f"{source}:{application_id}"] = file
    return found


def _newest(
    settings: Settings, entity: str, source: str, ids: Iterable[str], column: str
) -> dict[str, Any]:
    """A column of the newest landed version of some records, by their id."""
    wanted = pa.chunked_array([pa.array(sorted(set(ids)), pa.string())])
    columns = ["source_id", column, *_ORDER]
    table = LandingZone(settings).read(entity, source=source, columns=columns, ids=wanted)
    rows = table.sort_by([(name, "ascending") for name in _ORDER]).to_pylist()
    return {row["source_id"]: row[column] for row in rows}
