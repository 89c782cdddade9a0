"""Transforms to dates and instants."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.casts import INSTANT, PROBLEMS, to_kind
from connectors.mapping.cells import per_unique
from connectors.mapping.transforms.any_date import any_date_reader
from connectors.mapping.transforms.registry import Step, transform

#: yyyy-MM-dd HH:mm:ss, as vendors write forms, beside Python's own %Y-%m-%d.
_TOKENS = {
    "yyyy": "%Y", "yy": "%y", "MMM": "%b", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d",
    "HH": "%H", "H": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "SSS": "%f", "a": "%p",
}  # fmt: skip
_TOKEN = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)))


def strptime_form(form: str) -> str:
    """A form such as `yyyy-MM-dd HH:mm` or `%Y-%m-%d` in Python's notation.

    Raises:
        ValueError: it names no day, month and year.
    """
    found = form if "%" in form else _TOKEN.sub(lambda match: _TOKENS[match[0]], form)
    if not ("%d" in found and re.search("%[mbB]", found) and re.search("%[yY]", found)):
        raise ValueError(f"{form!r} does not say where day, month and year stand")
    return found


def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name.

    Raises:
        ValueError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone such as Asia/Shanghai") from None


def _reader(form: str) -> Callable[[object], datetime | None]:
    python_form = strptime_form(form)

    def read(text: object) -> datetime | None:
        if text is None:
            return None
        try:
            return datetime.strptime(str(text), python_form)  # noqa: DTZ007 - zone follows
        except ValueError:
            return None

    return read


@transform(
    "date", "text", "date", problem="is not a date of the declared form",
    example="date(dd.MM.yyyy): 05.01.2023 → 2023-01-05",
)  # fmt: skip
def date_form(form: str = "") -> Step:
    """A date of the form given (`yyyy-MM-dd` or `%Y-%m-%d` notation); without one, ISO 8601,
    a time at midnight, or OData's `/Date(…)/`.
    """
    if not form:
        return lambda cells: to_kind(cells, "date")
    read = _reader(form)

    def one(text: object) -> date | None:
        moment = read(text)
        return moment.date() if moment else None

    return lambda cells: per_unique(cells, one, pa.date32())


@transform(
    "date_any", "text", "date", problem="is not a date that can be read without guessing",
    example="date_any(dmy, 50): 5-Jan-23 → 2023-01-05",
)  # fmt: skip
def date_any(order: str = "", pivot: int = -1) -> Step:
    """Dates in mixed forms: 2023-01-05, 2023/1/5, 2023年1月5日, 20230105, 5-Jan-23, 05.01.2023, Excel
    day numbers. `order` (dmy or mdy) settles 05.01.2023, which is otherwise refused; `pivot`
    settles two-digit years (below it 20yy, else 19yy), which are otherwise refused.
    """
    one = any_date_reader(order, pivot)
    return lambda cells: per_unique(cells, one, pa.date32())


@transform(
    "datetime_utc", "text", "instant", problem=PROBLEMS["instant"],
    example="2026-01-31T08:00:00+08:00 → 2026-01-31 00:00 UTC",
)  # fmt: skip
def datetime_utc() -> Step:
    """An instant: ISO 8601 with a zone, or OData's `/Date(…)/`."""
    return lambda cells: to_kind(cells, "instant")


@transform(
    "datetime", "text", "instant", problem="is not a time of the declared form",
    example="datetime(yyyy-MM-dd HH:mm:ss, Asia/Shanghai)",
)  # fmt: skip
def datetime_form(form: str, tz: str) -> Step:
    """A local time of the form given, in the zone named. An hour that clocks show twice is the
    first; one that they skip moves on by the gap.
    """
    read, place = _reader(form), zone(tz)

    def one(text: object) -> datetime | None:
        moment = read(text)
        return moment.replace(tzinfo=place).astimezone(UTC) if moment else None

    def run(cells: pa.Array) -> pa.Array:
        if strptime_form(form) in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
            quick = _iso_local(cells, tz)
            if quick is not None:
                return quick
        return per_unique(cells, one, INSTANT)

    return run


def _iso_local(cells: pa.Array, tz: str) -> pa.Array | None:
    """The fast way for well-formed ISO times; None when a value needs a closer look."""
    well_formed = pc.match_substring_regex(cells, r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d$")
    if not pc.all(well_formed).as_py():
        return None
    try:
        return pc.assume_timezone(cells.cast(pa.timestamp("us")), tz).cast(INSTANT)
    except pa.ArrowInvalid:
        return None


@transform(
    "epoch", "int", "instant", problem="is not a count since 1970",
    example="epoch(ms): 1767225600000 → 2026-01-01 00:00 UTC",
)  # fmt: skip
def epoch(unit: str) -> Step:
    """An instant from seconds (`s`) or milliseconds (`ms`) since 1970-01-01 UTC."""
    if unit not in ("s", "ms"):
        raise ValueError("the unit is s or ms")
    limit = 253402300799 * (1000 if unit == "ms" else 1)  # the end of the year 9999

    def run(cells: pa.Array) -> pa.Array:
        sane = pc.and_(pc.greater_equal(cells, -limit // 4), pc.less_equal(cells, limit))
        return pc.if_else(sane, cells, None).cast(pa.timestamp(unit, tz="UTC")).cast(INSTANT)

    return run


@transform(
    "local_date", "text", "date", problem=PROBLEMS["instant"],
    example="local_date(Asia/Shanghai): 2026-01-31T18:00:00Z → 2026-02-01",
)  # fmt: skip
def local_date(tz: str) -> Step:
    """The calendar date of an instant in the zone named."""
    zone(tz)

    def run(cells: pa.Array) -> pa.Array:
        instants = to_kind(cells, "instant")
        return pc.local_timestamp(instants.cast(pa.timestamp("us", tz=tz))).cast(
            pa.date32(), safe=False
        )

    return run


@transform(
    "epoch_date", "int", "date", problem="is not a count since 1970",
    example="epoch_date(ms, Asia/Shanghai): 1767196800000 → 2026-01-01",
)  # fmt: skip
def epoch_date(unit: str, tz: str) -> Step:
    """The calendar date, in the zone named, of seconds (`s`) or milliseconds (`ms`) since 1970."""
    to_instant, to_local = epoch(unit), local_date(tz)
    return lambda cells: to_local(to_instant(cells))
