"""A language model as a second scorer: off by default, bounded, checked, never alone."""

from __future__ import annotations

from interview.llm.config import LlmConfig, load_llm
from interview.llm.judge import LlmJudge

__all__ = ["LlmConfig", "LlmJudge", "load_llm"]
