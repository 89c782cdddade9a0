"""Trying attacks: does the sandbox hold?"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from interview.judge.arena import Arena, arena
from interview.judge.attacks import Attack, all_attacks
from interview.judge.build import build
from interview.judge.judging import Bench, available, ending, run
from interview.judge.result import Verdict
from talentloop.errors import JudgeError
from talentloop.settings import Settings

#: Limits while trying, so that what runs into one does so soon; what stands around is the same.
_RUN = {"cpu_seconds": 0.2, "idle_seconds": 0.7, "memory_mb": 64, "output_kb": 256}
_COMPILE = {"cpu_seconds": 2, "memory_mb": 256}


@dataclass(frozen=True)
class Trial:
    """How one attack went.

    Attributes:
        ended: as a verdict.
        wrong: why it was not contained; empty where it was.
        skipped: why it could not be tried here.
    """

    attack: Attack
    ended: Verdict | None
    wrong: tuple[str, ...]
    seconds: float
    skipped: str = ""

    @property
    def contained(self) -> bool:
        """Whether the sandbox held."""
        return not self.wrong and not self.skipped


def try_attacks(settings: Settings, bench: Bench, attacks: Iterable[Attack]) -> list[Trial]:
    """Try attacks one after the other.

    Raises:
        JudgeError: the sandbox could not be set up, or something cannot be killed.
    """
    with arena(settings, bench.sandbox) as place:
        return [_try(_hurried(bench), place, attack) for attack in attacks]


def refuse_if_escaped(settings: Settings, bench: Bench) -> list[Trial]:
    """Try the attacks of the self-test, up to the first that is not contained.

    Raises:
        JudgeError: one was not contained; names it, and what it did.
    """
    trials = []
    with arena(settings, bench.sandbox) as place:
        for attack in all_attacks():
            if attack.in_self_test:
                trials.append(_try(_hurried(bench), place, attack))
                _refuse(trials[-1])
    return trials


def _refuse(trial: Trial) -> None:
    if not trial.contained:
        raise JudgeError(
            f"The sandbox does not hold: {trial.attack.code}: "
            f"{trial.skipped or '; '.join(trial.wrong)}",
            where="judge, self-test",
            remedy="Nothing is judged here until it does. `talentloop judge attacks` tries all "
            "attacks; look at bubblewrap, cgroups and the kernel's user namespaces.",
        )


def _hurried(bench: Bench) -> Bench:
    limits = bench.config.limits.model_copy(update=_RUN)
    build_limits = bench.config.compile.model_copy(update=_COMPILE)
    config = bench.config.model_copy(update={"limits": limits, "compile": build_limits})
    return replace(bench, config=config)


def _try(bench: Bench, place: Arena, attack: Attack) -> Trial:
    begun = time.monotonic()
    language = bench.config.languages[attack.language]
    if not available(language):
        return Trial(attack, None, (), 0.0, f"{attack.language} is not installed")
    if attack.x86 and platform.machine() != "x86_64":
        return Trial(attack, None, (), 0.0, "made for x86-64")
    built = build(bench.sandbox, bench.config, language, place.fill(attack.source))
    ended: Verdict
    if built.files is None:
        ended, said = "CE", built.message
    else:
        outcome = run(bench, language, built.files, bench.config.limits, "")
        ended = ending(outcome, language) or "AC"
        said = (outcome.stdout + outcome.stderr).decode("utf-8", "replace")
    wrong = place.harm()
    if place.escaped in said:
        line = next(line for line in said.splitlines() if place.escaped in line)
        wrong.append(f"got through: {line.replace(place.escaped, '').strip()[:200]}")
    if place.secret in said:
        wrong.append("a file of the host was read")
    if ended not in attack.ends:
        wrong.append(f"ended as {ended} instead of {' or '.join(attack.ends)}: {said[-300:]}")
    elif attack.must_try and place.tried not in said:
        wrong.append(f"was not tried to its end: {said[-300:]}")
    return Trial(attack, ended, tuple(wrong), round(time.monotonic() - begun, 3))
