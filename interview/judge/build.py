"""From a source to what runs: compiled in the sandbox, too, for a compiler is easily misled."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass, field

from interview.judge.config import JudgeConfig, Language
from interview.judge.sandbox import Sandbox

_SOURCE, _OUT = "/s", "/o"
#: Compiles, says what there is to say on standard error, and hands the results over as an archive.
_BUILD = f'"$@" >&2 && exec tar -C {_OUT} -cf - .'
_FILES = 500
_MESSAGE = 4000


@dataclass(frozen=True)
class Build:
    """What became of a source.

    Attributes:
        files: what runs, by its path in the sandbox; None where it does not compile.
        message: what the compiler said, shortened.
    """

    files: dict[str, bytes] | None = field(repr=False)
    message: str = ""


def build(sandbox: Sandbox, config: JudgeConfig, language: Language, source: str) -> Build:
    """Compile a source, or check its syntax where nothing is compiled.

    Raises:
        JudgeError: the sandbox could not be set up.
    """
    content = source.encode("utf-8", "surrogatepass")
    if len(content) > config.source_kb * 1024:
        return Build(None, f"The source is longer than {config.source_kb} KiB.")
    path = f"{_SOURCE}/{language.file}"
    command = [part.format(source=path, out=_OUT) for part in language.build]
    done = sandbox.run(
        ["/bin/sh", "-c", _BUILD, "build", *command], {path: content}, config.compile,
        environment=language.environment, writable=(_OUT,),
    )  # fmt: skip
    message = done.stderr.decode("utf-8", "replace").replace(f"{_SOURCE}/", "")[:_MESSAGE]
    if done.stopped is not None:
        return Build(None, f"The compiler took too much ({done.stopped}).")
    if done.exit_code != 0:
        return Build(None, message)
    if language.keep_source:
        return Build({f"/w/{language.file}": content}, message)
    files = unpack(done.stdout)
    if files is None:
        return Build(None, "The compiler left something other than files.")
    return Build({f"/w/{name}": each for name, each in files.items()}, message)


def unpack(archive: bytes) -> dict[str, bytes] | None:
    """Regular files of a tar archive by name; None where it holds anything else but one folder
    around them, or is broken. Nothing is written anywhere."""
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
            for member in tar:
                name = member.name.removeprefix("./")
                if member.isdir() and name in ("", "."):
                    continue
                plain = "/" not in name and name not in ("", ".", "..") and "\0" not in name
                if not member.isreg() or member.issparse() or not plain or len(files) == _FILES:
                    return None
                content = tar.extractfile(member)
                if content is None:
                    return None
                files[name] = content.read()
    except (tarfile.TarError, UnicodeError, ValueError, EOFError):
        return None
    return files
