"""A second source of the simulated company: the list of a recruiting agency, as CSV.

Some of its people are candidates of the company already, written in ways that no exact rule sees;
others only look like them. Drawn from a random stream of its own, so that the company stays what
it is.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from connectors.sandbox.company.company import Company
from connectors.sandbox.company.kinds import Rng
from connectors.sandbox.company.names import latin_of, sounds_like, surname_length
from connectors.sandbox.company.streams import stream

SOURCE = "agency_list"
LIST, TRUTH = "agency_list.csv", "truth.json"
COLUMNS = ("编号", "姓名", "邮箱", "手机", "出生日期", "学历", "专业")
_DEGREES = {"below_bachelor": "大专", "bachelor": "本科", "master": "硕士", "doctor": "博士"}
_STRANGERS = 1_000_000  # numbers of people whom the company has never seen


@dataclass(frozen=True)
class Entry:
    """One person of the list; `person` is the truth, and not in the file."""

    person: str
    name: str
    email: str
    phone: str
    birth_on: date
    degree: str
    major: str


def true_persons(company: Company) -> dict[str, str]:
    """The person behind each candidate and employee record of the company."""
    planted = company.planted
    candidates = {i: i for i in company.tables["candidate"]["source_id"].to_pylist()}
    for group in planted["duplicates"]:
        candidates.update(dict.fromkeys(group["candidate_ids"], group["candidate_ids"][0]))
    candidates.update(planted["staff_profiles"])
    jobs = company.tables["employee"].select(["source_id", "person_no", "candidate_id"])
    persons = {f"candidate:{company.source}:{i}": person for i, person in candidates.items()}
    for job in jobs.to_pylist():
        person = candidates.get(job["candidate_id"], job["person_no"])
        persons[f"employee:{company.source}:{job['source_id']}"] = person
    return persons


def agency_entries(company: Company, share: float = 0.3) -> list[Entry]:
    """The list: about `share` of the company's candidates again, as many who only look like one
    of them, and as many strangers."""
    rng = stream(company.seed, "agency")
    persons = true_persons(company)
    rows = company.visible("candidate", company.clock_start).sort_by("source_id").to_pylist()
    known = [row for row in rows if row["phone"] and row["birth_on"] and row["major"]]
    order = rng.permutation(len(known))
    n = max(3 * len(_AGAIN), round(share * len(known)))
    entries = []
    for place, i in enumerate(order[: min(3 * n, len(order))]):
        person = persons[f"candidate:{company.source}:{known[i]['source_id']}"]
        own = _entry(known[i], person)
        if place < n:
            entries.append(_AGAIN[place % len(_AGAIN)](own, rng))
            continue
        stranger = replace(
            own, person=f"stranger-{place}", email=_new_email(own.name, place),
            phone=_new_phone(place), birth_on=own.birth_on + timedelta(int(rng.integers(20, 340))),
        )  # fmt: skip
        change = _ALIKE[place % len(_ALIKE)]
        entries.append(change(stranger, own, str(known[order[place - n]]["full_name"])))
    return [entries[i] for i in rng.permutation(len(entries))]


def _entry(row: dict[str, Any], person: str) -> Entry:
    degree = _DEGREES.get(row["education_level_code"], "")
    return Entry(person, row["full_name"], row["email"], row["phone"], row["birth_on"], degree,
                 row["major"])  # fmt: skip


def _new_phone(number: int) -> str:
    return f"+86101{number:08d}"


def _new_email(name: str, number: int) -> str:
    surname, given = latin_of(name)
    return f"{given}_{surname}{number}@private.example.com"


def _moved(own: Entry, rng: Rng) -> Entry:
    """A new phone and a private e-mail."""
    number = int(rng.integers(_STRANGERS, 50 * _STRANGERS))
    return replace(own, phone=_new_phone(number), email=_new_email(own.name, number % 997))


def _in_pinyin(own: Entry, rng: Rng) -> Entry:
    """The name in Latin letters, in one of the orders and spellings that people use."""
    surname, given = (part.title() for part in latin_of(own.name))
    spellings = (f"{surname} {given}", f"{given} {surname}", f"{surname.upper()}, {given}",
                 f"{given.upper()} {surname.upper()}")  # fmt: skip
    return replace(own, name=spellings[int(rng.integers(len(spellings)))])


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" for c in text)


def _pinyin_new_email(own: Entry, rng: Rng) -> Entry:
    return replace(_in_pinyin(own, rng), email=_moved(own, rng).email)


def _pinyin_moved(own: Entry, rng: Rng) -> Entry:
    moved = _moved(own, rng)
    return replace(_in_pinyin(own, rng), email=moved.email, phone=moved.phone)


def _wide_moved(own: Entry, rng: Rng) -> Entry:
    wide = _full_width(_in_pinyin(own, rng).name)
    return replace(_moved(own, rng), name=wide)


def _spaced_other_domain(own: Entry, rng: Rng) -> Entry:
    local = own.email.strip().lower().partition("@")[0]
    length = surname_length(own.name)
    spaced = own.name[:length] + "\u3000" + own.name[length:]
    return replace(_moved(own, rng), name=spaced, email=f"{local}@private.example.com")


def _typo(own: Entry, rng: Rng) -> Entry:
    """A character that sounds the same; where there is none, two Latin letters swapped."""
    alike = sounds_like(own.name[-1])
    name = own.name[:-1] + alike[0] if alike else _swapped(_in_pinyin(own, rng).name)
    return replace(_moved(own, rng), name=name, phone=own.phone)


def _swapped(name: str) -> str:
    return name[:-2] + name[-1] + name[-2]


def _birth_slip(own: Entry, rng: Rng) -> Entry:
    day = own.birth_on.day
    wrong = own.birth_on.replace(day=day + 1 if day % 10 < 8 and day < 27 else day - 1)
    return replace(
        _moved(own, rng), birth_on=wrong, phone=own.phone, name=_in_pinyin(own, rng).name
    )


Again = Callable[[Entry, Rng], Entry]
#: How a candidate stands in the list again; none shares an exact identifier under the same name.
_AGAIN: tuple[Again, ...] = (
    _moved, _pinyin_new_email, _pinyin_moved, _wide_moved, _spaced_other_domain, _typo, _birth_slip,
)  # fmt: skip


def _namesake(stranger: Entry, _own: Entry, _other: str) -> Entry:
    """The same name, schooling and nearly the same age."""
    return stranger


def _twin(stranger: Entry, own: Entry, other: str) -> Entry:
    """The same surname, birthday and phone, another given name."""
    return replace(stranger, name=_relative(own, other), birth_on=own.birth_on, phone=own.phone)


def _relative(own: Entry, other: str) -> str:
    """The surname with another given name."""
    surname = own.name[: surname_length(own.name)]
    return surname + (other[-1] if other[-1] != own.name[-1] else other[-1] * 2)


def _parent(stranger: Entry, own: Entry, other: str) -> Entry:
    """The same surname and phone, a generation older."""
    older = own.birth_on - timedelta(27 * 365)
    return replace(stranger, name=_relative(own, other), birth_on=older, phone=own.phone)


def _stranger(stranger: Entry, _own: Entry, other: str) -> Entry:
    return replace(stranger, name=other, email=_new_email(other, int(stranger.phone[-6:])))


_ALIKE = (_namesake, _stranger, _twin, _stranger, _parent, _stranger)


def write_agency_list(company: Company, folder: Path) -> int:
    """Write the list and, beside it, the truth about every record; how many people it lists."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = agency_entries(company)
    with (folder / LIST).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, entry in enumerate(entries, start=1):
            writer.writerow((entry_id(number), entry.name, entry.email, entry.phone,
                             entry.birth_on.isoformat(), entry.degree, entry.major))  # fmt: skip
    truth = {"is_simulated": True, "persons": {**true_persons(company), **listed_persons(entries)}}
    (folder / TRUTH).write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    return len(entries)


def entry_id(number: int) -> str:
    """Id of the n-th person of the list."""
    return f"A{number:06d}"


def listed_persons(entries: list[Entry]) -> dict[str, str]:
    """The person behind each record of the list."""
    return {
        f"candidate:{SOURCE}:{entry_id(number)}": entry.person
        for number, entry in enumerate(entries, start=1)
    }
