"""An interview platform over files: what lies in its folder has been recorded.

Each folder below holds one ended interview: `ended.json` (what the list tells of it) and its files.
The recordings are generated; no person ever gave these interviews.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from connectors.sandbox.kit import RefusedError, TenantApp, json_answer
from connectors.sandbox.kit.app import Handler, Kind

NOTE = "ended.json"
_PAGE = 2


class InterviewMediaTenant(TenantApp):
    """An interview platform on which the simulated company interviews."""

    def routes(self) -> Sequence[tuple[str, str, Kind, Handler]]:
        """The list and the files."""
        return [
            ("GET", "/interviews", "read", self._list),
            ("GET", "/interviews/{id}/files/{path:path}", "read", self._file),
        ]

    async def authenticate(self, request: Request, *, forget: bool) -> None:  # noqa: ARG002
        """The secret as a bearer; it cannot be forgotten."""
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.place.secret}".encode()):
            raise RefusedError(401, "unauthorized", "unknown secret")

    async def _list(self, request: Request) -> Response:
        asked = request.query_params
        after = datetime.fromisoformat(asked["ended_after"]) if "ended_after" in asked else None
        found = [
            note
            for note in self._notes()
            if after is None or datetime.fromisoformat(note["ended_at"]) > after
        ]
        start = int(asked.get("cursor", "0"))
        more = start + _PAGE < len(found)
        page = {"interviews": found[start : start + _PAGE], "next": start + _PAGE if more else None}
        return json_answer(page)

    async def _file(self, request: Request) -> Response:
        folder = (self.place.folder / request.path_params["id"]).resolve()
        path = (folder / request.path_params["path"]).resolve()
        inside = folder.parent == self.place.folder.resolve() and path.is_relative_to(folder)
        if not inside or not path.is_file() or path.name == NOTE:
            raise RefusedError(404, "not_found", "no such file")
        return Response(path.read_bytes(), media_type="application/octet-stream")

    def _notes(self) -> list[dict[str, Any]]:
        paths = sorted(self.place.folder.glob(f"*/{NOTE}"))
        notes = [dict(json.loads(Path(path).read_text(encoding="utf-8"))) for path in paths]
        return sorted(notes, key=lambda note: (note["ended_at"], note["id"]))
