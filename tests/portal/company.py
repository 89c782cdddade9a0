"""A small company as a build file: the marts' relations with known, seeded content.

It stands in for dbt where tests need a published copy at once. `test_fixture.py` holds its columns
against the dbt project, so that it cannot drift from what the warehouse builds.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from talentloop.settings import PROJECT_ROOT

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
START = datetime(2024, 8, 1, tzinfo=UTC)
STAGES = ("applied", "screen", "ai_interview", "interview", "offer_approval", "offer", "hired")
CHANNELS = ("referral", "headhunter", "campus", "career_site", "job_board", "mini_program")
DIMENSIONS = ("communication", "logic", "professionalism", "teamwork", "stress", "culture")
WEIGHTS = dict(zip(DIMENSIONS, (0.15, 0.20, 0.25, 0.15, 0.15, 0.10), strict=True))
UNITS = (
    ("RD", "研发中心", "Research and Development", "rd"),
    ("PD", "产品中心", "Product", "product"),
    ("SL", "销售中心", "Sales", "sales"),
    ("SC", "供应链中心", "Supply Chain", "supply_chain"),
    ("CP", "职能中心", "Corporate Functions", "corporate"),
    ("CS", "客户成功中心", "Customer Success", "customer_success"),
)
PASS = {"applied": 0.98, "screen": 0.5, "ai_interview": 0.55, "interview": 0.5,
        "offer_approval": 0.92, "offer": 0.8}  # fmt: skip
DAYS = {"applied": 0.4, "screen": 2.6, "ai_interview": 3.0, "interview": 10.0,
        "offer_approval": 4.0, "offer": 3.0}  # fmt: skip
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", ("予安", "思远", "晓岚", "明哲", "若溪", "景行")
Rows = dict[str, list[dict[str, Any]]]


def md5(text: str) -> str:
    """The key of a record, as the warehouse makes it."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class Company:
    """Generates the base facts; `rows` holds them by relation."""

    def __init__(self, applications: int = 2400, seed: int = 7) -> None:
        self.random = Random(seed)
        self.rows: Rows = {name: [] for name in (
            "dim_org_unit", "dim_requisition", "dim_opening", "fct_application", "fct_stage_event",
            "fct_stage_spell", "fct_interview", "fct_dimension_score", "fct_offer", "dim_employee",
            "fct_performance_review", "mart_prediction", "restricted_person_identity",
        )}  # fmt: skip
        self._units()
        self._requisitions()
        for number in range(applications):
            self._application(number)

    def add(self, relation: str, **row: Any) -> None:
        """Add a row to a relation."""
        self.rows[relation].append(row)

    def _units(self) -> None:
        root = md5("successfactors:YS")
        for code, name, name_en, _ in (
            ("YS", "远山科技（模拟）", "Yuanshan (simulated)", ""),
            *UNITS,
        ):
            key = md5(f"successfactors:{code}")
            self.add(
                "dim_org_unit", org_unit_key=key, source="successfactors", org_unit_id=code,
                name=name, name_en=name_en, parent_org_unit_key=None if key == root else root,
                top_org_unit_key=key, top_name=name, top_name_en=name_en,
            )  # fmt: skip

    def _requisitions(self) -> None:
        for number in range(48):
            code, _, _, family = UNITS[number % 6]
            unit, key = md5(f"successfactors:{code}"), md5(f"successfactors:R{number}")
            opened = START + timedelta(days=self.random.uniform(0, 700))
            self.add(
                "dim_requisition", requisition_key=key, source="successfactors",
                requisition_id=f"REQ-{2000 + number}", title=f"岗位 {number}", job_code=None,
                job_family_code=family, org_unit_key=unit, top_org_unit_key=unit,
                recruiter_key=None, hiring_manager_key=None, status_code="open", headcount=6,
                opened_at=opened, closed_at=None, target_fill_on=None, time_zone="Asia/Shanghai",
                is_evergreen=False, is_test=number == 47, held_days=0.0,
            )  # fmt: skip
            for seat in range(6):
                due = (opened + timedelta(days=60 + 90 * seat)).date()
                filled = self.random.random() < 0.8
                self.add(
                    "dim_opening", opening_key=md5(f"O{number}-{seat}"), requisition_key=key,
                    opened_at=opened, target_fill_on=due,
                    status_code="filled" if filled else "open", filled_at=None,
                    filled_application_key=None, time_to_fill_days=None, waited_first_days=None,
                    waited_latest_days=None, waited_since_fill_days=None, is_open=not filled,
                    is_cancelled=False, is_filled_on_time=self.random.random() < 0.7
                    if filled else None,
                )  # fmt: skip

    def _application(self, number: int) -> None:
        random, requisition = self.random, self.random.choice(self.rows["dim_requisition"])
        applied = START + timedelta(seconds=random.uniform(0, (AS_OF - START).total_seconds() - 1))
        key, person = md5(f"successfactors:A{number}"), "p_" + md5(f"person{number // 1}")[:16]
        channel = random.choice(CHANNELS)
        at, place, status, spells = applied, 0, "open", []
        while status == "open" and place < 6:
            stage = STAGES[place]
            days = random.expovariate(1 / DAYS[stage]) + 0.05
            left = at + timedelta(days=days)
            if left > AS_OF:
                spells.append((stage, at, None, None))
                break
            went = "advanced" if random.random() < PASS[stage] + 0.15 * (channel == "headhunter") \
                else ("withdrawn" if random.random() < 0.2 else "rejected")  # fmt: skip
            spells.append((stage, at, left, went))
            at, place = left, place + (went == "advanced")
            status = {"advanced": "hired" if place == 6 else "open"}.get(went, went)
        if status == "hired":
            spells.append(("hired", at, at, "advanced"))
        base = {
            "application_key": key, "cohort_month_on": (applied + timedelta(hours=8)).date().replace(day=1),
            "top_org_unit_key": requisition["top_org_unit_key"],
            "job_family_code": requisition["job_family_code"], "source_channel_code": channel,
            "is_excluded": requisition["is_test"],
        }  # fmt: skip
        for sequence, (stage, entered, left, went) in enumerate(spells, start=1):
            rank = STAGES.index(stage) + 1
            self.add("fct_stage_event", stage_event_key=md5(f"{key}{sequence}e"),
                     application_key=key, stage_code=stage, stage_rank=rank, occurred_at=entered,
                     sequence=sequence, is_accidental=False, actor_type_code="person", reason_code=None)  # fmt: skip
            self.add("fct_stage_spell", stage_spell_key=md5(f"{key}{sequence}"), stage_code=stage,
                     stage_rank=rank, sequence=sequence, entered_at=entered, exited_at=left,
                     exit_type_code=went,
                     duration_days=(left - entered) / timedelta(days=1) if left else None,
                     open_days=None if left else (AS_OF - entered) / timedelta(days=1),
                     is_open=left is None, is_reentry=False, is_accidental=False,
                     is_catch_up=False, **base)  # fmt: skip
        self._outcome(number, key, person, requisition, applied, spells, status, base)

    def _outcome(
        self,
        number: int,
        key: str,
        person: str,
        requisition: dict[str, Any],
        applied: datetime,
        spells: list[Any],
        status: str,
        base: dict[str, Any],
    ) -> None:
        reached = [stage for stage, *_ in spells]
        offered = next((at for stage, at, *_ in spells if stage == "offer"), None)
        accepted = spells[-1][1] if status == "hired" else None
        started = (accepted + timedelta(days=30)).date() if accepted else None
        score = self._scores(number, key, person, spells) if "interview" in reached else None
        self.add(
            "fct_application", source="successfactors", application_id=f"A-{10000 + number}",
            person_key=person, candidate_key=md5(f"successfactors:C{number}"),
            requisition_key=requisition["requisition_key"], org_unit_key=requisition["org_unit_key"],
            applied_at=applied, status_code=status, resolved_at=spells[-1][2],
            current_stage_code=reached[-1], furthest_stage_code=reached[-1],
            furthest_stage_rank=STAGES.index(reached[-1]) + 1, offer_extended_at=offered,
            accepted_at=accepted, started_on=started if started and started <= AS_OF.date() else None,
            time_to_hire_days=(accepted - applied) / timedelta(days=1) if accepted else None,
            overall_score_0_100=score, n_dimensions_scored=6 if score else 0,
            is_open=status == "open", is_hired=status == "hired", is_internal=False,
            exclusion_reason_code="test_requisition" if base["is_excluded"] else None, **base,
        )  # fmt: skip
        self.add("restricted_person_identity", person_key=person, email=f"p{number}@example.com",
                 full_name=SURNAMES[number % 10] + GIVEN[number % 6], phone="+8613800000000")  # fmt: skip
        if offered:
            reason = self.random.choice(("salary", "salary", "other_offer", "location", "family"))
            state = {"hired": "accepted", "open": "extended"}.get(status, "declined")
            self.add("fct_offer", offer_key=md5(f"{key}o"), application_key=key, version=1,
                     is_latest=True, status_code=state, extended_at=offered, accepted_at=accepted,
                     decided_at=spells[-1][2], start_on=started,
                     decline_reason_code=reason if state == "declined" else None)  # fmt: skip
        if started:
            self._employment(number, key, person, requisition, started, base)
        if status == "open" and score:
            self._advice(key, person)

    def _scores(self, number: int, key: str, person: str, spells: list[Any]) -> float:
        interview, held = md5(f"{key}i"), next(at for s, at, *_ in spells if s == "interview")
        total = 0.0
        for place, dimension in enumerate(DIMENSIONS):
            true = self.random.gauss(0.66, 0.13)
            given = [min(1.0, max(0.0, true + self.random.gauss(0, 0.06))) for _ in range(3)]
            given = [round(value, 2) for value in given]
            total += WEIGHTS[dimension] * sum(given) / 3
            for scorer, value in enumerate(given):
                kind = "ai" if scorer == 0 else "person"
                self.add(
                    "fct_dimension_score", dimension_score_key=md5(f"{key}{place}{scorer}"),
                    interview_key=interview, application_key=key, person_key=person,
                    dimension_code=dimension, scorer_type_code=kind,
                    scorer_key=md5(f"{kind}{scorer}{number % 7}"), score_raw=value * 100,
                    scale_min=0.0, scale_max=100.0, score_0_1=value, scored_at=held,
                )  # fmt: skip
        self.add(
            "fct_interview", interview_key=interview, application_key=key, person_key=person,
            source="successfactors", interview_id=f"I-{number}", round=1,
            interview_type_code="panel", status_code="completed", invited_at=held,
            scheduled_start_at=held, started_at=held, ended_at=held, scheduling_delay_days=0.0,
            is_chain_end=True, n_reschedules=0, overall_score_0_100=round(100 * total, 2),
        )  # fmt: skip
        return round(100 * total, 2)

    def _employment(
        self,
        number: int,
        key: str,
        person: str,
        requisition: dict[str, Any],
        started: date,
        base: dict[str, Any],
    ) -> None:
        left = started + timedelta(days=self.random.randrange(20, 400))
        gone = self.random.random() < 0.35 and left <= AS_OF.date()
        employee, begun = md5(f"successfactors:E{number}"), started <= AS_OF.date()
        self.add(
            "dim_employee", employee_key=employee, person_key=person, application_key=key,
            source="successfactors", employee_id=f"E-{number}", hired_on=started,
            org_unit_key=requisition["org_unit_key"], top_org_unit_key=base["top_org_unit_key"],
            job_family_code=base["job_family_code"], source_channel_code=base["source_channel_code"],
            probation_end_on=started + timedelta(days=180), terminated_on=left if gone else None,
            status_code="terminated" if gone else "active" if begun else "not_started",
            termination_type_code="voluntary" if gone else None, is_rehire=False,
        )  # fmt: skip
        for months in (3, 6, 12):
            final = datetime.combine(started, datetime.min.time(), UTC) + timedelta(
                days=30 * months
            )
            if final < AS_OF and not gone:
                rating = self.random.choice((2, 3, 3, 4, 4, 5))
                self.add(
                    "fct_performance_review", performance_review_key=md5(f"{employee}{months}"),
                    employee_key=employee, person_key=person, application_key=key,
                    cycle_code=f"{final:%Y}H{1 + final.month // 7}", review_type_code=f"month_{months}",
                    months_since_start=months, finalised_at=final, rating_raw=float(rating),
                    scale_min=1.0, scale_max=5.0, rating_0_1=(rating - 1) / 4, rating_z=0.1,
                )  # fmt: skip

    def _advice(self, key: str, person: str) -> None:
        for model, rate in (("performance_6m", 0.41), ("probation_attrition", 0.12)):
            points = [("professionalism_score_0_1", 0.82, 0.06), ("years_experience", 6, 0.04),
                      ("teamwork_score_0_1", 0.51, -0.03)]  # fmt: skip
            chance = rate + sum(p for *_, p in points)
            reasons = [
                {"feature": f, "value": v, "percentile": 70, "points": p} for f, v, p in points
            ]
            self.add(
                "mart_prediction", application_key=key, person_key=person, model_name=model,
                model_version="3", probability=chance, lower=chance - 0.08, upper=chance + 0.1,
                base_rate=rate, reasons=json.dumps(reasons), scored_at=AS_OF, is_latest=True,
            )  # fmt: skip


@lru_cache(maxsize=1)
def contracts() -> dict[str, dict[str, str]]:
    """The relations that a build publishes: their columns and data types, from dbt's contracts."""
    models = PROJECT_ROOT / "dbt" / "models"
    found = {}
    for folder in ("marts", "features", "exports"):
        for file in sorted((models / folder).rglob("*.yml")):
            content = yaml.load(file.read_bytes(), yaml.CSafeLoader)
            for model in content.get("models", []):
                columns = {c["name"]: c["data_type"] for c in model["columns"]}
                found[model["name"]] = columns
    return found


def write_build(path: Path, company: Company | None = None) -> None:
    """Write the build file that `talentloop.warehouse.publish` reads."""
    made = company or Company()
    path.parent.mkdir(parents=True, exist_ok=True)
    derived = Path(__file__).with_name("company.sql").read_text(encoding="utf-8")
    manifest = path.parent / "dbt" / "manifest.json"  # where publish finds the columns' classes
    manifest.parent.mkdir(exist_ok=True)
    manifest.write_text('{"nodes": {}}')
    with duckdb.connect(str(path)) as db:
        db.execute("set timezone = 'UTC'; create schema marts; create schema restricted")
        for name, rows in made.rows.items():
            schema = "restricted" if name.startswith("restricted_") else "marts"
            table = pa.Table.from_pylist(rows)
            db.register("incoming", table)
            db.execute(f"create table {schema}.{name} as select * from incoming")
            db.unregister("incoming")
        db.execute("set variable as_of = $1::timestamptz", [AS_OF])
        db.execute("use marts")
        db.execute(derived)
        for name, columns in contracts().items():  # empty where the company has nothing to say
            declared = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            db.execute(f"create table if not exists {name} ({declared})")
