"""Proposals: nothing changes until a named person decides, once."""

from __future__ import annotations

import pytest

from talentloop.errors import ConfigError
from talentloop.ops import audit
from talentloop.ops.proposals import decide, proposals, propose
from talentloop.settings import Settings


def test_the_same_change_is_proposed_once_and_a_new_one_takes_its_place(settings: Settings) -> None:
    first = propose(settings, "weights", "default", {"teamwork": 0.25}, {"n": 120})
    assert propose(settings, "weights", "default", {"teamwork": 0.25}, {"n": 121}) == first
    second = propose(settings, "weights", "default", {"teamwork": 0.2}, {"n": 130})
    states = {p.id: (p.state, p.evidence["n"]) for p in proposals(settings, "weights")}
    assert states == {first: ("superseded", 121), second: ("pending", 130)}


def test_a_decision_names_its_person_is_taken_once_and_is_audited(settings: Settings) -> None:
    made = propose(settings, "merge", "a|b", {"merge": True}, {"match_weight": 7.5})
    with pytest.raises(ConfigError, match="name of the person"):
        decide(settings, made, "approved", " ")
    done = decide(settings, made, "approved", "li.na", note="same phone")
    assert (done.state, done.decided_by, done.effective_at) == (
        "approved",
        "li.na",
        done.decided_at,
    )
    with pytest.raises(ConfigError, match="approved already"):
        decide(settings, made, "rejected", "li.na")
    assert proposals(settings, state="pending") == []
    assert audit.first_broken(settings) is None


def test_a_rejection_puts_nothing_in_force(settings: Settings) -> None:
    made = propose(settings, "merge", "a|b", {"merge": True}, {})
    assert decide(settings, made, "rejected", "li.na").effective_at is None
