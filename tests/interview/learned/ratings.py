"""Simulated ratings: made answers of known quality, and raters who err."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from interview.reliability.material import load_material
from talentloop.settings import Settings

#: What the ladder's blocks are worth to these raters; the rubric weighs them otherwise.
WORTH = {"situation": 0.2, "task": 0.2, "cause": 0.4, "plan": 1.0, "inform": 0.3, "calm": 0.9,
         "result": 1.2, "lesson": 0.3}  # fmt: skip


def config_for(root: Path, **changes: int) -> Path:
    """The shipped configuration with thresholds of the learning changed."""
    config = root / "config"
    for name in ("rubrics", "speech"):
        shutil.copytree(Settings().config / name, config / name)
    learned = yaml.safe_load((Settings().config / "learned.yml").read_text())
    (config / "learned.yml").write_text(yaml.safe_dump({**learned, **changes}))
    return config


def write(
    folder: Path, *, candidates: int = 40, each: int = 3, noise: float = 0.5,
    lift: float = 0.0, with_groups: bool = True, seed: int = 5,
) -> Path:  # fmt: skip
    """A folder of rated answers to one question, stress only.

    Args:
        noise: standard deviation of a rater's error, in levels.
        lift: levels that raters add for candidates of the group `b`, whatever they say.
    """
    rng = np.random.default_rng(seed)
    built = load_material(Settings()).questions[0]
    question = built.question.model_copy(update={"dimension_codes": ("stress",)})
    answers: list[Sequence[Any]] = []
    ratings: list[Sequence[Any]] = []
    for person in range(candidates):
        group = "b" if person % 2 else "a"
        for number in range(each):
            used = [b for b in built.blocks if rng.random() < 0.5]
            lang = "en" if person % 3 else "zh"
            text = ("" if lang == "zh" else " ").join(
                [built.base.zh if lang == "zh" else built.base.en,
                 *(b.zh if lang == "zh" else b.en for b in used)]
            )  # fmt: skip
            true = 1 + 4 * sum(WORTH[b.code] for b in used) / sum(WORTH.values())
            true += lift * (group == "b")
            answer = f"a{person}-{number}"
            answers.append([answer, f"c{person}", question.question_code, lang, text])
            for rater in ("r1", "r2"):
                level = int(np.clip(np.rint(true + rng.normal(0, noise)), 1, 5))
                ratings.append([answer, rater, "stress", level])
    folder.mkdir(parents=True)
    (folder / "questions.yml").write_text(
        yaml.safe_dump({"questions": [question.model_dump(mode="json")]}, allow_unicode=True)
    )
    _csv(folder / "answers.csv", "answer_id,candidate_id,question_code,language_code,text", answers)
    _csv(folder / "ratings.csv", "answer_id,rater_id,dimension_code,level", ratings)
    if with_groups:
        rows = [[f"c{i}", "gender", "b" if i % 2 else "a"] for i in range(candidates)]
        _csv(folder / "groups.csv", "candidate_id,attribute,group", rows)
    return folder


def _csv(path: Path, header: str, rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
