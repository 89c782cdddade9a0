"""Candidate profiles and consents as the HR system holds them, with their corrections."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.columns import (
    blank_where,
    build_table,
    codes,
    hex_digests,
    join_text,
    pick,
    take,
)
from connectors.sandbox.company.identity import Profiles
from connectors.sandbox.company.kinds import Bools, Column, Ints, Rng, Times
from connectors.sandbox.company.names import full_names, latin_names
from connectors.sandbox.company.people import People
from connectors.sandbox.company.streams import chance, choose, some, stream
from connectors.sandbox.company.timeline import NAT, days, happens, office_hours, only
from connectors.sandbox.company.versions import number_versions, snapshots
from connectors.sandbox.company.vocabulary import (
    CHANNELS,
    EDUCATION,
    ETHNICITIES,
    GENDERS,
    INTERNAL,
    MAJORS,
    MARITAL,
    SKILLS,
)

_DOMAINS = ["@example.com", "@example.org", "@example.net", "@mail.example.com"]
_EMPLOYERS = ["星河软件", "蓝湖数据", "北辰制造", "青禾零售", "云帆物流", "华岳咨询", "明川电子"]


def candidate_ids(profile: Ints) -> pa.Array:
    """Ids of candidate profiles; null for negative numbers."""
    return codes("2", profile, 7)


def phones(number: Ints) -> pa.Array:
    """Phones that nobody has: no Chinese mobile number begins with 100."""
    return codes("+86100", number, 8)


def identity_hashes(seed: int, n: int, person: Ints) -> pa.Array:
    """The keyed hash of each person's identity number (drawn, there is no number behind it);
    null for negative persons. `n` is the number of all persons."""
    raw = stream(seed, "identity_numbers").integers(0, 256, (n, 16), dtype=np.uint8)
    return hex_digests(raw[np.maximum(person, 0)], person < 0)


class CandidateCorrections:
    """What recruiters change in profiles later: a mistyped phone, a channel overwritten."""

    def __init__(self, seed: int, profiles: Profiles, created_at: Times) -> None:
        rng = stream(seed, "candidate_corrections")
        n = len(profiles)
        alone = np.bincount(profiles.person)[profiles.person] == 1
        later = office_hours(created_at + days(rng.uniform(1, 40, n)))
        self.phone_at = only(some(rng, 0.004, alone), later)
        self.channel_at = only(some(rng, 0.006, alone), later + days(1))
        self.new_channel = rng.integers(0, INTERNAL, n)


def created_times(arrivals: Arrivals, profiles: Profiles) -> Times:
    """When each profile was made: at first contact, or at the first application."""
    opener = profiles.first_application
    return np.fmin(arrivals.first_contact_at[opener], arrivals.applied_at[opener])


def candidate_table(
    seed: int, arrivals: Arrivals, profiles: Profiles, people: People, n_staff: int
) -> tuple[pa.Table, dict[str, list[str]]]:
    """All versions of all profiles; and the ids of the corrected ones by kind."""
    created_at = created_times(arrivals, profiles)
    fixes = CandidateCorrections(seed, profiles, created_at)
    index, recorded, version, when = _versions(arrivals, profiles, created_at, fixes)
    base = _base_columns(seed, arrivals, profiles, people, created_at, n_staff)
    columns: dict[str, object] = {name: take(column, index) for name, column in base.items()}
    years = people.years_of_work(profiles.person[index], when)
    columns["years_experience"] = years
    wrong = recorded < fixes.phone_at[index]
    right = _phone_numbers(profiles, len(people))[index]
    columns["phone"] = phones(np.where(wrong, right + 50_000_000, right))
    overwritten = recorded >= fixes.channel_at[index]
    channel = arrivals.channel[profiles.first_application][index]
    columns["source_channel_code"] = pick(
        CHANNELS, np.where(overwritten, fixes.new_channel[index], channel)
    )
    notes = {
        name: _ids_of(at) for name, at in (("phone", fixes.phone_at), ("channel", fixes.channel_at))
    }
    return build_table("candidate", columns, recorded, version), notes


def _ids_of(at: Times) -> list[str]:
    found: list[str] = candidate_ids(np.flatnonzero(happens(at))).to_pylist()
    return found


def _versions(
    arrivals: Arrivals, profiles: Profiles, created_at: Times, fixes: CandidateCorrections
) -> tuple[Ints, Times, Ints, Times]:
    """Version rows, and for each the application time whose years of work it shows."""
    n, opener = len(profiles), profiles.first_application
    again = np.ones(len(arrivals), dtype=bool)
    again[opener] = False
    all_profiles = np.arange(n, dtype=np.int64)
    index = np.concatenate(
        [all_profiles, profiles.of_application[again], all_profiles, all_profiles]
    )
    recorded = np.concatenate(
        [created_at, arrivals.applied_at[again], fixes.phone_at, fixes.channel_at]
    )
    shown = np.concatenate([arrivals.applied_at[opener], arrivals.applied_at[again]])
    index, recorded, version, order = number_versions(index, recorded)
    rows = np.where(order < len(shown), order, -1)
    rows = rows[np.maximum.accumulate(np.where(rows >= 0, np.arange(len(rows)), 0))]
    return index, recorded, version, shown[rows]


def _phone_numbers(profiles: Profiles, n_people: int) -> Ints:
    """A person's own number, or another one for duplicates that are recognised otherwise."""
    other = n_people + np.arange(len(profiles), dtype=np.int64)
    own = (profiles.duplicate_kind < 0) | (profiles.duplicate_kind == 1)
    number = np.where(own, profiles.person, other)
    return np.where(profiles.duplicate_kind == 0, -1, number)


def _base_columns(
    seed: int,
    arrivals: Arrivals,
    profiles: Profiles,
    people: People,
    created_at: Times,
    n_staff: int,
) -> dict[str, Column]:
    """The columns that never change, one row per profile."""
    rng = stream(seed, "candidates")
    n, person = len(profiles), profiles.person
    who = (people.surname[person], people.first[person], people.second[person])
    has_id = chance(rng, 0.35, n) & (profiles.duplicate_kind < 0)
    by_id = np.zeros(len(people), dtype=bool)
    by_id[person[profiles.duplicate_kind == 2]] = True
    is_internal = arrivals.channel[profiles.first_application] == INTERNAL
    has_id |= (person < n_staff) | (by_id[person] & (profiles.duplicate_kind < 0))
    has_id |= profiles.duplicate_kind == 2
    known = ~chance(rng, 0.03, n)
    return {
        "source_id": candidate_ids(np.arange(n)),
        "candidate_no": codes("YS-C", np.arange(n), 7),
        "full_name": full_names(*who),
        "email": _emails(rng, profiles, latin_names(*who)),
        "national_id_hash": identity_hashes(seed, len(people), np.where(has_id, person, -1)),
        "education_level_code": pick(EDUCATION, np.where(known, people.education[person], -1)),
        "major": _by_family(MAJORS, people.family[person], people.major[person]),
        "current_employer": pick(_EMPLOYERS, rng.integers(0, len(_EMPLOYERS), n)),
        "skills": _skills(rng, people.family[person], people.n_skills[person]),
        "resume_uri": join_text("sandbox://resume/", candidate_ids(np.arange(n))),
        "created_at": pa.array(created_at, pa.timestamp("us", tz="UTC")),
        "is_internal": pa.array(is_internal),
        "gender": pick(GENDERS, people.gender[person]),
        "birth_on": pa.array(people.birth_on[person], pa.date32()),
        "ethnicity": pick(ETHNICITIES, people.ethnicity[person]),
        "marital_status": pick(MARITAL, people.marital[person]),
        "citizenship": pa.repeat("CN", n),
        "ext": pick(
            ['{"cust_relocation":"yes"}', '{"cust_relocation":"no"}', None],
            choose(rng, [0.4, 0.3, 0.3], n),
        ),
    }


def _emails(rng: Rng, profiles: Profiles, latin: pa.Array) -> Column:
    """One address per person; the same address spelled differently where that is the clue."""
    n = len(profiles)
    domain = pick(_DOMAINS, profiles.person % 4)
    own = join_text(latin, codes("", profiles.person, 7), domain)
    other = join_text(latin, ".", codes("", np.arange(n), 7), domain)
    kind = profiles.duplicate_kind
    variants = [pc.utf8_upper(own), join_text(" ", own), join_text(pc.utf8_title(own), " ")]
    spelled = pc.choose(pa.array(rng.integers(0, 3, n)), *variants)
    email = pc.if_else(pa.array(kind >= 1), other, own)
    return pc.if_else(pa.array(kind == 0), spelled, email)


def _by_family(words: tuple[tuple[str, ...], ...], family: Ints, place: Ints) -> pa.Array:
    start = np.cumsum([0] + [len(group) for group in words])
    return pick([word for group in words for word in group], start[family] + place)


def _skills(rng: Rng, family: Ints, count: Ints) -> pa.Array:
    """Lists of distinct skills of the family; one in forty profiles names none."""
    order = np.argsort(rng.random((len(family), len(SKILLS[0]))), axis=1)
    unnamed: Bools = chance(rng, 0.025, len(family))
    lengths = np.where(unnamed, 0, count)
    used = np.arange(len(SKILLS[0]))[None, :] < lengths[:, None]
    place = (order + family[:, None] * len(SKILLS[0]))[used]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), pick(sum(SKILLS, ()), place))
    return blank_where(lists, unnamed)


def consent_table(seed: int, profiles: Profiles, created_at: Times) -> pa.Table:
    """Consents given with the profile; a few are withdrawn later."""
    rng = stream(seed, "consents")
    n = len(profiles)
    purposes = ("recruiting", "ai_scoring", "model_training", "talent_pool")
    given = np.stack([chance(rng, p, n) for p in (1.0, 0.97, 0.6, 0.5)], axis=1)
    profile, purpose = np.nonzero(given)
    given_at = created_at[profile] + days(1 / 86_400)
    back_at = office_hours(given_at + days(rng.uniform(5, 300, len(profile))))
    withdrawn_at = only(chance(rng, 0.01, len(profile)) & (purpose > 0), back_at)
    index, recorded, version = snapshots([given_at, withdrawn_at])
    text = np.where(given_at < np.datetime64("2025-06-01"), 0, 1)[index]
    return build_table(
        "consent",
        {
            "source_id": codes("8", index, 7),
            "candidate_id": candidate_ids(profile[index]),
            "purpose_code": pick(purposes, purpose[index]),
            "version": pick(["v1", "v2"], text),
            "channel_code": pa.repeat("application_form", len(index)),
            "given_at": given_at[index],
            "withdrawn_at": np.where(recorded >= withdrawn_at[index], withdrawn_at[index], NAT),
        },
        recorded,
        version,
    )
