"""What identity resolution reports to the command line, the DAGs and the tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ResolveResult:
    """The outcome of one call of `resolve`.

    Attributes:
        records: candidate and employee records compared.
        auto, proposed: links that hold by themselves, and pairs that wait for a person.
        landed: links that are new or changed.
        data_version: SHA-256 of the records, the rule and what persons decided.
        skipped: nothing was compared; `reason` says why.
    """

    records: int
    auto: int
    proposed: int
    landed: int
    model_version: str
    data_version: str
    skipped: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Quality:
    """Pairwise figures of a way to join records, against the truth.

    Attributes:
        joined: pairs of records that it joins.
        true: pairs that are one person.
        right: pairs that are both.
    """

    joined: int
    true: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the joined pairs that are one person; None where nothing is joined."""
        return self.right / self.joined if self.joined else None

    @property
    def recall(self) -> float | None:
        """Share of the pairs of one person that are joined; None where there are none."""
        return self.right / self.true if self.true else None
