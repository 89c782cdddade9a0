"""The report as HTML in one file, and as PDF where the machine can draw one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from interview.feedback.view import ReportView
from talentloop.files import replace_durably
from talentloop.logs import get_logger

log = get_logger(__name__)
HTML, PDF = "report.html", "report.pdf"


@dataclass(frozen=True)
class Rendered:
    """A written report.

    Attributes:
        pdf: None where the machine cannot draw PDFs; `why_no_pdf` says why.
        sha256: of the HTML.
    """

    html: Path
    pdf: Path | None
    why_no_pdf: str
    sha256: str


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_html(view: ReportView) -> str:
    """The report as one HTML file: no script, nothing loaded from elsewhere."""
    return _environment().get_template("report.html.j2").render(view=view, w=view.words)


def render_pdf(html: str) -> bytes:
    """The report as PDF.

    Raises:
        OSError: the libraries that draw it (Pango) are not on this machine.
    """
    import weasyprint  # type: ignore[import-untyped]

    drawn: bytes = weasyprint.HTML(string=html, url_fetcher=_fetch_nothing).write_pdf()
    return drawn


def write_report(view: ReportView, folder: Path) -> Rendered:
    """Write the report durably into a folder; without a PDF where none can be drawn."""
    html = render_html(view)
    replace_durably(folder / HTML, html.encode(), mode=0o600)
    digest = hashlib.sha256(html.encode()).hexdigest()
    try:
        replace_durably(folder / PDF, render_pdf(html), mode=0o600)
    except OSError as error:
        # weasyprint raises it on import where Pango is missing.
        why = f"PDF needs Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0): {type(error).__name__}"
        log.warning("report_without_pdf", reason=why)
        return Rendered(folder / HTML, None, why, digest)
    return Rendered(folder / HTML, folder / PDF, "", digest)


def _fetch_nothing(url: str, *_args: object, **_kwargs: object) -> dict[str, object]:
    raise ValueError(f"the report loads nothing, but asked for {url[:60]}")
