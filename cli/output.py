"""How commands speak: a table for people, JSON for scripts, one clear message for an error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console

from cli import tables
from talentloop.errors import ContractError, TalentLoopError
from talentloop.logs import scrub

P = ParamSpec("P")
R = TypeVar("R")

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def print_json(value: Any) -> None:
    """A value as one JSON document on standard output."""
    sys.stdout.write(json.dumps(value, default=str, ensure_ascii=False, indent=2) + "\n")


def print_counts(title: str, counts: Mapping[str, Any], as_json: bool) -> None:
    """The counts of a step."""
    if as_json:
        print_json(dict(counts))
        return
    shown = "  ".join(f"{k}={v}" for k, v in counts.items() if v not in (None, "", []))
    console.print(f"[green]✓[/] {title}  {shown}")


def tell(text: str) -> None:
    """What takes time just now, beside the output."""
    errors.print(f"[dim]{text}[/]")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows as a table; nothing is cut off, in a terminal or elsewhere."""
    tables.print_table(console, columns, rows)


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Turn our errors into one message on standard error and the exit code of their kind."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except TalentLoopError as error:
            _print_error(error, as_json=bool(kwargs.get("as_json")))
            raise typer.Exit(error.exit_code) from None

    return wrapped


def _print_error(error: TalentLoopError, *, as_json: bool) -> None:
    what, where = scrub(error.what), scrub(error.where)
    if as_json:
        print_json({"error": what, "where": where, "remedy": error.remedy})
        return
    errors.print(f"[red]Error:[/] {what}", markup=True)
    if where:
        errors.print(f"  Where:  {where}", markup=False)
    if error.remedy:
        errors.print(f"  Remedy: {error.remedy}", markup=False)


def read_text(file: Path) -> str:
    """The content of a text file that a person names.

    Raises:
        ContractError: it cannot be read, or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(
            f"A text cannot be read: {type(error).__name__}",
            where=file.name,
            remedy="Name a text file that is saved as UTF-8.",
        ) from None
