"""Drafting a mapping from what a source shows, and trying the draft on live rows.

A draft is a proposal for a person to read: names are guessed from what vendors usually call things,
kinds from the rows. Nothing is landed or noted, and no value of a field is shown.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from connectors.mapping.contract import ContractField, choices_of, contract_fields
from connectors.mapping.profile import FieldSeen, Profile
from talentloop.config import load_yaml
from talentloop.contracts import ENTITIES

_HINTS = Path(__file__).resolve().parents[1] / "mapping" / "hints.yml"
#: Not mapped by a rule of their own.
_NOT_FIELDS = {"source", "source_id", "source_updated_at", "is_deleted", "ext"}
_GOOD = 0.75


@dataclass(frozen=True)
class Guess:
    """One source field and what it seems to be.

    Attributes:
        target: `entity.field`, or empty where nothing fits.
        conflict: why the field cannot go there as it is; empty where it can.
    """

    path: str
    kinds: str
    form: str
    share: float
    label: str
    target: str
    conflict: str = ""


@dataclass
class StreamDraft:
    """A drafted stream.

    Attributes:
        rule: what would stand under the stream in a mapping file; None where no entity fits.
        missing: fields that the contract requires and nothing seems to deliver.
    """

    stream: str
    entity: str
    rows: int
    guesses: list[Guess] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    rule: dict[str, Any] | None = None

    @property
    def unmapped(self) -> list[str]:
        """Source fields that nothing reads."""
        return [guess.path for guess in self.guesses if not guess.target]

    @property
    def conflicts(self) -> list[Guess]:
        """Fields that cannot go where they seem to belong as they are."""
        return [guess for guess in self.guesses if guess.conflict]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "unmapped": self.unmapped}


@cache
def _hints() -> dict[str, dict[str, list[str]]]:
    loaded: dict[str, dict[str, list[str]]] = load_yaml(_HINTS)
    return {
        part: {name: [_bare(word) for word in words] for name, words in given.items()}
        for part, given in loaded.items()
    }


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", str(name)).lower()


def draft_stream(
    stream: str, profile: Profile, *, entity: str = "", key: Sequence[str] = ()
) -> StreamDraft:
    """A mapping for one stream, guessed from its fields.

    Args:
        entity: the canonical record that its rows are; guessed from the stream's name if empty.
        key: fields that name a record, where the source says so.
    """
    chosen = entity or _entity(stream, profile)
    made = StreamDraft(stream, chosen, profile.rows)
    if not chosen:
        made.guesses = [_guess(seen, profile.rows, "") for seen in profile.fields.values()]
        return made
    contract = contract_fields(ENTITIES[chosen])
    targets = _assigned(profile, contract, chosen, key)
    by_path: dict[str, list[str]] = {}
    for target, path in targets.items():
        by_path.setdefault(path, []).append(target)
    rules: dict[str, Any] = {}
    for path, seen in profile.fields.items():
        names = by_path.get(path, [])
        conflict = ""
        for name in names:
            if name in ("key", "updated_at"):
                rule, why = _rule(seen, contract["source_updated_at"]) if name == "updated_at" else (
                    path, ""
                )  # fmt: skip
            else:
                rule, why = _rule(seen, contract[name])
            rules[name] = rule
            conflict = conflict or why
        target = ", ".join(f"{chosen}.{_shown(name)}" for name in names)
        made.guesses.append(_guess(seen, profile.rows, target, conflict))
    made.missing = _missing(contract, rules)
    made.rule = _as_rule(chosen, rules, contract, profile)
    return made


def _shown(name: str) -> str:
    return {"key": "source_id", "updated_at": "source_updated_at"}.get(name, name)


def _guess(seen: FieldSeen, rows: int, target: str, conflict: str = "") -> Guess:
    share = round(seen.rows / rows, 2) if rows else 0.0
    kinds = ", ".join(sorted(seen.kinds))
    return Guess(seen.path, kinds, seen.form, share, seen.label, target, conflict)


def _entity(stream: str, profile: Profile) -> str:
    """The entity that a stream's name speaks of; else the one with the most fields in common."""
    name = _bare(stream)
    words = _hints()["entities"]
    for entity, known in words.items():
        if name in known:
            return entity
    inside = [
        (len(word), entity)
        for entity, known in words.items()
        for word in known
        if len(word) > 4 and word in name
    ]
    if inside:
        return max(inside)[1]
    scores = {
        entity: len(_assigned(profile, contract_fields(ENTITIES[entity]), entity, ()))
        for entity in words
    }
    best = max(scores, key=lambda entity: scores[entity])
    return best if scores[best] >= 4 else ""


def _assigned(
    profile: Profile, contract: Mapping[str, ContractField], entity: str, key: Sequence[str]
) -> dict[str, str]:
    """Target → source path: the best pairs first, each path once (a key may be a field too)."""
    wanted = [name for name in contract if name not in _NOT_FIELDS]
    pairs = sorted(
        (
            (-_likeness(target, seen, entity), order, target, path)
            for order, target in enumerate(["key", "updated_at", *wanted])
            for path, seen in profile.fields.items()
        ),
    )
    found: dict[str, str] = {}
    if len(key) == 1 and key[0] in profile.fields:
        found["key"] = key[0]
    taken = {path for target, path in found.items() if target != "key"}
    for score, _, target, path in pairs:
        if -score < _GOOD or target in found:
            continue
        if path in taken and target != "key":
            continue
        found[target] = path
        if target != "key":
            taken.add(path)
    return found


def _likeness(target: str, seen: FieldSeen, entity: str) -> float:
    """How much a source field is like a canonical one, 0..1."""
    last = re.split(r"[.\]]", seen.path)[-1] or seen.path
    if last.lower() in ("value", "label", "name") and "." in seen.path:
        last = re.split(r"[.\[]", seen.path)[-2 if "[" not in seen.path else 0]
    names = {_bare(seen.path), _bare(last), _bare(seen.label)} - {""}
    hints = [*_hints()["fields"].get(target, []), _bare(target)]
    if target == "key":
        hints = [
            f"{_bare(word)}id" for word in (entity, *_hints()["entities"].get(entity, []))
        ] + hints
    best = 0.0
    for place, hint in enumerate(dict.fromkeys(hints)):
        for name in names:
            if name == hint:
                best = max(best, 1.0 - 0.01 * min(place, 15))
            elif len(hint) > 4 and difflib.SequenceMatcher(None, name, hint).ratio() > 0.9:
                best = max(best, 0.8)
    return best


def _rule(seen: FieldSeen, contract: ContractField) -> tuple[Any, str]:
    """The rule of a field, and why it will not do as it is."""
    choices = choices_of(contract.annotation)
    if choices:
        return _valued(seen, choices)
    transform, why = _transform(seen, contract)
    return ({"from": seen.path, "transform": transform} if transform else seen.path), why


def _transform(seen: FieldSeen, contract: ContractField) -> tuple[str, str]:
    kinds, form, kind = set(seen.kinds), seen.form, contract.kind
    by_name = {"email": "email", "phone": "phone_e164(CN)"}
    if kinds & {"object", "list"} and kind != "list":
        return "", f"holds an {'object' if 'object' in kinds else 'list'}, {kind} is due"
    if kind == "instant":
        return _instant(kinds, form)
    if kind == "date":
        return _date(kinds, form)
    if kind in ("int", "float") and kinds == {"text"} and form != "number":
        return "", f"is text of the form {form}, a number is due"
    return ("bool" if kind == "bool" and kinds == {"text"} else by_name.get(contract.name, "")), ""


def _instant(kinds: set[str], form: str) -> tuple[str, str]:
    if kinds == {"number"}:
        return "epoch(ms)", "is a number: check whether it counts seconds or milliseconds"
    if form in ("instant", "odata"):
        return "datetime_utc", ""
    if form == "local_time":
        return (
            "datetime(yyyy-MM-dd HH:mm:ss, Asia/Shanghai)",
            "names no time zone: check whether it is Asia/Shanghai",
        )
    return "", f"is of the form {form or 'none'}, an instant with a time zone is due"


def _date(kinds: set[str], form: str) -> tuple[str, str]:
    if form == "date":
        return "", ""
    if form in ("instant", "odata"):
        return "local_date(Asia/Shanghai)", "is an instant: check the time zone of its day"
    if form == "local_time":
        return "date(yyyy-MM-dd HH:mm:ss)", ""
    return "date_any", f"is of the form {form or ', '.join(sorted(kinds))}: check how it is read"


def _valued(seen: FieldSeen, choices: Sequence[str]) -> tuple[Any, str]:
    """A value map over the texts that were seen, and those that nobody could guess."""
    values: dict[str, str] = {}
    open_words: list[str] = []
    for word in seen.words:
        meant = _meaning(word, choices)
        if meant is None:
            open_words.append(word)
        else:
            values[word] = meant
    if values and all(word == meant for word, meant in values.items()) and not open_words:
        return seen.path, ""
    rule: Any = {"from": seen.path, "values": values} if values else seen.path
    if open_words:
        listed = ", ".join(sorted(open_words)[:8])
        return rule, f"has values without a meaning yet: {listed}; known are {', '.join(choices)}"
    return rule, ""


def _meaning(word: str, choices: Sequence[str]) -> str | None:
    bare = _bare(word)
    for choice in choices:
        if bare == _bare(choice) or bare in _hints()["words"].get(choice, []):
            return choice
    return None


def _missing(contract: Mapping[str, ContractField], rules: Mapping[str, Any]) -> list[str]:
    derived = {"score_0_1", "rating_0_1"}
    needed = [n for n, c in contract.items() if c.is_required and n not in _NOT_FIELDS | derived]
    return [name for name in ["key", *needed] if name not in rules]


def _as_rule(
    entity: str, rules: Mapping[str, Any], contract: Mapping[str, ContractField], profile: Profile
) -> dict[str, Any]:
    record: dict[str, Any] = {"entity": entity, "key": rules.get("key", "TODO")}
    if "updated_at" in rules:
        record["updated_at"] = rules["updated_at"]
    record["fields"] = {name: rules[name] for name in contract if name in rules}
    prefix = _prefix(profile)
    if prefix:
        record["custom"] = {"prefix": prefix}
    return {"records": [record]}


def _prefix(profile: Profile) -> str:
    """What the names of the tenant's own fields begin with, if it looks like it."""
    found: Counter[str] = Counter()
    for path in profile.fields:
        match = re.match(r"(cust_|custom_?|ext_?|cf_|udf_?|c_)", path, re.IGNORECASE)
        if match:
            found[match[0]] += 1
    return found.most_common(1)[0][0] if found else ""


def as_yaml(drafts: Sequence[StreamDraft], source: str) -> str:
    """The draft as a mapping file, with what is open as comments at its head."""
    streams = {d.stream: d.rule for d in drafts if d.rule is not None}
    lines = [f"# Drafted by `talentloop map {source}`: read every line before you use it."]
    lines += list(_open_points(drafts))
    body = yaml.safe_dump({"streams": streams}, allow_unicode=True, sort_keys=False, width=100)
    return "\n".join(lines) + "\n" + body


def _open_points(drafts: Sequence[StreamDraft]) -> Iterator[str]:
    for d in drafts:
        if not d.entity:
            yield f"# {d.stream}: no entity fits; name one with --entity {d.stream}=…"
        for name in d.missing:
            yield f"# {d.stream}: required and not found: {name}"
        for guess in d.conflicts:
            yield f"# {d.stream}: {guess.path} → {guess.target}: {guess.conflict}"
        if d.unmapped:
            yield f"# {d.stream}: not mapped: {', '.join(d.unmapped)}"
