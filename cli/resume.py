"""Commands around résumés: read, screen, and decide on what screening proposes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import AsJson, console, explained, print_counts, print_json, print_table
from talentloop.codes import Lang, load_code_lists
from talentloop.settings import get_settings

app = typer.Typer(
    help="Read résumés, screen them by rules, and decide on proposed exclusions.",
    no_args_is_help=True,
)

Resume = Annotated[Path, typer.Argument(help="PDF, DOCX, HTML, text or image file.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Day on which open periods end; default today."),
]
InChinese = Annotated[bool, typer.Option("--zh", help="Reasons in Chinese.")]


@app.command()
@explained
def read(
    file: Resume,
    text: Annotated[bool, typer.Option(help="The text too, page by page.")] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show the facts of a résumé, each with the words and the place that it came from."""
    from interview.intake.evaluate import read_facts

    found = read_facts(get_settings(), file, as_of=as_of.date() if as_of else None)
    if as_json:
        shown = found.facts.model_dump(mode="json")
        print_json({**shown, **({"text": found.document.text} if text else {})})
        return
    rows = [
        [fact.kind, fact.value, fact.span.quote, fact.span.page, fact.span.char_start]
        for fact in found.listed()
    ]
    print_table(["fact", "value", "words", "page", "at"], rows)
    if text:
        console.print(found.document.text, markup=False)


@app.command()
@explained
def screen(
    files: Annotated[list[Path], typer.Argument(help="Résumés; the order of the answer is ours.")],
    rules: Annotated[str, typer.Option(help="Code of the rules in config/screening.")],
    source: Annotated[
        str | None, typer.Option(help="Keep the results: source that the applications are of.")
    ] = None,
    application: Annotated[
        list[str] | None, typer.Option(help="Keep the results: application of each file, in order.")
    ] = None,
    as_of: AsOf = None,
    zh: InChinese = False,
    as_json: AsJson = False,
) -> None:
    """Screen résumés by rules. Nobody is rejected: exclusions are proposed to a person."""
    from interview.intake.evaluate import keep_results, screen_files

    settings = get_settings()
    day = as_of.date() if as_of else None
    ordered = screen_files(settings, files, rules, as_of=day)
    kept = keep_results(settings, files, ordered, source, application or [])
    if as_json:
        results = [{"file": name, **r.model_dump(mode="json")} for name, r in ordered]
        print_json({"results": results, "landed": kept.landed, "proposals": kept.proposed})
        return
    lists = load_code_lists(settings)
    lang: Lang = "zh" if zh else "en"
    rows: list[list[Any]] = []
    for name, result in ordered:
        outcome = lists.label("screening_outcome", result.outcome_code, lang)
        rows.append([name, outcome, f"{result.share_met_0_1:.0%}", "", "", "", ""])
        for f in result.findings:
            verdict = lists.label("screening_verdict", f.verdict_code, lang)
            reason = lists.label("screening_reason", f.reason_code, lang)
            words = "; ".join(span.quote for span in f.spans)
            rows.append(["", "", "", f.rule_code, verdict, reason, words])
    print_table(["résumé", "outcome", "met", "rule", "verdict", "reason", "words"], rows)


@app.command("screen-new")
@explained
def screen_new(as_json: AsJson = False) -> None:
    """Fetch and screen résumés of open applications by the rules of their requisitions, as the DAG does."""
    from loop.screening import run_fetch, run_screening

    settings = get_settings()
    fetched = run_fetch(settings)
    if as_json:
        print_json({**run_screening(settings), "fetch": fetched})
        return
    print_counts("fetched", fetched, as_json)
    print_counts("screened", run_screening(settings), as_json)


@app.command()
@explained
def queue(as_json: AsJson = False) -> None:
    """List proposed exclusions that wait for a person, with their reasons."""
    from interview.intake.record import queue as waiting

    settings = get_settings()
    found = waiting(settings)
    if as_json:
        print_json([{"id": p.id, "subject": p.subject, **p.change} for p in found])
        return
    lists = load_code_lists(settings)
    rows = [
        [p.id, p.subject, f"{p.change['rule_set']} {p.change['version']}", reason["rule"],
         lists.label("screening_reason", reason["reason"], "en"), reason["found"], reason["wanted"]]
        for p in found
        for reason in p.change["reasons"]
    ]  # fmt: skip
    print_table(["id", "application", "rules", "rule", "reason", "found", "wanted"], rows)


@app.command()
@explained
def decide(
    proposal: Annotated[int, typer.Argument(help="Id in the queue.")],
    by: Annotated[str, typer.Option(help="The person who decides.")],
    note: Annotated[str, typer.Option(help="The person's reason.")],
    exclude: Annotated[
        bool, typer.Option("--exclude/--keep", help="Follow the proposal, or keep the candidate.")
    ],
    as_json: AsJson = False,
) -> None:
    """Record a person's decision on a proposed exclusion."""
    from interview.intake.record import decide as decided

    row = decided(get_settings(), proposal, exclude=exclude, by=by, note=note)
    answer = {"id": row.id, "subject": row.subject, "state": row.state, "by": row.decided_by}
    if as_json:
        print_json(answer)
    else:
        console.print(f"[green]✓[/] {row.subject}: {row.state}")
