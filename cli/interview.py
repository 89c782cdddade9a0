"""Commands for interviews: evaluate a folder, make samples, and what the queue holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli import learned, reliability
from cli.output import (
    AsJson,
    console,
    explained,
    print_counts,
    print_json,
    print_table,
    read_text,
    tell,
)
from talentloop.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Interviews: evaluate, report, queue, capacity.")
reliability.register(app)
learned.register(app)

Shown = Annotated[str, typer.Argument(help="Interview, as `interview queue` names it.")]
Answer = Annotated[str, typer.Argument(help="Answer, as `interview answers` names it.")]
AnswerKind = Literal["audio", "code"]
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
    from loop.interviews.folder import evaluate_folder, told_of

    done = evaluate_folder(
        get_settings(), folder, out or folder / "out", is_simulated=simulated, progress=tell
    )
    if as_json:
        print_json(told(done))
        return
    found = done.outcome
    print_table(
        ["answer", "question", "counts", "outcome", "withheld or flagged", "said"],
        [
            [
                a.turn.answer_id, a.turn.question_code, "yes" if a.counts else "no", a.outcome,
                ", ".join(told_of(a)), (a.result.text if a.result else "")[:60],
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


@app.command("run")
@explained
def run(as_json: AsJson = False) -> None:
    """Take in what has ended, evaluate what waits, report and deliver; as the DAG does."""
    from loop.interviews.steps import run_all

    print_counts("interviews", run_all(get_settings(), progress=tell), as_json)


@app.command("work")
@explained
def work(
    only: Annotated[
        AnswerKind | None, typer.Option("--only", help="Only recordings, or only programs.")
    ] = None,
    until_done: Annotated[
        bool, typer.Option("--until-done", help="End when nothing waits; default wait for more.")
    ] = False,
    alive: Annotated[
        Path | None, typer.Option("--alive", help="File to touch at each look, for a health check.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate answers as they come in, as a worker of its own; the DAG reports and delivers.

    For TALENTLOOP_INTERVIEW_WORKERS=own. Any number may run, on any machine that sees the home folder.
    """
    from loop.interviews.worker import end_on_signal, work

    end_on_signal()
    evaluated = work(get_settings(), only, until_done=until_done, alive=alive)
    print_counts("evaluated", {"answers": evaluated}, as_json)


@app.command("queue")
@explained
def queue(as_json: AsJson = False) -> None:
    """List interviews that are known, newest first, and how far they have come."""
    _print_report("ops_interviews", {}, as_json)


@app.command("answers")
@explained
def answers(interview: Shown, as_json: AsJson = False) -> None:
    """List an interview's answers: what was heard, and why a person must look."""
    from loop.interviews.steps import told_answers

    rows = told_answers(get_settings(), interview)
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows[0]) if rows else [], [list(row.values()) for row in rows])


@app.command("correct")
@explained
def correct(
    interview: Shown,
    answer: Answer,
    text: Annotated[Path, typer.Option("--text", help="Text file with what is said.")],
    by: Annotated[str, typer.Option("--by", help="Who listened; kept with the correction.")],
) -> None:
    """Write down what a recording says; the answer is scored anew. The machine's text is kept."""
    from loop.interviews.steps import run_correct

    run_correct(get_settings(), interview, answer, read_text(text), by=by)
    console.print("[green]✓[/] The correction is kept; `interview run`, or the DAG, scores it anew")


@app.command("review")
@explained
def review(
    interview: Shown,
    answer: Answer,
    by: Annotated[str, typer.Option("--by", help="Who looked; goes into the audit trail.")],
    note: Annotated[str, typer.Option("--note", help="What came of it; no personal data.")],
) -> None:
    """Note that a person has looked at an answer without a score; it waits for nobody any more."""
    from loop.interviews.steps import run_review

    run_review(get_settings(), interview, answer, by=by, note=note)
    console.print("[green]✓[/] The review is kept; no score follows from it")


@app.command("renew")
@explained
def renew(
    interview: Shown,
    by: Annotated[str, typer.Option("--by", help="Who wants it; kept in the audit trail.")],
) -> None:
    """Evaluate anew the answers whose model, rubric, problem or limits have changed since."""
    from loop.interviews.renew import renew as run_renew
    from loop.interviews.steps import engines_of

    settings = get_settings()
    touched = run_renew(settings, engines_of(settings), interview, by=by)
    console.print(f"[green]✓[/] {len(touched)} answers wait; `interview run`, or the DAG, goes on")


@app.command("release")
@explained
def release(
    interview: Shown,
    by: Annotated[str, typer.Option("--by", help="Who has looked at it; kept in the audit trail.")],
) -> None:
    """Tell a candidate of a report that was held for a person, or that could not be sent before."""
    from loop.interviews.release import run_release

    state = run_release(get_settings(), interview, by=by)
    if state != "queued":
        console.print(f"[yellow]○[/] Not sent: {state}. The portal's incident says what to do.")
        raise typer.Exit(1)
    console.print("[green]✓[/] Queued; `talentloop notify send`, or the DAG, sends it")


@app.command("capacity")
@explained
def capacity(
    utilisation: Annotated[
        int, typer.Option("--utilisation", help="Share of a worker's time to plan, in percent.")
    ] = 70,
    as_json: AsJson = False,
) -> None:
    """Workers needed for 100 to 500 interviews an hour, from the measured cost of an interview."""
    _print_report("ops_interview_capacity", {"utilisation_percent": utilisation}, as_json)


def _print_report(name: str, values: Mapping[str, int], as_json: bool) -> None:
    """A report as its page shows it, or its rows for a program."""
    from talentloop.reports import run_report
    from talentloop.reports.text import CellText

    result = run_report(get_settings(), name, values)
    if as_json:
        print_json(result.rows)
    elif result.rows:
        text = CellText.of(get_settings(), "en")
        print_table(
            [column.en for column in result.columns.values()],
            [[text.cell(row[n], c) for n, c in result.columns.items()] for row in result.rows],
        )
    else:
        console.print("[yellow]○[/] No interview has come in yet.")
