"""Choosing questions: musts first, then wishes, within the time, never one that was asked before.

A small set cover with a budget, solved exactly. Every weight is a whole number, one thread searches
and the seed only settles what is otherwise equal, so that the same input gives the same questions.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from interview.questions.bank import Entry
from interview.questions.requirements import Requirement

#: Seconds between two questions: reading it, and the start of the recording.
PAUSE_SECONDS = 30
#: Worth of covering a requirement: once, and by a second question. A must outweighs all else.
_MUST = (20_000, 300)
_WISH = (800, 80)
#: Worth of a question that covers nothing asked for, of one made for the level, of a coding task
#: where programming is asked for, and of having a story among the questions.
_FILLER, _OF_LEVEL, _CODING, _STORY = 20, 60, 1_500, 150
_LARGEST_TIE = 9
#: Bound of the search in the solver's own unit, which does not depend on the machine.
_DETERMINISTIC_TIME = 10.0


@dataclass(frozen=True)
class Candidate:
    """A template with its slot filled.

    Attributes:
        covers: codes of the requirements that it finds out about.
        about: the skill or requirement in its slot.
    """

    question_code: str
    entry: Entry
    covers: frozenset[str]
    about: Requirement | None = None

    @property
    def cost_seconds(self) -> int:
        """Time that it takes from the interview."""
        return self.entry.template.seconds + PAUSE_SECONDS


def choose(
    candidates: Sequence[Candidate],
    asked: Sequence[Requirement],
    *,
    budget_seconds: int,
    seed: int,
    without: Collection[str] = (),
) -> list[Candidate]:
    """The best questions within a time.

    Args:
        budget_seconds: time of the interview, pauses between questions included.
        seed: settles what is otherwise equal.
        without: question codes that the candidate has been asked before.
    """
    usable = sorted(
        (c for c in candidates if c.question_code not in without), key=lambda c: c.question_code
    )
    # The order of the draws is that of the codes, so that the seed means the same on every run.
    draw = random.Random(seed)  # noqa: S311 - no secret depends on it
    model = cp_model.CpModel()
    picked = [model.new_bool_var(c.question_code) for c in usable]
    worth: list[cp_model.LinearExprT] = [
        var * (_own_worth(c) + draw.randint(0, _LARGEST_TIE))
        for c, var in zip(usable, picked, strict=True)
    ]
    model.add(
        sum(c.cost_seconds * var for c, var in zip(usable, picked, strict=True)) <= budget_seconds
    )
    for requirement in asked:
        by = [v for c, v in zip(usable, picked, strict=True) if requirement.code in c.covers]
        once, twice = (model.new_bool_var(f"{requirement.code}/{n}") for n in (1, 2))
        model.add(once + twice <= sum(by))
        model.add_implication(twice, once)
        first, second = _MUST if requirement.is_must else _WISH
        worth += [once * first, twice * second]
    for bound, group in _limits(usable):
        model.add(sum(picked[n] for n in group) <= bound)
    story = model.new_bool_var("story")
    model.add(
        story
        <= sum(
            v for c, v in zip(usable, picked, strict=True) if c.entry.template.kind == "behavioural"
        )
    )
    model.maximize(sum([*worth, story * _STORY]))
    solver = cp_model.CpSolver()
    solver.parameters.num_search_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = _DETERMINISTIC_TIME
    solver.solve(model)  # no question at all is always a solution, so there is one
    return [c for c, var in zip(usable, picked, strict=True) if solver.value(var)]


def _own_worth(candidate: Candidate) -> int:
    if candidate.entry.template.kind == "coding":
        return _CODING
    return _OF_LEVEL if candidate.entry.levels else _FILLER


def _limits(usable: Sequence[Candidate]) -> list[tuple[int, list[int]]]:
    """At most so many of these: uses of a template, two on one skill, one coding task."""
    groups: dict[tuple[str, str], tuple[int, list[int]]] = {}
    for place, each in enumerate(usable):
        template = each.entry.template
        groups.setdefault(("template", template.code), (template.uses, []))[1].append(place)
        if each.about is not None:
            groups.setdefault(("about", each.about.code), (2, []))[1].append(place)
        if template.kind == "coding":
            groups.setdefault(("coding", ""), (1, []))[1].append(place)
    return list(groups.values())
