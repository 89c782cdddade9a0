"""Commands of the code judge: judge a file, try the sandbox, try every attack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from cli.output import AsJson, console, explained, print_json, print_table
from talentloop.errors import ConfigError, JudgeError
from talentloop.settings import get_settings

if TYPE_CHECKING:
    from interview.judge import JudgeResult, Trial


class _FileFirst(TyperGroup):
    """`judge FILE` means `judge file FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["file", *args]
        found: list[str] = super().parse_args(ctx, args)
        return found


app = typer.Typer(
    cls=_FileFirst, no_args_is_help=True, help="Code answers: judge one, try the sandbox."
)


@app.command("file")
@explained
def judge_file(
    file: Annotated[Path, typer.Argument(help="The source; its ending tells the language.")],
    problem: Annotated[str, typer.Option("--problem", help="A folder of config/problems.")],
    others: Annotated[
        list[Path] | None,
        typer.Option("--other", help="Another candidate's source, to look for likeness."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge a source by the tests of a problem; `talentloop judge FILE` is enough."""
    from interview.judge import judge, read_source

    source, language = read_source(file)
    compared = {str(path): read_source(path) for path in others or []}
    found = judge(
        get_settings(), problem, source, language,
        others={name: text for name, (text, spoken) in compared.items() if spoken == language},
    )  # fmt: skip
    if as_json:
        print_json(found.model_dump(mode="json", exclude={"source"}))
    else:
        _print_result(found)


@app.command("self-test")
@explained
def self_test(as_json: AsJson = False) -> None:
    """Try the sandbox as every judge does when it starts. Exit 12 where an attack escapes."""
    from interview.judge import self_test as try_it

    _print_trials(try_it(get_settings()), as_json)


@app.command("attacks")
@explained
def attacks(
    only: Annotated[str | None, typer.Option("--only", help="One kind, or one attack.")] = None,
    as_json: AsJson = False,
) -> None:
    """Try every attack that is known here, and show how each ends. Exit 12 where one escapes."""
    from interview.judge import open_bench, try_attacks
    from interview.judge.attacks import all_attacks

    chosen = [each for each in all_attacks() if only in (None, each.kind, each.code)]
    if not chosen:
        kinds = sorted({each.kind for each in all_attacks()})
        raise ConfigError("There is no such attack", where=f"--only {only}",
                          remedy=f"Kinds: {', '.join(kinds)}.")  # fmt: skip
    settings = get_settings()
    trials = try_attacks(settings, open_bench(settings), chosen)
    _print_trials(trials, as_json)
    if any(each.wrong for each in trials):
        raise typer.Exit(JudgeError.exit_code)


def _print_result(found: JudgeResult) -> None:
    rows = [
        [test.name, "yes" if test.hidden else "", test.weight, test.verdict,
         f"{test.cpu_seconds:.3f}", _mib(test.memory_bytes)]
        for test in found.tests
    ]  # fmt: skip
    print_table(["test", "hidden", "weight", "verdict", "CPU s", "MiB"], rows)
    console.print(f"{found.verdict}  score {found.score_0_1:.3f}  isolation {found.isolation}")
    if found.message:
        console.print(found.message, markup=False)
    if found.growth is not None:
        points = ", ".join(f"n={n}: {taken:.3f} s" for n, taken in found.growth.points)
        console.print(
            f"growth: {points}; exponent {found.growth.exponent}, a good one stays below "
            f"{found.growth.limit}"
        )
    for each in found.remarks:
        console.print(
            f"style: {each.function}, line {each.line}: complexity {each.complexity}, "
            f"{each.lines} lines", markup=False,
        )  # fmt: skip
    for copy in found.copies:
        console.print(
            f"alike: {copy.answer_id}, {copy.share:.0%} of fingerprints; a person looks",
            markup=False,
        )


def _print_trials(trials: list[Trial], as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {
            "kind": each.attack.kind,
            "attack": each.attack.code,
            "what": each.attack.about,
            "language": each.attack.language,
            "ended": each.ended,
            "contained": None if each.skipped else each.contained,
            "seconds": each.seconds,
            "note": each.skipped or "; ".join(each.wrong),
        }
        for each in trials
    ]
    if as_json:
        print_json(rows)
        return
    shown = {True: "yes", False: "NO", None: "not tried"}
    lines = [[*row.values()] for row in rows]
    for line in lines:
        line[5] = shown[line[5]]
    print_table(list(rows[0]), lines)
    tried = [each for each in trials if not each.skipped]
    held = sum(each.contained for each in tried)
    colour = "green" if held == len(tried) else "red"
    console.print(f"[{colour}]{held} of {len(tried)} attacks contained[/]")


def _mib(count: int | None) -> str:
    return "" if count is None else f"{count / 1024**2:.0f}"
