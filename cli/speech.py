"""Commands about the recogniser of speech: check, checksums, transcribe, correct, monitor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, console, explained, print_json, print_table, read_text
from talentloop.codes import load_code_lists
from talentloop.errors import CheckFailedError
from talentloop.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="The recogniser of speech: which one, and how good.")


@app.command("check")
@explained
def check(as_json: AsJson = False) -> None:
    """Prove that the configured speech model is the approved one and may be used here."""
    from interview.speech.manifest import check_files, check_may_be_used, load_manifest

    settings = get_settings()
    manifest = load_manifest(settings)
    check_files(manifest)
    check_may_be_used(settings, manifest)
    if as_json:
        print_json({**manifest.model_dump(mode="json"), "sha256": manifest.sha256})
        return
    console.print(f"[green]✓[/] {manifest.name}  kind={manifest.kind}  sha256={manifest.sha256}")
    limits = [(code, limit) for code, limit in manifest.max_error.items()]
    print_table(["language", "highest error rate"], limits)


@app.command("checksums")
@explained
def checksums(folder: Annotated[Path, typer.Argument(help="Folder of a model.")]) -> None:
    """Print the SHA-256 of each file of a model, as its manifest has them under `files`."""
    from interview.speech.manifest import checksums as of_folder

    for name, digest in of_folder(folder).items():
        typer.echo(f"  {name}: {digest}")


@app.command("transcribe")
@explained
def transcribe(
    recording: Annotated[Path, typer.Argument(help="WAV, FLAC, MP3, M4A, WebM or Ogg.")],
    language: Annotated[
        str | None, typer.Option(help="Language that is expected; left out, it is detected.")
    ] = None,
    answer_id: Annotated[
        str | None, typer.Option(help="Id of the answer; default the file's name.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Transcribe one recording and show what the quality gate finds."""
    from interview.speech.transcribe import transcribe as run

    settings = get_settings()
    made = run(settings, recording, answer_id=answer_id or recording.stem, language_code=language)
    if as_json:
        print_json(made.model_dump(mode="json"))
        return
    console.print(made.text or "—", markup=False)
    console.print(
        f"language={made.language_code}  probability={made.language_probability}  "
        f"seconds={made.duration_seconds}  speech={made.speech_seconds}  model={made.model.name}"
    )
    labels = load_code_lists(settings)
    rows = [(labels.label("gate", f.code, "en"), f.value, f.limit) for f in made.findings]
    print_table(["no score, because", "value", "limit"], rows) if rows else console.print(
        "[green]✓[/] may be scored"
    )


@app.command("correct")
@explained
def correct(
    transcript: Annotated[Path, typer.Argument(help="A transcript as `transcribe --json` has it.")],
    text: Annotated[Path, typer.Option(help="Text file with what is said.")],
    by: Annotated[str, typer.Option("--by", help="Who listened.")],
) -> None:
    """Keep a corrected text beside the machine's transcript."""
    from interview.speech.corrections import correct as keep
    from interview.speech.corrections import read_transcript

    kept = keep(get_settings(), read_transcript(transcript), read_text(text), by=by)
    console.print(f"[green]✓[/] kept  corrections={len(kept.corrections)}")


@app.command("monitor")
@explained
def monitor(
    groups: Annotated[
        Path | None,
        typer.Option(
            help="CSV with answer_id and group, in place of the restricted copy's groups."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count the recogniser's errors on corrected answers, by language and by group.

    Exit 5 where a limit is exceeded.
    """
    from loop.speech import monitor as measure

    rates = measure(get_settings(), groups)
    if as_json:
        print_json([rate.model_dump() for rate in rates])
    else:
        columns = ["language", "attribute", "group", "answers", "measure", "rate", "limit"]
        rows = [
            (r.language_code, r.attribute or "all", r.group or "all", r.answers, r.measure, r.rate,
             r.limit)
            for r in rates
        ]  # fmt: skip
        print_table(columns, rows)
    exceeded = sorted({f"{r.language_code} {r.attribute or ''}".strip() for r in rates
                       if r.is_exceeded})  # fmt: skip
    if exceeded:
        raise CheckFailedError(
            f"Speech recognition errs too often: {', '.join(exceeded)}",
            where="the rows above their limit",
            remedy="Listen to these answers, let people score them, and try another model.",
        )
