"""Applying screening rules to facts: met, not met or unknown, with reason and place.

Unknown is not failed. What a required rule finds not met is a proposal to a person; the order of
the others is by the share of rules that are met.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Literal

from interview.intake.document import Document, Span
from interview.intake.facts import ResumeFacts
from interview.intake.rules import (
    CertificateRule,
    EducationRule,
    ExperienceRule,
    KeywordRule,
    MajorRule,
    RuleSet,
)
from interview.intake.taxonomy import LEVELS, Taxonomy
from interview.intake.terms import Vocabulary, is_denied
from talentloop.strict import Strict

Verdict = Literal["met", "unknown", "not_met"]
Outcome = Literal["advance_to_person", "proposed_exclusion"]


class RuleFinding(Strict):
    """What one rule says.

    Attributes:
        reason_code: an entry of the code list `screening_reason`.
        found: value that was found, such as years or a code; None where nothing was.
        wanted: value that the rule asks for.
        spans: places that it rests on; personal, since they quote.
    """

    rule_code: str
    is_required: bool
    verdict_code: Verdict
    reason_code: str
    found: str | None = None
    wanted: str
    spans: tuple[Span, ...] = ()


class ScreeningResult(Strict):
    """What the rules say of one résumé.

    Attributes:
        outcome_code: a person looks at both; an exclusion is only proposed.
        share_met_0_1: rules that are met, as a share of all; orders the list.
        resume_sha256: of the file that was read.
    """

    rule_set_code: str
    rule_set_version: str
    resume_sha256: str
    findings: tuple[RuleFinding, ...]
    outcome_code: Outcome
    share_met_0_1: float

    @property
    def reasons(self) -> tuple[RuleFinding, ...]:
        """Why an exclusion is proposed; empty where it is not."""
        return tuple(f for f in self.findings if f.is_required and f.verdict_code == "not_met")


class _Seen:
    """What a rule looks at."""

    def __init__(self, document: Document, facts: ResumeFacts, taxonomy: Taxonomy) -> None:
        self.document, self.facts, self.taxonomy = document, facts, taxonomy


def screen(
    document: Document, facts: ResumeFacts, rules: RuleSet, taxonomy: Taxonomy
) -> ScreeningResult:
    """Apply every rule. No application is rejected by it, whatever the rules say."""
    seen = _Seen(document, facts, taxonomy)
    findings = tuple(_if_certain(_apply(rule, seen), document) for rule in rules.rules)
    excluded = any(f.is_required and f.verdict_code == "not_met" for f in findings)
    met = sum(f.verdict_code == "met" for f in findings)
    return ScreeningResult(
        rule_set_code=rules.code,
        rule_set_version=rules.version,
        resume_sha256=document.sha256,
        findings=findings,
        outcome_code="proposed_exclusion" if excluded else "advance_to_person",
        share_met_0_1=round(met / len(findings), 6),
    )


def _if_certain(finding: RuleFinding, document: Document) -> RuleFinding:
    """What speaks against an application only because something was not read is not known where the
    text was recognised in a picture: recognition loses lines."""
    is_recognised = any(page.method == "ocr" for page in document.pages)
    if finding.verdict_code != "not_met" or finding.reason_code == "denied" or not is_recognised:
        return finding
    return finding.model_copy(update={"verdict_code": "unknown", "reason_code": "text_recognised"})


def in_order(results: Sequence[tuple[str, ScreeningResult]]) -> list[tuple[str, ScreeningResult]]:
    """Results by id in the order in which people look: most rules met first, proposals last."""
    return sorted(
        results,
        key=lambda pair: (
            pair[1].outcome_code == "proposed_exclusion", -pair[1].share_met_0_1, pair[0]
        ),
    )  # fmt: skip


@singledispatch
def _apply(rule: object, _seen: _Seen) -> RuleFinding:
    raise TypeError(f"no screening for {type(rule).__name__}")


@_apply.register
def _education(rule: EducationRule, seen: _Seen) -> RuleFinding:
    needed = LEVELS.index(rule.at_least)

    def told(verdict: Verdict, reason: str, *states: str) -> RuleFinding:
        degree = seen.facts.highest(states)
        return RuleFinding(
            rule_code=rule.code, is_required=rule.is_required, verdict_code=verdict,
            reason_code=reason, wanted=rule.at_least, found=degree.level_code if degree else None,
            spans=(degree.span,) if degree else (),
        )  # fmt: skip

    held = seen.facts.highest()
    if held is not None and LEVELS.index(held.level_code) >= needed:
        return told("met", "degree_reached", "completed")
    studying = seen.facts.highest(["in_progress"])
    if studying is not None and LEVELS.index(studying.level_code) >= needed:
        # Whoever studies for a master has, as a rule, a bachelor's degree already; a person asks.
        return told("unknown", "degree_in_progress", "in_progress")
    if seen.facts.degrees:
        states = ("completed",) if held else ("in_progress", "not_completed")
        return told("not_met", "degree_below", *states)
    return told("unknown", "degree_not_stated")


@_apply.register
def _major(rule: MajorRule, seen: _Seen) -> RuleFinding:
    fits = [m for m in seen.facts.majors if m.code in rule.any_of]
    unlisted = [m for m in seen.facts.majors if m.code is None]
    others = [m for m in seen.facts.majors if m.code is not None]
    verdict: Verdict
    if fits:
        verdict, reason, shown = "met", "major_matches", fits
    elif unlisted:
        verdict, reason, shown = "unknown", "major_not_listed", unlisted
    elif others:
        verdict, reason, shown = "not_met", "major_other", others
    else:
        verdict, reason, shown = "unknown", "major_not_stated", []
    return RuleFinding(
        rule_code=rule.code, is_required=rule.is_required, verdict_code=verdict, reason_code=reason,
        wanted=", ".join(rule.any_of),
        found=", ".join(dict.fromkeys(m.code for m in shown if m.code)) or None,
        spans=tuple(m.span for m in shown),
    )  # fmt: skip


@_apply.register
def _experience(rule: ExperienceRule, seen: _Seen) -> RuleFinding:
    facts, wanted = seen.facts, set(rule.industries)
    jobs = facts.counted_jobs(internships=rule.counts_internships)
    counted = facts.experience(rule.industries, internships=rule.counts_internships)
    needed = rule.min_years * 12
    declared = [
        d for d in facts.declared_years
        if d.years >= rule.min_years and (not wanted or wanted & set(d.industry_codes))
    ]  # fmt: skip
    shown = [job.span for job in jobs if not wanted or wanted & set(job.industry_codes)]
    verdict: Verdict
    if counted.at_least >= needed:
        verdict, reason = "met", "years_reached"
    elif not jobs and declared:
        verdict, reason, shown = "met", "years_declared", [d.span for d in declared]
    elif not facts.jobs:
        verdict, reason = "unknown", "years_not_stated"
    elif declared:
        verdict, reason, shown = "unknown", "years_contradict", [d.span for d in declared]
    elif counted.at_most >= needed:
        verdict, reason = "unknown", "years_imprecise"
    elif counted.at_most + counted.undetermined >= needed:
        verdict, reason = "unknown", "industry_unknown"
        shown = [job.span for job in jobs]
    else:
        verdict, reason = "not_met", "years_below"
        shown = shown or [job.span for job in jobs]
    years = None if not jobs else f"{counted.years_at_least():g}"
    return RuleFinding(
        rule_code=rule.code, is_required=rule.is_required, verdict_code=verdict, reason_code=reason,
        wanted=f"{rule.min_years:g}", found=years, spans=tuple(shown),
    )  # fmt: skip


@_apply.register
def _keywords(rule: KeywordRule, seen: _Seen) -> RuleFinding:
    own = {f"word_{place}": word for place, word in enumerate(rule.words)}
    terms = {code: seen.taxonomy.skills.terms[code] for code in rule.skills} | own
    named: dict[str, Span] = {}
    denied: dict[str, Span] = {}
    # The whole taxonomy and not the rule's own terms alone, so that the longest name counts.
    text = seen.document.text
    for hit in [*seen.taxonomy.skills.find(text), *Vocabulary(own).find(text)]:
        if hit.code in terms:
            into = denied if is_denied(text, hit.start, hit.end) else named
            into.setdefault(hit.code, seen.document.span(hit.start, hit.end))
    denied = {code: span for code, span in denied.items() if code not in named}
    enough = bool(named) if rule.match == "any" else len(named) == len(terms)
    hopeless = len(denied) == len(terms) if rule.match == "any" else bool(denied)
    verdict: Verdict
    if enough:
        verdict, reason = "met", "found"
    elif hopeless:
        verdict, reason = "not_met", "denied"
    else:
        verdict, reason = rule.when_absent, "not_found"
    spans = denied if reason == "denied" else named
    return RuleFinding(
        rule_code=rule.code, is_required=rule.is_required, verdict_code=verdict, reason_code=reason,
        wanted=f"{rule.match}: " + ", ".join(term.en for term in terms.values()),
        found=", ".join(terms[code].en for code in named) or None, spans=tuple(spans.values()),
    )  # fmt: skip


@_apply.register
def _certificate(rule: CertificateRule, seen: _Seen) -> RuleFinding:
    held = [c for c in seen.facts.certificates if c.code in rule.any_of]
    return RuleFinding(
        rule_code=rule.code, is_required=rule.is_required,
        verdict_code="met" if held else rule.when_absent,
        reason_code="found" if held else "not_found", wanted=", ".join(rule.any_of),
        found=", ".join(c.code for c in held) or None, spans=tuple(c.span for c in held),
    )  # fmt: skip
