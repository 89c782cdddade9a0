"""Options that all sources over HTTP share, and a client made from options and specification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from connectors.http import (
    AllowedHosts,
    Authorizer,
    ExchangeCounter,
    HttpClient,
    Limit,
    RetryPolicy,
    TimeLimits,
    shared_limiter,
)
from connectors.http.address import SANDBOX, BaseUrl, address_of
from connectors.spec import ConnectorSpec
from talentloop.errors import ConfigError
from talentloop.settings import Settings
from talentloop.strict import Strict


class HttpOptions(Strict):
    """One tenant, from `config/sources/<name>.yml`. A connector adds its own options."""

    base_url: BaseUrl = Field(description="https address of the system, or `sandbox`")
    overlap_minutes: int = Field(10, ge=0, le=1440, description="Read again before the cursor")
    allowed_hosts: list[str] = Field(
        default_factory=list, description="Hosts that next links and redirects may lead to"
    )
    proxy: str | None = Field(None, description="Forward proxy")
    timeout_seconds: float = Field(60, gt=0, le=3600, description="Longest silence of the tenant")
    limit: Limit | None = Field(None, description="Rate limit instead of the spec's")
    retry: RetryPolicy | None = Field(None, description="Patience instead of the spec's")
    streams: list[str] | None = Field(None, description="Streams to read; default all mapped")

    @property
    def is_sandbox(self) -> bool:
        """Whether it is the stand-in."""
        return self.base_url == SANDBOX


OptionsT = TypeVar("OptionsT", bound=BaseModel)


def checked_options(
    name: str,
    options: OptionsT | Mapping[str, Any],
    model: type[OptionsT],
    system: str,
    kind: Literal["source", "channel"] = "source",
) -> OptionsT:
    """The options of a source or a channel as a model.

    Args:
        name: the configured source or channel, for messages.
        system: name of the connector's folder, for messages.

    Raises:
        ConfigError: an option is unknown, missing or does not fit; names whose and which.
    """
    if isinstance(options, model):
        return options
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "options"
        raise ConfigError(
            f"An option of the {kind} does not fit: {first['msg']}",
            where=f"{kind} {name}, field {field}",
            remedy=f"Correct it in its file; connectors/{system}/README.md lists every option.",
        ) from None


def open_client(
    settings: Settings,
    name: str,
    options: HttpOptions,
    spec: ConnectorSpec,
    *,
    system: str,
    auth: Authorizer | None = None,
) -> HttpClient:
    """A client of one tenant: its address, patience, rate limit and error words.

    Args:
        name: the configured source; keys its rate limit.
        system: name of the connector, for the stand-in's address.

    Raises:
        ConfigError: the sandbox is asked for and does not run.
    """
    limit = options.limit or spec.limit
    return HttpClient(
        _hosts(settings, options, system),
        options.retry or spec.retry,
        auth=auth,
        limiter=shared_limiter(settings, name, limit),
        counter=ExchangeCounter(settings, name, limit),
        rules=spec.errors,
        limits=TimeLimits(read_seconds=options.timeout_seconds),
        proxy=options.proxy,
    )


def open_login(
    settings: Settings, options: HttpOptions, spec: ConnectorSpec, *, system: str
) -> HttpClient:
    """A client for the token endpoint: it must never ask itself for a token.

    It tries once only, for the request that wants the token is tried again as a whole.

    Raises:
        ConfigError: the sandbox is asked for and does not run.
    """
    return HttpClient(
        _hosts(settings, options, system),
        (options.retry or spec.retry).model_copy(update={"attempts": 1}),
        rules=spec.errors,
        limits=TimeLimits(read_seconds=options.timeout_seconds),
        proxy=options.proxy,
    )


def _hosts(settings: Settings, options: HttpOptions, system: str) -> AllowedHosts:
    return AllowedHosts(address_of(settings, options.base_url, system), options.allowed_hosts)
