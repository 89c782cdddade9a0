"""Commands about who is whom: resolve, list, show, approve, reject, split, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import AsJson, console, explained, print_counts, print_json, print_table
from loop import steps
from talentloop.reports import run_report
from talentloop.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Records that are, or are not, one person.")

By = Annotated[str, typer.Option("--by", help="Who decides.")]
Note = Annotated[str, typer.Option(help="Why; kept with the decision.")]


@app.command("resolve")
@explained
def resolve(as_json: AsJson = False) -> None:
    """Compare the published records, land the links that changed, propose doubtful pairs."""
    print_counts("resolved", steps.run_resolve_identity(get_settings()), as_json)


@app.command("list")
@explained
def list_proposals(
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 60, as_json: AsJson = False
) -> None:
    """List pairs of records that may be one person, those that wait first."""
    rows = run_report(get_settings(), "identity_proposals", {"limit": limit}).rows
    if as_json:
        print_json(rows)
        return
    columns = ["proposal_id", "state", "record_a", "record_b", "match_weight", "probability",
               "decided_by"]  # fmt: skip
    print_table(columns, [[row[name] for name in columns] for row in rows])


@app.command("show")
@explained
def show(proposal_id: int) -> None:
    """Show why a pair was proposed, as JSON: levels and weights, nothing personal."""
    from ml.identity import proposal

    row = proposal(get_settings(), proposal_id)
    print_json({"state": row.state, "pair": row.change, "evidence": row.evidence,
                "decided_by": row.decided_by, "note": row.note})  # fmt: skip


@app.command("approve")
@explained
def approve(proposal_id: int, by: By, note: Note = "") -> None:
    """Make two records one person, from the next build on."""
    from ml.identity import decide

    decide(get_settings(), proposal_id, "approved", by, note)
    console.print(f"[green]✓[/] {proposal_id} approved; the next check and build join the records")


@app.command("reject")
@explained
def reject(proposal_id: int, by: By, note: Note = "") -> None:
    """Keep two records apart; they are not proposed again."""
    from ml.identity import decide

    decide(get_settings(), proposal_id, "rejected", by, note)
    console.print(f"[green]✓[/] {proposal_id} rejected; the two stay two persons")


@app.command("split")
@explained
def split(record_a: str, record_b: str, by: By, note: Note = "") -> None:
    """Tell two joined records apart for good; names as in the list: candidate:SOURCE:ID."""
    from ml.identity import split as tell_apart

    landed = tell_apart(get_settings(), record_a, record_b, by, note)
    console.print(f"[green]✓[/] {landed} links withdrawn; the next check and build split them")


@app.command("evaluate")
@explained
def evaluate(
    truth: Annotated[Path, typer.Option(help="Truth file that the sandbox wrote.")],
    as_json: AsJson = False,
) -> None:
    """Precision and recall of the published persons against planted truth, pair by pair."""
    from ml.identity import evaluate as measure
    from ml.identity import read_truth

    found = measure(get_settings(), read_truth(truth))
    rows: list[dict[str, Any]] = [
        {"what": name, **vars(quality), "precision": quality.precision, "recall": quality.recall}
        for name, quality in found.items()
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
