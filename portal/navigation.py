"""The pages that the rail lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A page of the rail: its address, its text, and what counts as being on it."""

    path: str
    text: str

    def is_current(self, path: str) -> bool:
        """Whether a path is this page or one below it."""
        return path == self.path or path.startswith(self.path + "/")


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
                Link("/catalogue", "nav.catalogue"),
            ),
        ),
        Section("nav.people", (Link("/talent", "nav.talent"),)),
        Section(
            "nav.system",
            (Link("/quality", "nav.quality"), Link("/definitions", "nav.definitions")),
        ),
    )
