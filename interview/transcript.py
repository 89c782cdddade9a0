"""What was said in a recording, when, and how far the machine may be trusted with it."""

from __future__ import annotations

from talentloop.strict import Strict


class Word(Strict):
    """A word with its place in the text and in the recording (seconds from its start)."""

    text: str
    char_start: int
    char_end: int
    start: float
    end: float
    probability: float


class Segment(Strict):
    """A stretch of speech with the recogniser's own measures of it.

    Attributes:
        avg_logprob: mean log-probability of its tokens.
        no_speech_prob: probability that nobody speaks.
        compression_ratio: length of the text over its zlib-compressed length; high when it loops.
    """

    start: float
    end: float
    text: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float


class SpeechModel(Strict):
    """The recogniser that made a transcript.

    Attributes:
        kind: `test-fixture` for the model that software tests use; never evidence of quality.
        sha256: of the model's files.
        options_hash: of the decoding options.
    """

    name: str
    kind: str
    sha256: str
    options_hash: str


class Finding(Strict):
    """Something that was measured and lies outside its limit.

    Attributes:
        code: what it is, an entry of the code list `gate`.
    """

    code: str
    value: float | None = None
    limit: float | None = None


class Transcript(Strict):
    """A recording in words.

    Attributes:
        text: all that was said; `Word.char_start` counts in it.
        language_code: language that was spoken.
        language_probability: 1.0 where the interview names the language.
        duration_seconds: of the recording.
        speech_seconds: of these, with speech.
        findings: why no score may be given; empty where the quality gate is passed.
    """

    answer_id: str
    text: str
    language_code: str
    language_probability: float
    duration_seconds: float
    speech_seconds: float
    words: tuple[Word, ...] = ()
    segments: tuple[Segment, ...] = ()
    model: SpeechModel
    findings: tuple[Finding, ...] = ()

    @property
    def may_be_scored(self) -> bool:
        """Whether it passed the quality gate; otherwise a person listens."""
        return not self.findings

    def audio_span(self, char_start: int, char_end: int) -> tuple[float, float] | None:
        """Seconds at which a stretch of the text is heard; None where no word lies in it."""
        said = [w for w in self.words if w.char_start < char_end and char_start < w.char_end]
        return (said[0].start, said[-1].end) if said else None
