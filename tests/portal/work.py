"""What waits for people, one evaluated interview and a few bookings, as commands would make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from interview.evaluation import queue, work
from interview.evaluation.answer import Engines
from interview.evaluation.notice import find, key_of, notice
from interview.evaluation.queue import AnswerKey
from interview.evaluation.results import Judgement, TestVerdict
from interview.evidence import AnswerScore, DimensionEvidence, Evidence, Flag, SubScore
from interview.intake.evaluate import read_facts
from interview.intake.record import Screened, record
from interview.intake.rules import rule_set
from interview.intake.screen import screen
from interview.intake.taxonomy import load_taxonomy
from interview.scheduling import confirm, plan
from interview.session import Interview, Question, Turn
from interview.speech.corrections import correction_of, in_force
from interview.transcript import Finding, Transcript
from talentloop.contracts import ENTITIES, arrow_schema
from talentloop.ids import new_load_id
from talentloop.landing import LandingZone
from talentloop.ops import proposals
from talentloop.settings import Settings
from tests.interview.evaluation.made import MODEL, folder
from tests.interview.scheduling.asked import asked, someone, window

SF = "successfactors"
RESUME = "姓名：王五 学历：大专 专业：会计学\n工作经历\n2024.01-2025.06 长江汽车工业有限公司 会计"
SAID = "我带领团队按时交付，先倾听再决定，成本降低了百分之二十"
HEARD = "我带领团队按时交付，先清听再决定，成本降低了百分之二十"


def fill(settings: Settings, applications: Sequence[str]) -> str:
    """Put all of it there; what lists call the interview.

    Args:
        applications: ids of at least two applications that the published copy knows.
    """
    propose_exclusion(settings, applications[0])
    evaluate_interview(settings, applications[1])
    propose_merge(settings)
    book(settings)
    return find(settings, key_of(SF, "I-1")).report_token[:8]


def propose_exclusion(settings: Settings, application: str) -> int:
    """A proposal by the shipped rules, with its résumé in the folder; its id."""
    assert settings.resumes is not None
    settings.resumes.mkdir(parents=True, exist_ok=True)
    file = settings.resumes / "c-1.txt"
    file.write_text(RESUME, encoding="utf-8")
    applied = {
        "source_id": application, "candidate_id": "c-1", "requisition_id": "r-1",
        "applied_at": settings.clock.now(), "stage_code": "applied", "status_code": "open",
    }  # fmt: skip
    _land(settings, "candidate", {"source_id": "c-1", "resume_uri": "sandbox://resume/c-1"})
    _land(settings, "application", applied)
    found = read_facts(settings, file)
    rules = rule_set(settings, "mechanical_engineer", on=settings.clock.now().date())
    result = screen(found.document, found.facts, rules, load_taxonomy(settings))
    (proposal,) = record(settings, [Screened(SF, application, result)]).proposed
    return proposal


def _land(settings: Settings, entity: str, row: dict[str, Any]) -> None:
    contract, now = ENTITIES[entity], settings.clock.now()
    filled = contract.model_validate({"source": SF, "source_updated_at": now, **row}).model_dump()
    table = pa.Table.from_pylist([filled], schema=arrow_schema(contract))
    LandingZone(settings).write(
        entity, SF, table, load_id=new_load_id(settings.clock), ingested_at=now
    )


def evaluate_interview(settings: Settings, application: str) -> None:
    """An interview with two attempts, a correction, a supplement, a withheld answer and code."""
    given = _interview(settings, application)
    notice(settings, folder(settings.home, given), is_simulated=True)
    made, key = _engines(settings), key_of(SF, "I-1")
    for each in queue.waiting(settings):
        work.evaluate(settings, made, each)
    corrected = AnswerKey(key, "team-2")
    work.correct_answer(settings, corrected, SAID, by="reviewer-7")
    work.evaluate(settings, made, corrected)


def _interview(settings: Settings, application: str) -> Interview:
    def question(code: str, kind: Any, *dimensions: str, **more: Any) -> Question:
        text = {"zh": f"请讲一讲 {code}", "en": f"Tell me about {code}"}
        return Question(
            question_code=code, kind=kind, text=text, dimension_codes=dimensions, **more
        )

    def turn(answer_id: str, code: str, **more: Any) -> Turn:
        file = f"{answer_id}.{'py' if code == 'sum' else 'wav'}"
        return Turn(answer_id=answer_id, question_code=code, file=file, **more)

    return Interview(
        interview_id="I-1", source=SF, application_id=application, language_code="zh",
        ended_at=settings.clock.now() - timedelta(hours=3), job_title="数据工程师",
        questions=(
            question("team", "behavioural", "teamwork", "communication"),
            question("pressure", "situational", "stress", "logic"),
            question("sum", "coding", "professionalism", problem_code="sum"),
        ),
        turns=(
            turn("team-1", "team"),
            turn("team-2", "team", attempt=2),
            turn("team-2-more", "team", attempt=2, follows_id="team-2", follow_up="具体怎么分工？"),
            turn("pressure-1", "pressure"),
            turn("sum-1", "sum", programming_language="python"),
        ),
    )  # fmt: skip


def _engines(settings: Settings) -> Engines:
    """Engines that say what the tests of pages want to see."""

    def transcribe(_recording: Path, answer_id: str, language: str | None) -> Transcript:
        findings = {
            "team-1": (Finding(code="too_short", value=0.4, limit=1.0),),
            "pressure-1": (Finding(code="clipped", value=0.031, limit=0.005),),
        }.get(answer_id, ())
        return Transcript(
            answer_id=answer_id, text=HEARD, language_code=language or "zh",
            language_probability=1.0, duration_seconds=42.0, speech_seconds=37.5, model=MODEL,
            findings=findings,
        )  # fmt: skip

    def score(
        _interview: Interview, question: Question, said: Transcript, _others: Sequence[str]
    ) -> AnswerScore:
        flag = Flag(code="near_duplicate", evidence=(_quote(said.text, "先"),))
        return AnswerScore(
            answer_id=said.answer_id, scorer_code="rubric", scorer_version="rubric-test-1",
            dimensions=tuple(_dimension(code, said.text) for code in question.dimension_codes),
            flags=(flag,) if said.answer_id == "team-2-more" else (),
        )  # fmt: skip

    def judge(
        question: Question, source: str, language: str, answer_id: str, _others: Sequence[str]
    ) -> tuple[Judgement, AnswerScore | None]:
        tests = (TestVerdict(name="1", verdict_code="AC", cpu_seconds=0.03, memory_bytes=9_437_184),
                 TestVerdict(name="2", verdict_code="WA", cpu_seconds=0.04))  # fmt: skip
        told = Judgement(
            problem_code="sum", programming_language=language, verdict_code="WA", passed_0_1=0.5,
            tests=tests,
        )  # fmt: skip
        sub = SubScore(
            signal_code="tests", score_0_1=0.5, weight=1.0, evidence=(_quote(source, "print"),),
            detail={"zh": "2 个测试通过 1 个", "en": "1 of 2 tests passed"},
        )  # fmt: skip
        dimension = DimensionEvidence(
            dimension_code=question.dimension_codes[0], score_0_1=0.5, level=3, sub_scores=(sub,)
        )
        return told, AnswerScore(
            answer_id=answer_id, scorer_code="judge", scorer_version="judge-test-1",
            dimensions=(dimension,),
        )  # fmt: skip

    def correct(heard: Transcript) -> Transcript:
        kept = correction_of(settings, heard)
        return in_force(kept) if kept else heard

    return Engines(transcribe, score, judge, lambda _question: "test-1", correct)


def _dimension(code: str, text: str) -> DimensionEvidence:
    concepts = SubScore(
        signal_code="concepts", score_0_1=0.75, weight=0.6,
        evidence=(_quote(text, "带领团队按时交付", 3.0), _quote(text, "按时交付", 4.5)),
    )  # fmt: skip
    result = SubScore(
        signal_code="star", score_0_1=0.9, weight=0.4,
        evidence=(_quote(text, "成本降低了百分之二十", 65.2),),
    )  # fmt: skip
    return DimensionEvidence(
        dimension_code=code, score_0_1=0.81, level=4, sub_scores=(concepts, result)
    )


def _quote(text: str, words: str, at: float | None = None) -> Evidence:
    start = text.index(words)
    return Evidence(
        quote=words, char_start=start, char_end=start + len(words), audio_start=at,
        audio_end=None if at is None else at + 2.0,
    )  # fmt: skip


def propose_merge(settings: Settings) -> int:
    """Two records that may be one person; the proposal's id."""
    evidence = {
        "match_weight": 6.2, "probability": 0.987,
        "reasons": [{"comparison": "name", "level": "exact", "weight": 4.0},
                    {"comparison": "phone", "level": "differs", "weight": -1.0}],
    }  # fmt: skip
    change = {"record_a": "successfactors:c-1", "record_b": "files:77"}
    return proposals.propose(
        settings, "person_merge", "successfactors:c-1|files:77", change, evidence
    )


def book(settings: Settings) -> None:
    """One booking that stands, one that an engagement now stands against, one plan without one."""
    days = [window("2026-11-10", "10:00", "12:00")]
    panel = {"interviewers": [someone("E1"), someone("E2")], "panel": [["E1"], ["E2"]]}
    stands = asked(*days, key="I-77", location="3 号会议室", **panel)
    _confirmed(settings, stands)
    later = {"id": "C2", "name": "李四", "windows": [window("2026-11-11", "14:00", "15:00")]}
    _confirmed(settings, asked(key="I-78", candidate=later))
    busy = someone("E1", "Asia/Shanghai", window("2026-11-11", "14:00", "16:00"))
    plan(settings, asked(key="I-78", candidate=later, interviewers=[busy]))
    third = {"id": "C3", "name": "赵六", "windows": [window("2026-11-12"), window("2026-11-13")]}
    plan(settings, asked(key="I-79", candidate=third))


def _confirmed(settings: Settings, request: Any) -> None:
    confirm(settings, request.key, plan(settings, request).slots[0].code, "li.na")
