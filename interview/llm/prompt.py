"""What is sent: the prompt, the anchors, the question, and the answer fenced as data."""

from __future__ import annotations

import hashlib
import json

from interview.scoring.rubric import Rubric
from interview.session import Question

Message = dict[str, str]

_FORM = (
    'Reply: {"dimensions": [{"dimension_code": …, "level": 1 to 5, "quotes": […], '
    '"confidence": 0 to 1}, …]} with each dimension above once.'
)


def messages(
    prompt: str, rubric: Rubric, question: Question, lang: str, masked: str
) -> list[Message]:
    """The conversation to send.

    The fence is made from the answer itself, so that nobody can close it from within.
    """
    mark = hashlib.sha256(masked.encode()).hexdigest()[:16]
    asked = question.text.get(lang) or next(iter(question.text.values()))  # type: ignore[call-overload]
    anchors = {
        code: {
            str(level): text.zh if lang == "zh" else text.en
            for level, text in rubric.dimension(code).anchors.items()
        }
        for code in question.dimension_codes
    }
    task = "\n".join(
        [
            "Dimensions and their anchors:",
            json.dumps(anchors, ensure_ascii=False, indent=1),
            "",
            f"Question: {asked}",
            "",
            f"The answer stands between the two marks {mark}.",
            f"<<<{mark}",
            masked,
            f"{mark}>>>",
            "",
            _FORM,
        ]
    )
    return [{"role": "system", "content": prompt}, {"role": "user", "content": task}]
