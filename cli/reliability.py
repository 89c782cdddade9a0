"""The command that tests the scorer of interviews."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, console, explained, print_counts, print_json, print_table
from talentloop.errors import CheckFailedError
from talentloop.settings import get_settings

if TYPE_CHECKING:
    from interview.reliability import Reliability
    from interview.reliability.agreement import Agreement
    from interview.reliability.versions import Anchors, Comparison


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("reliability")(reliability)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


@explained
def reliability(
    rated: Annotated[
        Path | None, typer.Option(help="Folder of answers that people rated; see docs/scoring.md.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Keep the anchors' scores under this version in a file.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Compare with anchors' scores kept under another version.")
    ] = None,
    llm: Annotated[
        bool, typer.Option("--llm", help="Anchors by the language model's judge; asks it for each.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Test the scorer: re-run, better answers, swapped names, two languages, people. Exit 5 if it fails."""
    from interview.reliability import assess
    from interview.reliability.versions import compare, load
    from interview.reliability.versions import save as keep

    settings = get_settings()
    old = None if against is None else load(against)
    found = assess(settings, rated)
    now = _anchors(llm) if save is not None or old is not None else None
    versions = [] if old is None or now is None else compare(old, now)
    if save is not None and now is not None:
        keep(save, now)
    if as_json:
        print_json({**found.as_dict(), "versions": [vars(each) for each in versions]})
    else:
        _print(found)
        _print_versions(versions)
    if not found.passed:
        raise typer.Exit(CheckFailedError.exit_code)


def _anchors(llm: bool) -> Anchors:
    from interview.reliability.versions import anchors
    from loop.llm import llm_anchors

    return llm_anchors(get_settings()) if llm else anchors(get_settings())


def _print(found: Reliability) -> None:
    console.print(f"scorer {found.scorer_version}: {found.label['en']} / {found.label['zh']}")
    again, steps = found.retest, found.sensitivity
    print_counts("test–retest", {"answers": again.n_answers, "identical": again.n_identical}, False)
    print_counts(
        "better answers",
        {"ladders": steps.n_ladders, "steps": steps.n_steps, "falls": str(steps.n_falls),
         "rises": steps.n_rises, "mean rise": _figure(steps.mean_rise),
         "rank correlation": _figure(steps.rank_correlation)},
        False,
    )  # fmt: skip
    print_table(
        ["swapped", "answers", "largest difference"],
        [[i.trait, i.n_answers, _figure(i.largest_difference)] for i in found.invariance],
    )
    print_table(
        ["dimension", "n", "zh", "en", "difference", "absolute", "r"],
        [[p.dimension_code, p.n, *map(_figure, (p.mean_zh, p.mean_en, p.mean_difference,
                                                p.mean_absolute_difference, p.correlation))]
         for p in found.languages],
    )  # fmt: skip
    rows = [
        [p.dimension_code, name, *_agreement(each)]
        for p in found.people
        for name, each in (("people", p.people), ("scorer – people", p.scorer))
    ]
    if rows:
        columns = ["dimension", "who", "n", "ICC(1,1)", "ICC(2,1)", "kappa", "exact", "adjacent"]
        print_table(columns, rows)


def _agreement(found: Agreement | None) -> list[str]:
    if found is None:
        return ["too few", *["–"] * 5]
    shares = (found.icc_1_1, found.icc_2_1, found.weighted_kappa, found.exact, found.adjacent)
    return [str(found.n), *map(_figure, shares)]


def _print_versions(found: list[Comparison]) -> None:
    if found:
        print_table(
            ["dimension", "n", "mean shift", "r", "slope", "intercept", "verdict"],
            [[c.dimension_code, c.n, *map(_figure, (c.mean_shift, c.correlation, c.slope,
                                                    c.intercept)), c.verdict] for c in found],
        )  # fmt: skip
