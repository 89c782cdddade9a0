"""Queries: options checked, rows found, pages handed out from a snapshot."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from connectors.sandbox.kit.app import TenantApp
from connectors.sandbox.kit.errors import RefusedError
from connectors.sandbox.successfactors.errors import bad_request
from connectors.sandbox.successfactors.filters import parse_filter
from connectors.sandbox.successfactors.schema import EntitySet
from connectors.sandbox.successfactors.slices import Period
from connectors.sandbox.successfactors.tables import TenantTable

PAGE_CAP = 1000
_SNAPSHOTS = 64
_KNOWN = {
    "$filter",
    "$select",
    "$expand",
    "$top",
    "$format",
    "$inlinecount",
    "$skiptoken",
    "customPageSize",
    "paging",
}
_DATED = {"asOfDate", "fromDate", "toDate"}  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """Rows that a query found, handed out page by page."""

    table: TenantTable
    rows: npt.NDArray[np.int64]
    select: tuple[str, ...]
    expand: tuple[str, ...]
    page_size: int
    counted: bool


class Reader:
    """Answers queries. `base` is the address of the service, for links."""

    def __init__(self, tenant: TenantApp, base: str) -> None:
        self._tenant = tenant
        self._base = base
        self._snapshots: OrderedDict[str, Snapshot] = OrderedDict()

    def page(self, table: TenantTable, params: Mapping[str, str]) -> dict[str, Any]:
        """One page as the body of an answer.

        Raises:
            RefusedError: the query is not understood, or its snapshot is gone.
        """
        known = _KNOWN | _DATED if table.entity_set.effective_dated else _KNOWN
        unknown = set(params) - known
        if unknown:
            raise bad_request(f"Query options not supported: {', '.join(sorted(unknown))}")
        token = params.get("$skiptoken")
        if token is None:
            name, start, snapshot = "", 0, _query(table, params)
        else:
            name, start, snapshot = self._resumed(token)
        end = start + snapshot.page_size
        rows = snapshot.rows[self._tenant.page_start(start) : end]
        body: dict[str, Any] = {
            "results": snapshot.table.page(rows, snapshot.select, snapshot.expand, self._base)
        }
        if snapshot.counted:
            body["__count"] = str(len(snapshot.rows))
        if end < len(snapshot.rows):
            body["__next"] = self._next(name or self._kept(snapshot), end, snapshot)
        return {"d": body}

    def _kept(self, snapshot: Snapshot) -> str:
        name = secrets.token_hex(8)
        self._snapshots[name] = snapshot
        if len(self._snapshots) > _SNAPSHOTS:
            self._snapshots.popitem(last=False)
        return name

    def _resumed(self, token: str) -> tuple[str, int, Snapshot]:
        name, _, start = token.partition(".")
        snapshot = self._snapshots.get(name)
        if snapshot is None or not start.isdigit():
            raise bad_request("The skiptoken is not valid, or its snapshot has expired")
        self._snapshots.move_to_end(name)
        return name, int(start), snapshot

    def _next(self, name: str, start: int, snapshot: Snapshot) -> str:
        base = self._base
        if self._tenant.faults.level("foreign_next"):
            base = "http://collector.example/odata/v2"
            self._tenant.faults.fired["foreign_next"] += 1
        query = urlencode({"$skiptoken": f"{name}.{start}", "$format": "json"})
        return f"{base}/{snapshot.table.entity_set.name}?{query}"


def _query(table: TenantTable, params: Mapping[str, str]) -> Snapshot:
    select, expand = _selection(table.entity_set, params)
    found = np.ones(len(table.rows), dtype=bool)
    if table.entity_set.effective_dated:
        found &= Period.asked(params, table.today).shown(table.rows)
    expression = params.get("$filter")
    if expression:
        found &= parse_filter(expression)(lambda name: _values(table, name))
    rows = np.flatnonzero(found)
    top = params.get("$top")
    if top is not None:
        rows = rows[: _positive(top, "$top")]
    page_size = min(PAGE_CAP, _positive(params.get("customPageSize", str(PAGE_CAP)), "page size"))
    counted = params.get("$inlinecount") == "allpages"
    return Snapshot(table, rows, select, expand, page_size, counted)


def _selection(
    entity_set: EntitySet, params: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    expand = tuple(name for name in params.get("$expand", "").split(",") if name)
    select = tuple(name for name in params.get("$select", "").split(",") if name)
    wrong = [name for name in expand if name not in entity_set.links]
    wrong += [name for name in select if not _exists(entity_set, name, expand)]
    if wrong:
        names = ", ".join(f"{entity_set.name}/{name}" for name in wrong)
        message = f"[COE0021]Invalid property names: {names}."
        raise RefusedError(400, "COE_PROPERTY_NOT_FOUND", message)
    return select or (*entity_set.fields, *entity_set.links), expand


def _exists(entity_set: EntitySet, name: str, expand: tuple[str, ...]) -> bool:
    link, slash, field = name.partition("/")
    if slash:
        return link in expand and field in entity_set.links[link].fields
    return name in entity_set.fields or name in entity_set.links


def _values(table: TenantTable, name: str) -> npt.NDArray[np.generic]:
    if name not in table.entity_set.fields:
        message = f"[COE0021]Invalid property names: {table.entity_set.name}/{name}."
        raise RefusedError(400, "COE_PROPERTY_NOT_FOUND", message)
    return table.values(name)


def _positive(text: str, name: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise bad_request(f"{name} must be a positive number")
    return int(text)
