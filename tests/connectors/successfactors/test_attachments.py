"""Résumés attached at the stand-in tenant: looked at by id, fetched when new, read as files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.registry import open_resumes
from connectors.resumes import fetch_resumes, kept_resumes, load_places
from connectors.resumes.places import ResumeFile
from connectors.sandbox.service import Service
from connectors.successfactors import SuccessFactorsSource
from talentloop.errors import SourceError
from talentloop.settings import Settings
from tests.connectors.quick import QUICK


@pytest.fixture
def attached(settings: Settings, tenant: Service, tmp_path: Path) -> Settings:
    """An installation that fetches the tenant's attachments."""
    config = tmp_path / "config"
    shutil.copytree(settings.config, config)
    source = yaml.safe_load((config / "sources" / "successfactors.yml").read_text())
    (config / "sources" / "successfactors.yml").write_text(yaml.safe_dump({**source, **QUICK}))
    places = [{"of": "successfactors", "connector": "successfactors"}]
    (config / "resumes.yml").write_text(yaml.safe_dump({"max_mib": 1, "places": places}))
    return settings.model_copy(update={"config": config})


@pytest.fixture
def candidates(source: SuccessFactorsSource) -> list[dict[str, Any]]:
    first = next(iter(source.read("Candidate", None)))
    return [dict(row) for row in first.rows[:3]]


def test_the_resume_of_a_candidate_is_fetched_by_the_end_of_its_address(
    attached: Settings, candidates: list[dict[str, Any]]
) -> None:
    names = {row["cust_resumeUri"].rsplit("/", 1)[1] for row in candidates}
    done = fetch_resumes(attached, {"successfactors": {*names, "99999999999", "no-number"}})
    assert (done.fetched, done.missing) == (3, 2)
    kept = kept_resumes(attached, "successfactors")
    for row in candidates:
        text = kept[str(row["candidateId"])].read_text()
        assert text.startswith(row["cust_fullName"])
    assert fetch_resumes(attached, {"successfactors": names}).unchanged == 3


def test_an_outage_is_told_and_what_came_before_stays(
    attached: Settings, candidates: list[dict[str, Any]], faults: Callable[..., dict[str, Any]]
) -> None:
    first, second = (str(row["candidateId"]) for row in candidates[:2])
    fetch_resumes(attached, {"successfactors": {first}})
    faults(error_every=1)
    with pytest.raises(SourceError):
        fetch_resumes(attached, {"successfactors": {second}})
    faults(error_every=0)
    assert set(kept_resumes(attached, "successfactors")) == {first}
    assert fetch_resumes(attached, {"successfactors": {first, second}}).fetched == 1


def test_an_attachment_without_content_is_an_empty_file_and_stops_no_other(
    attached: Settings, candidates: list[dict[str, Any]]
) -> None:
    place = open_resumes(attached, load_places(attached).places[0])
    gone = ResumeFile("99999999999", "99999999999", 0, "", None)
    assert place.read(gone) == b""
    place.close()
