"""What a hostile answer may try. Each file holds the attacks of one kind, as data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from interview.judge.result import Verdict
from interview.session import ProgrammingLanguage
from talentloop.config import load_model
from talentloop.strict import Strict

Kind = Literal["resources", "leaving", "kernel", "reading", "writing", "network", "verdict",
               "compile"]  # fmt: skip


class Attack(Strict):
    """One attack.

    Attributes:
        source: the program; @WORD@ stands for something of the host, see `arena`. It prints
            @ESCAPED@ when it got through, and @TRIED@ when it has tried everything.
        ends: how the run may end, as a verdict; AC for one that ends by itself without an error.
        must_try: it proves that it has tried by printing @TRIED@; otherwise how it ends does.
        in_self_test: tried whenever a judge starts.
        quick: takes little of the processor.
        x86: made of instructions that only this processor has.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    about: str
    language: ProgrammingLanguage = "python"
    ends: tuple[Verdict, ...] = ("AC",)
    must_try: bool = True
    in_self_test: bool = False
    quick: bool = True
    x86: bool = False
    source: str
    kind: Kind = "kernel"


class _File(Strict):
    kind: Kind
    prelude: str = ""  # before every Python program of the file
    attacks: tuple[Attack, ...] = Field(min_length=1)

    def filled(self) -> list[Attack]:
        return [
            each.model_copy(
                update={
                    "kind": self.kind,
                    "source": (self.prelude if each.language == "python" else "") + each.source,
                }
            )
            for each in self.attacks
        ]


@lru_cache(maxsize=1)
def all_attacks() -> tuple[Attack, ...]:
    """Every attack, by kind."""
    files = [load_model(path, _File) for path in sorted(Path(__file__).parent.glob("*.yml"))]
    return tuple(each for file in files for each in file.filled())
