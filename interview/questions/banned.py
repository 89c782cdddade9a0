"""Topics that no question may touch, in four languages (config/banned_topics.yml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from interview.intake.document import fold
from interview.session import LanguageCode
from talentloop.codes import Bilingual
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict

#: What "…" in a phrase stands for: up to four words, or six hanzi, within the sentence.
_WORDS_BETWEEN = r"\W+(?:[^\W_][\w'-]*\W+){0,4}?"
_HANZI_BETWEEN = r"[^。？！?!.\n]{0,6}?"
_IDEOGRAPH = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")


class Topic(Strict):
    """One topic: its name, phrases by language, and phrases that only look like it."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    phrases: dict[LanguageCode, tuple[str, ...]]
    exempt: tuple[str, ...] = ()


class BannedFile(Strict):
    """config/banned_topics.yml."""

    topics: dict[str, Topic] = Field(min_length=1)


@dataclass(frozen=True)
class BannedHit:
    """A banned topic in a text, and the words that touch it."""

    topic_code: str
    topic: Bilingual
    words: str


class BannedTopics:
    """The topics, ready to search for. Every phrase is sought in every text, whatever its language:
    a Chinese question may hold English words."""

    def __init__(self, file: BannedFile) -> None:
        self._topics = {
            code: (
                Bilingual(zh=topic.zh, en=topic.en),
                _pattern(phrase for named in topic.phrases.values() for phrase in named),
                _pattern(topic.exempt),
            )
            for code, topic in file.topics.items()
        }

    def find(self, text: str) -> list[BannedHit]:
        """What the text touches, one hit for each topic and wording."""
        plain = _plain(text)
        found: dict[tuple[str, str], BannedHit] = {}
        for code, (label, phrases, exempt) in self._topics.items():
            holes = [m.span() for m in exempt.finditer(plain)] if exempt else []
            for match in phrases.finditer(plain) if phrases else ():
                start, end = match.span()
                # A phrase that shares words with an exempt one is the exempt one's.
                if not any(start < stop and begin < end for begin, stop in holes):
                    words = text[start:end]
                    found.setdefault((code, words), BannedHit(code, label, words))
        return list(found.values())


#: Written otherwise in print, or not to be seen at all: each becomes one plain character.
_TYPOGRAPHY = str.maketrans("’‘‐‑\u00ad\u200b\u200c\u200d\ufeff", "''--     ")


def _plain(text: str) -> str:
    return fold(text).translate(_TYPOGRAPHY)


def _pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    ordered = sorted({_plain(p) for p in phrases}, key=len, reverse=True)
    return re.compile("|".join(map(_phrase, ordered))) if ordered else None


def _phrase(phrase: str) -> str:
    is_chinese = bool(_IDEOGRAPH.search(phrase))
    parts = [part.strip() for part in phrase.split("…")]
    if is_chinese:
        # Spaces between hanzi hide nothing.
        return _HANZI_BETWEEN.join(r"\s*".join(map(re.escape, part)) for part in parts)
    words = (r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", part))) for part in parts)
    return rf"(?<![^\W_]){_WORDS_BETWEEN.join(words)}(?![^\W_\u2e80-\uffff])"


@lru_cache(maxsize=4)
def _read(path: Path) -> BannedTopics:
    return BannedTopics(load_model(path, BannedFile))


def load_banned_topics(settings: Settings) -> BannedTopics:
    """The banned topics of the configuration, read once per process.

    Raises:
        ConfigError: the file is missing or does not fit.
    """
    return _read(settings.config / "banned_topics.yml")
