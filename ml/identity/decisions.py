"""What persons decide: proposals approved or rejected, and persons split again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from ml.identity.clusters import Pair
from ml.identity.links import IN_FORCE, Decision, Link, land_links, newest_links
from ml.identity.measure import RECORDS
from talentloop.errors import ConfigError
from talentloop.ops import audit, proposals
from talentloop.ops.models import Proposal
from talentloop.settings import Settings
from talentloop.warehouse import restricted_table

KIND = "person_merge"


def propose_links(settings: Settings, links: Sequence[Link]) -> None:
    """Put the pairs before a person; proposals that nothing speaks for any more are taken back."""
    for link in links:
        proposals.propose(
            settings, KIND, _subject(link.pair),
            {"record_a": link.record_a, "record_b": link.record_b, "decision": "approved"},
            {
                "match_weight": link.match_weight, "probability": link.probability,
                "reasons": [dict(reason) for reason in link.reasons],
                "model_version": link.model_version,
            },
        )  # fmt: skip
    wanted = {_subject(link.pair) for link in links}
    for row in proposals.proposals(settings, KIND, state="pending"):
        if row.subject not in wanted:
            proposals.supersede(settings, row.id)


def find(settings: Settings, proposal_id: int) -> Proposal:
    """A proposal to make two records one person.

    Raises:
        ConfigError: there is none of that number.
    """
    for row in proposals.proposals(settings, KIND):
        if row.id == proposal_id:
            return row
    raise ConfigError(
        "There is no such proposal to make two records one person",
        where=f"proposal {proposal_id}",
        remedy="`talentloop identity list` shows those that wait.",
    )


def decide(
    settings: Settings, proposal_id: int, decision: proposals.Decision, person: str, note: str = ""
) -> Proposal:
    """Take a person's decision about a proposed pair and land it.

    Raises:
        ConfigError: no such proposal of two records, nobody is named, or it has been decided.
    """
    find(settings, proposal_id)
    row = proposals.decide(settings, proposal_id, decision, person, note=note)
    apply(settings)
    return row


def apply(settings: Settings) -> int:
    """Land the decisions that have not landed, those of a killed run among them; how many."""
    known = newest_links(settings)
    fresh = []
    for row in proposals.proposals(settings, KIND):
        link = known.get((row.change["record_a"], row.change["record_b"]))
        if row.state in ("approved", "rejected") and link and _is_news(row, link):
            fresh.append(replace(link, decision=cast("Decision", row.state), decided_by="person"))
    return land_links(settings, fresh)


def _is_news(row: Proposal, link: Link) -> bool:
    """Whether a decision is newer than what landed; a split that came later stays."""
    if link.decided_by == "model" or link.decided_at is None or row.decided_at is None:
        return True
    return link.decided_at <= row.decided_at


def split(settings: Settings, record_a: str, record_b: str, person: str, note: str = "") -> int:
    """Tell two records apart for good: withdraw links, the weakest first, until nothing joins them.

    Returns:
        Links withdrawn; the pair itself is among them, so that it is never joined again.

    Raises:
        ConfigError: nobody is named, a record is unknown, or the exact rules join the two.
    """
    pair = (min(record_a, record_b), max(record_a, record_b))
    if not person.strip():
        raise ConfigError("A split needs the name of the person who decides it",
                          where=_subject(pair), remedy="Name yourself with --by.")  # fmt: skip
    component = _components(settings, pair)
    known = newest_links(settings)
    withdrawn = {pair: known.get(pair, Link(*pair, "withdrawn", "person"))}
    in_force = {p: link for p, link in known.items() if link.decision in IN_FORCE and p != pair}
    while path := _path(component, in_force, component[pair[0]], component[pair[1]]):
        weakest = min(path, key=lambda p: (in_force[p].match_weight or 0.0, p))
        withdrawn[weakest] = in_force.pop(weakest)
    landed = land_links(
        settings,
        [replace(v, decision="withdrawn", decided_by="person") for v in withdrawn.values()],
    )
    audit.record(settings, person.strip(), "person_split", _subject(pair),
                 {"links": len(withdrawn), "note": note})  # fmt: skip
    return landed


def published_components(settings: Settings) -> dict[str, str]:
    """Of each published record, what the exact rules make of it."""
    rows = restricted_table(settings, RECORDS).select(["record_id", "exact_component_id"])
    return dict(
        zip(rows["record_id"].to_pylist(), rows["exact_component_id"].to_pylist(), strict=True)
    )


def _components(settings: Settings, pair: Pair) -> dict[str, str]:
    component = published_components(settings)
    missing = [record for record in pair if record not in component]
    if missing:
        raise ConfigError(
            f"The published copy has no record {missing[0]}",
            where=_subject(pair),
            remedy="Name records as `talentloop identity list` does: candidate:SOURCE:ID.",
        )
    if component[pair[0]] == component[pair[1]]:
        raise ConfigError(
            "The two records share an exact identifier; no link joins them",
            where=_subject(pair),
            remedy="Correct the e-mail, phone or identity number at the source.",
        )
    return component


def _path(component: Mapping[str, str], links: Iterable[Pair], start: str, goal: str) -> list[Pair]:
    """Links that lead from one component to another; empty when none do."""
    steps: dict[str, list[tuple[str, Pair]]] = {}
    for a, b in sorted(links):
        if a in component and b in component:
            steps.setdefault(component[a], []).append((component[b], (a, b)))
            steps.setdefault(component[b], []).append((component[a], (a, b)))
    came: dict[str, tuple[str, Pair]] = {}
    waiting = deque([start])
    while waiting and goal not in came:
        here = waiting.popleft()
        for there, link in steps.get(here, ()):
            if there not in came and there != start:
                came[there] = (here, link)
                waiting.append(there)
    path: list[Pair] = []
    while goal in came:
        goal, link = came[goal]
        path.append(link)
    return path


def _subject(pair: Pair) -> str:
    return " | ".join(pair)
