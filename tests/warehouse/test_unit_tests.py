"""The hand-worked cases that lie beside the models, run by dbt."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from talentloop.settings import PROJECT_ROOT
from talentloop.warehouse.dbt_run import dbt_environment
from talentloop.warehouse.rules import rule_variables
from tests.warehouse.landed import Warehouse

DECISIVE = {
    "dim_requisition_history", "fct_employment_spell", "fct_interview_spell", "fct_offer_spell",
    "fct_opening_spell", "fct_requisition_spell", "fct_stage_spell",
    "dim_opening", "exp_successfactors__high_potential_tag", "fct_application", "fct_interview",
    "fct_offer", "fct_performance_review", "fct_prediction", "fct_stage_event",
    "fct_application_dimension", "feat_performance_6m__asof", "feat_probation_attrition__asof",
    "int_application__portrait", "int_application__score", "int_interview_validity__correlate",
    "int_interviewer_rating__deviate", "int_score_threshold__count", "int_score_threshold__test",
    "int_scorer_agreement__rate", "mart_score_threshold",
    "int_application__situate", "int_feature__score", "int_offer__keep_newest",
    "int_person__identify", "int_person__resolve", "int_retention__estimate",
    "int_stage_spell__derive", "mart_hiring_funnel", "mart_interview_validity",
    "mart_monthly_hiring_efficiency", "mart_source_quality", "mart_time_to_hire",
}  # fmt: skip


def test_hand_worked_cases_hold(warehouse: Warehouse, tmp_path: Path) -> None:
    database = shutil.copyfile(warehouse.refreshed, tmp_path / "build.duckdb")
    variables = {
        "landing_root": warehouse.settings.landing_root,
        **rule_variables(warehouse.settings),
    }
    project = str(PROJECT_ROOT / "dbt")
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "test",
         "--select", "test_type:unit", "--project-dir", project, "--profiles-dir", project,
         "--target-path", str(tmp_path / "target"), "--vars", json.dumps(variables)],
        env=dbt_environment(warehouse.settings, database, tmp_path / "target"),
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    results = json.loads((tmp_path / "target" / "run_results.json").read_text())["results"]
    failed = [r["unique_id"] for r in results if r["status"] not in ("pass", "success")]
    assert failed == [], done.stdout[-3000:]
    tested = {
        r["unique_id"].split(".")[2] for r in results if r["unique_id"].startswith("unit_test")
    }
    assert tested >= DECISIVE
