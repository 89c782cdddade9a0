"""The tenant's state: company, clock, tables as of now, and what was written from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.kit.clock import SandboxClock
from connectors.sandbox.kit.company import CompanyView
from connectors.sandbox.kit.errors import RefusedError
from connectors.sandbox.kit.faults import Faults
from connectors.sandbox.kit.written import Written
from connectors.sandbox.successfactors.schema import EntitySet, renamed, tenant_schema
from connectors.sandbox.successfactors.tables import TenantTable


class Tenant:
    """One tenant over a company.

    Args:
        company: what happens there.
        clock: shared with the other tenants.
        written: what was written from outside.
        faults: schema changes among them show in `schema` at once.
    """

    def __init__(
        self, company: CompanyView, clock: SandboxClock, written: Written, faults: Faults
    ) -> None:
        self._company = company
        self._faults = faults
        self._tables: dict[str, TenantTable] = {}
        self.clock = clock
        self.written = written

    def schema(self) -> dict[str, EntitySet]:
        """Entity sets, after the schema changes that are switched on."""
        return {
            name: renamed(entity_set, self._faults.renames(name))
            for name, entity_set in tenant_schema().items()
        }

    def table(self, name: str) -> TenantTable:
        """What an entity set shows now.

        Raises:
            RefusedError: there is no such set.
        """
        entity_set = tenant_schema().get(name)
        if entity_set is None:
            raise RefusedError(404, "COE_GENERAL_NOT_FOUND", f"Entity {name} is not found.")
        table = self._tables.get(name)
        if table is None:
            table = TenantTable.of(entity_set, self._company, self.clock.now(), self.written)
            self._tables[name] = table
        table.entity_set = renamed(entity_set, self._faults.renames(name))
        return table

    def advanced(self) -> None:
        """Time has passed; every table shows the new instant from now on."""
        self._tables.clear()

    def write(self, table: TenantTable, key: str, values: Mapping[str, Any], by: str) -> bool:
        """Set fields of a record; a change moves its cursor to now. Returns whether any changed."""
        name, now_ms = table.entity_set.name, round(self.clock.now().timestamp() * 1000)
        changed = self.written.put(name, key, values, now_ms, by)
        if changed:
            table.touch(key, now_ms)
        return changed
