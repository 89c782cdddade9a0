"""Portraits: sets of dimension weights in versions, from `config/portraits/` and from approvals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.ops.proposals import proposals
from talentloop.settings import Settings
from talentloop.strict import Strict

DEFAULT = "default"
#: Kind of the proposals that change weights.
WEIGHTS = "weights"


def checked_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights that are shares of a whole.

    Raises:
        ValueError: one is negative, or they do not add up to 1.
    """
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is negative")
    total = math.fsum(weights.values())
    if not math.isclose(total, 1, abs_tol=1e-9):
        raise ValueError(f"the weights add up to {total:.9g}, not to 1")
    return dict(weights)


class _Version(Strict):
    version: str = Field(pattern=r"^[0-9A-Za-z._-]+$")
    effective_on: date | None = None
    weights: dict[str, float]

    @field_validator("weights")
    @classmethod
    def _add_up(cls, weights: dict[str, float]) -> dict[str, float]:
        return checked_weights(weights)


class _PortraitFile(Strict):
    name: Bilingual
    min_dimensions: int = Field(ge=1)
    job_families: list[str]
    versions: list[_Version] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> _PortraitFile:
        days = [v.effective_on for v in self.versions]
        if days[0] is not None:
            raise ValueError("the first version holds for everything before it: no effective_on")
        later = [day for day in days[1:] if day is not None]
        if len(later) < len(days) - 1 or later != sorted(set(later)):
            raise ValueError("later versions need an effective_on, each later than the one before")
        return self


class PortraitVersion(BaseModel):
    """One version of a portrait's weights, in force from `effective_at` (None: ever since)."""

    model_config = ConfigDict(frozen=True)

    portrait: str
    version: str
    effective_at: datetime | None
    weights: dict[str, float]
    proposal_id: int | None = None


class Portrait(BaseModel):
    """A portrait with its versions, oldest first."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: Bilingual
    min_dimensions: int
    job_families: tuple[str, ...]
    versions: tuple[PortraitVersion, ...]

    @property
    def newest(self) -> PortraitVersion:
        """The version that comes last, perhaps still ahead."""
        return self.versions[-1]

    def at(self, instant: datetime) -> PortraitVersion:
        """The version in force at an instant."""
        held = [v for v in self.versions if v.effective_at is None or v.effective_at <= instant]
        return held[-1]


def local_midnight(settings: Settings, day: date) -> datetime:
    """The instant at which a day begins in the business time zone."""
    from talentloop.reports.options import load_options  # reports read the warehouse, not here

    return datetime.combine(day, time(), load_options(settings).zone).astimezone(UTC)


def load_portraits(settings: Settings) -> dict[str, Portrait]:
    """All portraits by code.

    Raises:
        ConfigError: a file does not fit, `default` is missing, a job family stands in two, or an
            approved version does not follow those of the file.
    """
    paths = sorted((settings.config / "portraits").glob("*.yml"))
    found = {path.stem: load_model(path, _PortraitFile) for path in paths}
    if DEFAULT not in found:
        raise ConfigError(
            "There is no default portrait",
            where=str(settings.config / "portraits"),
            remedy="Restore default.yml; it weighs whoever no other portrait is for.",
        )
    _one_portrait_each(settings, found)
    approved = _approved(settings)
    return {
        code: _ordered(
            settings,
            Portrait(
                code=code,
                name=file.name,
                min_dimensions=file.min_dimensions,
                job_families=tuple(file.job_families),
                versions=(*_of_file(settings, code, file), *approved.get(code, ())),
            ),
        )
        for code, file in found.items()
    }


def load_portrait(settings: Settings, code: str) -> Portrait:
    """One portrait.

    Raises:
        ConfigError: as `load_portraits`, or there is no such portrait.
    """
    found = load_portraits(settings)
    if code not in found:
        raise ConfigError(
            f"There is no portrait {code!r}",
            where=str(settings.config / "portraits"),
            remedy=f"Known portraits: {', '.join(found)}.",
        )
    return found[code]


def _one_portrait_each(settings: Settings, found: Mapping[str, _PortraitFile]) -> None:
    seen: dict[str, str] = {}
    for code, file in found.items():
        for family in file.job_families:
            if seen.setdefault(family, code) != code:
                raise ConfigError(
                    f"Job family {family} stands in two portraits: {seen[family]} and {code}",
                    where=str(settings.config / "portraits"),
                    remedy="List it in one of them.",
                )


def _of_file(settings: Settings, code: str, file: _PortraitFile) -> list[PortraitVersion]:
    return [
        PortraitVersion(
            portrait=code,
            version=v.version,
            effective_at=local_midnight(settings, v.effective_on) if v.effective_on else None,
            weights=v.weights,
        )
        for v in file.versions
    ]


def _approved(settings: Settings) -> dict[str, list[PortraitVersion]]:
    """Versions that a named person put in force, in the order of their approval."""
    found: dict[str, list[PortraitVersion]] = {}
    for row in proposals(settings, WEIGHTS, state="approved"):
        version = PortraitVersion(
            portrait=row.subject,
            version=str(row.change["version"]),
            effective_at=row.effective_at,
            weights=checked_weights(row.change["weights"]),
            proposal_id=row.id,
        )
        found.setdefault(row.subject, []).append(version)
    return found


def _ordered(settings: Settings, portrait: Portrait) -> Portrait:
    names = [v.version for v in portrait.versions]
    starts = [v.effective_at for v in portrait.versions if v.effective_at is not None]
    if len(set(names)) == len(names) and starts == sorted(set(starts)):
        return portrait
    raise ConfigError(
        f"Versions of portrait {portrait.code} repeat a name or do not follow one another in time",
        where=f"{settings.config / 'portraits' / portrait.code}.yml and approved proposals",
        remedy="Give the file's versions names and days of their own, before those approved later.",
    )
