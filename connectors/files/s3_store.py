"""A prefix of an S3 bucket, or of another store that speaks the same protocol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
from obstore.store import S3Store

from connectors.files.options import FileOptions
from connectors.files.stores import Entry
from connectors.http.secrets import secret
from talentloop.errors import SourceAuthError, SourceError
from talentloop.settings import Settings

_PATIENCE = {"max_retries": 5, "retry_timeout": timedelta(seconds=60)}


class BucketStore:
    """A Store over S3. A prefix is there as soon as anybody writes below it.

    What the options leave open is taken from the settings of the landing zone.

    Raises:
        ConfigError: a secret is missing.
    """

    def __init__(self, settings: Settings, source: str, options: FileOptions) -> None:
        access = options.access
        self.where, self._source = str(options.path).rstrip("/"), source
        given: dict[str, Any] = {"region": access.region or settings.s3_region}
        client: dict[str, Any] = {"timeout": timedelta(seconds=access.timeout_seconds)}
        endpoint = access.endpoint or settings.s3_endpoint
        if endpoint:
            given |= {"endpoint": endpoint, "virtual_hosted_style_request": False}
            client["allow_http"] = endpoint.startswith("http://")
        for name, reference, file in (
            ("access_key_id", access.access_key, settings.s3_access_key_file),
            ("secret_access_key", access.secret_key, settings.s3_secret_key_file),
        ):
            if reference is not None:
                given[name] = secret(settings, reference)
            elif file is not None:
                given[name] = file.read_text().strip()
        self._store = S3Store.from_url(
            self.where,
            client_options=client,  # type: ignore[arg-type]
            retry_config=_PATIENCE,  # type: ignore[arg-type]
            **given,
        )

    def exists(self) -> bool:
        """Always: a prefix needs no making."""
        return True

    def entries(self, *, deep: bool) -> list[Entry]:
        """Its objects."""
        with self._explained():
            if not deep:
                return [
                    _entry(item) for item in obstore.list_with_delimiter(self._store)["objects"]
                ]
            return [_entry(item) for batch in obstore.list(self._store) for item in batch]

    def look(self, name: str) -> Entry | None:
        """Size, time and tag of an object."""
        with self._explained():
            try:
                return _entry(obstore.head(self._store, name))
            except FileNotFoundError:
                return None

    def fetch(self, name: str, scratch: Path) -> Path:
        """A copy of the object."""
        target = scratch / (name.rpartition("/")[2] or "file")
        with self._explained(), target.open("wb") as file:
            for chunk in obstore.get(self._store, name):
                file.write(chunk)
        return target

    def move(self, entry: Entry, target: str) -> bool:
        """Copy, and then remove if it is still the same."""
        if self.look(entry.name) != entry:
            return False
        with self._explained():
            obstore.copy(self._store, entry.name, target)
            if self.look(entry.name) != entry:
                return False
            obstore.delete(self._store, entry.name)
        return True

    def remove(self, name: str) -> None:
        """Remove the object, if it is there."""
        with self._explained():
            try:
                obstore.delete(self._store, name)
            except FileNotFoundError:
                return

    def close(self) -> None:
        """Nothing is open."""

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (obstore.exceptions.PermissionDeniedError, obstore.exceptions.UnauthenticatedError):
            raise SourceAuthError(
                "The S3 store refused our credentials",
                where=self.where,
                remedy="Check the secrets under access, and what they may list, read and move.",
            ) from None
        except obstore.exceptions.BaseError as error:
            raise SourceError(
                f"The S3 store cannot be read: {type(error).__name__}",
                where=self.where,
                remedy="Check bucket, endpoint and region of the source; then run again.",
            ) from None


def _entry(item: Any) -> Entry:
    version = item.get("e_tag") or f"{item['size']}:{item['last_modified'].timestamp()}"
    return Entry(item["path"], item["size"], item["last_modified"], str(version))
