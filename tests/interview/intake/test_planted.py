"""Facts against planted truth, in every format in which text is text."""

from __future__ import annotations

import random
from pathlib import Path

import docx
import pytest

from interview.intake.extract import facts
from interview.intake.read import read_resume
from tests.interview.intake import made
from tests.interview.intake.planted import Planted, plant
from tests.interview.intake.resumes import AS_OF, taxonomy


def write(planted: Planted, kind: str, path: Path) -> None:
    if kind == "docx":
        document = docx.Document()
        for line in planted.lines:
            document.add_paragraph(line)
        document.save(str(path))
    elif kind == "pdf":
        rows = "".join(f"<p style='white-space: pre'>{line}</p>" for line in planted.lines)
        path.write_bytes(made.pdf(f"<body style='font-family: Noto Sans CJK SC'>{rows}</body>"))
    elif kind == "html":
        rows = "".join(f"<div>{line}</div>" for line in planted.lines)
        path.write_text(f"<html><body>{rows}</body></html>", encoding="utf-8")
    else:
        path.write_text("\n".join(planted.lines), encoding="gb18030")


@pytest.mark.parametrize(("kind", "count"), [("text", 30), ("html", 10), ("docx", 6), ("pdf", 2)])
def test_every_planted_fact_is_found_and_nothing_else(
    tmp_path: Path, kind: str, count: int
) -> None:
    draw = random.Random(11)
    for number in range(count):
        planted = plant(draw)
        path = tmp_path / f"{number}.{kind}"
        write(planted, kind, path)
        found = facts(read_resume(path), taxonomy(), as_of=AS_OF)
        highest = found.highest()
        assert highest is not None, planted.lines
        said = Planted(
            planted.lines, highest.level_code, "+".join(sorted({str(m.code) for m in found.majors})),
            {s.code for s in found.skills},
            [job.employer.quote if job.employer else "" for job in found.jobs],
            found.experience().at_least, found.experience(["manufacturing"]).at_least,
        )  # fmt: skip
        assert said == planted
