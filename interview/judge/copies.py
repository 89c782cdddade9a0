"""Programs that are copied from each other, by winnowing.

Schleimer, Wilkerson, Aiken: Winnowing: local algorithms for document fingerprinting, SIGMOD 2003.
Names and literals are taken for one, so that renaming hides nothing; comments and layout do not
count. Found is what a person should look at: two people may write the same by themselves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from interview.judge.config import CopyRule
from interview.judge.result import Copy
from interview.session import ProgrammingLanguage

#: Words of the five languages that make a program's structure. Types are left out: they are
#: changed as easily as names.
_KEYWORDS = frozenset(
    [
        "if",
        "else",
        "elif",
        "for",
        "while",
        "do",
        "switch",
        "case",
        "default",
        "break",
        "continue",
        "return",
        "goto",
        "try",
        "catch",
        "except",
        "finally",
        "throw",
        "raise",
        "new",
        "delete",
        "class",
        "struct",
        "enum",
        "interface",
        "func",
        "function",
        "def",
        "lambda",
        "in",
        "is",
        "not",
        "and",
        "or",
        "with",
        "yield",
        "await",
        "async",
        "go",
        "defer",
        "select",
        "range",
        "chan",
        "map",
        "import",
        "package",
        "using",
        "namespace",
        "template",
        "operator",
        "pass",
        "del",
        "global",
        "nonlocal",
        "assert",
        "record",
        "extends",
        "implements",
    ]
)
#: Every branch takes what it began with to its end, so that reading stays linear in the length
#: of a hostile source, too: what is not closed reaches to the end of the text.
_PLAIN = r"\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?"
_TRIPLE = r"\"{3}(?:.*?\"{3}|.*)|'{3}(?:.*?'{3}|.*)"
_RAW = r'R"(?P<mark>[^()\\\s]{0,16})\((?:.*?\)(?P=mark)"|.*)'


def _pattern(comment: str, string: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<skip>\s+|{comment})|(?P<literal>{string}|{_PLAIN}|\d[\w.]*)"
        r"|(?P<name>[^\W\d]\w*)|(?P<sign>.)",
        re.DOTALL,
    )


_PYTHON = _pattern(r"#[^\n]*", _TRIPLE)
_BRACES = _pattern(r"//[^\n]*|/\*(?:.*?\*/|.*)", rf"{_RAW}|`(?:\\.|[^`\\])*`?")
_SPANS = 5


@dataclass(frozen=True)
class Prints:
    """Fingerprints of a program with where each stands, in characters.

    Attributes:
        tokens: how many there are in the program.
    """

    tokens: int
    places: dict[int, tuple[int, int]] = field(repr=False)


def fingerprints(source: str, language: ProgrammingLanguage, rule: CopyRule) -> Prints:
    """Fingerprints of a program: of every window of hashes of `gram` tokens the smallest, the
    rightmost of equal ones."""
    tokens = _tokens(source, language)
    grams = [
        (_hash(" ".join(word for word, _, _ in run)), run[0][1], run[-1][2])
        for run in (tokens[i : i + rule.gram] for i in range(len(tokens) - rule.gram + 1))
    ]
    places: dict[int, tuple[int, int]] = {}
    for i in range(max(len(grams) - rule.window + 1, min(len(grams), 1))):
        window = grams[i : i + rule.window]
        value, begin, end = min(reversed(window), key=lambda each: each[0])
        places.setdefault(value, (begin, end))
    return Prints(len(tokens), places)


def find_copies(
    source: str,
    language: ProgrammingLanguage,
    others: Mapping[str, str],
    rule: CopyRule,
    given: str = "",
) -> tuple[Copy, ...]:
    """The answers of others that a program is alike, most alike first.

    Args:
        others: sources of other candidates' answers to the same problem in the same language, by
            answer id.
        given: code that every candidate was given; it does not count.
    """
    shared = fingerprints(given, language, rule).places.keys()
    own = fingerprints(source, language, rule)
    found = []
    for answer_id, other in others.items():
        theirs = fingerprints(other, language, rule)
        if min(own.tokens, theirs.tokens) < rule.tokens:
            continue
        mine, yours = own.places.keys() - shared, theirs.places.keys() - shared
        smaller = min(len(mine), len(yours))
        common = mine & yours
        if smaller and len(common) / smaller >= rule.share:
            spans = _merge([own.places[value] for value in common])[:_SPANS]
            share = round(len(common) / smaller, 3)
            found.append(Copy(answer_id=answer_id, share=share, spans=tuple(spans)))
    return tuple(sorted(found, key=lambda each: (-each.share, each.answer_id)))


def _tokens(source: str, language: ProgrammingLanguage) -> list[tuple[str, int, int]]:
    found = []
    for match in (_PYTHON if language == "python" else _BRACES).finditer(source):
        kind, word = match.lastgroup, match.group()
        if kind == "skip":
            continue
        if kind == "name" and word not in _KEYWORDS:
            word = "n"
        elif kind not in ("name", "sign"):
            word = "l"
        found.append((word, match.start(), match.end()))
    return found


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans without overlaps, longest first."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return sorted(merged, key=lambda span: (span[0] - span[1], span[0]))
