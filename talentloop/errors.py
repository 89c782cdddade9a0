"""One family of errors, each of which tells a person what is wrong, where, and what to do about it."""

from __future__ import annotations


class TalentLoopError(Exception):
    """A failure that a person can act on.

    Args:
        what: what went wrong, in one sentence and without personal data.
        where: the file, row, field, address or setting that it concerns.
        remedy: what to do next.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"Where: {self.where}")
        if self.remedy:
            parts.append(f"Remedy: {self.remedy}")
        return " | ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders (Airflow, pytest-xdist); keyword arguments must survive.
        return (_rebuild, (type(self), self.what, self.where, self.remedy))


def _rebuild(kind: type[TalentLoopError], what: str, where: str, remedy: str) -> TalentLoopError:
    return kind(what, where=where, remedy=remedy)


class ConfigError(TalentLoopError):
    """A setting or configuration file is missing, malformed or contradicts another."""

    exit_code = 2


class ContractError(TalentLoopError):
    """Data does not satisfy the contract it claims to follow."""

    exit_code = 3


class SourceError(TalentLoopError):
    """An outside system could not be read."""

    exit_code = 4


class SourceAuthError(SourceError):
    """An outside system refused our credentials; trying again will not help."""


class CheckFailedError(TalentLoopError):
    """A data check failed; the published copy keeps serving."""

    exit_code = 5


class BuildError(TalentLoopError):
    """The warehouse could not be built."""

    exit_code = 6


class PublishError(TalentLoopError):
    """A published copy could not be written, verified or opened."""

    exit_code = 7


class ModelError(TalentLoopError):
    """A model could not be trained, promoted or used."""

    exit_code = 8


class DeliveryError(TalentLoopError):
    """A write-back could not be delivered."""

    exit_code = 9


class BookingError(TalentLoopError):
    """An interview cannot be booked so: no slot fits, or somebody's time is taken."""

    exit_code = 10


class DocumentError(TalentLoopError):
    """A document that somebody handed in cannot be read."""

    exit_code = 11


class JudgeError(TalentLoopError):
    """Code cannot be judged: no sandbox, an attack that escapes it, or a problem that is not sound."""

    exit_code = 12
