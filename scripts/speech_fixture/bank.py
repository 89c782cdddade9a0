"""Make the voice bank of the test speech: every unit of the vocabulary, spoken alone, for each voice.

Needs espeak-ng. Writes `interview/speech/fixture/bank/`: one Opus file for each voice, in which the
clips follow one another with a short silence between, and `index.json` that says where each stands.

    python scripts/speech_fixture/bank.py
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
from pypinyin import Style, lazy_pinyin
from scipy.signal import resample_poly

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from interview.speech.audio import SAMPLE_RATE, decode  # noqa: E402
from interview.speech.fixture.voice import BANK  # noqa: E402
from scripts.speech_fixture.words import vocabulary  # noqa: E402

#: Voice of the bank -> language, voice of espeak-ng, words a minute, pitch.
VOICES = {
    "en_f": ("en", "en-us+f2", 165, 52),
    "en_m": ("en", "en-gb+m3", 165, 42),
    "zh_f": ("zh", "cmn-latn-pinyin+f2", 165, 52),
    "zh_m": ("zh", "cmn-latn-pinyin+m3", 165, 42),
}
BIT_RATE = 20_000
GAP = np.zeros(SAMPLE_RATE // 25, np.float32)
_ESPEAK_RATE = 22_050
_WAV_HEADER = 44
_QUIET = 0.005


def speak(unit: str, language: str, voice: str, rate: int, pitch: int) -> np.ndarray:
    """A unit as samples at 16 kHz, silence at both ends cut, at one loudness.

    The Mandarin voice reads pinyin with tone numbers; characters it would spell in English.
    """
    text = unit
    if language == "zh":
        text = " ".join(lazy_pinyin(unit, style=Style.TONE3, neutral_tone_with_five=True))
    command = ["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "--stdout"]
    spoken = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    samples = np.frombuffer(spoken[_WAV_HEADER:], "<i2").astype(np.float32) / 32768
    samples = resample_poly(samples, SAMPLE_RATE, _ESPEAK_RATE).astype(np.float32)
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    if not len(loud):
        raise SystemExit(f"espeak-ng says nothing for {unit!r} with the voice {voice}")
    samples = samples[loud[0] : loud[-1] + 1]
    return samples * (0.1 / np.sqrt(np.mean(samples**2)))


def encode(path: Path, samples: np.ndarray) -> None:
    """Write samples as Opus."""
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(
            np.clip(samples * 32768, -32768, 32767).astype(np.int16)[None], "s16", "mono"
        )
        frame.sample_rate = SAMPLE_RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def shift(before: np.ndarray, after: np.ndarray) -> int:
    """How many samples later `after` is than `before`; where the codec delays."""
    size = min(len(before), len(after), 20 * SAMPLE_RATE)
    spectrum = np.fft.rfft(after[:size], 2 * size) * np.conj(np.fft.rfft(before[:size], 2 * size))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    return lag if lag < size else lag - 2 * size


def main() -> None:
    """Make every voice and the index."""
    _, units = vocabulary()
    BANK.mkdir(parents=True, exist_ok=True)
    index: dict[str, dict[str, object]] = {}
    for code, (language, voice, rate, pitch) in VOICES.items():
        parts, places, at = [GAP], {}, len(GAP)
        for unit in units[language]:
            clip = speak(unit, language, voice, rate, pitch)
            places[unit] = [at, at + len(clip)]
            parts += [clip, GAP]
            at += len(clip) + len(GAP)
        joined = np.concatenate(parts)
        path = BANK / f"{code}.opus"
        encode(path, joined)
        later = shift(joined, decode(path).samples)
        index[code] = {
            "language": language,
            "made_by": f"espeak-ng -v {voice} -s {rate} -p {pitch}",
            "units": {unit: [start + later, end + later] for unit, (start, end) in places.items()},
        }
        print(f"{code}: {len(places)} units, {at / SAMPLE_RATE:.0f} s, {path.stat().st_size} bytes,"
              f" {later} samples later")  # fmt: skip
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    (BANK / "index.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
