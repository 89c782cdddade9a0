"""How far every application comes: gates that pass or stop it, decided on scores and chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.sandbox.company.arrivals import Arrivals
from connectors.sandbox.company.assessment import Assessment, mean_scores, overall
from connectors.sandbox.company.kinds import Bools, Ints, Rng
from connectors.sandbox.company.people import People
from connectors.sandbox.company.sizes import Size
from connectors.sandbox.company.streams import chance, choose, choose_by_row, sigmoid, stream
from connectors.sandbox.company.vocabulary import (
    AI_INTERVIEW,
    APPLIED,
    APPROVAL,
    HEADHUNTER,
    HIRED,
    INTERNAL,
    INTERVIEW,
    OFFER,
    REASON,
    SCREEN,
)

#: What a channel adds to the log-odds of passing the résumé screen.
SCREEN_BY_CHANNEL = (0.80, 0.55, 0.05, 0.0, -0.25, -0.30, 1.2)
_NOISE = 0.035  # of deciders, in score units
ACCEPTED, DECLINED, EXPIRED, RESCINDED = range(4)
#: Weights of accepted, declined, expired, rescinded, by channel.
_OFFER_ANSWERS = np.array(
    [
        [0.88, 0.08, 0.03, 0.01],
        [0.78, 0.16, 0.04, 0.02],
        [0.79, 0.14, 0.06, 0.01],
        [0.86, 0.09, 0.04, 0.01],
        [0.83, 0.11, 0.05, 0.01],
        [0.82, 0.11, 0.06, 0.01],
        [0.96, 0.04, 0.00, 0.00],
    ]
)
NO_SHOW, FAILED, REFUSED = 1, 2, 3  # 0: completed


@dataclass
class Decisions:
    """One element per application.

    Attributes:
        is_fast: goes from applied straight to the interview, without screen and AI interview.
        skips_ai: has no AI interview (the fast ones and inside applications).
        last_stage: the last stage entered before leaving, or HIRED.
        withdraws: leaves by own will rather than being rejected.
        reason: index into REASONS of the exit; negative for hires.
        ai_first: outcome of the first AI interview; `ai_again` where a second one follows.
        rounds: interview rounds held or planned when the application stops.
        misses_round: does not show up to the last of them.
        answer: answer to the offer; meaningful where the offer stage is reached.
    """

    is_fast: Bools
    skips_ai: Bools
    last_stage: Ints
    withdraws: Bools
    reason: Ints
    ai_first: Ints
    ai_again: Bools
    rounds: Ints
    misses_round: Bools
    answer: Ints


def decide(
    size: Size, seed: int, arrivals: Arrivals, people: People, assessment: Assessment, n_staff: int
) -> Decisions:
    """Pass every application through the gates; a person is hired at most once from outside, and
    what they apply for after the application that leads there stops at the screen."""
    free = _gates(size, seed, arrivals, people, assessment, n_staff, None)
    hired = np.flatnonzero(free.last_stage == HIRED)
    winner = np.full(len(people), -1, dtype=np.int64)
    winner[arrivals.person[hired][::-1]] = hired[::-1]  # the first one wins
    first = winner[arrivals.person]
    blocked = (first >= 0) & (np.arange(len(arrivals)) > first)
    return _gates(size, seed, arrivals, people, assessment, n_staff, blocked)


def _gates(
    size: Size,
    seed: int,
    arrivals: Arrivals,
    people: People,
    assessment: Assessment,
    n_staff: int,
    blocked: Bools | None,
) -> Decisions:
    rng = stream(seed, "decisions")
    n = len(arrivals)
    internal = arrivals.channel == INTERNAL
    known = arrivals.person < n_staff
    is_fast = (arrivals.channel == HEADHUNTER) & chance(rng, 0.25, n)
    stop = _Stops(n)
    stop.at(arrivals.is_prospect, APPLIED, False, "not_qualified")
    passes = _screen(rng, size, arrivals, people) | known
    stop.at(~is_fast & ~passes, SCREEN, False, "not_qualified")
    stop.at(~is_fast & chance(rng, 0.02, n), SCREEN, True, "personal_reason")
    if blocked is not None:
        is_fast = is_fast & ~blocked
        stop.first(blocked, SCREEN, "other_application")
    skips_ai = is_fast | internal
    ai_first, ai_again = _ai_interview(rng, size, assessment, stop, skips_ai)
    wanted = np.where(skips_ai | chance(rng, 0.24, n), 2, 1)
    rounds, misses = _rounds(rng, size, assessment, stop, skips_ai, wanted, known)
    stop.at(chance(rng, 0.04, n), APPROVAL, False, "approval_refused")
    answer = choose_by_row(rng, _OFFER_ANSWERS[arrivals.channel])
    stop.at(answer == DECLINED, OFFER, True, "offer_declined")
    stop.at(answer == EXPIRED, OFFER, True, "offer_expired")
    stop.at(answer == RESCINDED, OFFER, False, "offer_rescinded")
    return Decisions(
        is_fast=is_fast,
        skips_ai=skips_ai,
        last_stage=stop.stage,
        withdraws=stop.withdraws,
        reason=stop.reason,
        ai_first=ai_first,
        ai_again=ai_again,
        rounds=rounds,
        misses_round=misses,
        answer=answer,
    )


class _Stops:
    """Where applications stop; the first gate that stops one counts."""

    def __init__(self, n: int) -> None:
        self.stage = np.full(n, HIRED, dtype=np.int64)
        self.withdraws = np.zeros(n, dtype=bool)
        self.reason = np.full(n, -1, dtype=np.int64)

    def at(self, mask: Bools, stage: int, withdraws: bool, reason: str) -> None:
        """Stop those that still run."""
        self._set(mask & (self.stage == HIRED), stage, withdraws, reason)

    def first(self, mask: Bools, stage: int, reason: str) -> None:
        """Stop these whatever was decided before, prospects excepted."""
        self._set(mask & (self.stage != APPLIED), stage, False, reason)

    def _set(self, mask: Bools, stage: int, withdraws: bool, reason: str) -> None:
        self.stage[mask] = stage
        self.withdraws[mask] = withdraws
        self.reason[mask] = REASON[reason]


def _screen(rng: Rng, size: Size, arrivals: Arrivals, people: People) -> Bools:
    """Who passes the résumé screen: by channel, degree, and what ability a résumé shows."""
    person = arrivals.person
    resume = people.ability[person][:, [1, 2]].mean(axis=1)
    logit = size.screen_logit + np.array(SCREEN_BY_CHANNEL)[arrivals.channel]
    logit = logit + 0.45 * resume + 0.15 * (people.education[person] >= 2)
    return chance(rng, sigmoid(logit), len(arrivals))


def _ai_interview(
    rng: Rng, size: Size, assessment: Assessment, stop: _Stops, skips: Bools
) -> tuple[Ints, Bools]:
    n = len(skips)
    first = choose(rng, [0.86, 0.07, 0.05, 0.02], n)
    again = (first == FAILED) | ((first == NO_SHOW) & chance(rng, 0.5, n))
    stop.at(~skips & (first == NO_SHOW) & ~again, AI_INTERVIEW, False, "no_show")
    stop.at(~skips & (first == REFUSED), AI_INTERVIEW, True, "personal_reason")
    score = overall(assessment.ai_score) + rng.normal(0, _NOISE, n)
    stop.at(~skips & (score < size.ai_threshold), AI_INTERVIEW, False, "low_ai_score")
    stop.at(~skips & chance(rng, 0.02, n), AI_INTERVIEW, True, "other_offer")
    return first, again


def _rounds(
    rng: Rng,
    size: Size,
    assessment: Assessment,
    stop: _Stops,
    skips_ai: Bools,
    wanted: Ints,
    known: Bools,
) -> tuple[Ints, Bools]:
    """Interviews with people: whoever fails the first round has no second."""
    n = len(wanted)
    one = np.ones(n, dtype=np.int64)
    bonus = np.where(known, 0.08, 0.0)
    after_first = mean_scores(assessment, ~skips_ai, one)
    first = overall(after_first) + rng.normal(0, _NOISE, n) + bonus
    fails_first = first < size.final_threshold - 0.03
    rounds = np.where(fails_first, 1, wanted)
    misses = chance(rng, 0.02, n)
    rounds = np.where(misses & chance(rng, 0.5, n), 1, rounds)
    stop.at(misses, INTERVIEW, False, "no_show")
    stop.at(fails_first, INTERVIEW, False, "low_interview_score")
    scores = np.where(
        (rounds == 1)[:, None], after_first, mean_scores(assessment, ~skips_ai, wanted)
    )
    final = overall(scores) + rng.normal(0, _NOISE, n) + bonus
    stop.at(chance(rng, 0.05, n), INTERVIEW, True, "other_offer")
    chosen = final >= size.final_threshold
    close = final >= size.final_threshold - 0.02
    stop.at(~chosen & close, INTERVIEW, False, "other_candidate_chosen")
    stop.at(~chosen, INTERVIEW, False, "low_interview_score")
    return rounds, misses
