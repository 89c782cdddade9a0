"""Commands for interviews: evaluate a folder, make samples, and what the queue holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import learned, reliability
from cli.output import AsJson, console, explained, print_counts, print_json, print_table, tell
from talentloop.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Interviews: evaluate, report, queue, capacity.")
reliability.register(app)
learned.register(app)

Folder = Annotated[Path, typer.Argument(help="Folder with interview.yml and its files.")]


@app.command("evaluate")
@explained
def evaluate(
    folder: Folder,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where results and report go; default FOLDER/out.")
    ] = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Label the report as simulated.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Evaluate one interview by itself: transcripts, gates, scores with evidence, report."""
    from loop.interviews.folder import as_json as told
    from loop.interviews.folder import evaluate_folder

    done = evaluate_folder(
        get_settings(), folder, out or folder / "out", is_simulated=simulated, progress=tell
    )
    if as_json:
        print_json(told(done))
        return
    found = done.outcome
    print_table(
        ["answer", "question", "counts", "outcome", "why withheld", "said"],
        [
            [
                a.turn.answer_id, a.turn.question_code, "yes" if a.counts else "no", a.outcome,
                ", ".join(a.withheld_codes), (a.result.text if a.result else "")[:60],
            ]
            for a in found.answers
        ],
    )  # fmt: skip
    print_table(
        ["dimension", "points", "level", "rests on"],
        [
            [d.dimension_code, f"{d.score_0_100:.2f}", d.stars, f"{len(d.evidence)} quotes"]
            for d in found.score.dimensions
        ],
    )
    overall = found.score.overall_0_100
    console.print(f"Overall {'none' if overall is None else f'{overall:.2f}'}", highlight=False)
    console.print(found.remark.zh, markup=False)
    console.print(found.remark.en, markup=False)
    console.print(f"Report  {done.report.html}", markup=False, soft_wrap=True)
    console.print(
        f"        {done.report.pdf or done.report.why_no_pdf}", markup=False, soft_wrap=True
    )


@app.command("sample")
@explained
def sample(
    folder: Annotated[Path, typer.Argument(help="Where the interview folders are made.")],
    as_json: AsJson = False,
) -> None:
    """Make sample interviews with generated speech: two languages, two voices, and what goes wrong."""
    from loop.interviews.sample import make_samples

    made = make_samples(folder)
    print_counts(f"{len(made)} interviews in {folder}", made, as_json)
