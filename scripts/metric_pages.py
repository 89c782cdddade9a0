"""The pages of docs/ about the metric registry."""

from __future__ import annotations

from collections.abc import Iterator

from talentloop.codes import Bilingual
from talentloop.metrics import PARTS, REPORT, Metric, load_metrics
from talentloop.settings import Settings


def _cell(text: Bilingual) -> str:
    return f"{text.zh}<br>{text.en}".replace("|", "\\|")


def _rows(metric: Metric, owner: Bilingual) -> Iterator[tuple[str, str]]:
    yield "meaning", _cell(metric.meaning)
    yield "formula", _cell(metric.formula)
    yield "grain", _cell(metric.grain)
    for name in PARTS:
        text = metric.part(name)
        if text is not None:
            yield name, _cell(text)
        elif name in metric.not_applicable:
            yield name, "does not apply"
    yield "unit, view, minimum n", f"{metric.unit}, {metric.view}, {metric.minimum_n}"
    yield (
        "computed by",
        "<br>".join(
            f"{'report ' if name.startswith(REPORT) else ''}`{name.removeprefix(REPORT)}`: "
            + ", ".join(f"`{column}`" for column in columns)
            for name, columns in metric.computed_by.items()
        ),
    )
    yield "owner, version", f"{owner.en}, {metric.version}"


def metrics_page(note: str) -> str:
    """Every metric with everything that the registry says of it."""
    registry = load_metrics(Settings())
    n, version = len(registry.metrics), registry.version
    about = f"The registry `config/metrics.yml`, version {version}, has {n} metrics."
    lines = ["# Metrics\n", note, f"{about} Pages, exports and dbt columns name them by key.\n"]
    for key, metric in registry.metrics.items():
        lines += [f"## `{key}`: {metric.name.zh} · {metric.name.en}\n", "| | |", "|---|---|"]
        rows = _rows(metric, registry.owners[metric.owner])
        lines += [f"| {name} | {text} |" for name, text in rows]
        lines.append("")
    return "\n".join(lines)
