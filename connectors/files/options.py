"""What a file source may say about its folder and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AwareDatetime,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from talentloop.errors import ConfigError
from talentloop.strict import Strict

Format = Literal["auto", "csv", "xlsx", "parquet", "xes"]


class StreamOptions(Strict):
    """One stream: which files, and how to read them."""

    files: list[str] = Field(min_length=1, description="Patterns such as applications_*.csv")
    format: Format = Field("auto", description="`auto` goes by the file's ending")
    encoding: str = Field("auto", description="Of CSV; `auto`: byte order mark, UTF-8, GB18030")
    delimiter: str = Field("auto", description="Of CSV; `auto`: the one of , ; tab | that fits")
    sheet: str | None = Field(None, description="Of XLSX; default the first")
    header_row: int = Field(1, ge=1, description="Which row that is not blank holds the names")
    part: Literal["cases", "events"] = Field(
        "events", description="Of XES: one row per case or event"
    )
    holds: Literal["changes", "everything"] = Field(
        "changes", description="`everything`: each file replaces the one before; the newest is read"
    )
    optional: bool = Field(False, description="That no file is there is no error")

    @field_validator("files", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str) -> str:
        if value != "auto" and len(value) != 1:
            raise ValueError("must be a single character, or auto")
        return value

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        if value != "auto":
            try:
                "".encode(value)
            except LookupError:
                raise ValueError(f"{value!r} is no encoding such as utf-8 or gb18030") from None
        return value


class Access(Strict):
    """How to reach files that lie elsewhere. Secrets are references, never values."""

    host_key: str | None = Field(
        None, description="Of SFTP: the server's public key, such as `ssh-ed25519 AAAA…`"
    )
    password: str | None = Field(
        None, description="Of SFTP: a secret, such as `file:sftp.password`"
    )
    private_key: str | None = Field(None, description="Of SFTP: a secret that holds a private key")
    timeout_seconds: float = Field(30, gt=0, le=600, description="Of SFTP: longest silence")
    endpoint: str | None = Field(None, description="Of S3: address of the store, unless Amazon's")
    region: str | None = Field(None, description="Of S3")
    access_key: str | None = Field(None, description="Of S3: a secret with the key's id")
    secret_key: str | None = Field(None, description="Of S3: a secret with the key")


class FileOptions(Strict):
    """One folder, from `config/sources/<name>.yml` or an example's `source.yml`."""

    base: Path = Field(Path(), description="Folder of the source file; set by the registry")
    path: str | None = Field(
        None,
        description="Folder of the files, relative to the source file; or `sftp://user@host/folder`, "
        "or `s3://bucket/prefix`",
    )
    access: Access = Field(
        default_factory=lambda: Access.model_validate({}),
        description="How to reach an SFTP or S3 folder",
    )
    archive: str | None = Field(
        None, description="Sub-folder that files move to once they have landed; default they stay"
    )
    done_marker: str | None = Field(
        None, description="A file is whole once another of its name plus this ending is there"
    )
    claim_minutes: int = Field(
        60, ge=1, le=1440, description="A file that a lost machine had begun is free after this"
    )
    obtain: str = Field("", description="How to get the files; told where they are missing")
    observed_at: AwareDatetime | None = Field(
        None, description="The time that the files show; default each file's own time"
    )
    settle_seconds: float = Field(
        0.5, ge=0, le=60, description="A file must stand still this long before it is read"
    )
    max_unpacked_mib: int = Field(
        2048, ge=1, description="A compressed file that unpacks to more is refused"
    )
    rows_per_page: int = Field(10_000, ge=1, le=100_000, description="Rows mapped at a time")
    streams: dict[str, StreamOptions] = Field(min_length=1, description="Streams by name")

    @field_validator("archive")
    @classmethod
    def _inside(cls, value: str | None) -> str | None:
        if value is not None and (value.startswith("/") or ".." in value.split("/")):
            raise ValueError("must be a sub-folder of path, such as archive")
        return value.strip("/") if value else None

    @model_validator(mode="after")
    def _reachable(self) -> FileOptions:
        if self.scheme == "sftp":
            if not self.address.hostname or not self.address.username:
                raise ValueError("path must be sftp://user@host/folder")
            if self.address.password:
                raise ValueError("path must hold no password; name a secret under access.password")
            if self.access.host_key is None:
                raise ValueError("access.host_key is missing: the server's public key, which "
                                 "`ssh-keyscan HOST` shows")  # fmt: skip
            if (self.access.password is None) == (self.access.private_key is None):
                raise ValueError("give either access.password or access.private_key")
        elif self.scheme not in ("", "s3"):
            raise ValueError(f"path cannot be a {self.scheme} address; use a folder, sftp or s3")
        return self

    @property
    def address(self) -> SplitResult:
        """The path taken apart, where it is an address."""
        return urlsplit(self.path or "")

    @property
    def scheme(self) -> str:
        """`sftp`, `s3`, or nothing for a local folder."""
        return self.address.scheme if "://" in (self.path or "") else ""

    @property
    def folder(self) -> Path:
        """The folder of the files.

        Raises:
            ConfigError: the source leaves it open.
        """
        if self.path is None:
            raise ConfigError(
                "The source does not say in which folder its files lie",
                where=f"{self.base}, field path",
                remedy=f"Give it with --path FOLDER, or as path: in the file. {self.obtain}".strip(),
            )
        return (self.base / self.path).resolve()


def checked(name: str, options: dict[str, Any]) -> FileOptions:
    """The options of a file source.

    Raises:
        ConfigError: they do not fit; names the field.
    """
    try:
        return FileOptions.model_validate(options)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"The options of a file source do not fit: {first['msg']}",
            where=f"source {name}, field {field}",
            remedy="Correct the field; a misspelt name counts as unknown.",
        ) from None
