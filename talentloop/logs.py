"""Structured logs that never carry personal fields."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, cast

import structlog

from talentloop.contracts import ENTITIES

REDACTED = "[redacted]"

_SECRET_NAMES = {"token", "access_token", "password", "secret", "authorization", "assertion", "key"}
_PERSONAL_CLASSES = {"identity", "protected", "compensation"}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])\+?\d{11,13}(?![\w-])")
_QUERY_SECRET = re.compile(
    r"(?i)((?:token|sign|signature|assertion|key|secret|ticket|password)=)[^&\s]+"
)


@lru_cache(maxsize=1)
def personal_fields() -> frozenset[str]:
    """Names of contract fields that must not be logged: identity, protected, compensation."""
    names = {"name", "raw_row", "payload"}
    for model in ENTITIES.values():
        for name, info in model.model_fields.items():
            extra = info.json_schema_extra
            if isinstance(extra, dict) and extra.get("class") in _PERSONAL_CLASSES:
                names.add(name)
    return frozenset(names | _SECRET_NAMES)


def scrub(text: str) -> str:
    """A text with e-mail addresses, phone numbers and secrets in query strings masked."""
    text = _EMAIL.sub(REDACTED, text)
    text = _QUERY_SECRET.sub(r"\1" + REDACTED, text)
    return _PHONE.sub(REDACTED, text)


def redact(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor that masks personal fields and values that look personal."""
    for key, value in event.items():
        if key in personal_fields():
            event[key] = REDACTED
        elif isinstance(value, str) and key not in ("timestamp", "level"):
            event[key] = scrub(value)
    return event


def configure_logs(level: str = "INFO", form: str = "console") -> None:
    """Set the level (DEBUG, INFO, WARNING, ERROR) and form (console, json) of log lines.

    They go to standard error. Front doors call this with their settings; until then, and in
    tests, the defaults hold, so that no line is ever written without redaction.
    """
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


configure_logs()


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger for one module: `log.info("load_landed", entity="offer", rows=12)`."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger(module=name))
