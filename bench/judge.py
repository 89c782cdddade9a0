"""Judge start-up against bare bubblewrap: what do limits, groups, filter and measuring cost?

Every contender starts the same programs in turn, in the same run: an empty C++ program and an empty
Python one. Bare bubblewrap has the same namespaces and mounts, and none of our fences around it;
`without sandbox` is the program alone. Seconds are medians by the clock; on a busy machine all of
them wait, so that the ratio is what to compare.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from interview.judge import open_bench
from interview.judge.build import build
from talentloop.settings import load_settings

BARE = [
    "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv",
    "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr",
    "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64",
    "/lib64", "--proc", "/proc", "--dev", "/dev", "--setenv", "PATH", "/usr/bin",
    "--tmpfs", "/tmp",  # noqa: S108 - of the sandbox
]  # fmt: skip


def run(rounds: int) -> dict[str, dict[str, float]]:
    """Median seconds of each contender by program."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        settings = load_settings(home=Path(folder) / "home")
        bench = open_bench(settings)
        cpp = build(bench.sandbox, bench.config, bench.config.languages["cpp"], "int main() {}\n")
        assert cpp.files is not None
        binary = Path(folder) / "main"
        binary.write_bytes(cpp.files["/w/main"])
        binary.chmod(0o755)
        Path(folder).chmod(0o755)
        python = ["/usr/bin/python3", "-I", "-c", ""]
        programs = {
            "C++": (cpp.files, ["/w/main"], ["--ro-bind", str(binary), "/w/main"], [str(binary)]),
            "Python": ({}, python, [], python),
        }
        limits = bench.config.limits

        def bare(command: list[str]) -> None:
            subprocess.run(command, env={}, check=True, stdin=subprocess.DEVNULL)

        for name, (files, inside, mounts, outside) in programs.items():
            contenders: dict[str, Callable[[], object]] = {
                "judge": lambda: bench.sandbox.run(inside, files, limits),  # noqa: B023
                "bare bubblewrap": lambda: bare([*BARE, *mounts, "--", *inside]),  # noqa: B023
                "without sandbox": lambda: bare(outside),  # noqa: B023
            }
            times: dict[str, list[float]] = {each: [] for each in contenders}
            for _ in range(rounds):
                for each, start in contenders.items():
                    begun = time.perf_counter()
                    start()
                    times[each].append(time.perf_counter() - begun)
            found[name] = {each: statistics.median(taken) for each, taken in times.items()}
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = run(arguments.rounds)
    print(f"{'program':<10}{'contender':<20}{'ms':>8}{'ratio to bare bubblewrap':>28}")
    for program, times in found.items():
        for contender, seconds in times.items():
            ratio = seconds / times["bare bubblewrap"]
            print(f"{program:<10}{contender:<20}{1000 * seconds:>8.1f}{ratio:>28.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
