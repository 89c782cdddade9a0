"""The report to the candidate: what was asked, what went well, what to improve, and their rights."""

from __future__ import annotations

from interview.feedback.render import Rendered, render_html, render_pdf, write_report
from interview.feedback.view import ReportView, view_of

__all__ = ["Rendered", "ReportView", "render_html", "render_pdf", "view_of", "write_report"]
