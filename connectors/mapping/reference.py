"""The generated part of docs/mapping.md: `python -m connectors.mapping.reference` rewrites it."""

from __future__ import annotations

from pathlib import Path

from connectors.mapping.transforms import known

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mapping.md"
START, END = "<!-- transforms: generated -->", "<!-- /transforms -->"


def transforms_table() -> str:
    """All transforms as a Markdown table, by name."""
    lines = ["| transform | from → to | what it does | example |", "|---|---|---|---|"]
    for entry in known():
        cells = (
            f"`{entry.signature}`",
            f"{entry.takes} → {entry.gives}",
            entry.meaning,
            f"`{entry.example}`",
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def refreshed(page: str) -> str:
    """The page with its generated part made anew."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{transforms_table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
