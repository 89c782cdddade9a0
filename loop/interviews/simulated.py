"""Recordings of the simulated company: a handful of interviews that nobody ever gave.

They lie where the stand-in of the interview platform serves them, and belong to applications that the
company's stand-ins show, so that results reach the records of these.
"""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Literal

from connectors.http.address import sandbox_secret
from connectors.sandbox.company import CLOCK_START
from connectors.sandbox.interview_media.app import NOTE
from connectors.sandbox.service import saved_company
from interview.evaluation.folder import sha256_of
from interview.session import Interview, Turn
from interview.speech.fixture.voice import Voice, write_wav
from loop.interviews.sample import SampleSet, SampleTurn, load_samples, question_of, sound_of
from talentloop.files import replace_durably
from talentloop.ids import secret_key
from talentloop.settings import Settings

SOURCE = "successfactors"
_QUESTIONS = ("team", "pressure", "process")
_FILE = "{number}.wav"


def make_recordings(settings: Settings, count: int) -> int:
    """Record so many interviews of the simulated company; those that are there stay as they are.

    Returns:
        How many were made now; none where no speech model could write them down.

    Raises:
        ConfigError: the company was simulated in another size, or the voices lack a word.
    """
    if not (settings.config / "speech" / "models" / f"{settings.speech_model}.yml").exists():
        return 0
    secret_key(settings, sandbox_secret("interview_media"))
    root = settings.sandbox_dir / "interview_media"
    told, made = load_samples(), 0
    for number, (application, family) in enumerate(_applications(settings, count)):
        folder = root / f"I{application}"
        if (folder / NOTE).exists():
            continue
        _record(told, folder, number, application, family)
        made += 1
    return made


def _applications(settings: Settings, count: int) -> list[tuple[str, str | None]]:
    """Open applications that nobody has scored yet, with their job family; the same every time."""
    company = saved_company(settings)
    rows = {
        entity: company.visible(entity, CLOCK_START).to_pylist()
        for entity in ("application", "dimension_score", "requisition")
    }
    scored = {row["application_id"] for row in rows["dimension_score"]}
    families = {row["source_id"]: row["job_family_code"] for row in rows["requisition"]}
    tests = {row["source_id"] for row in rows["requisition"] if row["is_test"]}
    open_ones = sorted(
        (row["source_id"], row["requisition_id"])
        for row in rows["application"]
        if row["status_code"] == "open"
        and row["source_id"] not in scored
        and not row["is_prospect"]
        and row["requisition_id"] not in tests
    )
    chosen = random.Random(20261101).sample(open_ones, min(count, len(open_ones)))  # noqa: S311
    return [(application, families.get(requisition)) for application, requisition in chosen]


def _record(
    told: SampleSet, folder: Path, number: int, application: str, family: str | None
) -> None:
    language: Literal["zh", "en"] = "zh" if number % 2 == 0 else "en"
    voice: Voice = "zh_f" if language == "zh" else "en_m"
    turns = []
    for place, question in enumerate(_QUESTIONS, 1):
        spoken = SampleTurn(question=question, answer=f"{question}_{language}", voice=voice)
        file = _FILE.format(number=place)
        write_wav(folder / file, sound_of(told, spoken))
        turns.append(
            Turn(answer_id=f"{application}-{place}", question_code=question, file=file, attempt=1)
        )
    ended = CLOCK_START - timedelta(minutes=5 * (number + 1))
    interview = Interview(
        interview_id=folder.name,
        source=SOURCE,
        application_id=application,
        ended_at=ended,
        language_code=language,
        job_family_code=family,
        job_title=told.job_title[language],
        job_description=told.job_description,
        questions=tuple(question_of(told, code) for code in _QUESTIONS),
        turns=tuple(turns),
    )
    note = {
        "id": folder.name,
        "ended_at": ended.isoformat(),
        "interview": interview.model_dump(mode="json"),
        "files": [_described(folder, turn.file) for turn in turns],
    }
    # Last, so that what is listed is whole.
    replace_durably(folder / NOTE, json.dumps(note, ensure_ascii=False, indent=1).encode())


def _described(folder: Path, file: str) -> dict[str, object]:
    path = folder / file
    return {"path": file, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
