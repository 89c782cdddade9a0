"""dbt in a process of its own; `talentloop.warehouse.dbt_run` starts this file by its path.

    python -P dbt_process.py RESULTS ARGUMENT...

dbt's own command line makes a line of every event twice, scrubs it, and throws most of them away; it
also writes the manifest twice. Both cost more than a small model does, so dbt is called as a
library: what is worth reading goes to standard output, and what became of each node to RESULTS.
Nothing of TalentLoop is imported here, because what is imported is paid for in each build.
"""

from __future__ import annotations

import ctypes
import json
import signal
import sys
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1


def main(results: Path, arguments: list[str]) -> int:
    """Run dbt; 0 when all went well, 1 when a node failed, 2 when dbt could not run."""
    if sys.platform == "linux":
        # A dbt that outlives a killed build would hold the file: it dies with its parent.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    from dbt.cli.main import dbtRunner  # only now: importing dbt takes seconds

    invocation: list[str] = []

    def say(event: Any) -> None:
        invocation[:] = [event.info.invocation_id]
        if event.info.level != "debug":
            sys.stdout.write(f"{event.info.msg}\n")

    done = dbtRunner(callbacks=[say]).invoke(arguments)
    if done.exception is not None:
        sys.stdout.write(f"{done.exception}\n")
        return 2
    found = [
        {
            "unique_id": result.node.unique_id,
            "status": str(result.status),
            "execution_time": result.execution_time,
            "message": result.message,
        }
        for result in getattr(done.result, "results", [])
        if hasattr(result, "node")
    ]
    content = {"metadata": {"invocation_id": invocation[-1]}, "results": found}
    results.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
