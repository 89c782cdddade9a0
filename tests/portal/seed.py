"""A running loop as the operations database would know it; for the quality page and its reports."""

from __future__ import annotations

import json
from datetime import timedelta

from talentloop import ops
from talentloop.ops import cursors, incidents, proposals, quarantine
from talentloop.ops.models import (
    CheckResult,
    FrozenFigure,
    Load,
    ModelAlias,
    OutboxRow,
    Promotion,
    ReconcileRow,
    Restatement,
    StepRun,
)
from talentloop.settings import Settings

SECRET_NAME = "王秘密"  # stands in a quarantined payload and must never be shown


def seed(settings: Settings) -> None:
    """Two sources (one blocked), held records, checks, runs, write-backs, a champion, an incident."""
    now = settings.clock.now()
    cursors.set_cursor(settings, "successfactors", "candidate", now - timedelta(hours=2))
    cursors.set_cursor(settings, "successfactors", "offer", now - timedelta(hours=1))
    cursors.set_cursor(settings, "files", "xes", now - timedelta(hours=1))
    quarantine.add(settings, [_held("application", n) for n in (1, 2)] + [_held("offer", 3)])
    incidents.open_incident(
        settings, kind="check_failed", where="load L2 of offer from files",
        title="Checks failed: offer from files", remedy="Correct at the source.",
    )  # fmt: skip
    propose_weights(settings)
    _freeze(settings)
    with ops.session(settings) as db:
        for number, (source, rows, state) in enumerate(
            [("successfactors", 900, "passed"), ("files", 30, "failed")], start=1
        ):
            db.add(Load(load_id=f"L{number}", entity="offer", source=source, path="x", rows=rows,
                        sha256="0", landed_at=now - timedelta(hours=number), check_state=state))  # fmt: skip
            failures = [] if state == "passed" else [
                {"text": "start_on is not before extended_at", "column": "start_on",
                 "severity": "critical", "unexpected": 4, "record_ids": ["O-1", "O-2"]}
            ]  # fmt: skip
            db.add(CheckResult(run_id="r1", suite="load.offer", entity="offer", source=source,
                               load_id=f"L{number}", success=not failures, evaluated=12,
                               failed=len(failures), failures_json=json.dumps(failures),
                               docs_path="validations/offer.html", checked_at=now))  # fmt: skip
        # Features are checked in the published copy: of no source.
        db.add(CheckResult(run_id="r1", suite="out.performance_6m", entity="performance_6m",
                           source="published", load_id="", success=True, evaluated=7, failed=0,
                           failures_json="[]", docs_path="", checked_at=now))  # fmt: skip
        for number in range(16):
            failed = number == 3
            db.add(StepRun(step="build", state="failed" if failed else "done", counts={"models": 40},
                           started_at=now - timedelta(days=16 - number), finished_at=now,
                           seconds=200.0 if number == 5 else 50.0,
                           error="a model failed" if failed else ""))  # fmt: skip
        db.add(StepRun(step="train:performance_6m", state="done", counts={}, started_at=now,
                       finished_at=now, seconds=9.0, error=""))  # fmt: skip
        for number, (state, verdict) in enumerate(
            [("CONFIRMED", "MATCH"), ("CONFIRMED", "DRIFT"), ("PENDING", ""), ("DEAD", "")]
        ):
            row = OutboxRow(destination="successfactors", operation="interview_result",
                            entity_key=str(number), payload_json="{}", payload_hash="0",
                            idem_key=str(number), state=state, next_at=now, created_at=now,
                            updated_at=now)  # fmt: skip
            db.add(row)
            db.flush()
            for seen in (
                [verdict] if verdict == "MATCH" else ["MISSING", verdict] if verdict else []
            ):
                db.add(ReconcileRow(destination="successfactors", operation="interview_result",
                                    entity_key=str(number), outbox_id=row.id, verdict=seen,
                                    field="score", checked_at=now))  # fmt: skip
        db.add(Promotion(model_name="performance_6m", model_version="3", data_version="d",
                         published_version="v1", decision="promoted", decided_at=now,
                         gate={"rows": [], "adverse_impact": "review"},
                         metrics={"test.auc": 0.774, "gain_over_prior.auc": 0.27}))  # fmt: skip
        db.add(ModelAlias(model_name="performance_6m", alias="champion", model_version="3",
                          updated_at=now))  # fmt: skip


def _freeze(settings: Settings) -> None:
    """October as frozen, and one figure that later data changed."""
    now = settings.clock.now()
    kept = {
        "published_version": "v2026.11.01-1",
        "as_of": now,
        "period_on": "2026-10-01",
        "scope": "",
    }
    with ops.session(settings) as db:
        for metric, value, n in (("accepted_offers", 17.0, None), ("time_to_hire", 25.6, 17),
                                 ("join_rate", 0.75, 4)):  # fmt: skip
            db.add(FrozenFigure(metric=metric, value=value, n=n, frozen_at=now, **kept))
        db.add(Restatement(metric="accepted_offers", value_before=17.0, value_after=18.0,
                           noticed_at=now, **kept))  # fmt: skip


def propose_weights(settings: Settings) -> None:
    """A proposal to weigh teamwork more, with the evidence that the page shows."""
    now = {"communication": 0.15, "logic": 0.2, "professionalism": 0.25, "teamwork": 0.15,
           "stress": 0.15, "culture": 0.1}  # fmt: skip
    proposed = {**now, "teamwork": 0.25, "communication": 0.1, "culture": 0.05}
    rows = [{"dimension": n, "now": now[n], "unshrunk": 2 * proposed[n] - now[n],
             "proposed": proposed[n], "lower": proposed[n] - 0.04, "upper": proposed[n] + 0.04,
             "r": 0.2} for n in now]  # fmt: skip
    groups = [{"attribute": "gender", "group": group, "n": n, "rate_now": rate,
               "rate_proposed": rate, "ratio_now": rate / 0.3, "ratio_proposed": rate / 0.3,
               "p_proposed": None, "flag_now": "ok", "flag_proposed": "ok"}
              for group, n, rate in (("F", 240, 0.3), ("M", 260, 0.28))]  # fmt: skip
    evidence = {"advice": "change", "n": 191, "r_now": 0.264, "r_proposed": 0.29,
                "gain": [0.026, 0.004, 0.049], "dimensions": rows, "groups": groups,
                "against": []}  # fmt: skip
    change = {"version": "2", "replaces": "1", "weights": proposed}
    proposals.propose(settings, "weights", "default", change, evidence)


def _held(entity: str, number: int) -> quarantine.QuarantineItem:
    return quarantine.QuarantineItem(
        "successfactors", "Candidate", entity, f"10{number}", "applied_at", "not_a_date",
        "The value is not a date", "Correct it at the source.", {"name": SECRET_NAME, "n": number},
    )  # fmt: skip
