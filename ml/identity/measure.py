"""Precision and recall, pair by pair, against planted truth."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path

from ml.identity.links import newest_links
from ml.identity.results import Quality
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.warehouse import restricted_table

RECORDS = "restricted_identity_record"


def pairwise(groups: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Quality:
    """Compare records grouped one way with the true persons; only records that both know."""
    known = [record for record in groups if record in truth]
    return Quality(
        joined=_pairs(groups[r] for r in known),
        true=_pairs(truth[r] for r in known),
        right=_pairs((groups[r], truth[r]) for r in known),
    )


def _pairs(keys: Iterable[Hashable]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(keys).values())


def evaluate(settings: Settings, truth: Mapping[str, str]) -> dict[str, Quality]:
    """Figures of the published copy: of the exact rules alone, of the exact rules and the links
    in force, and of the proposals that wait (`true` then counts their pairs).

    Raises:
        PublishError: nothing is published.
    """
    columns = ["record_id", "exact_component_id", "person_key"]
    rows = restricted_table(settings, RECORDS).select(columns).to_pydict()
    exact = dict(zip(rows["record_id"], rows["exact_component_id"], strict=True))
    person = dict(zip(rows["record_id"], rows["person_key"], strict=True))
    waiting = [
        pair
        for pair, link in newest_links(settings).items()
        if link.decision == "proposed" and all(record in truth for record in pair)
    ]
    right = sum(truth[a] == truth[b] for a, b in waiting)
    return {
        "exact_rules": pairwise(exact, truth),
        "resolved": pairwise(person, truth),
        "proposals": Quality(joined=len(waiting), true=len(waiting), right=right),
    }


def read_truth(path: Path) -> dict[str, str]:
    """The true person of each record, from a JSON file: `{"persons": {record id: person}}`.

    Raises:
        ConfigError: there is no such file, or it does not hold that.
    """
    try:
        persons = json.loads(path.read_text(encoding="utf-8"))["persons"]
        return {str(record): str(person) for record, person in persons.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"The truth cannot be read ({type(error).__name__})",
            where=str(path),
            remedy="`talentloop sandbox agency FOLDER` writes one beside its list.",
        ) from None
