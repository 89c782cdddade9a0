"""docs/add-a-system.md works as it stands: its files are written, its commands exist, a pull lands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from connectors.ingest.map_source import map_source
from connectors.migration import migrate
from connectors.sandbox.company import CLOCK_START, Company, simulate
from connectors.sandbox.service import running
from talentloop.landing import LandingZone
from talentloop.settings import PROJECT_ROOT, Settings

PAGE = (PROJECT_ROOT / "docs" / "add-a-system.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def company() -> Company:
    """A company of 200 applications."""
    return simulate("test")


@pytest.fixture
def followed(settings: Settings, tmp_path: Path) -> Settings:
    """Settings over a folder in which the page's files were written, and nothing else."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return settings.model_copy(update={"config": tmp_path / "config"})


def test_the_page_s_files_are_at_most_eight() -> None:
    assert 4 <= len(FILES) <= 8
    assert not any(name.startswith("connectors/") for name in FILES)


def test_a_pull_by_the_page_s_files_lands_every_record(
    followed: Settings, company: Company
) -> None:
    with running(followed, company):
        drafted = {
            stream.draft.stream: stream for stream in map_source(followed, "songguo").streams
        }
        assert drafted["people"].draft.entity == "candidate"
        assert drafted["applications"].draft.entity == "application"
        done = migrate(followed, "songguo")
    assert done.is_complete
    zone = LandingZone(followed)
    for entity in ("candidate", "application"):
        wanted = set(company.visible(entity, CLOCK_START)["source_id"].to_pylist())
        assert set(zone.read(entity, source="songguo")["source_id"].to_pylist()) == wanted
    assert "ext_major" in str(zone.read("candidate")["ext"].to_pylist())


def test_the_page_s_own_test_passes(followed: Settings, company: Company, tmp_path: Path) -> None:
    scope: dict[str, object] = {}
    exec(FILES["tests/connectors/rest/test_songguo.py"], scope)  # noqa: S102 - our own page
    with running(followed, company):
        scope["test_every_application_lands"](followed, None, company)  # type: ignore[operator]
    shutil.rmtree(tmp_path / "config")


def test_the_page_s_commands_exist() -> None:
    known = (PROJECT_ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    asked = set(re.findall(r"^talentloop (\w+)", PAGE, re.MULTILINE))
    assert {"sandbox", "map", "ingest", "migrate"} <= asked
    assert all(f"## `talentloop {name}" in known for name in asked)
