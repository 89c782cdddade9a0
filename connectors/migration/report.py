"""The report on a migration, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from talentloop.files import replace_durably
from talentloop.settings import Settings

if TYPE_CHECKING:
    from connectors.migration.run import Migration

_FOLDER = Path(__file__).resolve().parent


def write_report(settings: Settings, found: Migration) -> None:
    """Write HTML and JSON below `migrations/` of the home, and note where in `found`."""
    folder = settings.home / "migrations"
    stem = f"{found.source}-{found.at:%Y%m%dT%H%M%S}"
    text = json.dumps(found.as_dict(), ensure_ascii=False, indent=1)
    pages = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined
    )
    page = pages.get_template("report.html.j2").render(found=found)
    found.json, found.html = folder / f"{stem}.json", folder / f"{stem}.html"
    # Reports name record ids: they are for this account only.
    replace_durably(found.json, text.encode(), mode=0o600)
    replace_durably(found.html, page.encode(), mode=0o600)
