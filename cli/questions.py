"""The command that makes questions from a job description."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, console, explained, print_json, print_table
from talentloop.settings import get_settings


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(questions)


@explained
def questions(
    job: Annotated[Path, typer.Argument(help="Job description: text, DOCX, PDF or HTML.")],
    title: Annotated[str, typer.Option(help="Job title; tells level and family.")] = "",
    minutes: Annotated[int, typer.Option(help="Length of the interview.", min=2, max=240)] = 30,
    language: Annotated[
        list[str] | None, typer.Option(help="zh, en, ja or fr; several times for several.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same questions.")] = 0,
    earlier: Annotated[
        list[Path] | None, typer.Option(help="Folder of an earlier interview; not asked again.")
    ] = None,
    own: Annotated[
        Path | None, typer.Option(help="YAML of hand-written questions; screened, asked first.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make questions that cover what a job description asks for."""
    from interview.questions.make import make_questions

    made = make_questions(
        get_settings(), job, title=title, minutes=minutes, languages=language or ["zh", "en"],
        seed=seed, earlier=earlier or [], own=own,
    )  # fmt: skip
    if as_json:
        print_json(made.model_dump(mode="json"))
        return
    rows = [
        [q.question_code, q.kind, f"{q.seconds} s", q.requirement, "\n".join(q.text.values())]
        for q in made.questions
    ]
    print_table(["question", "kind", "time", "covers", "text"], rows)
    console.print(f"\n{made.level}, {made.seconds // 60} min of answers", markup=False)
    for missed in made.uncovered:
        console.print(
            f"not covered ({missed.reason_code}): {missed.requirement.text}", markup=False
        )
    for warned in made.warnings:
        console.print(
            f"the job description touches {warned.topic_code}: {warned.words}", markup=False
        )
