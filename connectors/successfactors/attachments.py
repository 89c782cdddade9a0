"""Résumés that candidates attached, from the entity set `Attachment` of a tenant.

The last part of a candidate's `resume_uri` is the attachment's id. Content is asked for one by one,
since it travels as base64 inside the record.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from datetime import datetime
from typing import Any

from connectors.options import checked_options
from connectors.registry import find_source
from connectors.resumes.options import Place
from connectors.resumes.places import ResumeFile
from connectors.successfactors.client import ODataClient
from connectors.successfactors.options import SYSTEM, SuccessFactorsOptions
from talentloop.closing import Closing
from talentloop.errors import ConfigError
from talentloop.logs import get_logger
from talentloop.settings import Settings

log = get_logger(__name__)
_SET, _SIZE, _CHANGED, _CONTENT = "Attachment", "fileSize", "lastModifiedDateTime", "fileContent"


class ResumeAttachments(Closing):
    """A ResumePlace over the attachments of one tenant.

    Args:
        place: names the source whose tenant it is; takes no options of its own.

    Raises:
        ConfigError: the source is none of SuccessFactors, or its options do not fit.
    """

    def __init__(self, settings: Settings, place: Place) -> None:
        source = find_source(settings, place.of)
        if source.connector != SYSTEM or place.options:
            raise ConfigError(
                "Attachments are fetched from a SuccessFactors source, and take no options",
                where=f"config/resumes.yml, place of {place.of}",
                remedy="Name such a source under `of`, and leave out everything but the connector.",
            )
        options = checked_options(source.name, source.options, SuccessFactorsOptions, SYSTEM)
        self._client = ODataClient(settings, source.name, options)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def look(self, names: Collection[str]) -> dict[str, ResumeFile]:
        """The attachments of these ids; what is no id has none."""
        ids = sorted(name for name in names if name.isascii() and name.isdigit())
        rows = self._client.records(_SET, ids, [_SIZE, _CHANGED])
        return {key: _file(key, row) for key, row in rows.items()}

    def read(self, file: ResumeFile) -> bytes:
        """The content; empty where the tenant has none or sends what is no base64.

        An empty file is told as unreadable when it is screened, and stops no other.
        """
        row = self._client.records(_SET, [file.place], [_CONTENT]).get(file.place, {})
        try:
            return base64.b64decode(str(row.get(_CONTENT) or ""), validate=True)
        except (binascii.Error, ValueError):
            log.warning("attachment_damaged", source=self._client.name, attachment=file.place)
            return b""


def _file(key: str, row: dict[str, Any]) -> ResumeFile:
    changed = str(row.get(_CHANGED) or "")
    at = datetime.fromisoformat(changed) if changed else None
    return ResumeFile(key, key, int(row.get(_SIZE) or 0), changed, at)
