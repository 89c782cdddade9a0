"""The benchmark still measures what it says: all records of all pages, landed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.ingest import measure, report, write_pages


def test_our_contenders_land_every_record(tmp_path: Path) -> None:
    assert write_pages(tmp_path / "pages", 1500) > 0
    results = {name: measure(name, tmp_path / "pages") for name in ("ours", "ours, whole ingest")}
    assert [r["rows"] for r in results.values()] == [1500, 1500]
    assert all(r["seconds"] > 0 and r["peak_mib"] > r["imports_mib"] for r in results.values())


def test_the_report_states_ratios_to_the_peer() -> None:
    ours = {"rows_per_second": 100.0, "seconds": 2.0, "cpu_seconds": 1.0, "peak_mib": 30.0,
            "growth_mib": 5.0}  # fmt: skip
    peer = {"rows_per_second": 5.0, "seconds": 40.0, "cpu_seconds": 25.0, "peak_mib": 300.0,
            "growth_mib": 100.0}  # fmt: skip
    line = report({"ours": ours, "dlt": peer}).splitlines()[1]
    assert line.split() == [
        "ours", "100", "2.00", "1.00", "30", "5", "20.0x", "25.0x", "0.10x", "0.05x",
    ]  # fmt: skip


def test_a_contender_that_fails_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "000.json").write_text("[")
    with pytest.raises(SystemExit, match="ours failed"):
        measure("ours", tmp_path)
