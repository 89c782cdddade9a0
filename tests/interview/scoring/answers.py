"""Questions and answers made for the tests; nobody said them."""

from __future__ import annotations

from collections.abc import Sequence

from interview.session import IdealPoint, Question
from interview.transcript import Finding, Segment, SpeechModel, Transcript, Word

MODEL = SpeechModel(name="none", kind="test-fixture", sha256="0" * 64, options_hash="0" * 16)

GOOD = {
    "en": "Last year our team had to ship the payment system before the deadline. My task was to "
    "set priorities. First I analysed the data and I wrote a new plan, then I asked my colleagues "
    "for feedback, because some tests failed. As a result we shipped on time and reduced errors "
    "by 30 percent. I learned to communicate early.",
    "zh": "去年我们团队必须在截止日期前上线支付系统。我的任务是排优先级。首先我分析了数据，我制定了新的计划，"
    "然后我征求了同事的意见，因为有些测试失败了。结果我们按时上线，错误减少了百分之三十。我学到要及早沟通。",
}
QUESTION = Question(
    question_code="deadline",
    kind="behavioural",
    text={
        "en": "Tell me about a time when your team had to meet a difficult deadline.",
        "zh": "请讲一次你的团队在紧迫的截止日期前完成项目的经历。",
    },
    dimension_codes=(
        "communication", "logic", "professionalism", "teamwork", "stress", "culture",
    ),
    ideal_points=(
        IdealPoint(code="plan", phrases=("plan", "计划")),
        IdealPoint(code="priorities", phrases=("priorities", "prioritise", "优先级")),
        IdealPoint(code="in_time", phrases=("on time", "按时"), is_required=False),
    ),
)  # fmt: skip


def transcript(
    text: str, language: str = "en", *, answer_id: str = "a1", findings: Sequence[Finding] = ()
) -> Transcript:
    """A transcript with a word every half second; in Chinese every character is one."""
    pieces, place = [], 0
    for piece in text.split(" ") if language == "en" else list(text):
        start = text.index(piece, place)
        pieces.append((piece, start))
        place = start + len(piece)
    words = tuple(
        Word(text=piece, char_start=start, char_end=start + len(piece), start=i / 2,
             end=i / 2 + 0.4, probability=0.9)
        for i, (piece, start) in enumerate(pieces)
    )  # fmt: skip
    seconds = len(words) / 2
    return Transcript(
        answer_id=answer_id, text=text, language_code=language, language_probability=1.0,
        duration_seconds=seconds, speech_seconds=seconds, words=words, model=MODEL,
        findings=tuple(findings),
        segments=(Segment(start=0, end=seconds, text=text, avg_logprob=-0.2, no_speech_prob=0.0,
                          compression_ratio=1.5),),
    )  # fmt: skip
