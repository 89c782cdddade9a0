"""Commands for weights: propose, look, decide, and weigh the past anew."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from cli.output import AsJson, console, explained, print_counts, print_json, print_table
from talentloop.errors import ConfigError
from talentloop.ops.models import Proposal
from talentloop.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Weights of dimensions: proposals and decisions.")

PortraitOption = Annotated[str, typer.Option("--portrait", help="A file of config/portraits.")]
By = Annotated[str, typer.Option("--by", help="Who decides; goes into the audit trail.")]
Note = Annotated[str, typer.Option("--note", help="Why; goes into the audit trail.")]


@app.command("propose")
@explained
def propose(portrait: PortraitOption = "default", as_json: AsJson = False) -> None:
    """Propose new weights from the ratings of those hired. Nothing changes until somebody approves."""
    from ml.weights import propose as make

    found = make(get_settings(), portrait)
    if as_json:
        print_json({"proposal": found.proposal_id, "change": found.change, **found.evidence})
    elif found.proposal_id is None:
        console.print("[yellow]○[/] The ratings give no reason to change the weights.")
    else:
        console.print(f"[green]✓[/] proposal {found.proposal_id} waits for a decision:")
        _print_evidence(found.change, found.evidence)


@app.command("list")
@explained
def list_proposals(as_json: AsJson = False) -> None:
    """List proposals: pending, approved, rejected, superseded."""
    from talentloop.ops.proposals import proposals
    from talentloop.warehouse.portraits import WEIGHTS

    rows = [_summary(row) for row in proposals(get_settings(), WEIGHTS)]
    if as_json:
        print_json(rows)
    else:
        names = list(rows[0]) if rows else ["proposal"]
        print_table(names, [list(row.values()) for row in rows])


@app.command("show")
@explained
def show(proposal_id: int, as_json: AsJson = False) -> None:
    """Show a proposal with its evidence."""
    from ml.weights.decide import find

    row = find(get_settings(), proposal_id)
    if as_json:
        print_json({**_summary(row), "change": row.change, "evidence": row.evidence})
        return
    print_counts(f"proposal {row.id}", _summary(row), as_json)
    _print_evidence(row.change, row.evidence)


@app.command("approve")
@explained
def approve(
    proposal_id: int,
    by: By,
    effective: Annotated[
        str | None, typer.Option("--effective", metavar="DATE", help="First day; default tomorrow.")
    ] = None,
    note: Note = "",
) -> None:
    """Put proposed weights in force from a day still to come; the next build applies them."""
    from ml.weights import approve as decide

    made = decide(get_settings(), proposal_id, by, effective_on=_day(effective), note=note)
    console.print(
        f"[green]✓[/] portrait {made.portrait}, version {made.version}, holds from "
        f"{made.effective_at:%Y-%m-%d %H:%M} UTC; applications scored before keep their weights"
    )


@app.command("reject")
@explained
def reject(proposal_id: int, by: By, note: Note = "") -> None:
    """Turn a proposal down."""
    from ml.weights import reject as decide

    decide(get_settings(), proposal_id, by, note=note)
    console.print(f"[green]✓[/] proposal {proposal_id} is rejected; the weights stay as they are")


@app.command("replay")
@explained
def replay(
    version: Annotated[str, typer.Option("--version", help="Version of the portrait.")],
    portrait: PortraitOption = "default",
    as_json: AsJson = False,
) -> None:
    """Weigh all past scores by a version of a portrait, beside the scores on record."""
    from talentloop.reports import run_report

    params = {"portrait": portrait, "version": version}
    rows = run_report(get_settings(), "score_replay", params).rows
    if not rows:
        raise ConfigError(
            "The published copy knows no such version, or nobody was scored by it",
            where=f"portrait {portrait}, version {version}",
            remedy="`talentloop query 'from dim_portrait_weight'` lists them; a version shows after "
            "the next build and publish.",
        )
    if as_json:
        print_json(rows)
        return
    pairs = [(r["overall_score_0_100"], r["replayed_score_0_100"]) for r in rows]
    counts = {
        "applications": len(pairs),
        "scored": sum(new is not None for _, new in pairs),
        "different": sum(old != new for old, new in pairs),
    }
    print_counts(f"portrait {portrait}, version {version}", counts, as_json)


def _summary(row: Proposal) -> dict[str, Any]:
    return {
        "proposal": row.id,
        "portrait": row.subject,
        "version": row.change["version"],
        "state": row.state,
        "advice": row.evidence["advice"],
        "n": row.evidence["n"],
        "proposed_at": row.proposed_at,
        "decided_by": row.decided_by,
        "effective_at": row.effective_at,
    }


def _print_evidence(change: dict[str, Any], evidence: dict[str, Any]) -> None:
    names = [
        "dimension",
        "now",
        "unshrunk",
        "proposed",
        "lower",
        "upper",
        "r",
        "r_lower",
        "r_upper",
    ]
    print_table(names, [[row[name] for name in names] for row in evidence["dimensions"]])
    shown = {
        name: evidence[name] for name in ("n", "r_now", "r_proposed", "gain", "advice", "against")
    }
    print_counts(f"version {change['version']}", {**shown, **evidence["rankings"]}, as_json=False)
    names = ["attribute", "group", "n", "rate_now", "rate_proposed", "ratio_now", "ratio_proposed",
             "flag_proposed"]  # fmt: skip
    print_table(names, [[row[name] for name in names] for row in evidence["groups"]])


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(
            "The date is not a date", where=f"--effective {text}", remedy="Write it as 2026-12-01."
        ) from None
