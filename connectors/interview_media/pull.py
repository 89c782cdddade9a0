"""Reading what an interview platform tells of ended interviews, and their files, verified."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from connectors.http import HttpError
from connectors.http.secrets import secret
from connectors.options import HttpOptions, open_client
from connectors.spec import ConnectorSpec, load_spec
from talentloop.files import replace_durably
from talentloop.settings import Settings

SYSTEM = "interview_media"
_MOST_PAGES = 1000


class MediaOptions(HttpOptions):
    """One platform, from `config/interviews.yml`."""

    secret: str = Field(description="Reference to the secret")


class MediaFile(BaseModel):
    """One file of an interview."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    path: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$")
    bytes: int = Field(ge=1, le=512 * 2**20)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Ended(BaseModel):
    """An interview that has ended, as the platform tells it; `interview` is read by its user."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1, max_length=200)
    ended_at: AwareDatetime
    interview: dict[str, Any]
    files: tuple[MediaFile, ...] = ()


@cache
def connector_spec() -> ConnectorSpec:
    """The connector's own specification."""
    return load_spec(Path(__file__).parent, ConnectorSpec)


class MediaClient:
    """Talks to one platform. Close it after use.

    Raises:
        ConfigError: the secret is missing, or the sandbox is asked for and does not run.
    """

    def __init__(self, settings: Settings, options: MediaOptions) -> None:
        self._http = open_client(settings, SYSTEM, options, connector_spec(), system=SYSTEM)
        token = secret(settings, options.secret, "secret of the interview platform")
        self._headers = {"Authorization": f"Bearer {token}"}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ended(self, after: datetime | None) -> Iterator[Ended]:
        """Interviews that ended after an instant, the earliest first.

        Raises:
            HttpError: after bounded retries, or the answer is not what it should be.
        """
        where = "interview platform, interviews"
        params = {"ended_after": after.isoformat()} if after else {}
        for _ in range(_MOST_PAGES):
            data = self._http.get("interviews", params, headers=self._headers, where=where).data
            try:
                yield from (Ended.model_validate(each) for each in data["interviews"])
                cursor = data["next"]
            except (KeyError, TypeError, ValidationError) as error:
                raise HttpError(
                    f"The list of interviews has another form: {type(error).__name__}",
                    where=where,
                    remedy="connectors/interview_media/README.md has the form.",
                ) from None
            if cursor is None:
                return
            params = {**params, "cursor": str(cursor)}
        raise HttpError("The list of interviews does not end", where=where)

    def fetch(self, ended: Ended, folder: Path) -> None:
        """Bring an interview's files into a folder; those that lie there whole are not asked again.

        Raises:
            HttpError: after bounded retries, or a file is not the one that was told.
        """
        for file in ended.files:
            target = folder / file.path
            if target.exists() and _is(file, target.read_bytes()):
                continue
            where = f"interview platform, file {file.path}"
            link = f"interviews/{ended.id}/files/{file.path}"
            answer = self._http.get(
                link, headers=self._headers, where=where, parse=partial(_verified, file), media=""
            )
            replace_durably(target, answer.body, mode=0o600)


def _verified(file: MediaFile, data: bytes) -> bytes:
    """The bytes, if they are those that were told; otherwise the client asks again, a few times."""
    if not _is(file, data):
        raise ValueError("size or hash differ from what the list told")
    return data


def _is(file: MediaFile, data: bytes) -> bool:
    return len(data) == file.bytes and hashlib.sha256(data).hexdigest() == file.sha256
