"""Requests for interviews, and the configuration they are answered under."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from interview.scheduling import Recommendation, SlotRequest
from talentloop.settings import Settings

CONFIG = Path(__file__).parents[3] / "config"
HOURS = [{"begins": "09:00", "ends": "12:00"}, {"begins": "13:30", "ends": "18:00"}]
BERLIN = {
    "name": {"zh": "德国", "en": "Germany"}, "country": "DE", "time_zones": ["Europe/Berlin"],
}  # fmt: skip
RULES: dict[str, Any] = {
    **yaml.safe_load((CONFIG / "scheduling.yml").read_text()),
    "buffer_after_minutes": 0,
    "working_hours": {
        "Asia/Shanghai": HOURS,
        "Asia/Hong_Kong": HOURS,
        "Europe/Berlin": [{"begins": "09:00", "ends": "17:00"}],
    },
}


def under(settings: Settings, now: str = "2026-11-02T00:00+00:00", **rules: Any) -> Settings:
    """The settings at an instant, over a configuration with changed rules."""
    folder = settings.home / "config"
    if not folder.exists():
        shutil.copytree(CONFIG / "calendars", folder / "calendars")
        (folder / "calendars" / "de.yml").write_text(yaml.safe_dump(BERLIN))
    (folder / "scheduling.yml").write_text(yaml.safe_dump({**RULES, **rules}))
    return settings.model_copy(update={"config": folder, "now": datetime.fromisoformat(now)})


def window(day: str, begins: str = "09:00", ends: str = "18:00") -> dict[str, str]:
    """Local times of one day."""
    return {"starts_at": f"{day}T{begins}", "ends_at": f"{day}T{ends}"}


def someone(person_id: str, zone: str = "Asia/Shanghai", *busy: dict[str, str]) -> dict[str, Any]:
    """An interviewer."""
    address = f"{person_id.lower()}@corp.example.com"
    return {"id": person_id, "name": person_id, "address": address, "time_zone": zone, "busy": busy}


def asked(*windows: dict[str, str], **changes: Any) -> SlotRequest:
    """A request: one hour with E1, unless something else is said."""
    candidate = {"id": "C1", "name": "张三", "address": "zhang@mail.example.com",
                 "windows": windows or [window("2026-11-10")]}  # fmt: skip
    candidate |= changes.pop("candidate", {})
    content: dict[str, Any] = {
        "key": "I1", "job_title": "数据工程师", "duration_minutes": 60, "candidate": candidate,
        "interviewers": [someone("E1")], "panel": [["E1"]],
        "organizer_address": "hiring@corp.example.com",
    }  # fmt: skip
    return SlotRequest.model_validate({**content, **changes})


def local(found: Recommendation, zone: str = "Asia/Shanghai") -> list[str]:
    """The slots' starts in a time zone, best first."""
    return [f"{s.starts_at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for s in found.slots]
