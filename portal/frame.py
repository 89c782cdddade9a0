"""What every page needs: language, theme, texts, what is published, how to link."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal
from urllib.parse import urlencode

from starlette.requests import Request

from portal.i18n import Translator
from talentloop.codes import CodeLists, Lang, load_code_lists
from talentloop.errors import TalentLoopError
from talentloop.metrics import Metric, MetricRegistry, load_metrics
from talentloop.ops.incidents import open_incidents
from talentloop.reports import ParameterError, ReportResult
from talentloop.reports.options import ReportingOptions, load_options
from talentloop.reports.parameters import written
from talentloop.reports.text import CellText, number
from talentloop.settings import Settings
from talentloop.warehouse import Published

Theme = Literal["auto", "light", "dark"]
_THEMES: tuple[Theme, ...] = ("auto", "light", "dark")


@dataclass(frozen=True)
class Edition:
    """The published version that a page shows."""

    version: str
    as_of: datetime
    published_at: datetime
    is_simulated: bool

    @classmethod
    def of(cls, db: Published) -> Edition:
        """The edition of an open published copy."""
        return cls(db.version, db.as_of, db.published_at, db.is_simulated)


@dataclass
class Frame:
    """One request's surroundings; templates know it as `frame`.

    Attributes:
        chosen: which of `lang` and `theme` the address itself chose, to be remembered.
    """

    settings: Settings
    lang: Lang
    theme: Theme
    path: str
    query: list[tuple[str, str]]
    chosen: tuple[str, ...] = ()
    edition: Edition | None = None
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def of(cls, settings: Settings, request: Request) -> Frame:
        """From a request: the address decides, then the cookie, then the default."""
        lang = request.query_params.get("lang") or request.cookies.get("lang") or "zh"
        theme = request.query_params.get("theme") or request.cookies.get("theme") or "auto"
        kept = [(k, v) for k, v in request.query_params.multi_items() if k not in ("lang", "theme")]
        return cls(
            settings,
            "en" if lang == "en" else "zh",
            next((name for name in _THEMES if name == theme), "auto"),
            request.url.path,
            [(k, v) for k, v in kept if v != ""],
            tuple(name for name in ("lang", "theme") if name in request.query_params),
        )

    @cached_property
    def translator(self) -> Translator:
        """The texts of the language."""
        return Translator(self.lang)

    @cached_property
    def words(self) -> CellText:
        """Numbers, codes and times as text."""
        return CellText.of(self.settings, self.lang)

    @cached_property
    def codes(self) -> CodeLists:
        """The code lists."""
        return load_code_lists(self.settings)

    @cached_property
    def options(self) -> ReportingOptions:
        """The reporting options."""
        return load_options(self.settings)

    @cached_property
    def registry(self) -> MetricRegistry:
        """The metric registry."""
        return load_metrics(self.settings)

    @cached_property
    def now(self) -> datetime:
        """The instant of this request (UTC)."""
        return self.settings.clock.now()

    @cached_property
    def incident_count(self) -> int | None:
        """Open incidents, or None when the operations database does not answer."""
        try:
            return len(open_incidents(self.settings))
        except TalentLoopError:
            return None

    @property
    def as_of_asked(self) -> str | None:
        """The day as of which the address asks, such as 2026-10-31."""
        return next((value for name, value in self.query if name == "as_of"), None)

    @property
    def day_asked(self) -> date | None:
        """The day as of which the page answers; None is the current copy.

        Raises:
            ParameterError: it is no day.
        """
        if self.as_of_asked is None:
            return None
        try:
            return date.fromisoformat(self.as_of_asked)
        except ValueError:
            raise ParameterError(
                f"{self.as_of_asked!r} is no day", where="as_of", remedy="Write it as YYYY-MM-DD."
            ) from None

    @property
    def is_stale(self) -> bool:
        """Whether the published copy is older than the installation allows."""
        if self.edition is None or self.as_of_asked:
            return False
        limit = timedelta(hours=self.options.stale_after_hours)
        return self.now - self.edition.published_at > limit

    def t(self, key: str, **values: object) -> str:
        """A text."""
        return self.translator.text(key, **values)

    def metric(self, key: str) -> Metric:
        """A metric's definition."""
        return self.registry.get(key)

    def label(self, code_list: str, code: object) -> str:
        """The label of a code."""
        return self.codes.label(code_list, None if code is None else str(code), self.lang)

    def time(self, value: datetime | None) -> str:
        """A time in the business zone, to the minute."""
        return self.words.moment(value, "time") if value else "—"

    def age(self, value: datetime) -> str:
        """How long ago something was: in days, within the first day in hours, at first in minutes."""
        hours = max(0.0, (self.now - value).total_seconds() / 3600)
        if hours < 1:
            return self.t("age.minutes", n=number(60 * hours, 0))
        if hours < 24:
            return self.t("age.hours", n=number(hours, 1))
        return self.t("age.days", n=number(hours / 24, 1))

    def month(self, value: date) -> str:
        """A month with its year."""
        return self.t("month.long", year=value.year, month=self.t(f"month.name.{value.month}"))

    def month_short(self, value: date) -> str:
        """A month without its year."""
        return self.t(f"month.short.{value.month}")

    def pick(self, zh: object, en: object) -> str:
        """The name in the page's language; the Chinese one where there is no English."""
        return str((zh if self.lang == "zh" else en or zh) or "—")

    def url(self, path: str | None = None, **changes: object) -> str:
        """An address: this page's own with changes to its query, or another page's."""
        query = dict(self.query) if path is None else {}
        query.update({k: str(v) for k, v in changes.items() if v not in (None, "")})
        for key, value in changes.items():
            if value in (None, ""):
                query.pop(key, None)
        text = urlencode(query)
        return (path or self.path) + (f"?{text}" if text else "")

    def export_url(self, result: ReportResult, form: Literal["csv", "xlsx"], **more: object) -> str:
        """Where the rows of a result can be had as a file."""
        query = {
            key: written(value, result.meta.spec.parameters[key])
            for key, value in result.meta.parameters.items()
            if value is not None and key not in ("limit", "offset")
        }
        if self.as_of_asked:
            query["as_of"] = self.as_of_asked
        query |= {key: str(value) for key, value in more.items()}
        return f"/export/{result.meta.name}.{form}" + (f"?{urlencode(query)}" if query else "")

    def next_id(self, prefix: str) -> str:
        """An id that no other element of the page has."""
        return f"{prefix}-{next(self._ids)}"
