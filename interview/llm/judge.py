"""The judge: models and prompts as an ensemble, their median, and the rubric where they fail."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from interview.evidence import AnswerScore, DimensionEvidence, Evidence, Flag, SubScore
from interview.llm.cache import ReplyCache, cache_key
from interview.llm.client import ChatClient, TryAgainError
from interview.llm.config import LlmConfig, prompt_version
from interview.llm.limits import Limits, UnavailableError, about_tokens
from interview.llm.mask import mask
from interview.llm.prompt import Message, messages
from interview.llm.reply import BadReplyError, JudgedDimension, Judgement, checked, schema
from interview.scoring.reading import Reading
from interview.scoring.rubric import Rubric
from interview.session import Question
from interview.transcript import Transcript
from talentloop.closing import Closing
from talentloop.logs import get_logger
from talentloop.settings import Settings

log = get_logger(__name__)

UNAVAILABLE = "llm_unavailable"
DISAGREES = "llm_disagreement"
_INSTRUCTIONS = "instructions_to_scorer"


class LlmJudge(Closing):
    """Judges answers beside the rubric.

    Args:
        key: secret of the endpoint, already looked up; None where it wants none.
        sleep, monotonic: waiting and time limits; replaced in tests.

    Attributes:
        version: models, prompts with their hashes, code and rubric.
    """

    def __init__(
        self,
        settings: Settings,
        config: LlmConfig,
        rubric: Rubric,
        key: str | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        folder = settings.home / "llm"
        self._config, self._rubric = config, rubric
        self._prompts = config.texts()
        self._limits = Limits(folder, config, settings.clock)
        self._cache = ReplyCache(settings.llm_replies_dir, config.cache_days, settings.clock)
        self._client = ChatClient(config, key, monotonic=monotonic)
        self._sleep, self._monotonic = sleep, monotonic
        self.version = _version(config, self._prompts, rubric)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def judge_answer(
        self,
        question: Question,
        transcript: Transcript,
        by_rule: AnswerScore,
        *,
        names: Sequence[str] = (),
    ) -> AnswerScore:
        """The ensemble's score, or the rubric's with a flag where too few judgements count.

        An answer that the rubric withholds is not sent, nor one with instructions to the scorer
        unless the configuration says so. Where both scorers differ much, a person is asked.

        Args:
            by_rule: the rubric's score of the same answer.
            names: to mask beside what has a form, such as the candidate's.
        """
        if not self._config.enabled or not by_rule.dimensions:
            return by_rule
        if not self._config.send_instructions and _has(by_rule, _INSTRUCTIONS):
            return by_rule
        reading = Reading(self._rubric, question, transcript, None)
        masked = mask(transcript.text, names)
        judgements = self._judgements(reading, masked)
        if len(judgements) < self._config.quorum:
            return by_rule.model_copy(update={"flags": (*by_rule.flags, Flag(code=UNAVAILABLE))})
        dimensions = tuple(
            _median(self._rubric, reading, masked, code, judgements)
            for code in question.dimension_codes
        )
        return AnswerScore(
            answer_id=transcript.answer_id,
            scorer_code="llm",
            scorer_version=self.version,
            dimensions=dimensions,
            flags=(*by_rule.flags, *self._disagreement(dimensions, by_rule)),
        )

    def _judgements(self, reading: Reading, masked: str) -> list[Judgement]:
        until = self._monotonic() + self._config.answer_seconds
        found = []
        for name, prompt in self._prompts.items():
            sent = messages(prompt, self._rubric, reading.question, reading.lang, masked)
            for model in self._config.models:
                try:
                    found.append(self._judgement(sent, model, reading, masked, until))
                except UnavailableError as error:
                    log.warning("llm_judgement_missing", model=model, prompt=name,
                                reason=error.reason)  # fmt: skip
        return found

    def _judgement(
        self, sent: list[Message], model: str, reading: Reading, masked: str, until: float
    ) -> Judgement:
        """One member's judgement, from the cache or asked for.

        Raises:
            UnavailableError: there is none, after the retries.
        """
        key = cache_key(self._config.base_url, model, sent)
        kept = self._cache.get(key)
        if kept is not None:
            try:
                return checked(kept, reading, masked)
            except BadReplyError:
                pass  # kept under other rules than today's; it is asked anew
        reason, said = "", sent
        for attempt in range(self._config.retries + 1):
            try:
                content = self._asked(said, model, reading.question, until)
                judgement = checked(content, reading, masked)
            except TryAgainError as error:
                reason = error.reason
                if attempt < self._config.retries:
                    self._wait(error.wait, until)
            except BadReplyError as error:
                reason = "bad_reply"
                said = [
                    *sent,
                    {"role": "user", "content": f"Not valid: {error.reason}. Reply anew."},
                ]
            except UnavailableError as error:
                if error.reason not in ("budget", "breaker_open"):
                    self._limits.failed()
                raise
            else:
                self._limits.succeeded()
                self._cache.put(key, content)
                return judgement
        self._limits.failed()
        raise UnavailableError(reason)

    def _asked(self, said: list[Message], model: str, question: Question, until: float) -> str:
        reserved = sum(about_tokens(m["content"]) for m in said) + self._config.max_reply_tokens
        self._limits.take_call(reserved)
        reply = self._client.ask(said, model, schema(question.dimension_codes), until)
        if reply.tokens is not None:
            self._limits.correct(reserved, reply.tokens)
        return reply.content

    def _wait(self, seconds: float, until: float) -> None:
        if self._monotonic() + seconds >= until:
            self._limits.failed()
            raise UnavailableError("out_of_time")
        self._sleep(seconds)

    def _disagreement(
        self, dimensions: Sequence[DimensionEvidence], by_rule: AnswerScore
    ) -> tuple[Flag, ...]:
        ruled = {d.dimension_code: d.score_0_1 for d in by_rule.dimensions}
        far = [
            d for d in dimensions
            if abs(d.score_0_1 - ruled.get(d.dimension_code, d.score_0_1)) > self._config.disagreement
        ]  # fmt: skip
        quotes = tuple(e for d in far for sub in d.sub_scores for e in sub.evidence)
        return (Flag(code=DISAGREES, evidence=quotes),) if far else ()


def _has(score: AnswerScore, code: str) -> bool:
    return any(flag.code == code for flag in score.flags)


def _median(
    rubric: Rubric, reading: Reading, masked: str, code: str, judgements: Sequence[Judgement]
) -> DimensionEvidence:
    """The median level of the ensemble, with the quotes of those nearest to it."""
    each: list[JudgedDimension] = [
        d for judgement in judgements for d in judgement.dimensions if d.dimension_code == code
    ]
    middle = median(d.level for d in each)
    score = round((middle - 1) / 4, 6)
    nearest = min(abs(d.level - middle) for d in each)
    quotes = dict.fromkeys(q for d in each if abs(d.level - middle) == nearest for q in d.quotes)
    levels = sorted(d.level for d in each)
    said = ", ".join(map(str, levels))
    sub = SubScore(
        signal_code="judgement",
        score_0_1=score,
        weight=1.0,
        evidence=tuple(_evidence(reading, masked, quote) for quote in quotes),
        detail={"zh": f"{len(levels)} 次评判，级别 {said}，取中位数",
                "en": f"median of {len(levels)} judgements, levels {said}"},
    )  # fmt: skip
    return DimensionEvidence(
        dimension_code=code, score_0_1=score, level=rubric.level(score), sub_scores=(sub,)
    )


def _evidence(reading: Reading, masked: str, quote: str) -> Evidence:
    start = masked.index(quote)
    return reading.quote(start, start + len(quote))


def _version(config: LlmConfig, prompts: dict[str, str], rubric: Rubric) -> str:
    digest = hashlib.sha256(rubric.version.encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    parts: list[Any] = [config.quorum, config.max_reply_tokens, config.base_url]
    digest.update(repr(parts).encode())
    named = "+".join(f"{name}@{prompt_version(text)}" for name, text in prompts.items())
    return f"llm-{digest.hexdigest()[:12]}:{'+'.join(config.models)}:{named}"
