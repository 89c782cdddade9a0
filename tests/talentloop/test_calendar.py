"""Calendars of working days: the library's days, the company's own, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.warehouse.calendar import load_calendars, working_days

OWN = "name: {{zh: 某地, en: Somewhere}}\ncountry: {country}\ntime_zones: [{zone}]\n{more}"


def own_calendars(settings: Settings, folder: Path, **files: str) -> Settings:
    """Settings whose only calendars are these."""
    (folder / "calendars").mkdir()
    for code, text in files.items():
        (folder / "calendars" / f"{code}.yml").write_text(text, encoding="utf-8")
    return settings.model_copy(update={"config": folder})


def test_the_spring_festival_of_2026_is_off_and_its_make_up_saturdays_are_worked(
    settings: Settings,
) -> None:
    days = dict(working_days(load_calendars(settings)["cn"]))
    february = [day for day in days if day.year == 2026 and day.month == 2]
    worked = [day.day for day in february if days[day][0]]
    assert worked == [*range(2, 7), *range(9, 15), *range(24, 29)]
    assert {day.day for day in february if days[day][1] == "makeup_workday"} == {14, 28}


def test_saturday_is_no_workday_unless_the_company_says_so(
    settings: Settings, tmp_path: Path
) -> None:
    """By law Hong Kong's only day of rest is Sunday; offices are closed on Saturday, too."""
    saturday = date(2026, 3, 7)
    assert dict(working_days(load_calendars(settings)["hk"]))[saturday] == (False, "weekend", None)
    text = OWN.format(country="HK", zone="Asia/Hong_Kong", more="weekend: [7]\n")
    own = load_calendars(own_calendars(settings, tmp_path, hk=text))["hk"]
    assert dict(working_days(own))[saturday] == (True, "workday", None)


def test_the_companys_own_days_win_over_the_librarys(settings: Settings, tmp_path: Path) -> None:
    more = "days_off: {2026-12-25: 年会}\nextra_workdays: {2026-02-16: 值班}\n"
    text = OWN.format(country="CN", zone="Asia/Shanghai", more=more)
    days = dict(working_days(load_calendars(own_calendars(settings, tmp_path, cn=text))["cn"]))
    assert days[date(2026, 12, 25)] == (False, "company_day_off", "年会")
    assert days[date(2026, 2, 16)] == (True, "company_workday", "值班")
    assert days[date(2026, 2, 17)][:2] == (False, "holiday")


@pytest.mark.parametrize(
    ("country", "zone", "more", "says"),
    [
        ("QX", "Asia/Shanghai", "", "no holidays are known of QX"),
        ("CN", "Asia/Peking", "", "unknown time zone Asia/Peking"),
        ("CN", "Asia/Shanghai", "days_off: {2026-01-09: a}\nextra_workdays: {2026-01-09: b}\n",
         "2026-01-09 is both"),
    ],
)  # fmt: skip
def test_a_calendar_that_cannot_be_is_refused(
    settings: Settings, tmp_path: Path, country: str, zone: str, more: str, says: str
) -> None:
    text = OWN.format(country=country, zone=zone, more=more)
    with pytest.raises(ConfigError, match=says):
        load_calendars(own_calendars(settings, tmp_path, own=text))


def test_a_time_zone_has_one_calendar(settings: Settings, tmp_path: Path) -> None:
    text = OWN.format(country="CN", zone="Asia/Shanghai", more="")
    with pytest.raises(ConfigError, match="Two calendars claim the time zone Asia/Shanghai"):
        load_calendars(own_calendars(settings, tmp_path, one=text, two=text))
