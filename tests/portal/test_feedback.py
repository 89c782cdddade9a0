"""A report is read at its own address only, as the very file, and runs nothing."""

from __future__ import annotations

from fastapi.testclient import TestClient

from interview.evaluation.notice import find, key_of, notice
from talentloop.settings import Settings
from tests.interview.evaluation.made import folder, interview

PAGE = "<!DOCTYPE html><title>report</title><style>p { color: #111 }</style>"


def test_a_report_is_the_file_that_was_written(bare: TestClient, settings: Settings) -> None:
    notice(settings, folder(settings.home, interview()), is_simulated=True)
    row = find(settings, key_of("hr", "I-1"))
    address = f"/feedback/{row.report_token}"
    assert bare.get(address).status_code == 404  # not written yet
    path = settings.home / row.folder / "report" / "report.html"
    path.parent.mkdir()
    path.write_text(PAGE)
    page = bare.get(address)
    assert page.text == PAGE
    assert page.headers["cache-control"] == "no-store"
    assert "style-src 'unsafe-inline'" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]
    assert bare.get(f"{address}/report.pdf").status_code == 404


def test_another_address_shows_nothing(bare: TestClient) -> None:
    for token in ("0" * 32, "..%2f..%2fsecrets", "I-1"):
        assert bare.get(f"/feedback/{token}").status_code == 404
