"""Functions of a source, with their length and branching, by lizard. Advisory, never scored.

lizard reads what a stranger wrote and takes quadratic time over some of it, so that it runs in a
process of its own, with a time limit; what it does not manage gets no remark.
"""

from __future__ import annotations

import json
import subprocess
import sys

from interview.judge.config import AdviceRule
from interview.judge.result import Function

_SECONDS = 10
_READ = """
import json, sys, lizard
source = sys.stdin.buffer.read().decode()
found = lizard.analyze_file.analyze_source_code(sys.argv[1], source).function_list
print(json.dumps([[f.name, f.start_line, f.cyclomatic_complexity, f.nloc] for f in found]))
"""


def functions(file: str, source: str) -> tuple[Function, ...]:
    """Every function of a source with its line, cyclomatic complexity and length in lines of code.

    Args:
        file: name of the source; its ending tells the language.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _READ, file],
            input=source.encode(), capture_output=True, timeout=_SECONDS, check=False, env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return ()
    if done.returncode != 0:
        return ()
    return tuple(
        Function(function=name, line=line, complexity=complexity, lines=lines)
        for name, line, complexity, lines in json.loads(done.stdout)
    )


def remarkable(found: tuple[Function, ...], rule: AdviceRule) -> tuple[Function, ...]:
    """The functions that are longer or branch more than the rule says."""
    return tuple(
        each for each in found if each.complexity > rule.complexity or each.lines > rule.lines
    )
