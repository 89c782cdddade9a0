"""A recording in words, by faster-whisper, with the findings of the quality gate.

The work is batched: stretches of speech are cut out by a voice detector, decoded together without
looking at the text before, and put back at their place in the recording. The same recording, model
and options give the same transcript.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interview.speech.audio import Recording, Samples, decode
from interview.speech.gate import CHARACTER_LANGUAGES, Measured, clipped_share, findings, load_gate
from interview.speech.manifest import (
    SpeechManifest,
    check_files,
    check_may_be_used,
    load_manifest,
)
from interview.transcript import Finding, Segment, SpeechModel, Transcript, Word
from talentloop.settings import Settings

if TYPE_CHECKING:
    from faster_whisper import BatchedInferencePipeline


def transcribe(
    settings: Settings, recording: Path, *, answer_id: str, language_code: str | None
) -> Transcript:
    """Transcribe an answer.

    Args:
        recording: the answer's file, of any usual format.
        language_code: language of the interview; None lets the recording tell.

    Raises:
        ContractError: the file holds no sound that can be decoded.
        ConfigError: the manifest or the gate is malformed.
        ModelError: the model may not be used here, or is not the approved one.
    """
    manifest = load_manifest(settings)
    check_may_be_used(settings, manifest)
    check_files(manifest)
    heard = decode(recording)
    if language_code is not None and language_code not in manifest.languages:
        return _not_recognised(manifest, heard, answer_id, language_code)
    pipeline = pipeline_of(manifest)
    raw, info = pipeline.transcribe(
        heard.samples, language=language_code, **decoding_options(manifest)
    )
    detected: tuple[str, float] | None = (info.language, float(info.language_probability))
    if language_code is not None:
        detected = _heard_language(pipeline, manifest, heard.samples, info)
    text, words, segments = _in_words(raw, info.language)
    speech_seconds = round(float(info.duration_after_vad), 3)
    measured = Measured(
        text=text,
        language_code=info.language,
        speech_seconds=speech_seconds,
        segments=segments,
        words=words,
        clipped_share=clipped_share(heard.samples),
        damaged_share=heard.damaged_share,
        detected=detected,
        min_language_probability=manifest.detection.min_probability,
        language_given=language_code is not None,
    )
    return Transcript(
        answer_id=answer_id,
        text=text,
        language_code=info.language,
        language_probability=round(float(info.language_probability), 4),
        duration_seconds=round(heard.seconds, 3),
        speech_seconds=speech_seconds,
        words=words,
        segments=segments,
        model=_described(manifest),
        findings=findings(load_gate(settings), measured),
    )


def pipeline_of(manifest: SpeechManifest) -> BatchedInferencePipeline:
    """The recogniser, loaded once per process."""
    decoding = manifest.decoding
    return _load(
        manifest.folder, manifest.sha256, decoding.device, decoding.compute_type, decoding.threads
    )


@lru_cache(maxsize=2)
def _load(
    folder: Path, _sha256: str, device: str, compute_type: str, threads: int
) -> BatchedInferencePipeline:
    # Imported here and not above, so that whoever only reads a DAG does not load the library.
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    model = WhisperModel(
        str(folder),
        device=device,
        compute_type=compute_type,
        cpu_threads=threads,
        local_files_only=True,
    )
    return BatchedInferencePipeline(model)


def decoding_options(manifest: SpeechManifest) -> dict[str, Any]:
    """What faster-whisper's batched pipeline is told."""
    decoding = manifest.decoding
    return {
        "beam_size": decoding.beam_size,
        "batch_size": decoding.batch_size,
        "max_new_tokens": decoding.max_tokens,
        "chunk_length": decoding.chunk_seconds,
        # One temperature: a retry at a higher one draws at random, and no two runs would agree.
        "temperature": 0.0,
        "condition_on_previous_text": False,
        "word_timestamps": True,
        "vad_filter": True,
        "vad_parameters": {
            "min_silence_duration_ms": decoding.voice.min_silence_ms,
            "speech_pad_ms": decoding.voice.pad_ms,
        },
        "language_detection_segments": manifest.detection.segments,
        "language_detection_threshold": manifest.detection.min_probability,
    }


def _heard_language(
    pipeline: BatchedInferencePipeline, manifest: SpeechManifest, samples: Samples, info: Any
) -> tuple[str, float] | None:
    """Language that is heard in the speech, where the interview names the one to expect."""
    import numpy as np

    spoken = [samples[span["start"] : span["end"]] for span in _spans(info)]
    if not spoken:
        return None
    speech, window = np.concatenate(spoken), pipeline.model.feature_extractor.n_samples
    language, probability = "", 0.0
    # Mostly the first window is sure, and the others need not be looked at.
    for windows in sorted({1, manifest.detection.segments}):
        language, probability, _ = pipeline.model.detect_language(
            speech[: windows * window],
            language_detection_segments=windows,
            language_detection_threshold=manifest.detection.min_probability,
        )
        if probability >= manifest.detection.min_probability:
            break
    return language, float(probability)


def _spans(info: Any) -> list[dict[str, int]]:
    """Stretches of speech that the voice detector found, in samples."""
    spans = info.transcription_options.clip_timestamps
    return [{"start": int(s["start"]), "end": int(s["end"])} for s in spans]


def _in_words(
    raw: Iterable[Any], language_code: str
) -> tuple[str, tuple[Word, ...], tuple[Segment, ...]]:
    """The text, its words with their places in it, and the segments."""
    text, words, segments = "", [], []
    for segment in raw:
        before = len(text)
        # A segment that could not be aligned has a text and no words; its text still counts.
        for number, (piece, word) in enumerate(_pieces(segment)):
            text += _spaced(piece, language_code, is_first=number == 0, is_start=not text)
            said = piece.strip()
            if word is not None and said:
                words.append(_word(said, len(text.rstrip()), word))
        if text[before:].strip():
            segments.append(_segment(text[before:].strip(), segment))
    return text.rstrip(), tuple(words), tuple(segments)


def _pieces(segment: Any) -> list[tuple[str, Any]]:
    """A segment's words as they are written, spaces and all, each with its measures."""
    if segment.words:
        return [(word.word, word) for word in segment.words]
    return [(segment.text, None)]


def _spaced(piece: str, language_code: str, *, is_first: bool, is_start: bool) -> str:
    if is_start:
        return piece.lstrip()
    if is_first and language_code not in CHARACTER_LANGUAGES:
        return f" {piece.lstrip()}"
    return piece


def _word(said: str, char_end: int, measured: Any) -> Word:
    return Word(
        text=said,
        char_start=char_end - len(said),
        char_end=char_end,
        start=round(float(measured.start), 3),
        end=round(float(measured.end), 3),
        probability=round(float(measured.probability), 4),
    )


def _segment(text: str, measured: Any) -> Segment:
    return Segment(
        start=round(float(measured.start), 3),
        end=round(float(measured.end), 3),
        text=text,
        avg_logprob=round(float(measured.avg_logprob), 4),
        no_speech_prob=round(float(measured.no_speech_prob), 4),
        compression_ratio=round(float(measured.compression_ratio), 4),
    )


def _not_recognised(
    manifest: SpeechManifest, heard: Recording, answer_id: str, language_code: str
) -> Transcript:
    """An empty transcript: decoding would only make words of another language."""
    return Transcript(
        answer_id=answer_id,
        text="",
        language_code=language_code,
        language_probability=1.0,
        duration_seconds=round(heard.seconds, 3),
        speech_seconds=0.0,
        model=_described(manifest),
        findings=(Finding(code="language_unsupported"),),
    )


def _described(manifest: SpeechManifest) -> SpeechModel:
    return SpeechModel(
        name=manifest.name,
        kind=manifest.kind,
        sha256=manifest.sha256,
        options_hash=manifest.options_hash,
    )
