"""The wording of messages: `config/messages/*.yml`, Chinese and English in each."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.channels.messages import Card, Language, Line, Tone
from connectors.channels.policy import FieldClass, MessagePolicy, masked
from talentloop.config import load_model
from talentloop.errors import ConfigError
from talentloop.settings import Settings


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


def _names(text: str) -> set[str]:
    """The placeholders of a text.

    Raises:
        ValueError: a brace is left open, or holds more than a name.
    """
    found = set()
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"{{{name}}} is not the name of a field")
        found.add(name)
    return found


class LineWording(_Strict):
    """A labelled value; left out of group messages that may not show its fields."""

    label: str
    value: str


class Wording(_Strict):
    """A message in one language, with `{field}` where a value goes.

    Attributes:
        title: title of a card, subject of a mail, summary of an appointment.
        paragraphs: running text.
        lines: labelled values.
        link_text: the words on the link.
    """

    title: str = Field(min_length=1)
    paragraphs: tuple[str, ...] = ()
    lines: tuple[LineWording, ...] = ()
    link_text: str = ""

    @property
    def texts(self) -> list[str]:
        """All texts that may hold placeholders."""
        return [self.title, *self.paragraphs, *(line.value for line in self.lines)]


class Template(_Strict):
    """One message.

    Attributes:
        audience: a group reads it (then the policy decides what is shown), or the person whom it
            concerns or who interviews them.
        fields: the values that it takes, and what each is about.
        tone: colour of a card.
    """

    name: str = ""
    file: Path = Path()
    audience: Literal["group", "person"]
    fields: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], FieldClass]
    tone: Tone = "neutral"
    zh: Wording
    en: Wording

    @field_validator("zh", "en")
    @classmethod
    def _placeholders(cls, wording: Wording) -> Wording:
        for text in wording.texts:
            _names(text)
        return wording

    @model_validator(mode="after")
    def _both_say_the_same(self) -> Template:
        used = {lang: self._used(getattr(self, lang).texts) for lang in ("zh", "en")}
        if used["zh"] != used["en"]:
            raise ValueError(f"zh and en use different fields: {used['zh'] ^ used['en']}")
        unknown = used["zh"] - self.fields.keys()
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))} is not declared under fields")
        running = self._used([self.zh.title, *self.zh.paragraphs])
        running |= self._used([self.en.title, *self.en.paragraphs])
        loud = [name for name in sorted(running) if self.fields[name] != "plain"]
        if self.audience == "group" and loud:
            raise ValueError(
                f"{', '.join(loud)} may stand only in a line of its own, which a policy can leave out"
            )
        return self

    @staticmethod
    def _used(texts: Iterable[str]) -> set[str]:
        return set().union(*(_names(text) for text in texts))

    def card(
        self,
        language: Language,
        values: Mapping[str, str],
        policy: MessagePolicy,
        *,
        link: str = "",
    ) -> Card:
        """The message with its values, as the policy lets this audience see it.

        Raises:
            ConfigError: a value is missing, or is none of this message's.
        """
        self._check(values)
        wording: Wording = getattr(self, language)
        shown = dict(values)
        if self.audience == "group" and policy.group.identity == "masked":
            shown |= {n: masked(values[n]) for n, kind in self.fields.items() if kind == "identity"}
        lines = [
            Line(label=line.label, value=_flat(line.value.format_map(shown)))
            for line in wording.lines
            if self.audience == "person" or self._may_show(line.value, policy)
        ]
        return Card(
            language=language,
            title=_flat(wording.title.format_map(shown)),
            paragraphs=tuple(text.format_map(shown) for text in wording.paragraphs),
            lines=tuple(lines),
            link=link,
            link_text=wording.link_text if link else "",
            tone=self.tone,
        )

    def _may_show(self, text: str, policy: MessagePolicy) -> bool:
        hidden = {
            kind
            for kind, rule in (("identity", policy.group.identity), ("result", policy.group.result))
            if rule == "hidden"
        }
        return not any(self.fields[name] in hidden for name in _names(text))

    def _check(self, values: Mapping[str, str]) -> None:
        missing = sorted(self.fields.keys() - values.keys())
        unknown = sorted(values.keys() - self.fields.keys())
        if missing or unknown:
            problem = (
                f"has no value for {', '.join(missing)}"
                if missing
                else f"knows no field {', '.join(unknown)}"
            )
            raise ConfigError(
                f"The message {self.name} {problem}",
                where=f"{self.file}, fields",
                remedy="Give each declared field a value, or correct the template.",
            )


def _flat(text: str) -> str:
    """On one line: whatever a value brings cannot start another."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def template_names(settings: Settings) -> list[str]:
    """The messages there are."""
    return sorted(path.stem for path in (settings.config / "messages").glob("*.yml"))


def load_template(settings: Settings, name: str) -> Template:
    """A message by its name.

    Raises:
        ConfigError: there is none such, or its file does not fit.
    """
    path = settings.config / "messages" / f"{name}.yml"
    if name not in template_names(settings):
        raise ConfigError(
            f"There is no message {name!r}",
            where=str(path),
            remedy="Known are: " + (", ".join(template_names(settings)) or "none") + ".",
        )
    return load_model(path, Template).model_copy(update={"name": name, "file": path})
