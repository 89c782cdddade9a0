"""Cards to groups: an incident, a result, the monthly report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from connectors.channels.channel import Channel, Purpose, channel, list_channels
from connectors.channels.messages import Card, Language
from connectors.channels.policy import load_policy
from connectors.channels.sink import CardItem
from connectors.channels.templates import load_template
from connectors.outbox import enqueue_one
from connectors.registry import list_sources
from talentloop.errors import ConfigError
from talentloop.ids import keyed_hash
from talentloop.ops import session
from talentloop.ops.models import FrozenFigure, Incident, OutboxRow, Restatement
from talentloop.settings import Settings

_DATA_IS: Mapping[Language, tuple[str, str]] = {
    "zh": ("正式数据", "模拟数据"), "en": ("real", "simulated"),
}  # fmt: skip
Values = Callable[[Language], Mapping[str, str]]


def notify_incidents(settings: Settings) -> int:
    """Queue a card for each open incident that nobody was told of, and one for each that is over.

    Returns:
        How many cards are queued that were not before.

    Raises:
        ConfigError: a channel, a template or the policy does not fit.
    """
    channels = _channels(settings, "incident")
    if not channels:
        return 0
    before = _cards(settings)
    with session(settings) as db:
        rows = db.scalars(select(Incident).order_by(Incident.id)).all()
    for row in rows:
        for each in channels:
            told = _cards_about(settings, each.name, f"incident-{row.id}")
            if row.state == "open" and not told:
                message = _Message("incident", f"incident-{row.id}", _opened(settings, row))
            elif row.state == "resolved" and told == 1:
                values = _resolved(settings, row)
                message = _Message("incident_resolved", f"incident-{row.id}", values)
            else:
                continue
            _queue(settings, each, "incident", message, link_to(settings, "/quality"))
    return _cards(settings) - before


def _opened(settings: Settings, row: Incident) -> Values:
    return lambda _language: {
        "title": row.title,
        "location": row.location,
        "remedy": row.remedy or "–",
        "opened_at": read_at(settings, row.opened_at),
    }


def _resolved(settings: Settings, row: Incident) -> Values:
    return lambda _language: {
        "title": row.title,
        "location": row.location,
        "resolution": row.resolution or "–",
        "resolved_at": read_at(settings, row.resolved_at or row.last_seen_at),
    }


def notify_monthly(settings: Settings, month: date | None = None) -> int:
    """Queue the card that tells of a month's frozen figures.

    Args:
        month: any day of it; default the last month that is frozen.

    Returns:
        How many cards are queued that were not before; 0 where the month is not frozen.

    Raises:
        ConfigError: a channel, a template or the policy does not fit.
    """
    channels = _channels(settings, "monthly_report")
    if not channels:
        return 0
    with session(settings) as db:
        last = db.scalar(select(func.max(FrozenFigure.period_on)))
        period = month.replace(day=1).isoformat() if month else last
        frozen = db.scalar(
            select(func.count()).select_from(FrozenFigure).where(FrozenFigure.period_on == period)
        )
        restated = db.scalar(
            select(func.count()).select_from(Restatement).where(Restatement.period_on == period)
        )
    if not period or not frozen:
        return 0
    simulated = any(source.simulated for source in list_sources(settings))

    def values(language: Language) -> Mapping[str, str]:
        return {
            "month": period[:7],
            "frozen_figures": str(frozen),
            "restated_figures": str(restated),
            "simulated": _DATA_IS[language][simulated],
        }

    before = _cards(settings)
    message = _Message("monthly_report", f"monthly-{period[:7]}", values)
    for each in channels:
        link = link_to(settings, f"/reports/monthly?month={period[:7]}")
        _queue(settings, each, "monthly_report", message, link)
    return _cards(settings) - before


def notify_result(
    settings: Settings, interview: str, values: Mapping[str, str], *, link: str | None = None
) -> int:
    """Queue the card that tells the hiring group that an interview's result is there.

    What the group sees of it, the policy decides (`config/policies/messages.yml`).

    Args:
        interview: id of the interview; the same one again changes its card, where that can be done.
        values: the fields of `config/messages/interview_result.yml`.
        link: where the result is read; default the portal's list of talents.

    Returns:
        How many cards are queued that were not before.

    Raises:
        ConfigError: a value is missing, or a channel, the template or the policy does not fit.
    """
    before = _cards(settings)
    about = f"result-{keyed_hash(settings, interview)}"
    message = _Message("interview_result", about, lambda _language: values)
    for each in _channels(settings, "interview_result"):
        shown = link_to(settings, "/talent") if link is None else link
        _queue(settings, each, "interview_result", message, shown)
    return _cards(settings) - before


def send_test(settings: Settings, name: str) -> list[str]:
    """Queue a test card for every target of a channel; the idempotency keys of the items.

    Raises:
        ConfigError: there is no such channel, or it has no targets.
    """
    found = channel(settings, name)
    targets = sorted(found.options.get("targets") or {})
    if not targets:
        raise ConfigError(
            "The channel has no targets that a card could go to",
            where=str(found.file),
            remedy="Name groups or people under targets.",
        )
    now = settings.clock.now()
    values = {"channel": name, "sent_at": read_at(settings, now)}
    card = load_template(settings, "test").card(found.language, values, load_policy(settings))
    return [
        enqueue_one(settings, name, "card", f"test-{target}-{now.isoformat()}", _item(target, card))
        for target in targets
    ]


def preview(settings: Settings, template: str, language: Language) -> Card:
    """A message with the names of its fields, and an invented person, as the policy shows it.

    Raises:
        ConfigError: there is no such template, or the policy does not fit.
    """
    found = load_template(settings, template)
    person = {"zh": "张小明", "en": "Jane Doe"}[language]
    values = {n: person if kind == "identity" else f"‹{n}›" for n, kind in found.fields.items()}
    return found.card(language, values, load_policy(settings), link="https://example.com/…")


def link_to(settings: Settings, path: str, *, for_candidate: bool = False) -> str:
    """A link into the portal; empty where nobody has said at which address people reach it."""
    base = (settings.candidate_url if for_candidate else None) or settings.portal_url
    return f"{base.rstrip('/')}{path}" if base else ""


def _channels(settings: Settings, purpose: Purpose) -> list[Channel]:
    return [each for each in list_channels(settings) if purpose in each.sends]


@dataclass(frozen=True)
class _Message:
    """What is said: which template, about what, with which values."""

    template: str
    about: str
    values: Values


def _queue(settings: Settings, to: Channel, purpose: Purpose, message: _Message, link: str) -> None:
    template, policy = load_template(settings, message.template), load_policy(settings)
    card = template.card(to.language, message.values(to.language), policy, link=link)
    enqueue_one(settings, to.name, "card", message.about, _item(to.sends[purpose], card))


def _item(target: str, card: Card) -> dict[str, object]:
    return CardItem(target=target, card=card).model_dump(mode="json")


def _cards(settings: Settings) -> int:
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.operation == "card")
    with session(settings) as db:
        return db.scalar(query) or 0


def _cards_about(settings: Settings, destination: str, about: str) -> int:
    query = select(func.count()).where(
        OutboxRow.destination == destination,
        OutboxRow.operation == "card",
        OutboxRow.entity_key == about,
    )
    with session(settings) as db:
        return db.scalar(query) or 0


def read_at(settings: Settings, moment: datetime) -> str:
    """An instant as readers of the reports see it, in their zone (`config/reporting.yml`)."""
    from talentloop.reports import load_options

    zone = ZoneInfo(load_options(settings).time_zone)
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
