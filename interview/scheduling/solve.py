"""The slots that suit everybody, best first; and where there is none, what stands in the way."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from ortools.sat.python import cp_model

from interview.scheduling.fit import Constraint, Fit
from talentloop.errors import BookingError

#: Bound of one search in the solver's own deterministic unit, roughly seconds of one core.
_EFFORT = 20.0
_NO_TIME = frozenset[Constraint]()


@dataclass(frozen=True)
class Slot:
    """A time and a panel that break no constraint.

    Attributes:
        code: names the slot; the same time and panel have the same code.
        panel: ids of the interviewers, by seat.
        load: interviews that each of them has already in that week.
    """

    code: str
    starts_at: datetime
    ends_at: datetime
    panel: tuple[str, ...]
    load: dict[str, int]


@dataclass(frozen=True)
class Blocked:
    """Why no slot fits.

    Attributes:
        starts: in the candidate's windows; 0 says that the windows are too short.
        alone: constraints of which it is enough to drop one, with the earliest start then.
        together: where none is enough alone, a smallest set that is, if there is one. Empty in both
            says that the panel cannot be seated at all.
        broken: per participant, how many of the starts break which constraint.
    """

    starts: int
    alone: dict[Constraint, datetime] = field(default_factory=dict)
    together: tuple[Constraint, ...] = ()
    broken: dict[str, dict[Constraint, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Recommendation:
    """Slots, best first; or none and why."""

    slots: tuple[Slot, ...]
    blocked: Blocked | None = None


def recommend(fit: Fit, count: int) -> Recommendation:
    """The best slots that do not overlap one another.

    Best is the panel with the fewest interviews in that week, then the earliest start, then the
    preference among alternatives. The same request and bookings give the same slots.

    Args:
        count: how many at most.

    Raises:
        BookingError: the solver's bound did not suffice.
    """
    search = _Search(fit)
    slots: list[Slot] = []
    while len(slots) < count and (found := search.best(_NO_TIME, slots)):
        slots.append(found)
    return Recommendation(tuple(slots), None if slots else search.blocked())


def breaks(fit: Fit, start: datetime, panel: tuple[str, ...]) -> dict[str, list[Constraint]]:
    """What a slot breaks by now, by participant; empty where it still fits."""
    request = fit.request
    found = {"candidate": sorted(fit.of_candidate(start))}
    for person in panel:
        found[person] = sorted(fit.of_interviewer(request.interviewer(person), start))
    return {who: kinds for who, kinds in found.items() if kinds}


def slot_code(key: str, start: datetime, panel: tuple[str, ...]) -> str:
    """Eight characters that name a time and a panel of an interview."""
    text = "\n".join([key, start.isoformat(), *panel])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


class _Search:
    """The constraints of one request, evaluated once and solved as often as needed."""

    def __init__(self, fit: Fit) -> None:
        self._fit = fit
        self._starts = fit.starts()
        seated = {person for seat in fit.request.panel for person in seat}
        self._people = [each for each in fit.request.interviewers if each.id in seated]
        self._candidate = [fit.of_candidate(start) for start in self._starts]
        self._broken = {
            each.id: [fit.of_interviewer(each, start) for start in self._starts]
            for each in self._people
        }
        self._load = {
            each.id: [fit.that_week(each, start) for start in self._starts]
            for each in self._people
        }  # fmt: skip

    def best(self, dropped: frozenset[Constraint], apart_from: list[Slot]) -> Slot | None:
        """The best slot with some constraints dropped, beside slots that are already named."""
        free = [
            n
            for n, start in enumerate(self._starts)
            if self._candidate[n] <= dropped
            and not any(
                start < s.ends_at and s.starts_at < self._fit.ends(start) for s in apart_from
            )
        ]
        if not free:
            return None
        model = cp_model.CpModel()
        start = model.new_int_var_from_domain(cp_model.Domain.from_values(free), "start")
        seats, ranks = self._seat(model)
        worth = self._ranks()
        cost: list[cp_model.LinearExpr] = [start * worth]
        for each in self._people:
            cost += self._allow(model, start, free, dropped, (each.id, seats[each.id], worth))
        model.minimize(cp_model.LinearExpr.sum([*cost, *ranks]))
        return self._solved(model, start, seats)

    def _ranks(self) -> int:
        """More than all preferences together can cost."""
        panel = self._fit.request.panel
        return int(max(len(seat) for seat in panel) ** len(panel)) + 1

    def _seat(
        self, model: cp_model.CpModel
    ) -> tuple[dict[str, dict[int, cp_model.IntVar]], list[cp_model.LinearExpr]]:
        """Who sits where: one to a seat, and nobody on two. Earlier seats' preferences weigh more."""
        panel = self._fit.request.panel
        width = max(len(seat) for seat in panel)
        seats: dict[str, dict[int, cp_model.IntVar]] = {each.id: {} for each in self._people}
        ranks: list[cp_model.LinearExpr] = []
        for number, seat in enumerate(panel):
            taken = [model.new_bool_var(f"{number}:{person}") for person in seat]
            model.add_exactly_one(taken)
            for rank, (person, var) in enumerate(zip(seat, taken, strict=True)):
                seats[person][number] = var
                ranks.append(var * (rank * width ** (len(panel) - 1 - number)))
        return seats, ranks

    def _allow(
        self, model: cp_model.CpModel, start: cp_model.IntVar, free: list[int],
        dropped: frozenset[Constraint], who: tuple[str, dict[int, cp_model.IntVar], int],
    ) -> list[cp_model.LinearExpr]:  # fmt: skip
        """Keep one person to the starts that suit; what the person's load costs."""
        person, seats, worth = who
        by_load: dict[int, list[int]] = {}
        for n in free:
            if self._broken[person][n] <= dropped:
                by_load.setdefault(self._load[person][n], []).append(n)
        cases = []
        for load, suiting in sorted(by_load.items()):
            case = model.new_bool_var(f"{person} with {load}")
            domain = cp_model.Domain.from_values(suiting)
            model.add_linear_expression_in_domain(start, domain).only_enforce_if(case)
            cases.append((load, case))
        model.add(sum(seats.values()) == sum(case for _, case in cases))
        model.add(sum(seats.values()) <= 1)
        heavy = worth * len(self._starts)  # one interview more outweighs any start
        return [case * (load * heavy) for load, case in cases]

    def _solved(
        self, model: cp_model.CpModel, start: cp_model.IntVar,
        seats: dict[str, dict[int, cp_model.IntVar]],
    ) -> Slot | None:  # fmt: skip
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = _EFFORT
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            return None
        if status != cp_model.OPTIMAL:
            raise BookingError(
                f"The search for slots stopped at its bound ({solver.status_name(status)})",
                where=f"interview {self._fit.request.key}",
                remedy="Offer fewer or shorter windows, or fewer alternatives.",
            )
        begins = self._starts[solver.value(start)]
        chosen = {
            number: person
            for person, mine in seats.items()
            for number, var in mine.items()
            if solver.value(var)
        }
        panel = tuple(chosen[number] for number in sorted(chosen))
        load = {person: self._load[person][solver.value(start)] for person in panel}
        code = slot_code(self._fit.request.key, begins, panel)
        return Slot(code, begins, self._fit.ends(begins), panel, load)

    def blocked(self) -> Blocked:
        """What stands in the way: tried by dropping constraints, not guessed."""
        alone = {}
        for each in Constraint:
            if found := self.best(frozenset({each}), []):
                alone[each] = found.starts_at
        together: tuple[Constraint, ...] = ()
        if not alone and self.best(frozenset(Constraint), []):
            needed = list(Constraint)
            for each in reversed(Constraint):
                fewer = [kind for kind in needed if kind != each]
                if self.best(frozenset(fewer), []):
                    needed = fewer
            together = tuple(needed)
        return Blocked(len(self._starts), alone, together, self._tally())

    def _tally(self) -> dict[str, dict[Constraint, int]]:
        rows = {"candidate": self._candidate, **self._broken}
        counts = {
            who: Counter(kind for kinds in row for kind in kinds) for who, row in rows.items()
        }
        return {who: {kind: n[kind] for kind in Constraint if n[kind]} for who, n in counts.items()}
