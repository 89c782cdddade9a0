"""Attributes that the law protects, and the names by which they could slip into a feature list."""

from __future__ import annotations

from talentloop.contracts import ENTITIES

#: Words that name a protected attribute, or a proxy that stands for one, in any column name.
FORBIDDEN_WORDS = frozenset(
    {
        "age", "birth", "birthday", "child", "children", "citizenship", "disability", "disabled",
        "ethnic", "ethnicity", "gender", "height", "hukou", "marital", "marriage", "married",
        "nationality", "native", "photo", "pregnancy", "pregnant", "race", "religion", "sex",
        "voice",
    }
)  # fmt: skip


def protected_fields() -> frozenset[str]:
    """Names of the contract fields whose class is `protected`."""
    return frozenset(
        name
        for model in ENTITIES.values()
        for name, info in model.model_fields.items()
        if isinstance(info.json_schema_extra, dict)
        and info.json_schema_extra.get("class") == "protected"
    )


def is_protected(name: str) -> bool:
    """Whether a column of this name is, or by its words may be, a protected attribute."""
    words = set(name.lower().split("_"))
    return name in protected_fields() or bool(words & FORBIDDEN_WORDS)
