"""The warehouse's macros as plain SQL, for use on relations that dbt does not build."""

from __future__ import annotations

from typing import Protocol

from jinja2 import Environment

from talentloop.settings import PROJECT_ROOT


class Estimators(Protocol):
    """Macros of dbt/macros/survival.sql and statistics.sql; each gives SQL text."""

    def kaplan_meier(
        self, counts: str, by: str, cluster: str | None = ..., digits: int = ...
    ) -> str: ...
    def aalen_johansen(
        self, counts: str, by: str, cluster: str | None = ..., digits: int = ...
    ) -> str: ...
    def survival_quantile(self, share: float, curve: str = ...) -> str: ...
    def on_day(self, value: str, day: int, start: str) -> str: ...
    def wilson(self, k: str, n: str, side: int) -> str: ...
    def clustered_wilson(self, k: str, n: str, squares: str, side: int) -> str: ...
    def cluster_squares(self, k: str, n: str, name: str) -> str: ...
    def student_quantile(self, n: str) -> str: ...


def estimators() -> Estimators:
    """The macros as dbt would render them."""
    folder = PROJECT_ROOT / "dbt" / "macros"
    text = "\n".join(
        (folder / name).read_text(encoding="utf-8") for name in ("survival.sql", "statistics.sql")
    )
    made: Estimators = Environment().from_string(text).module  # type: ignore[assignment]  # noqa: S701
    return made
