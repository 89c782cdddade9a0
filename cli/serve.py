"""Commands that serve: the demo, the portal, the sandbox tenants."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, console, explained, print_counts
from talentloop.errors import TalentLoopError
from talentloop.settings import get_settings

sandbox = typer.Typer(no_args_is_help=True, help="The simulated company's HR systems.")

Port = Annotated[int | None, typer.Option(help="Port on loopback; the next free one when taken.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(demo)
    app.command()(portal)
    app.add_typer(sandbox, name="sandbox")


@explained
def demo(
    once: Annotated[bool, typer.Option("--once", help="Exit after the summary.")] = False,
) -> None:
    """Set everything up, run the loop through Airflow, then serve. Exit 1 if it did not close."""
    from loop.demo import run_demo

    if not run_demo(get_settings(), console, once=once):
        raise typer.Exit(1)


@explained
def portal(port: Port = None) -> None:
    """Serve the portal on loopback."""
    from portal import serve

    serve(get_settings(), port)


@sandbox.command("serve")
@explained
def sandbox_serve(port: Port = None) -> None:
    """Serve the sandbox tenants; simulates their company on the first start."""
    from connectors.sandbox.service import serve

    serve(get_settings(), port)


@sandbox.command("advance")
@explained
def sandbox_advance(
    days: Annotated[float, typer.Option(min=0.01, help="Days to move the tenants' clock.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Let time pass in the simulated company, so that there is something new to pull."""
    from connectors.sandbox.service import control

    answer = control(get_settings(), "/sandbox/clock", {"advance_days": days})
    print_counts("the tenants' clock moved", answer, as_json)


@sandbox.command("faults")
@explained
def sandbox_faults(
    fault: Annotated[
        list[str] | None, typer.Argument(help="Faults as name=value; none clears them all.")
    ] = None,
    system: Annotated[str, typer.Option(help="Whose tenant.")] = "successfactors",
    as_json: AsJson = False,
) -> None:
    """Make a tenant misbehave, for instance `throttle_every=5 truncate_every=7`."""
    from connectors.sandbox.service import control

    wanted = dict(item.partition("=")[::2] for item in fault or [])
    for name, value in wanted.items():
        if not value:
            raise TalentLoopError(
                "A fault has no value", where=name, remedy="Write it as throttle_every=5."
            )
    answer = control(get_settings(), f"/sandbox/{system}/faults", dict(wanted))
    print_counts("faults set", answer, as_json)


@sandbox.command("agency")
@explained
def sandbox_agency(
    folder: Annotated[Path, typer.Argument(help="Folder for the list and its truth.")],
    as_json: AsJson = False,
) -> None:
    """Write a simulated agency's list that knows some candidates already, and who is whom."""
    from connectors.sandbox.agency import write_agency_list
    from connectors.sandbox.company import simulate

    listed = write_agency_list(simulate(get_settings().sandbox_size), folder)
    print_counts(f"written to {folder}", {"people": listed}, as_json)
