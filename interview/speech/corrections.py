"""Transcripts that people corrected, kept beside what the machine wrote.

One file for each answer under `settings.corrections_dir`, readable by the owner only: the machine's
transcript as it was, and every correction with who made it and when. Nothing is overwritten. The
last correction is in force.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock
from pydantic import AwareDatetime, Field, ValidationError

from interview.speech.gate import CHARACTER_LANGUAGES
from interview.transcript import Transcript, Word
from talentloop.errors import ContractError
from talentloop.files import replace_durably
from talentloop.settings import Settings
from talentloop.strict import Strict


class Correction(Strict):
    """What a person heard instead.

    Attributes:
        text: the whole answer, as it was said.
    """

    text: str = Field(min_length=1)
    corrected_by: str = Field(min_length=1, max_length=200)
    corrected_at: AwareDatetime


class Corrected(Strict):
    """An answer with what the machine wrote and what people made of it, oldest first.

    Attributes:
        interview_key: the evaluated interview that the answer is of, where it is of one.
    """

    original: Transcript
    corrections: tuple[Correction, ...] = Field(min_length=1)
    interview_key: str | None = None

    @property
    def last(self) -> Correction:
        """The correction in force."""
        return self.corrections[-1]


def correct(
    settings: Settings,
    original: Transcript,
    text: str,
    *,
    by: str,
    interview_key: str | None = None,
) -> Corrected:
    """Keep a correction beside the machine's transcript. The same text again changes nothing.

    A transcript of another model is kept as an answer of its own, so that each model's errors can
    be counted.

    Args:
        interview_key: the evaluated interview that the answer is of, where it is of one.

    Raises:
        ContractError: the text is empty.
    """
    text = " ".join(text.split())
    if not text:
        raise ContractError(
            "A correction is empty",
            where=f"answer {original.answer_id}",
            remedy="Write down what is said; where nothing is said, leave the transcript as it is.",
        )
    file = _file(settings, original)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(file.parent / ".lock"):
        known = _read(file) if file.exists() else None
        if known and known.last.text == text:
            return known
        made = Correction(text=text, corrected_by=by, corrected_at=settings.clock.now())
        kept = Corrected(
            original=original,
            corrections=(*(known.corrections if known else ()), made),
            interview_key=interview_key or (known.interview_key if known else None),
        )
        replace_durably(file, kept.model_dump_json().encode(), mode=0o600)
    return kept


def corrected(settings: Settings) -> Iterator[Corrected]:
    """Every answer that was corrected, in a fixed order.

    Raises:
        ContractError: a file is damaged.
    """
    for file in sorted(settings.corrections_dir.glob("*.json")):
        yield _read(file)


def correction_of(settings: Settings, original: Transcript) -> Corrected | None:
    """The correction of a transcript; None where nobody corrected it."""
    file = _file(settings, original)
    return _read(file) if file.exists() else None


def read_transcript(file: Path) -> Transcript:
    """A transcript from its JSON.

    Raises:
        ContractError: the file is missing or is not a transcript.
    """
    try:
        return Transcript.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        what = (
            f"{error.error_count()} fields do not fit" if isinstance(error, ValidationError) else ""
        )
        raise ContractError(
            f"There is no transcript here: {what or type(error).__name__}",
            where=file.name,
            remedy="Name a file that `talentloop speech transcribe --json` wrote.",
        ) from None


def in_force(kept: Corrected) -> Transcript:
    """The transcript as corrected, for scoring: no findings, and words with their times.

    A word that the machine had right keeps its time. Words that it had not share the time of those
    they replace, or the gap that they fill, in equal parts.
    """
    original, text = kept.original, kept.last.text
    places = list(_units(text, original.language_code))
    now = [text[start:end] for start, end in places]
    then = [word.text for word in original.words]
    words: list[Word] = []
    matcher = difflib.SequenceMatcher(a=_plain(then), b=_plain(now), autojunk=False)
    for tag, a, b, first, last in matcher.get_opcodes():
        if tag == "equal":
            times = [(word.start, word.end, word.probability) for word in original.words[a:b]]
        else:
            start, end = _span(original, a, b)
            step = (end - start) / max(last - first, 1)
            times = [(start + n * step, start + (n + 1) * step, 1.0) for n in range(last - first)]
        for (char_start, char_end), (start, end, probability) in zip(
            places[first:last], times, strict=True
        ):
            words.append(
                Word(
                    text=text[char_start:char_end],
                    char_start=char_start,
                    char_end=char_end,
                    start=round(start, 3),
                    end=round(end, 3),
                    probability=probability,
                )
            )
    return original.model_copy(
        update={"text": text, "words": tuple(words), "segments": (), "findings": ()}
    )


def _span(original: Transcript, a: int, b: int) -> tuple[float, float]:
    """Seconds of the machine's words a to b; of the gap before word a where there are none."""
    words = original.words
    if b > a:
        return words[a].start, words[b - 1].end
    return (
        words[a - 1].end if a > 0 else 0.0,
        words[a].start if a < len(words) else original.duration_seconds,
    )


def _units(text: str, language_code: str) -> Iterator[tuple[int, int]]:
    """Places of the words, or of the characters where a language is written without spaces."""
    start = 0
    for piece in text.split():
        start = text.index(piece, start)
        end = start + len(piece)
        if language_code in CHARACTER_LANGUAGES and not piece.isascii():
            yield from ((at, at + 1) for at in range(start, end))
        else:
            yield start, end
        start = end


def _plain(words: list[str]) -> list[str]:
    return ["".join(c for c in word.lower() if c.isalnum()) or word for word in words]


def _file(settings: Settings, original: Transcript) -> Path:
    # Interviews may number their answers alike: what was heard, and by what, makes the name.
    heard = hashlib.sha256(original.model_dump_json().encode()).hexdigest()
    return settings.corrections_dir / f"{heard[:32]}.json"


def _read(file: Path) -> Corrected:
    try:
        return Corrected.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise ContractError(
            f"A corrected transcript is damaged: {error.error_count()} fields do not fit",
            where=file.name,
            remedy="Restore it from a backup, or move it away and correct the answer again.",
        ) from None
