"""Messages to people: their wording, their form, and what all channels share."""

from __future__ import annotations

from connectors.channels.calendar import calendar_file
from connectors.channels.messages import CalendarEvent, Card, Invitation, Line, Participant
from connectors.channels.policy import MessagePolicy, load_policy
from connectors.channels.qr import qr_png, qr_svg
from connectors.channels.templates import Template, Wording, load_template, template_names

__all__ = [
    "CalendarEvent", "Card", "Invitation", "Line", "MessagePolicy", "Participant", "Template",
    "Wording", "calendar_file", "load_policy", "load_template", "qr_png", "qr_svg",
    "template_names",
]  # fmt: skip
