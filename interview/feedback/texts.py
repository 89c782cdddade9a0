"""The sentences of the report, from `config/feedback.yml`."""

from __future__ import annotations

from pydantic import model_validator

from talentloop.codes import Bilingual, CodeLists, Lang
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict

_SENTENCES = frozenset(
    [
        "title",
        "simulated",
        "test_model",
        "ended",
        "counted",
        "rule_last",
        "rule_first",
        "dimensions",
        "level",
        "not_scored",
        "improve",
        "well",
        "questions",
        "follow_up",
        "attempt",
        "supplement",
        "not_counted",
        "nothing_quoted",
        "withheld",
        "tests",
        "rights",
        "review",
        "explain",
        "alone",
        "no_comparison",
        "made",
    ]
)


class FeedbackTexts(Strict):
    """The content of `config/feedback.yml`; the file explains each part."""

    contact: Bilingual
    texts: dict[str, Bilingual]
    advice: dict[str, Bilingual]
    withheld: dict[str, Bilingual]

    @model_validator(mode="after")
    def _whole(self) -> FeedbackTexts:
        if self.texts.keys() != _SENTENCES:
            odd = sorted(self.texts.keys() ^ _SENTENCES)
            raise ValueError(f"texts must be those that the report has; differs in {odd}")
        if "other" not in self.advice:
            raise ValueError("advice needs an entry `other`")
        return self


class Words:
    """The sentences in one language."""

    def __init__(self, texts: FeedbackTexts, codes: CodeLists, lang: Lang) -> None:
        self._texts, self._codes, self.lang = texts, codes, lang

    def say(self, name: str, **values: object) -> str:
        """A sentence with its values."""
        return self._texts.texts[name].text(self.lang).format(**values)

    def label(self, code_list: str, code: str) -> str:
        """The label of a code."""
        return self._codes.label(code_list, code, self.lang)

    def advice(self, signal_code: str) -> str:
        """What to do better where a signal was weak."""
        found = self._texts.advice
        return found.get(signal_code, found["other"]).text(self.lang)

    def contact(self) -> str:
        """Whom to ask."""
        return self._texts.contact.text(self.lang)

    def reason(self, code: str) -> str:
        """Why an answer was withheld."""
        if code in self._texts.withheld:
            return self._texts.withheld[code].text(self.lang)
        lists = self._codes.names()
        for name in ("gate", "answer_flag"):
            if name in lists and code in self._codes.codes(name):
                return self.label(name, code)
        return code


def load_words(settings: Settings, codes: CodeLists, lang: Lang) -> Words:
    """The report's words in a language.

    Raises:
        ConfigError: the file is missing or does not fit.
    """
    return Words(load_model(settings.config / "feedback.yml", FeedbackTexts), codes, lang)
