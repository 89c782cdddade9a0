"""The models' documentation: dbt's site as one page, beside the pages of the data checks."""

from __future__ import annotations

import shutil
from pathlib import Path

from talentloop.errors import BuildError
from talentloop.settings import Settings
from talentloop.warehouse.build import writer_lock
from talentloop.warehouse.dbt_run import run_dbt_docs, target_folder


def model_docs(settings: Settings) -> Path:
    """Where the page lies once it was made."""
    return settings.data_docs_dir / "models" / "index.html"


def write_model_docs(settings: Settings) -> Path:
    """Make the page of the last build: every model, column, test and its place in the flow.

    Raises:
        BuildError: nothing has been built, or dbt could not describe it.
    """
    target = target_folder(settings)
    if not (target / "manifest.json").exists() or not settings.warehouse_file.exists():
        raise BuildError(
            "There is nothing to describe yet",
            where=str(target / "manifest.json"),
            remedy="Run `talentloop build` first.",
        )
    with writer_lock(settings):
        run_dbt_docs(settings, settings.warehouse_file, target)
    page = model_docs(settings)
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(target / "static_index.html", page)
    return page
