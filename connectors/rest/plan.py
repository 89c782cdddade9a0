"""From a source file's resources to the requests that read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dlt.common import jsonpath
from dlt.common.exceptions import DltException
from dlt.common.validation import validate_dict
from dlt.sources.rest_api.config_setup import (
    build_resource_dependency_graph,
    create_paginator,
    expand_placeholders,
    process_parent_data_item,
)
from dlt.sources.rest_api.typing import ResolvedParam, RESTAPIConfig

from connectors.rest.options import Resource, RestOptions
from talentloop.errors import ConfigError

Window = tuple[datetime | None, datetime | None]
#: How far beyond now a read asks, so that no difference of clocks leaves anything out; and how near
#: to that a source's clock must have come for it to be asked once more.
AHEAD, _NEAR = timedelta(days=1), timedelta(hours=1)
_MENTION = "{incremental."


@dataclass(frozen=True)
class Call:
    """A first request, whose pages the paginator follows."""

    label: str
    path: str
    params: dict[str, Any]
    json: dict[str, Any] | None
    headers: dict[str, Any] | None
    parent_fields: Mapping[str, Any] = field(default_factory=dict)

    def with_parent(self, row: Any) -> Any:
        """A row with the fields of its parent that the resource includes."""
        return {**row, **self.parent_fields} if isinstance(row, dict) else row


@dataclass(frozen=True)
class Endpoint:
    """One resource, ready to be read.

    Attributes:
        parent: the resource whose records it is read for, one by one.
        incremental: dlt's word on changes; empty where all is read each time.
    """

    name: str
    where: str
    resource: Resource
    method: Any
    path: str
    params: dict[str, Any]
    json: dict[str, Any] | None
    headers: dict[str, Any] | None
    paginator: Any
    data_selector: str
    incremental: Mapping[str, Any]
    resolved: list[ResolvedParam]
    include_from_parent: list[str]

    @property
    def parent(self) -> str | None:
        """Name of the parent resource."""
        return self.resolved[0].resolve_config["resource"] if self.resolved else None

    def windows(
        self, begin: datetime | None, until: datetime, told: Callable[[], datetime | None]
    ) -> Iterator[Window]:
        """Spans of time to ask for, one after the other; one without limits where all is read.

        Args:
            until: where the last one ends: safely later than now by our clock.
            told: the source's own clock, which shows in its answers only. Where it runs so far
                before ours that `until` has come there, one more span follows.
        """
        days = self.resource.changes.window_days
        if not self.incremental or begin is None:
            yield None, None
            return
        while begin < until:
            end = min(begin + timedelta(days=days), until) if days else until
            yield begin, end
            begin = end
            there = told()
            if begin >= until and there is not None and there + _NEAR > until:
                until = there + AHEAD

    def call(self, begin: datetime | None, end: datetime | None, parent: Any = None) -> Call:
        """The first request of a window, for one parent record where there are parents.

        Raises:
            ConfigError: the parent record lacks a field that the resource reads.
        """
        changes = self.resource.changes
        values = {
            f"incremental.{name}": changes.written(moment)
            for name, moment in (("start_value", begin), ("end_value", end))
            if moment is not None
        }
        params = dict(_known(self.params, values))
        for option, name in (("start_param", "start_value"), ("end_param", "end_value")):
            if option in self.incremental and f"incremental.{name}" in values:
                params[self.incremental[option]] = values[f"incremental.{name}"]
        json = _known(self.json, values) if self.json is not None else None
        if self.resolved:
            return self._for_parent(parent, params, json, values)
        return Call(
            self.name,
            expand_placeholders(self.path, values),
            expand_placeholders(params, values),
            expand_placeholders(json, values, preserve_value_type=True),
            expand_placeholders(self.headers, values),
        )

    def _for_parent(
        self, parent: Any, params: dict[str, Any], json: Any, values: Mapping[str, Any]
    ) -> Call:
        params = {name: _filled(value, values) for name, value in params.items()}
        try:
            made = process_parent_data_item(
                path=self.path, item=parent, resolved_params=self.resolved, headers=None,
                params=params, request_json=json, include_from_parent=self.include_from_parent,
            )  # fmt: skip
        except (ValueError, KeyError, AttributeError):
            fields = ", ".join(p.resolve_config["field"] for p in self.resolved)
            raise ConfigError(
                f"A record of {self.parent} lacks what {self.name} reads from it: {fields}",
                where=self.where,
                remedy="Correct the placeholder, or include_from_parent.",
            ) from None
        return Call(self.name, made.path, made.params, made.json, self.headers, made.parent_record)

    def total_in(self, body: Any) -> int | None:
        """How many rows the source says there are, where it says so."""
        if self.resource.total is None:
            return None
        found = jsonpath.find_values(self.resource.total, body)
        return int(found[0]) if found and str(found[0]).isdigit() else None


def _known(given: Any, values: Mapping[str, Any]) -> Any:
    """The part of a request whose placeholders have a value: without a time to start from, what
    asks for changes is left out."""
    if isinstance(given, Mapping):
        return {k: _known(v, values) for k, v in given.items() if not _is_open(v, values)}
    if isinstance(given, list):
        return [_known(v, values) for v in given if not _is_open(v, values)]
    return given


def _is_open(value: Any, values: Mapping[str, Any]) -> bool:
    if not isinstance(value, str) or _MENTION not in value:
        return False
    return not any("{" + name + "}" in value for name in values)


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        for name, word in values.items():
            value = value.replace("{" + name + "}", str(word))
    return value


def endpoints(source: str, options: RestOptions) -> dict[str, Endpoint]:
    """Every resource by name, parents before children.

    Raises:
        ConfigError: dlt does not understand the configuration, or it leaves to guessing how rows
            are found and pages follow each other.
    """
    where = f"source {source}, field resources"
    config = {
        "client": {"base_url": "https://example.invalid", **options.client},
        "resource_defaults": dict(options.resource_defaults),
        "resources": [resource.for_dlt for resource in options.resources],
    }
    try:
        validate_dict(RESTAPIConfig, deepcopy(config), path=".")
        graph, resources, resolved = build_resource_dependency_graph(
            deepcopy(config["resource_defaults"]),  # type: ignore[arg-type]
            deepcopy(config["resources"]),  # type: ignore[arg-type]
        )
        order = [str(name) for name in graph.static_order()]
    except (DltException, ValueError, TypeError, KeyError, AssertionError) as error:
        raise ConfigError(
            f"dlt does not understand the configuration: {str(error).splitlines()[0]}",
            where=where,
            remedy="Compare with dlt's documentation of rest_api and config/examples.",
        ) from None
    return {
        name: _endpoint(name, resources[name], resolved[name] or [], options, where)
        for name in order
    }


def _endpoint(
    name: str, given: Any, resolved: list[ResolvedParam], options: RestOptions, where: str
) -> Endpoint:
    endpoint, here = given["endpoint"], f"{where}.{name}.endpoint"
    paginator: Any = endpoint.get("paginator") or options.client.get("paginator")
    selector = endpoint.get("data_selector")
    if paginator in (None, "auto") or (isinstance(paginator, dict) and "type" not in paginator):
        raise ConfigError(
            "A resource does not say how its pages follow each other",
            where=f"{here}.paginator",
            remedy="Name a paginator (single_page, header_link, cursor, page_number, offset, "
            "json_link, header_cursor): a wrong guess would lose rows in silence.",
        )
    if not selector:
        raise ConfigError(
            "A resource does not say where its rows lie",
            where=f"{here}.data_selector",
            remedy="Name it: `$` where the answer itself is the list, else a path such as data.",
        )
    try:
        create_paginator(deepcopy(paginator))
        jsonpath.compile_path(selector)
    except (ValueError, TypeError) as error:
        raise ConfigError(
            f"A paginator or path does not fit: {str(error).splitlines()[0]}",
            where=f"{here}.paginator",
            remedy="Compare it with dlt's documentation of paginators.",
        ) from None
    if options.resource(name).changes.window_days and not (endpoint.get("incremental") or {}).get(
        "initial_value"
    ):
        raise ConfigError(
            "A resource that is asked for piece by piece does not say from when on",
            where=f"{here}.incremental.initial_value",
            remedy="Give the day of the oldest record, such as 2015-01-01T00:00:00Z.",
        )
    if endpoint.get("data") is not None or endpoint.get("response_actions"):
        raise ConfigError(
            "`data` and `response_actions` are not understood here",
            where=here,
            remedy="Send `json`; say under `errors` of the source what its codes mean.",
        )
    return Endpoint(
        name, here, options.resource(name), str(endpoint.get("method") or "GET").upper(),
        endpoint["path"], endpoint.get("params") or {}, endpoint.get("json"),
        endpoint.get("headers"), paginator, selector, endpoint.get("incremental") or {},
        resolved, list(given.get("include_from_parent") or []),
    )  # fmt: skip
