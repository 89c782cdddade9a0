"""The pages that the rail lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A page of the rail: its address and its text."""

    path: str
    text: str


@dataclass(frozen=True)
class Section:
    """A group of the rail."""

    text: str
    links: tuple[Link, ...]


def sections() -> tuple[Section, ...]:
    """The rail, top to bottom."""
    return (
        Section(
            "nav.reports",
            (
                Link("/reports/monthly", "nav.monthly"),
                Link("/reports/funnel", "nav.funnel"),
                Link("/reports/validity", "nav.validity"),
                Link("/reports/before_after", "nav.before_after"),
                Link("/reports", "nav.catalogue"),
            ),
        ),
        Section(
            "nav.people",
            (
                Link("/talent", "nav.talent"),
                Link("/interviews", "nav.interviews"),
                Link("/waiting", "nav.waiting"),
                Link("/scheduling", "nav.scheduling"),
            ),
        ),
        Section(
            "nav.system",
            (Link("/quality", "nav.quality"), Link("/definitions", "nav.definitions")),
        ),
    )


def current_path(path: str) -> str | None:
    """The page of the rail that a path is, or lies below: the nearest one."""
    links = [link.path for section in sections() for link in section.links]
    return max((p for p in links if path == p or path.startswith(p + "/")), key=len, default=None)
