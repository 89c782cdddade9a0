"""The command for personal data that has served: delete it, or see what would be deleted."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import AsJson, explained, print_counts
from loop import steps
from talentloop.settings import get_settings


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(retention)


@explained
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; delete nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete personal data about interviews that is older than config/policies/retention.yml allows."""
    counts = steps.run_retention(get_settings(), only_count=dry_run)
    print_counts("would be deleted" if dry_run else "deleted", counts, as_json)
