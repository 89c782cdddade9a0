"""Simulated answers to test a scorer on: ladders of ever better ones, and pairs that must not differ."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from interview.session import Question
from interview.transcript import SpeechModel, Transcript
from talentloop.codes import LANGS, Bilingual, Lang
from talentloop.config import load_model
from talentloop.settings import Settings
from talentloop.strict import Strict

LABEL = Bilingual(
    zh="模拟回答：仅为自检，不能证明效度",
    en="simulated answers: a self-test, not evidence of validity",
)
Trait = Literal["name", "school", "gender"]
_TYPED = SpeechModel(name="none", kind="typed", sha256="0" * 64, options_hash="0" * 16)


class Block(Strict):
    """A sentence that adds something to an answer, in both languages."""

    code: str
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Built(Strict):
    """A question with an answer that says little, and the blocks that make it better."""

    question: Question
    base: Bilingual
    blocks: tuple[Block, ...] = Field(min_length=2)


class Swap(Strict):
    """An answer with places for what must not matter: {name}, {school}, {person}, {pronoun}…"""

    question_code: str
    zh: str
    en: str


class Gender(Strict):
    """Words for somebody of one gender."""

    person: str
    pronoun: str
    possessive: str


class Traits(Strict):
    """What is put in the places, by language."""

    name: dict[Lang, tuple[str, ...]]
    school: dict[Lang, tuple[str, ...]]
    gender: dict[Lang, tuple[Gender, ...]]


class Material(Strict):
    """config/rubrics/self_test.yml."""

    seed: int
    ladders: int = Field(ge=1, le=1000)
    questions: tuple[Built, ...] = Field(min_length=1)
    swaps: tuple[Swap, ...] = Field(min_length=1)
    what_must_not_matter: Traits

    @model_validator(mode="after")
    def _known_questions(self) -> Material:
        known = {built.question.question_code for built in self.questions}
        unknown = {swap.question_code for swap in self.swaps} - known
        if unknown:
            raise ValueError(f"swaps name questions that are not here: {', '.join(unknown)}")
        return self


@dataclass(frozen=True)
class MadeAnswer:
    """A made answer.

    Attributes:
        group: what it is compared within: a ladder, or a set of answers that must score alike.
        rung: place on its ladder, from 0; on swaps, the variant.
        key: what answers that say the same in two languages share.
    """

    group: str
    rung: int
    key: str
    question: Question
    transcript: Transcript


def load_material(settings: Settings) -> Material:
    """The material under config/rubrics.

    Raises:
        ConfigError: it does not fit.
    """
    return load_model(settings.config / "rubrics" / "self_test.yml", Material)


def typed(answer_id: str, text: str, language_code: str) -> Transcript:
    """A text as the transcript of an answer that nobody spoke; it has no word times."""
    return Transcript(
        answer_id=answer_id, text=text, language_code=language_code, language_probability=1.0,
        duration_seconds=0.0, speech_seconds=0.0, model=_TYPED,
    )  # fmt: skip


def ladders(material: Material) -> Iterator[MadeAnswer]:
    """Answers that grow block by block, in drawn orders; within an answer blocks keep their order.

    Both languages draw the same orders, so that their answers say the same.
    """
    for built in material.questions:
        rng = random.Random(f"{material.seed}:{built.question.question_code}")  # noqa: S311 - a seeded draw
        for number in range(material.ladders):
            order = rng.sample(range(len(built.blocks)), len(built.blocks))
            for lang in LANGS:
                yield from _ladder(built, lang, number, order)


def _ladder(built: Built, lang: Lang, number: int, order: list[int]) -> Iterator[MadeAnswer]:
    code = built.question.question_code
    joint = "" if lang == "zh" else " "
    for rung in range(len(order) + 1):
        used = [built.blocks[place] for place in sorted(order[:rung])]
        text = joint.join([built.base.text(lang), *(getattr(block, lang) for block in used)])
        key = f"{code}/{number}/{rung}"
        yield MadeAnswer(f"{code}/{lang}/{number}", rung, key, built.question,
                         typed(f"{key}/{lang}", text, lang))  # fmt: skip


def swapped(material: Material, trait: Trait) -> Iterator[MadeAnswer]:
    """Answers that differ in one trait only."""
    questions = {b.question.question_code: b.question for b in material.questions}
    traits = material.what_must_not_matter
    for place, swap in enumerate(material.swaps):
        for lang in LANGS:
            names, schools, genders = traits.name[lang], traits.school[lang], traits.gender[lang]
            n = {"name": len(names), "school": len(schools), "gender": len(genders)}[trait]
            for variant in range(n):
                filled = getattr(swap, lang).format(
                    name=names[variant if trait == "name" else 0],
                    school=schools[variant if trait == "school" else 0],
                    **genders[variant if trait == "gender" else 0].model_dump(),
                )
                group = f"{swap.question_code}/{place}/{lang}/{trait}"
                yield MadeAnswer(group, variant, f"{group}/{variant}",
                                 questions[swap.question_code],
                                 typed(f"{group}/{variant}", filled, lang))  # fmt: skip
