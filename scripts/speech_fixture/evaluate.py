"""Measure the test speech model on sentences that training never saw, through the real pipeline.

    python scripts/speech_fixture/evaluate.py

Says how far software tests may lean on the fixture, and nothing of recognition quality: the same
four voices say other words of the same vocabulary.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

import jiwer

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from interview.speech.fixture import voice  # noqa: E402
from interview.speech.gate import spoken_units  # noqa: E402
from interview.speech.transcribe import transcribe  # noqa: E402
from scripts.speech_fixture.words import sentences  # noqa: E402
from talentloop.settings import get_settings  # noqa: E402


def main() -> None:
    """Print, by language: error rate, languages told rightly, error of the word starts."""
    settings = get_settings().model_copy(update={"allow_test_speech_model": True})
    for language, texts in sentences().items():
        said, written, told, late, answers = [], [], 0, [], 0
        for voice_code in voice.voices(language):
            for seed, text in enumerate(texts):
                speech = voice.with_noise(
                    voice.say(text, language=language, voice=voice_code, seed=seed), decibels=35
                )
                with tempfile.TemporaryDirectory() as folder:
                    path = voice.write_wav(Path(folder) / "answer.wav", speech)
                    made = transcribe(settings, path, answer_id="a", language_code=None)
                answers += 1
                told += made.language_code == language
                said.append(" ".join(spoken_units(speech.text, language)))
                written.append(" ".join(spoken_units(made.text, language)))
                if language == "en" and said[-1] == written[-1]:
                    pairs = zip(made.words, speech.words, strict=True)
                    late += [abs(word.start - truth.start) for word, truth in pairs]
                if voice_code.endswith("_f"):
                    print(f"  {speech.text}\n  {made.text}")
        exact = sum(a == b for a, b in zip(said, written, strict=True))
        print(f"{language}: error rate {jiwer.wer(said, written):.3f}, exact {exact} of {answers}, "
              f"language {told} of {answers}")  # fmt: skip
        if late:
            worst = sorted(late)[int(0.9 * len(late))]
            print(f"  word starts off by {1000 * median(late):.0f} ms (median), "
                  f"{1000 * worst:.0f} ms (90th percentile), {len(late)} words")  # fmt: skip


if __name__ == "__main__":
    main()
