"""How a story is built: situation, task, action, result; who acted; how sentences hang together.

Every measure here only grows when something is added to an answer: kinds of cues found, parts in
order, mentions up to a limit. Ratios such as type-token or mean sentence length would fall when a
better answer is longer, so they do not count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from interview.scoring.reading import Measured, Reading
from interview.scoring.rubric import STAR, Dimension, StarPart, phrases
from interview.scoring.text import Break, Span

#: How far before an action its actor may stand, in tokens of the same clause.
_ACTOR_WINDOW = 5
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*[%％]?")
_PARTS = {
    "situation": ("背景", "situation"), "task": ("任务", "task"), "action": ("行动", "action"),
    "result": ("结果", "result"), "order": ("顺序", "order"), "number": ("数字", "number"),
}  # fmt: skip


def star(reading: Reading, _dimension: Dimension) -> Measured:
    """Parts of a STAR story, how many of them stand in their order, and a number in the result."""
    weights = reading.rubric.scoring.star_weights
    places = _parts(reading)
    numbers = _numbers_of_results(reading, places["result"])
    got: dict[str, float] = {part: float(bool(spans)) for part, spans in places.items()}
    chain = _longest_chain(places)
    shares: Mapping[str, float] = {
        **got, "order": max(chain - 1, 0) / (len(STAR) - 1), "number": float(bool(numbers)),
    }  # fmt: skip
    score = sum(weights.get(name, 0) * share for name, share in shares.items())  # type: ignore[call-overload]
    seen = [_PARTS[name] for name, share in shares.items() if share]
    missing = [_PARTS[name] for name, share in shares.items() if not share]
    spans = [spans[0] for spans in places.values() if spans] + numbers[:1]
    return Measured(
        min(1.0, score / sum(weights.values())),
        tuple(spans),
        tuple(
            (lang, _seen_and_missing(lang, [s[i] for s in seen], [m[i] for m in missing]))
            for i, lang in enumerate(("zh", "en"))
        ),
    )


def _seen_and_missing(lang: str, seen: list[str], missing: list[str]) -> str:
    if lang == "zh":
        return f"有：{'、'.join(seen) or '无'}；缺：{'、'.join(missing) or '无'}"
    return f"there: {', '.join(seen) or 'none'}; missing: {', '.join(missing) or 'none'}"


def _parts(reading: Reading) -> dict[StarPart, list[Span]]:
    cues = reading.rubric.cues
    return {
        "situation": reading.told(cues.star["situation"]),
        "task": reading.told(cues.star["task"]),
        "action": reading.told(cues.actions),
        "result": reading.told(cues.star["result"]),
    }


def _longest_chain(places: Mapping[StarPart, list[Span]]) -> int:
    """Most parts that can be picked in the order of STAR with rising places.

    Longest chain by the earliest end of each length (patience): more places never shorten it.
    """
    ends: list[int] = []  # ends[i]: earliest place at which a chain of i + 1 parts can end
    for part in STAR:
        reached = list(ends)
        for length in range(len(ends), -1, -1):
            after = ends[length - 1] if length else -1
            place = next((s.first for s in places[part] if s.first > after), None)
            if place is None:
                continue
            if length == len(ends):
                reached.append(place)
            else:
                reached[length] = min(reached[length], place)
        ends = reached
    return len(ends)


def _numbers_of_results(reading: Reading, results: list[Span]) -> list[Span]:
    """Numbers after the first cue of a result, or in the sentence of one."""
    if not results:
        return []
    sentences = {reading.text.sentence(span.first) for span in results}
    return [
        number
        for number in _numbers(reading)
        if number.first > results[0].first
        or any(s.first <= number.first <= s.last for s in sentences)
    ]


def _numbers(reading: Reading) -> list[Span]:
    tokens, cues = reading.text.tokens, reading.rubric.cues
    found = [
        Span(place, place)
        for place, token in enumerate(tokens)
        if _DIGITS.fullmatch(token.form) and not _YEAR.fullmatch(token.form)
    ]
    unit_starts = {s.first for s in _bare(reading, cues.units)}
    for span in _bare(reading, cues.numbers):
        following = span.last + 1
        if following in unit_starts and tokens[following].before == Break.NONE:
            found.append(Span(span.first, following))
    return sorted(set(found))


def _bare(reading: Reading, texts: tuple[str, ...]) -> list[Span]:
    return [span for wanted in phrases(texts) for span in reading.text.find(wanted)]


def ownership(reading: Reading, _dimension: Dimension) -> Measured:
    """What the candidate says to have done: `I` before an action, `我` but not `我们`."""
    cues = reading.rubric.cues
    plural = {place for s in _bare(reading, cues.plural) for place in range(s.first, s.last + 1)}
    actors = {s.last for s in _bare(reading, cues.singular) if s.first not in plural}
    first: dict[int, Span] = {}  # what an actor does first; "I wrote a plan" is one action
    for action in reading.told(cues.actions):
        actor = _actor(reading, action, actors)
        if actor is not None:
            first.setdefault(actor, action)
    acts = list(first.values())
    full = reading.rubric.scoring.ownership_full
    return Measured(
        min(1.0, len(acts) / full),
        tuple(acts),
        (("zh", f"本人行动 {len(acts)} 处（满分 {full} 处）"),
         ("en", f"{len(acts)} own actions (full from {full})")),
    )  # fmt: skip


def _actor(reading: Reading, action: Span, actors: set[int]) -> int | None:
    for place in range(action.first, max(action.first - _ACTOR_WINDOW, -1), -1):
        if place in actors:
            return place
        if reading.text.tokens[place].before >= Break.CLAUSE:
            return None
    return None


def collaboration(reading: Reading, _dimension: Dimension) -> Measured:
    """Mentions of doing it with others."""
    found = reading.told(reading.rubric.cues.plural)
    full = reading.rubric.scoring.collaboration_full
    return Measured(
        min(1.0, len(found) / full),
        tuple(found),
        (("zh", f"提到与人共事 {len(found)} 处（满分 {full} 处）"),
         ("en", f"{len(found)} mentions of others (full from {full})")),
    )  # fmt: skip


def discourse(reading: Reading, _dimension: Dimension) -> Measured:
    """Kinds of connectives: cause, sequence, contrast, example, condition, summary.

    The detail also tells words a sentence and the share of different words, for a person's eye.
    """
    cues, full = reading.rubric.cues, reading.rubric.scoring.connectives_full
    kinds = {kind: _bare(reading, texts) for kind, texts in cues.connectives.items()}
    found = {kind: spans for kind, spans in kinds.items() if spans}
    length = len(reading.text) / max(len(reading.text.sentences()), 1)
    variety = len({t.form for t in reading.text.tokens}) / max(len(reading.text), 1)
    return Measured(
        min(1.0, len(found) / full),
        tuple(min(spans) for spans in found.values()),
        (("zh", (f"连接方式 {len(found)} 种（满分 {full} 种）；每句 {length:.0f} 字，"
                 f"不同字占 {100 * variety:.0f}%")),
         ("en", (f"{len(found)} kinds of connectives (full from {full}); {length:.0f} words a "
                 f"sentence, {100 * variety:.0f} % of them different"))),
    )  # fmt: skip


def fluency(reading: Reading, _dimension: Dimension) -> Measured | None:
    """Share of the answer that is not long silence; None without word times.

    Off by default: accent, disability and a slow line show here, not skill.
    """
    words, limit = reading.transcript.words, reading.rubric.scoring.pause_seconds
    if len(words) < 2 or words[-1].end <= words[0].start:
        return None
    pauses = [(a, b) for a, b in pairwise(words) if b.start - a.end >= limit]
    silent = sum(b.start - a.end for a, b in pauses)
    total = words[-1].end - words[0].start
    starts = {a.char_start for a, _ in pauses}
    spans = [Span(i, i) for i, t in enumerate(reading.text.tokens) if t.start in starts]
    return Measured(
        max(0.0, 1 - silent / total),
        tuple(spans),
        (("zh", f"长停顿 {len(pauses)} 处，共 {silent:.1f} 秒；每分钟 {60 * len(words) / total:.0f} 词"),
         ("en", (f"{len(pauses)} long pauses, {silent:.1f} s in all; "
                 f"{60 * len(words) / total:.0f} words a minute"))),
    )  # fmt: skip
