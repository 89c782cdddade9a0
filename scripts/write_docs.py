"""Write the generated pages of docs/: settings, commands, DAGs, contracts.

Run it after a change of any of these; a test fails while the pages are behind.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from loop.reference import reference_pages  # noqa: E402
from talentloop.contracts.export import json_schemas  # noqa: E402

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    """Write every generated page."""
    for entity, schema in json_schemas().items():
        text = json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        (DOCS / "contracts" / f"{entity}.json").write_text(text)
    for name, text in reference_pages().items():
        (DOCS / name).write_text(text)


if __name__ == "__main__":
    main()
