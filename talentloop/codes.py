"""Labels of codes, in Chinese and English, from `config/code_lists/`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


class Bilingual(Strict):
    """One text in both languages; neither may be empty."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, lang: Lang) -> str:
        """The text in one language."""
        return self.zh if lang == "zh" else self.en


class CodeList(Strict):
    """The labels of one list, in display order."""

    labels: dict[str, Bilingual]


class CodeLists:
    """Every code list of an installation."""

    def __init__(self, lists: dict[str, CodeList]) -> None:
        self._lists = lists

    def names(self) -> list[str]:
        """Names of the lists."""
        return sorted(self._lists)

    def codes(self, name: str) -> list[str]:
        """The codes of a list, in display order."""
        return list(self._get(name).labels)

    def label(self, name: str, code: str | None, lang: Lang) -> str:
        """The label of a code.

        A code without a label is shown as it is, so that a tenant's new code is never hidden.
        No code at all takes the label of `none`, or a dash where the list has no such entry.
        """
        labels = self._get(name).labels
        found = labels.get("none" if code is None else code)
        if found is not None:
            return found.text(lang)
        return "—" if code is None else code

    def position(self, name: str, code: str | None) -> int:
        """Place of a code in its list; codes without a label come last."""
        codes = self.codes(name)
        return codes.index(code) if code in codes else len(codes)

    def _get(self, name: str) -> CodeList:
        if name not in self._lists:
            raise ConfigError(
                f"There is no code list {name!r}",
                where="config/code_lists",
                remedy=f"Known lists: {', '.join(self.names())}.",
            )
        return self._lists[name]


@lru_cache(maxsize=4)
def _read(folder: Path) -> CodeLists:
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise ConfigError(
            "There are no code lists",
            where=str(folder),
            remedy="Restore config/code_lists, or point TALENTLOOP_CONFIG at the right folder.",
        )
    return CodeLists({file.stem: load_model(file, CodeList) for file in files})


def load_code_lists(settings: Settings) -> CodeLists:
    """The code lists under the configuration folder, read once per process.

    Raises:
        ConfigError: the folder is missing or empty, or a list is malformed.
    """
    return _read(settings.config / "code_lists")
