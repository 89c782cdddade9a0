"""The command that audits the selection at each stage of hiring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, explained, print_json, print_table
from talentloop.settings import get_settings

if TYPE_CHECKING:
    from ml.groups import GroupRate


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(impact)


def _figure(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


@explained
def impact(
    source: Annotated[str | None, typer.Option(help="Only applications of this source.")] = None,
    families: Annotated[
        bool, typer.Option(help="Each job family too; the whole can hide or invent a difference.")
    ] = False,
    rules: Annotated[
        bool, typer.Option(help="Each screening rule in each version, instead of the stages.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare how the groups of each protected attribute fare at every stage (four-fifths rule)."""
    if rules:
        _rules(source, as_json)
        return
    from ml.impact import stage_impact

    found = [
        item
        for item in stage_impact(get_settings(), source=source)
        if families or item.job_family_code is None
    ]
    if as_json:
        print_json([item.as_dict() for item in found])
        return
    columns = ["stage", *(["family"] if families else []), "attribute", "group", "n", "open",
               "selected", "impact ratio", "p", "z", "one more flips", "finding"]  # fmt: skip
    rows = [
        [item.stage_code, *([item.job_family_code or "all"] if families else []), item.attribute,
         *_rate(r, item.n_open)]
        for item in found
        for r in item.rates
    ]  # fmt: skip
    print_table(columns, rows)


def _rules(source: str | None, as_json: bool) -> None:
    from ml.screening_impact import rule_impact

    found = rule_impact(get_settings(), source=source)
    if as_json:
        print_json([item.as_dict() for item in found])
        return
    columns = ["rules", "version", "rule", "attribute", "group", "n", "unknown", "passed",
               "impact ratio", "p", "z", "one more flips", "finding"]  # fmt: skip
    rows = [
        [item.rule_set_code, item.rule_set_version, item.rule_code, item.attribute,
         *_rate(r, item.n_unknown)]
        for item in found
        for r in item.rates
    ]  # fmt: skip
    print_table(columns, rows)


def _rate(r: GroupRate, beside: int) -> list[object]:
    """The figures of a group, with the count that stands beside its number."""
    return [r.group, "too few" if r.n is None else r.n, beside, _figure(r.rate),
            _figure(r.impact_ratio), _figure(r.p_value, 4), _figure(r.z, 1),
            {None: "–", True: "yes", False: "no"}[r.flips], r.flag]  # fmt: skip
