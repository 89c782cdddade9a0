"""Which person is behind each application, and under which candidate profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.kinds import Bools, Ints, Rng
from connectors.sandbox.company.sizes import Size
from connectors.sandbox.company.staff import Staff
from connectors.sandbox.company.streams import chance, choose, stream
from connectors.sandbox.company.timeline import at_local_hour, days
from connectors.sandbox.company.vocabulary import CAREER_SITE, INTERNAL, REFERRAL

_REAPPLY = 0.15
_NEW_PROFILE = 0.20
#: How a second profile of a person can be recognised.
DUPLICATE_KINDS = ("email_spelling", "phone", "national_id")


@dataclass(frozen=True)
class Profiles:
    """Candidate profiles, in order of their first application.

    Attributes:
        person: the person behind each profile.
        first_application: the application that made the profile.
        of_application: the profile under which each application was made.
        duplicate_kind: index into DUPLICATE_KINDS; negative for a person's first profile.
    """

    person: Ints
    first_application: Ints
    of_application: Ints
    duplicate_kind: Ints

    def __len__(self) -> int:
        return len(self.person)


def assign_persons(size: Size, seed: int, arrivals: Arrivals, staff: Staff) -> int:
    """Set `arrivals.person` (and the channel of inside applications); returns how many persons
    there are, staff included. Nobody applies twice for the same requisition."""
    rng = stream(seed, "identity")
    n = len(arrivals)
    earlier = (rng.random(n) * np.arange(n)).astype(np.int64)
    parent = np.where(chance(rng, _REAPPLY, n), earlier, np.arange(n))
    root = _roots(parent)
    repeated = _repeated(root, arrivals.requisition)
    while repeated.any():
        parent[repeated] = np.flatnonzero(repeated)
        root = _roots(parent)
        repeated = _repeated(root, arrivals.requisition)
    numbers = np.unique(root, return_inverse=True)[1].astype(np.int64)
    arrivals.person = len(staff) + numbers
    single = np.bincount(numbers)[numbers] == 1
    _staff_applies(rng, size, arrivals, staff, single & ~arrivals.is_prospect)
    return len(staff) + int(numbers.max()) + 1


def _roots(parent: Ints) -> Ints:
    root = parent
    while True:
        above = root[root]
        if np.array_equal(above, root):
            return root
        root = above


def _repeated(person: Ints, requisition: Ints) -> Bools:
    """Applications of a person for a requisition for which they already applied."""
    order = np.lexsort((np.arange(len(person)), requisition, person))
    again = np.zeros(len(person), dtype=bool)
    same = (person[order][1:] == person[order][:-1]) & (
        requisition[order][1:] == requisition[order][:-1]
    )
    again[order[1:]] = same
    return again


def _staff_applies(rng: Rng, size: Size, arrivals: Arrivals, staff: Staff, free: Bools) -> None:
    """Let some staff apply inside, and some of those who left come back."""
    n = len(arrivals)
    inside = rng.permutation(np.flatnonzero(np.isnat(staff.left_on) & ~staff.stays))
    inside = inside[: max(3, round(0.007 * size.applications * min(1, len(inside) / 350)))]
    slots = rng.permutation(np.flatnonzero(free))[: len(inside)]
    inside = inside[: len(slots)]
    arrivals.person[slots] = inside
    arrivals.channel[slots] = INTERNAL
    arrivals.first_contact_at[slots] = np.datetime64("NaT", "us")
    free[slots] = False
    left = np.flatnonzero(~np.isnat(staff.left_on))
    left = rng.permutation(left)[: max(8, round(0.25 * len(left)))]
    ready = at_local_hour(staff.left_on[left], 9) + days(60)
    first = np.searchsorted(arrivals.applied_at, ready)
    wanted = (first + rng.random(len(left)) * (0.95 * n - first) * 0.6).astype(np.int64)
    ok = (wanted < n) & (wanted >= first)
    wanted, place = np.unique(wanted[ok], return_index=True)
    back = left[ok][place]
    usable = free[wanted]
    arrivals.person[wanted[usable]] = back[usable]
    back_by = np.where(chance(rng, 0.5, int(usable.sum())), REFERRAL, CAREER_SITE)
    arrivals.channel[wanted[usable]] = back_by


def make_profiles(seed: int, arrivals: Arrivals) -> Profiles:
    """Candidate profiles: mostly one per person; some re-applications make a duplicate."""
    rng = stream(seed, "profiles")
    n = len(arrivals)
    order = np.lexsort((np.arange(n), arrivals.person))
    person = arrivals.person[order]
    first = np.ones(n, dtype=bool)
    first[1:] = person[1:] != person[:-1]
    duplicate = ~first & chance(rng, _NEW_PROFILE, n)
    opens = np.zeros(n, dtype=bool)
    opens[order] = first | duplicate
    kind = np.full(n, -1, dtype=np.int64)
    kind[order] = np.where(duplicate, choose(rng, [0.4, 0.4, 0.2], n), -1)
    kind[order[duplicate][:3]] = np.arange(3)[: duplicate.sum()]  # every kind, however few
    number = np.cumsum(opens) - 1  # profiles are numbered in order of arrival
    opener = np.maximum.accumulate(np.where(first | duplicate, np.arange(n), 0))
    of_application = np.empty(n, dtype=np.int64)
    of_application[order] = number[order][opener]
    first_application = np.flatnonzero(opens)
    return Profiles(
        person=arrivals.person[first_application],
        first_application=first_application,
        of_application=of_application,
        duplicate_kind=kind[first_application],
    )
