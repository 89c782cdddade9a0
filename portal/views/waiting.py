"""What waits for a person: everything that only a named person may decide, with its age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from interview.evaluation import work
from interview.evaluation.results import AnswerResult
from interview.evaluation.review import LeftToPerson, left_to_people
from interview.intake.quoting import Quoted, quotes
from interview.intake.record import queue
from interview.intake.rules import RuleSet, load_rule_sets
from interview.intake.taxonomy import load_taxonomy
from portal.cards import Card, LiveDesk
from portal.frame import Frame
from portal.views.applicants import Applicant, applicants
from portal.views.reasons import Why, reasons_of
from portal.views.values import count
from talentloop.codes import Bilingual
from talentloop.ops.models import Proposal
from talentloop.reports import ReportResult
from talentloop.reports.privacy import Row

#: Cases of one kind that the page lists; exports and commands list all.
SHOWN = 30


@dataclass(frozen=True)
class Reason:
    """One reason of a proposed exclusion; `quotes` is None where the résumé is not at hand."""

    rule: str
    text: str
    found: str
    wanted: str
    quotes: tuple[Quoted, ...] | None


@dataclass(frozen=True)
class Exclusion:
    """A proposed exclusion."""

    proposal_id: int
    applicant: Applicant
    rules: str
    version: str
    since: datetime
    reasons: list[Reason]


@dataclass(frozen=True)
class Withheld:
    """An answer without a score; `position` is its place among the interview's answers, from 1."""

    interview: str
    position: int
    answer_id: str
    applicant: Applicant
    question: str
    since: datetime
    reasons: list[Why]
    is_heard: bool
    is_simulated: bool
    error: str


@dataclass(frozen=True)
class Pile:
    """How many cases of a kind wait, since when, and those that are shown."""

    name: str
    n: int
    oldest: datetime | None
    cases: Sequence[Any]
    result: ReportResult | None = None


@dataclass(frozen=True)
class WaitingPage:
    """Everything on the page, the piles in the order in which they are shown."""

    piles: dict[str, Card[Pile]]
    n_held: int | None

    @property
    def n(self) -> int:
        """Cases of all kinds."""
        return sum(card.content.n for card in self.piles.values() if card.content)

    @property
    def quoted(self) -> list[int]:
        """Proposals of which words of the résumé are shown."""
        pile = self.piles["exclusions"].content
        cases = pile.cases if pile else ()
        return [each.proposal_id for each in cases if any(why.quotes for why in each.reasons)]

    @property
    def is_whole(self) -> bool:
        """Whether every pile could be counted."""
        return all(self.piles.values())


def waiting_page(desk: LiveDesk) -> WaitingPage:
    """The page; it needs the operations database, and names people once a copy is published."""
    makers = {
        "exclusions": _exclusions,
        "answers": _answers,
        "deliveries": _deliveries,
        "identity": _identity,
        "weights": _weights,
    }
    held = desk.card("ops_quarantine", lambda: desk.report("ops_quarantine"))
    return WaitingPage(
        {name: desk.card(name, partial(make, desk)) for name, make in makers.items()},
        sum(count(row, "n_records") or 0 for row in held.content.rows) if held.content else None,
    )


def _exclusions(desk: LiveDesk) -> Pile:
    settings, waiting = desk.frame.settings, queue(desk.frame.settings)
    shown = waiting[:SHOWN]
    people = applicants(desk, [each.subject for each in shown])
    words, rules = quotes(settings, shown), load_rule_sets(settings)
    cases = [
        _exclusion(desk.frame, each, people[each.subject], words.get(each.id), rules)
        for each in shown
    ]
    result = desk.report("waiting_exclusions")
    return Pile("exclusions", len(waiting), _oldest(waiting), cases, result)


def _exclusion(
    frame: Frame,
    proposal: Proposal,
    applicant: Applicant,
    words: dict[str, tuple[Quoted, ...]] | None,
    known: Sequence[RuleSet],
) -> Exclusion:
    change = proposal.change
    rules = next(
        (r for r in known if (r.code, r.version) == (change["rule_set"], change["version"])), None
    )
    labels = {rule.code: rule.label.text(frame.lang) for rule in rules.rules} if rules else {}
    reasons = [
        Reason(
            labels.get(each["rule"], each["rule"]),
            frame.label("screening_reason", each["reason"]),
            _value(frame, each["reason"], each["found"]),
            _value(frame, each["reason"], each["wanted"]),
            None if words is None else words.get(each["rule"], ()),
        )
        for each in change["reasons"]
    ]
    named = Bilingual(zh=rules.zh, en=rules.en).text(frame.lang) if rules else change["rule_set"]
    return Exclusion(
        proposal.id, applicant, named, change["version"], proposal.proposed_at, reasons
    )


def _value(frame: Frame, reason: str, value: str | None) -> str:
    """What a rule found or wanted, in words where it is a degree, fields or a number of years."""
    if value is None:
        return "—"
    if reason.startswith("degree"):
        return frame.label("education_level", value)
    if reason.startswith("major"):
        terms = load_taxonomy(frame.settings).majors.terms
        names = [frame.pick(terms[c].zh, terms[c].en) if c in terms else c
                 for c in value.split(", ")]  # fmt: skip
        return frame.t("finding.comma").join(names)
    return frame.t("waiting.years", n=value) if reason.startswith("years") else value


def _answers(desk: LiveDesk) -> Pile:
    waiting = left_to_people(desk.frame.settings)
    shown = waiting[:SHOWN]
    people = applicants(desk, [_application(each) for each in shown])
    results = {
        key: desk.card("results", partial(work.results_of, desk.frame.settings, key))
        for key in {each.of.interview_key for each in shown}
    }
    cases = [
        _withheld(desk.frame, each, people[_application(each)], results[each.of.interview_key])
        for each in shown
    ]
    return Pile("answers", len(waiting), _since(waiting[0]) if waiting else None, cases)


def _withheld(
    frame: Frame, each: LeftToPerson, applicant: Applicant, card: Card[dict[str, AnswerResult]]
) -> Withheld:
    """An answer with its reasons; where its interview's results do not open, with that."""
    question = each.interview.question(each.answer.question_code)
    result = (card.content or {}).get(each.answer.answer_id)
    reasons = reasons_of(frame, result) if card else []
    return Withheld(
        each.of.report_token[:8],
        each.interview.turns.index(each.turn) + 1,
        each.answer.answer_id,
        applicant,
        question.text.get(frame.lang) or next(iter(question.text.values())),
        _since(each),
        [why for why in reasons if why.withholds],
        bool(result and result.original),
        each.of.is_simulated,
        each.answer.last_error
        if card
        else frame.t("waiting.results_failed", reference=card.failure),
    )


def _application(each: LeftToPerson) -> str:
    return f"{each.of.source}:{each.of.application_id}"


def _since(each: LeftToPerson) -> datetime:
    return each.answer.finished_at or each.answer.queued_at


def _deliveries(desk: LiveDesk) -> Pile:
    result = desk.report("waiting_deliveries", limit=10_000)
    return _pile("deliveries", result.rows, "stopped_at", result)


def _identity(desk: LiveDesk) -> Pile:
    result = desk.report("identity_proposals", limit=10_000)
    pending = [row for row in result.rows if row["state"] == "pending"]
    return _pile("identity", pending[::-1], "proposed_at", result)  # the oldest first


def _weights(desk: LiveDesk) -> Pile:
    """One row per proposal, not per dimension."""
    result = desk.report("weight_proposals")
    pending = {r["proposal_id"]: r for r in result.rows if r["state"] == "pending"}
    return _pile("weights", list(pending.values())[::-1], "proposed_at", result)


def _pile(name: str, rows: Sequence[Row], since: str, result: ReportResult) -> Pile:
    times = [t for t in (row[since] for row in rows) if isinstance(t, datetime)]
    return Pile(name, len(rows), min(times, default=None), rows[:SHOWN], result)


def _oldest(waiting: Sequence[Proposal]) -> datetime | None:
    return min((each.proposed_at for each in waiting), default=None)
