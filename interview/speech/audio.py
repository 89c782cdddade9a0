"""Recordings of any usual format as samples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from talentloop.errors import ContractError

SAMPLE_RATE = 16_000
#: An answer is minutes; a file that goes on longer is not one, and would fill the memory.
LONGEST_SECONDS = 2 * 3600

#: Seconds by which codecs may fall short of the length that they state.
_CODEC_PADDING = 0.2

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Recording:
    """What a file holds.

    Attributes:
        samples: mono, 16 kHz, float32 in [-1, 1], shape (n,).
        damaged_share: share of the recording that could not be decoded.
    """

    samples: Samples
    damaged_share: float = 0.0

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / SAMPLE_RATE


def decode(path: Path) -> Recording:
    """Read a recording: WAV, FLAC, MP3, M4A, WebM, Ogg and whatever else FFmpeg knows.

    Several channels are mixed into one. A damaged stretch is left out and counted: packets that
    cannot be decoded, or the part of the declared length that is not there.

    Raises:
        ContractError: the file is missing, is no recording, holds no sound, or is hours long.
    """
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    parts: list[Samples] = []
    packets = damaged = size = 0
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise _unreadable(path, "it has no sound track")
            for packet in container.demux(container.streams.audio[0]):
                packets += 1
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:
                    damaged += 1
                    continue
                for frame in frames:
                    parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
                    size += frame.samples
                    if size > LONGEST_SECONDS * frame.sample_rate:
                        raise _unreadable(path, f"it is longer than {LONGEST_SECONDS} seconds")
            declared = _declared_seconds(container)
            if size:
                parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    except FileNotFoundError:
        raise _unreadable(path, "the file is missing") from None
    except av.error.FFmpegError as error:
        raise _unreadable(path, f"it cannot be decoded ({error.strerror})") from None
    samples: Samples = np.concatenate([np.zeros(0, np.float32), *parts]).astype(np.float32)
    if not len(samples):
        raise _unreadable(path, "it holds no sound")
    missing = max(0.0, declared - len(samples) / SAMPLE_RATE - _CODEC_PADDING)
    return Recording(samples, max(damaged / packets, missing / declared if missing else 0.0))


def _declared_seconds(container: av.container.InputContainer) -> float:
    """Length that the file itself states; 0 where it states none, as browsers' recordings do."""
    # An MP3's length is guessed from its bit rate.
    if container.duration is None or container.format.name == "mp3":
        return 0.0
    return container.duration / av.time_base


def _unreadable(path: Path, why: str) -> ContractError:
    return ContractError(
        f"A recording cannot be used: {why}",
        where=path.name,
        remedy="Ask for the recording again as WAV, FLAC, MP3, M4A, WebM or Ogg.",
    )
