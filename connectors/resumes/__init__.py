"""Résumé files: fetched from where a source leaves them, and kept once, by content."""

from __future__ import annotations

from connectors.resumes.fetch import Fetched, fetch_resumes
from connectors.resumes.keep import kept_resumes
from connectors.resumes.options import load_places

__all__ = ["Fetched", "fetch_resumes", "kept_resumes", "load_places"]
