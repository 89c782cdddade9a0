"""An appointment as an iCalendar file that mail programs can update and cancel (RFC 5545, 5546)."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from connectors.channels.messages import CalendarEvent, Participant

_PRODUCT = "-//TalentLoop//Scheduling//EN"
_AROUND = timedelta(days=400)  # the zone's rules a year either way: enough to place the appointment


def calendar_file(event: CalendarEvent, now: datetime) -> bytes:
    """The appointment as text/calendar, method REQUEST or CANCEL.

    Args:
        now: when this version was made (DTSTAMP).
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method_of(event))
    calendar.add_component(_event(event, now))
    start = event.local_start.date()
    calendar.add_missing_timezones(first_date=start - _AROUND, last_date=start + _AROUND)
    return bytes(calendar.to_ical())


def method_of(event: CalendarEvent) -> str:
    """What the file asks a calendar to do."""
    return "CANCEL" if event.cancelled else "REQUEST"


def _event(event: CalendarEvent, now: datetime) -> Event:
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", now)
    entry.add("dtstart", event.local_start)
    entry.add("dtend", event.local_end)
    entry.add("summary", event.summary)
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    for name, value in (("description", event.description), ("location", event.location),
                        ("url", event.link)):  # fmt: skip
        if value:
            entry.add(name, value)
    entry.add("organizer", _person(event.organizer))
    for attendee in event.attendees:
        if attendee.address is not None:
            entry.add("attendee", _person(attendee, role="REQ-PARTICIPANT"))
    if not event.cancelled:
        for minutes in event.reminders_minutes:
            entry.add_component(_alarm(event.summary, minutes))
    return entry


def _person(person: Participant, role: str = "") -> vCalAddress:
    address = vCalAddress(f"mailto:{person.address}")
    address.params["CN"] = vText(person.name)
    if role:
        address.params["ROLE"] = vText(role)
        address.params["PARTSTAT"] = vText("NEEDS-ACTION")
        address.params["RSVP"] = vText("TRUE")
    return address


def _alarm(summary: str, minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm
