"""Data docs: static pages of the latest results, self-contained and bounded in number."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from filelock import FileLock
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
)

from talentloop.settings import Settings

SITE = "talentloop"
_VIEWS = "expectations.views"


def _files(folder: Path) -> dict[str, Any]:
    return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}


def context_config(settings: Settings) -> DataContextConfig:
    """An ephemeral context whose results are files and whose site is `settings.data_docs_dir`."""
    defaults = InMemoryStoreBackendDefaults()
    defaults.stores[defaults.validation_results_store_name] = {
        "class_name": "ValidationResultsStore",
        "store_backend": {
            **_files(settings.home / "checks"),
            "filepath_suffix": ".json",
        },
    }
    defaults.data_docs_sites = {
        SITE: {
            "module_name": _VIEWS,
            "class_name": "OfflineSiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": _files(settings.data_docs_dir),
            "site_index_builder": {
                "class_name": "DefaultSiteIndexBuilder",
                "view": {"module_name": _VIEWS, "class_name": "IndexView"},
            },
            "site_section_builders": {
                "expectations": "None",  # their word for: leave this section out
                "profiling": "None",
                "validations": {
                    "class_name": "DefaultSiteSectionBuilder",
                    "source_store_name": defaults.validation_results_store_name,
                    "view": {"module_name": _VIEWS, "class_name": "PageView"},
                },
            },
        }
    }
    return DataContextConfig(store_backend_defaults=defaults, analytics_enabled=False)


class DocsSite:
    """The site of one context."""

    def __init__(self, settings: Settings, context: Any) -> None:
        self._folder = settings.data_docs_dir
        self._context = context
        self._lock = FileLock(settings.home / ".data_docs.lock", timeout=120)

    def page_of(self, key: Any) -> str:
        """Path of the page of a validation result, relative to the site's folder."""
        return "/".join(["validations", *key.to_tuple()]) + ".html"

    def build(self, keep: int) -> Path:
        """Write the pages that are missing, drop the oldest, and renew the index.

        Args:
            keep: pages kept per suite and source.

        Returns:
            The index page.
        """
        with self._lock:
            self._prune(keep)
            missing = [k for k in self._keys() if not (self._folder / self.page_of(k)).exists()]
            # With no identifiers at all, Great Expectations would render every page again.
            self._context.build_data_docs(
                site_names=[SITE], resource_identifiers=missing or [object()]
            )
            self._drop_empty_folders()
        return self._folder / "index.html"

    def _keys(self) -> list[Any]:
        return list(self._context.validation_results_store.list_keys())

    def _prune(self, keep: int) -> None:
        groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for key in self._keys():
            *suite, _name, _time, batch = key.to_tuple()
            source = batch.removeprefix(f"batch-{'.'.join(suite)}.").rpartition(".")[0]
            groups[".".join(suite), source].append(key)
        for keys in groups.values():
            keys.sort(key=lambda k: (k.run_id.run_time, k.run_id.run_name), reverse=True)
            for key in keys[keep:]:
                self._context.validation_results_store.remove_key(key)

    def _drop_empty_folders(self) -> None:
        folders = [p for p in (self._folder / "validations").rglob("*") if p.is_dir()]
        for folder in sorted(folders, key=lambda p: len(p.parts), reverse=True):
            if not any(folder.iterdir()):
                folder.rmdir()
