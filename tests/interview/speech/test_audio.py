"""Recordings of every usual format are read; what is no recording is told clearly."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from interview.speech.audio import decode
from interview.speech.fixture import voice
from talentloop.errors import ContractError

FORMATS = {
    "flac": ("flac", 44_100), "mp3": ("libmp3lame", 44_100), "m4a": ("aac", 48_000),
    "webm": ("libopus", 48_000), "ogg": ("libopus", 48_000),
}  # fmt: skip


def tone(seconds: float = 2.0, rate: int = 16_000) -> np.ndarray:
    return (0.4 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)).astype("f4")


def encode(path: Path, samples: np.ndarray, codec: str, rate: int, layout: str = "mono") -> Path:
    kind = {"m4a": "mp4"}.get(path.suffix[1:], path.suffix[1:])
    with av.open(str(path), "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        channels = 2 if layout == "stereo" else 1
        frame = av.AudioFrame.from_ndarray(np.repeat(samples[:, None], channels, 1).reshape(1, -1),
                                           "flt", layout)  # fmt: skip
        frame.sample_rate = rate
        convert = av.AudioResampler(stream.format.name, layout, rate, frame_size=stream.frame_size)
        for part in [*convert.resample(frame), *convert.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def loudest_pitch(samples: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 16_000 / len(samples))


@pytest.mark.parametrize("ending", FORMATS)
def test_each_format_gives_the_same_sound(tmp_path: Path, ending: str) -> None:
    codec, rate = FORMATS[ending]
    path = encode(tmp_path / f"answer.{ending}", tone(2.0, rate), codec, rate, "stereo")
    recording = decode(path)
    assert recording.seconds == pytest.approx(2.0, abs=0.1)
    assert loudest_pitch(recording.samples) == pytest.approx(440, abs=2)
    assert recording.samples.dtype == np.float32
    assert recording.damaged_share == 0


def test_a_wav_file_keeps_its_samples(tmp_path: Path) -> None:
    path = voice.write_wav(tmp_path / "answer.wav", tone())
    assert np.abs(decode(path).samples - tone()).max() < 1e-4


def test_a_damaged_stretch_is_left_out_and_counted(tmp_path: Path) -> None:
    path = encode(tmp_path / "answer.flac", tone(6.0), "flac", 16_000)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + len(content) // 6] = bytes(len(content) // 6)
    path.write_bytes(content)
    recording = decode(path)
    assert 0.1 < recording.damaged_share < 0.5
    assert recording.seconds < 5.5


def test_an_upload_that_broke_off_is_counted_as_damaged(tmp_path: Path) -> None:
    path = encode(tmp_path / "answer.flac", tone(6.0), "flac", 16_000)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert decode(path).damaged_share == pytest.approx(0.5, abs=0.1)


def test_a_file_that_is_no_recording_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "answer.wav"
    path.write_bytes(b"this is no sound at all" * 50)
    with pytest.raises(ContractError, match=r"cannot be decoded.*Where: answer\.wav.*Remedy"):
        decode(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"the file is missing.*absent\.wav"):
        decode(tmp_path / "absent.wav")


def test_a_recording_without_sound_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="it holds no sound"):
        decode(voice.write_wav(tmp_path / "empty.wav", np.zeros(0, "f4")))


def test_an_endless_recording_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("interview.speech.audio.LONGEST_SECONDS", 1)
    with pytest.raises(ContractError, match="longer than 1 seconds"):
        decode(voice.write_wav(tmp_path / "long.wav", tone(2.0)))
