"""The command `talentloop`."""

from __future__ import annotations

import typer

from cli import (
    faults,
    files,
    freezing,
    identity,
    impact,
    interview,
    judge,
    look,
    mapping,
    migration,
    notify,
    outbox,
    quarantine,
    questions,
    resume,
    retention,
    run_loop,
    schedule,
    serve,
    speech,
    weights,
)
from talentloop.errors import ConfigError
from talentloop.logs import configure_logs
from talentloop.settings import get_settings

app = typer.Typer(
    name="talentloop",
    help="TalentLoop closes the loop between hiring and performance.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
run_loop.register(app)
look.register(app)
mapping.register(app)
migration.register(app)
impact.register(app)
freezing.register(app)
retention.register(app)
serve.register(app)
questions.register(app)
app.add_typer(outbox.app, name="outbox")
faults.register(app)
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(files.app, name="files")
app.add_typer(weights.app, name="weights")
app.add_typer(identity.app, name="identity")
app.add_typer(notify.app, name="notify")
app.add_typer(schedule.app, name="schedule")
app.add_typer(interview.app, name="interview")
app.add_typer(resume.app, name="resume")
app.add_typer(speech.app, name="speech")
app.add_typer(judge.app, name="judge")


def run() -> None:
    """Entry point of the console script."""
    try:
        settings = get_settings()
    except ConfigError as error:
        raise SystemExit(f"Error: {error}") from None
    configure_logs(settings.log_level, settings.log_format)
    app()


if __name__ == "__main__":
    run()
