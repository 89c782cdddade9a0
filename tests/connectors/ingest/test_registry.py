"""Which sources there are, and what is said when one is not right."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.ingest import ingest
from connectors.registry import find_source, list_sources, make_sink, make_source
from talentloop.errors import ConfigError
from talentloop.settings import PROJECT_ROOT, Settings

Configure = Callable[..., Path]


def test_the_shipped_sources_are_valid(settings: Settings) -> None:
    shipped = settings.model_copy(update={"config": PROJECT_ROOT / "config"})
    names = {source.name: source for source in list_sources(shipped)}
    assert names["successfactors"].simulated
    assert names["successfactors"].schedule
    assert names["successfactors"].mapping_file.is_file()
    assert find_source(shipped, "ibm_attrition").connector == "files"
    assert "ibm_attrition" not in names  # an example is no configured source


def test_a_source_is_found_by_name_and_by_path(settings: Settings, configure: Configure) -> None:
    path = configure("people", connector="files", description="d", streams={})
    by_name, by_path = find_source(settings, "people"), find_source(settings, str(path))
    assert by_name == by_path
    assert (by_name.name, by_name.options, by_name.file) == ("people", {"streams": {}}, path)
    assert by_name.mapping_file == path.parent / "mapping.yaml"
    with pytest.raises(ConfigError, match=r"no source 'peple'.*Known are: people"):
        find_source(settings, "peple")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"connector": "sap"}, "no connector 'sap'.*successfactors"),
        ({"connector": "files", "name": "My Source"}, "cannot name a source"),
        ({}, "connector"),
        ({"connector": "files", "mapping": "gone.yml", "streams": {"offers": {"files": "*"}}},
         "missing.*gone.yml"),
        ({"connector": "files", "streams": {"offers": {"file": "*"}}}, "streams.offers.file"),
        ({"connector": "files", "streams": {"others": {"files": "*"}}}, "no stream 'others'"),
        ({"connector": "files", "schedul": "daily", "streams": {"offers": {"files": "*"}}},
         "schedul"),
        ({"connector": "successfactors", "base_url": "http://x.com", "company_id": "c",
          "client_id": "c", "assertion_file": "a"}, "https"),
    ],
)  # fmt: skip
def test_a_typo_in_a_source_is_one_clear_error(
    settings: Settings, configure: Configure, fields: dict[str, Any], complaint: str
) -> None:
    configure(**fields)
    with pytest.raises(ConfigError, match=complaint) as caught:
        ingest(settings, "s")
    assert caught.value.remedy


def test_two_sources_of_one_name_are_refused(settings: Settings, configure: Configure) -> None:
    configure("a", connector="files", name="same")
    configure("b", connector="files", name="same")
    with pytest.raises(ConfigError, match="Two sources are called same"):
        list_sources(settings)


def test_only_a_file_source_takes_a_folder(settings: Settings, configure: Configure) -> None:
    configure(connector="successfactors", base_url="sandbox", company_id="c", client_id="c")
    with pytest.raises(ConfigError, match="Only a file source takes a folder"):
        make_source(settings, "s", path=Path("/data"))


def test_a_connector_that_only_reads_has_no_sink(settings: Settings, configure: Configure) -> None:
    configure(connector="files")
    with pytest.raises(ConfigError, match="Nothing can be written back to s"):
        make_sink(settings, "s")


def test_naming_the_sources_loads_no_connector() -> None:
    """A DAG file does it at every parse."""
    code = (
        "import sys; from connectors.registry import list_sources;"
        "from talentloop.settings import Settings; assert list_sources(Settings());"
        "print([m for m in ('pyarrow', 'duckdb', 'httpx', 'phonenumbers') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
