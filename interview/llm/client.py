"""One request to an endpoint that speaks the OpenAI chat protocol, within its limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from interview.llm.config import LlmConfig
from interview.llm.limits import UnavailableError
from interview.llm.prompt import Message
from talentloop.closing import Closing

_MOST_BYTES = 256 * 1024
_MOST_WAIT = 20.0
_SEED = 7


@dataclass(frozen=True)
class Reply:
    """What a model said, and the tokens that the endpoint counted; None where it counts none."""

    content: str
    tokens: int | None


class TryAgainError(UnavailableError):
    """The same request may do better in `wait` seconds."""

    def __init__(self, reason: str, wait: float) -> None:
        super().__init__(reason)
        self.wait = wait


class ChatClient(Closing):
    """Sends conversations.

    Args:
        key: of the endpoint; None where it wants none.
        monotonic: clock of time limits, in seconds; replaced in tests.
    """

    def __init__(
        self,
        config: LlmConfig,
        key: str | None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._monotonic = config, monotonic
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # Neither proxies nor redirects: an answer goes to the configured host or nowhere.
        self._http = httpx.Client(headers=headers, trust_env=False, follow_redirects=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self, messages: list[Message], model: str, schema: dict[str, Any], until: float
    ) -> Reply:
        """One attempt.

        Args:
            until: `monotonic` time by which it must be over.

        Raises:
            TryAgainError: time ran out for this request, the endpoint is busy or failed.
            UnavailableError: it refused, or speaks another protocol.
        """
        body = {
            "model": model, "messages": messages, "temperature": 0, "seed": _SEED,
            "max_tokens": self._config.max_reply_tokens, "stream": False,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "judgement", "strict": True, "schema": schema},
            },
        }  # fmt: skip
        until = min(until, self._monotonic() + self._config.request_seconds)
        try:
            return _reply(self._sent(body, until))
        except httpx.TimeoutException:
            raise TryAgainError("timeout", 0.0) from None
        except httpx.HTTPError:
            raise TryAgainError("connection", 1.0) from None

    def _sent(self, body: dict[str, Any], until: float) -> bytes:
        url = f"{self._config.base_url.rstrip('/')}/chat/completions"
        left = until - self._monotonic()
        if left <= 0:
            raise UnavailableError("out_of_time")
        with self._http.stream("POST", url, json=body, timeout=left) as response:
            _check_status(response)
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > _MOST_BYTES:
                    raise UnavailableError("reply_too_long")
                if self._monotonic() > until:  # a drip of bytes never meets the read timeout
                    raise TryAgainError("timeout", 0.0)
        return bytes(content)


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == httpx.codes.OK:
        return
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        raise TryAgainError(f"http_{status}", _wait(response.headers.get("Retry-After")))
    raise UnavailableError(f"http_{status}")


def _wait(header: str | None) -> float:
    try:
        return min(_MOST_WAIT, max(0.0, float(header or 1.0)))
    except ValueError:  # a date; the breaker and the time limit bound the rest
        return 1.0


def _reply(raw: bytes) -> Reply:
    try:
        found = orjson.loads(raw)
        content = found["choices"][0]["message"]["content"]
        tokens = (found.get("usage") or {}).get("total_tokens")
    except (ValueError, LookupError, TypeError, AttributeError):
        raise TryAgainError("not_the_protocol", 0.0) from None
    if not isinstance(content, str):
        raise TryAgainError("not_the_protocol", 0.0)
    return Reply(content, tokens if isinstance(tokens, int) and tokens >= 0 else None)
