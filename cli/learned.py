"""Commands for a scorer that learns from people's ratings: train, deploy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, console, explained, print_counts, print_json, print_table
from talentloop.settings import get_settings

if TYPE_CHECKING:
    from interview.learned import Trained

Dimension = Annotated[str, typer.Option("--dimension", help="A dimension that people rated.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("learn")(learn)
    app.command("deploy-learned")(deploy_learned)


@explained
def learn(
    rated: Annotated[Path, typer.Argument(help="Folder of rated answers; see docs/scoring.md.")],
    dimension: Dimension,
    as_json: AsJson = False,
) -> None:
    """Learn a dimension from people's ratings, test it on other candidates, audit it. Deploys nothing."""
    from interview.learned import train

    found = train(get_settings(), rated, dimension)
    if as_json:
        print_json(found.as_dict())
    else:
        _print(found)


@explained
def deploy_learned(
    version: Annotated[str, typer.Argument(help="Version that `learn` printed.")],
    dimension: Dimension,
    by: Annotated[str, typer.Option("--by", help="Who decides; goes into the audit trail.")],
    note: Annotated[str, typer.Option("--note", help="Why; goes into the audit trail.")] = "",
) -> None:
    """Let a learned model score a dimension; refused unless it passed its test and its audit."""
    from interview.learned import deploy

    deploy(get_settings(), dimension, version, by, note=note)
    console.print(f"[green]✓[/] {dimension} is scored by the learned model {version}")


def _print(found: Trained) -> None:
    print_counts(
        f"{found.dimension_code} {found.version}",
        {"answers": found.n_answers, "candidates": found.n_candidates, "run": found.run_id},
        as_json=False,
    )
    print_table(
        ["who with people", "weighted kappa", "exact", "adjacent", "pairs"],
        [[name, "–" if fit.qwk is None else f"{fit.qwk:.3f}", f"{fit.exact:.3f}",
          f"{fit.adjacent:.3f}", fit.n_pairs]
         for name, fit in (("people", found.people), ("model", found.model),
                           ("rubric", found.rubric))],
    )  # fmt: skip
    low, high = found.interval
    console.print(f"weighted kappa of the model: 95 % interval {low:.3f} to {high:.3f}")
    print_table(
        ["attribute", "group", "n", "SMD"],
        [[g.attribute, g.group, g.n, "too few" if g.smd is None else f"{g.smd:+.3f}"]
         for g in found.groups],
    )  # fmt: skip
    if found.refusals:
        console.print(f"[yellow]○[/] must not be deployed: {', '.join(found.refusals)}")
    else:
        console.print("[green]✓[/] may be deployed, by a person: interview deploy-learned")
