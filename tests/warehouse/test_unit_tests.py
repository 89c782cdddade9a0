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
    "dim_opening", "dim_requisition_history", "exp_successfactors__high_potential_tag",
    "fct_application", "fct_application_dimension", "fct_employment_spell", "fct_interview",
    "fct_interview_spell", "fct_offer", "fct_offer_spell", "fct_opening_spell", "fct_opening_wait",
    "fct_performance_review", "fct_prediction", "fct_requisition_spell",
    "fct_screening_result", "fct_stage_event",
    "fct_stage_spell", "fct_stage_time", "feat_performance_6m__asof",
    "feat_probation_attrition__asof", "int_application__attribute", "int_application__end",
    "int_application__portrait", "int_application__score", "int_application__situate", "int_application__time",
    "int_cost__allocate", "int_cost__place", "int_cost__sum", "int_duration__measure",
    "int_employment__end", "int_employment__follow", "int_feature__score", "int_hire__assess", "int_interview__attend",
    "int_interview__complete", "int_interview_validity__correlate",
    "int_interviewer_rating__compare", "int_interviewer_rating__deviate", "int_offer__answer", "int_offer__keep_newest",
    "int_opening__target", "int_opening__wait", "int_person__identify", "int_person__resolve", "int_record__match",
    "int_requisition__own", "int_requisition__week", "int_retention__estimate",
    "int_score_threshold__count", "int_score_threshold__test", "int_scorer_agreement__rate",
    "int_spell__unite", "int_stage_spell__derive", "int_workforce__count",
    "mart_cohort_exclusion", "mart_completion", "mart_cost", "mart_delivery", "mart_hire_rate",
    "mart_hiring_funnel", "mart_interview_validity", "mart_iso_30414", "mart_manual_touch",
    "mart_monthly_hiring_efficiency", "mart_offer", "mart_on_time_fill", "mart_person_cluster",
    "mart_quality_of_hire", "mart_retention", "mart_score_threshold", "mart_source_attribution",
    "mart_source_quality", "mart_stage_pass", "mart_time_to_hire",
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
