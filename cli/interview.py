"""Commands for interviews that have been held."""

from __future__ import annotations

import typer

from cli import reliability

app = typer.Typer(no_args_is_help=True, help="Interviews: what becomes of them once held.")
reliability.register(app)
