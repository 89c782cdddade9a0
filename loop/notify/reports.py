"""Telling a candidate by mail that their feedback report can be read: a link, and no result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy.orm import Session

from connectors.channels.channel import Channel, list_channels
from connectors.channels.messages import Invitation, Language, Participant
from connectors.channels.policy import load_policy
from connectors.channels.templates import load_template
from connectors.outbox import enqueue_one
from interview.feedback.texts import load_words
from loop.notify.cards import read_at
from talentloop.codes import load_code_lists
from talentloop.settings import Settings

#: How somebody is addressed whose name the HR system does not have.
_NAMELESS: dict[Language, str] = {"zh": "候选人", "en": "candidate"}


@dataclass(frozen=True)
class ReportNews:
    """What a candidate is told of a report. Personal: never log it.

    Attributes:
        about: names this version of this report in the outbox; no id that a person has elsewhere.
        changed: whether they were told of an earlier version.
        link: address of the report.
    """

    about: str
    to: Participant
    language: Language
    job_title: str
    ended_at: datetime
    link: str
    changed: bool
    is_simulated: bool


def report_channel(settings: Settings) -> Channel | None:
    """The channel in which candidates are told of reports; None where none is configured.

    Raises:
        ConfigError: a channel does not fit.
    """
    return next((each for each in list_channels(settings) if each.reports), None)


def addressee(name: str | None, address: str | None, language: Language) -> Participant | None:
    """Somebody who can be written to; None where the address is missing or is none."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in name or "").split())
    try:
        told = {"name": shown or _NAMELESS[language], "address": (address or "").strip() or None}
        found = Participant.model_validate(told)
    except ValidationError:
        return None
    return found if found.address is not None else None


def queue_report(settings: Settings, to: Channel, news: ReportNews, db: Session) -> str:
    """Queue the mail, in a transaction of the caller's; its idempotency key.

    Raises:
        ConfigError: the template, the policy or the report's texts do not fit.
    """
    words = load_words(settings, load_code_lists(settings), news.language)
    name = "interview_report_change" if news.changed else "interview_report"
    values = {
        "candidate_name": news.to.name,
        "job_title": news.job_title or "–",
        "ended_at": read_at(settings, news.ended_at),
        "contact": words.contact(),
    }
    card = load_template(settings, name).card(
        news.language, values, load_policy(settings), link=news.link
    )
    if news.is_simulated:
        card = card.model_copy(update={"paragraphs": (words.say("simulated"), *card.paragraphs)})
    said = Invitation(to=news.to, card=card).model_dump(mode="json")
    return enqueue_one(settings, to.name, "invitation", news.about, said, db=db)
