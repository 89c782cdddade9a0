"""What the test voices say: the vocabulary, and the sentences that are kept out of training."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = Path(__file__).with_name("vocabulary.yml")
SENTENCES = ROOT / "interview" / "speech" / "fixture" / "held_out.yml"
_PUNCTUATION = ",.，。…"


def vocabulary() -> tuple[dict[str, list[list[str]]], dict[str, list[str]]]:
    """Phrases (each a list of units) and units of each language."""
    content = yaml.safe_load(VOCABULARY.read_text(encoding="utf-8"))
    phrases = {
        language: [str(phrase).split() for phrase in listed]
        for language, listed in content["phrases"].items()
    }
    units = {
        language: sorted(
            {unit for phrase in listed for unit in phrase} | set(content["words"][language])
        )
        for language, listed in phrases.items()
    }
    return phrases, units


def sentences() -> dict[str, list[str]]:
    """The sentences by which the model is measured, by language."""
    content: dict[str, list[str]] = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
    return content


def held_out() -> set[str]:
    """The same without punctuation, as a transcript has them."""
    return {
        "".join(character for character in sentence if character not in _PUNCTUATION)
        for listed in sentences().values()
        for sentence in listed
    }
