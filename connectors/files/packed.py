"""Guards against files that unpack to far more than they should."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import IO, cast

from connectors.files.tables import unreadable

_TOO_LARGE = "Make sure that the file is what it should be; then raise max_unpacked_mib."


def check_archive(path: Path, limit_mib: int) -> None:
    """Refuse a zip-based file (XLSX) that is broken or unpacks to more than the limit.

    Raises:
        SourceError: so it is.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise unreadable(path, f"it is no workbook ({error})", "Save it as .xlsx again.") from None
    if size > limit_mib * 2**20:
        raise unreadable(path, f"it unpacks to more than {limit_mib} MiB", _TOO_LARGE)


class _Guarded:
    """A stream that stops when more than the limit has been read from it."""

    def __init__(self, path: Path, stream: IO[bytes], limit_mib: int) -> None:
        self._path, self._stream, self._limit = path, stream, limit_mib
        self._left = limit_mib * 2**20

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except (EOFError, OSError, zlib.error) as error:
            raise unreadable(self._path, f"it is damaged ({error})", "Copy it again.") from None
        self._left -= len(data)
        if self._left < 0:
            raise unreadable(self._path, f"it unpacks to more than {self._limit} MiB", _TOO_LARGE)
        return data

    def close(self) -> None:
        self._stream.close()


def open_packed(path: Path, limit_mib: int) -> IO[bytes]:
    """A file's bytes, unpacked where its name ends in .gz, never more than the limit.

    Raises:
        SourceError: while reading, where it is damaged or too large.
    """
    stream = gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115 - caller
    return cast("IO[bytes]", _Guarded(path, cast("IO[bytes]", stream), limit_mib))
