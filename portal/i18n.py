"""Texts in Chinese and English from gettext catalogues.

Message ids are names such as `monthly.title`, so that neither language is the original. The
`.po` files are read as they are; there is nothing to compile.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po
from markupsafe import Markup

from talentloop.codes import Lang

LOCALE_DIR = Path(__file__).parent / "locale"
Forms = tuple[str, ...]


@lru_cache(maxsize=2)
def catalogue(lang: Lang) -> dict[str, Forms]:
    """Every message of a language by id: one form, or singular and plural."""
    messages: dict[str, Forms] = {}
    for path in sorted((LOCALE_DIR / lang / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=lang):
                if message.id:
                    name = message.id if isinstance(message.id, str) else message.id[0]
                    text = message.string or ""
                    messages[name] = (text,) if isinstance(text, str) else tuple(text)
    return messages


#: Between a number and a Chinese word: no line may break there.
_GLUED = re.compile(r"(?<=[\d%]) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=[\d<>−+])")


class Translator:
    """The texts of one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._messages = catalogue(lang)

    def _glue(self, text: str) -> str:
        return _GLUED.sub("\u00a0", text) if self.lang == "zh" else text

    def text(self, key: str, **values: object) -> str:
        """The message, with its `{placeholders}` filled in.

        Raises:
            KeyError: the catalogue has no such message, or a placeholder has no value.
        """
        return self._glue(self._messages[key][0].format(**values))

    def counted(self, key: str, n: int, **values: object) -> str:
        """The message in the form for `n` things; `{n}` is the number with thousands commas."""
        forms = self._messages[key]
        form = forms[0] if n == 1 or len(forms) == 1 else forms[-1]
        return self._glue(form.format(n=f"{n:,}", **values))

    def markup(self, key: str, **values: object) -> Markup:
        """The message as HTML: its own tags hold, values are escaped."""
        return Markup(self._messages[key][0]).format(**values)  # noqa: S704 - our own catalogue
