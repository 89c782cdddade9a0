"""Our transcription against bare faster-whisper, batched, on the same recordings in the same run.

    python -m bench.transcription [--answers 12] [--seconds 60] [--rounds 3] [--json FILE]

Both contenders get the same files, model, and decoding options, and must write the same words. Ours
also proves the model's files, measures the recording, applies the quality gate and makes a
transcript with the place of every word; where the interview names the language, it listens for it
none the less. Rounds alternate; each is a process of its own, which recognises one answer before the
clock starts. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from interview.speech.fixture import voice
from interview.speech.manifest import load_manifest
from interview.speech.transcribe import decoding_options, pipeline_of, transcribe
from talentloop.settings import Settings, load_settings

TARGET = 1.05
CONTENDERS = ("ours", "ours, language named", "bare")
SENTENCES = {
    "en": [
        "at that time i was working as an engineer in a factory, and the machine stopped.",
        "my task was to reduce the error rate before the deadline.",
        "first i talked to the customer, then i made a plan with the team.",
        "um… i listened to them and explained the reason, because the plan changed.",
        "as a result we reduced the cost by twenty percent and the customer was happy.",
    ],
    "zh": [
        "当时我在一家工厂工作，设备停了，客户不满意。",
        "我的任务是降低成本，提高效率。",
        "首先我和客户沟通，然后我制定了计划。",
        "嗯…因为计划变化了，所以我调整了方案。",
        "结果很好，成本降低了百分之二十，客户很满意。",
    ],
}


def record(folder: Path, answers: int, seconds: float) -> float:
    """Write the recordings, half English and half Chinese. Seconds of audio."""
    total = 0.0
    for number in range(answers):
        language = "en" if number % 2 == 0 else "zh"
        chance = random.Random(number)  # noqa: S311
        parts: list[voice.Speech] = []
        while sum(part.seconds + 0.8 for part in parts) < seconds:
            text = chance.choice(SENTENCES[language])
            parts.append(
                voice.say(
                    text, language=language,
                    voice=voice.voices(language)[number // 2 % 2], seed=len(parts),
                )
            )  # fmt: skip
        speech = voice.with_noise(voice.joined(*parts, gap=0.8), decibels=35, seed=number)
        voice.write_wav(folder / f"{number:03}_{language}.wav", speech)
        total += speech.seconds
    return total


def recognise(settings: Settings, contender: str, file: Path) -> str:
    """What a contender hears in a file."""
    language = file.stem[-2:] if "named" in contender else None
    if contender.startswith("ours"):
        return transcribe(settings, file, answer_id=file.stem, language_code=language).text
    manifest = load_manifest(settings)
    segments, _ = pipeline_of(manifest).transcribe(str(file), **decoding_options(manifest))
    return "".join(segment.text for segment in segments).strip()


def run(folder: Path, contender: str) -> dict[str, Any]:
    """One contender over all recordings: seconds, seconds of the processor, texts."""
    settings = load_settings(allow_test_speech_model=True)
    files = sorted(folder.glob("*.wav"))
    recognise(settings, contender, files[0])
    wall, processor = time.perf_counter(), time.process_time()
    texts = [recognise(settings, contender, file) for file in files]
    return {
        "seconds": time.perf_counter() - wall,
        "cpu": time.process_time() - processor,
        "texts": texts,
    }


def in_a_process(folder: Path, contender: str) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "bench.transcription", "--only", contender, "--folder"]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Run all contenders and print the table. Exit 1 where the texts differ or the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(run(options.folder, options.only)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        audio = record(folder, options.answers, options.seconds)
        rounds = [
            {contender: in_a_process(folder, contender) for contender in CONTENDERS}
            for _ in range(options.rounds)
        ]
    print(f"{options.answers} answers, {audio / 60:.1f} minutes of audio, {options.rounds} rounds")
    figures = {}
    for contender in CONTENDERS:
        cpu = median(each[contender]["cpu"] for each in rounds)
        ratio = median(each[contender]["cpu"] / each["bare"]["cpu"] for each in rounds)
        figures[contender] = {"cpu_seconds_per_audio_minute": cpu / audio * 60, "ratio": ratio}
        print(f"{contender:22} {cpu / audio * 60:6.2f} CPU s per minute of audio  {ratio:.3f}x")
    same = all(_words(each["ours"]) == _words(each["bare"]) for each in rounds)
    print(f"same words: {'yes' if same else 'no'}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if same and figures["ours"]["ratio"] <= TARGET else 1)


def _words(result: dict[str, Any]) -> list[str]:
    # The library writes segments of English without a space between, where a segment lacks one.
    return ["".join(text.split()) for text in result["texts"]]


if __name__ == "__main__":
    main()
