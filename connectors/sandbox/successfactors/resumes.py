"""Résumés of the simulated candidates, as files attached to their profiles."""

from __future__ import annotations

import base64
from typing import Any

import pyarrow as pa

_DEGREES = {"below_bachelor": "大专", "bachelor": "本科", "master": "硕士", "doctor": "博士"}
_COLUMNS = ("source_id", "full_name", "education_level_code", "major", "years_experience",
            "current_employer", "skills", "created_at")  # fmt: skip


def with_resumes(candidates: pa.Table) -> pa.Table:
    """The candidates with name, size and content of the file that each attached."""
    texts = [_text(row).encode() for row in candidates.select(list(_COLUMNS)).to_pylist()]
    return (
        candidates.append_column(
            "resume_name", pa.array([f"{key}.txt" for key in candidates["source_id"].to_pylist()])
        )
        .append_column("resume_bytes", pa.array(list(map(len, texts)), pa.int32()))
        .append_column("resume_base64", pa.array([base64.b64encode(t).decode() for t in texts]))
    )


def _text(row: dict[str, Any]) -> str:
    """A short résumé that says what the profile says."""
    degree = _DEGREES.get(row["education_level_code"] or "")
    lines = [row["full_name"] or "", "教育经历"]
    if degree:
        lines.append(f"学历：{degree} 专业：{row['major'] or '未填'}")
    years, until = int(row["years_experience"] or 0), row["created_at"]
    if years and until is not None:
        period = f"{until.year - years}.{until:%m}-{until:%Y.%m}"
        lines += ["工作经历", f"{period} {row['current_employer'] or '某公司'} 工程师"]
    if row["skills"]:
        lines += ["技能", "、".join(row["skills"])]
    return "\n".join(lines)
