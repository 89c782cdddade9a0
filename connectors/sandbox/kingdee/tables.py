"""What a stand-in tenant shows now: the company's records, with what was saved into them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.sandbox.kingdee.forms import Form, Product, Values, forms_of, local, wire_values
from connectors.sandbox.kit import CompanyView, Written


@dataclass(frozen=True)
class Names:
    """What a product calls the fields that every form has."""

    id: str
    number: str
    modified: str
    created: str


NAMES: Mapping[Product, Names] = {
    "k3cloud": Names("FID", "FNumber", "FModifyDate", "FCreateDate"),
    "cosmic": Names("id", "number", "modifytime", "createtime"),
}


class Tables:
    """All forms of one tenant at the instant of its clock.

    Args:
        company: what happens there.
        written: what was saved into the tenant; survives restarts.
    """

    def __init__(self, product: Product, company: CompanyView, written: Written) -> None:
        self.forms = forms_of(product)
        self.names = NAMES[product]
        self._iso = product == "k3cloud"
        self._company = company
        self._written = written
        self._kept: dict[str, tuple[datetime, dict[str, Values]]] = {}

    def records(self, name: str, at: datetime) -> dict[str, Values]:
        """Number → record of a form, with everything that it shows; do not change them.

        Raises:
            KeyError: there is no such form.
        """
        form = self.forms[name]
        known = self._kept.get(name)
        if known is None or known[0] != at:
            known = (at, self._made(form, at))
            self._kept[name] = known
        return known[1]

    def save(self, name: str, number: str, values: Values, at: datetime, by: str) -> bool:
        """Set fields of a record, or make it; returns whether anything changed."""
        changed = self._written.put(name, number, values, round(at.timestamp() * 1000), by)
        if changed and name in self._kept:
            self._overlay(self.forms[name], self._kept[name][1], number)
        return changed

    def field_names(self, name: str) -> list[str]:
        """Every field of a form, its lists included."""
        form, names = self.forms[name], self.names
        own = [names.id, names.number, names.modified, names.created]
        return list(dict.fromkeys([*own, *form.fields, *form.writable, *form.entries]))

    def _made(self, form: Form, at: datetime) -> dict[str, Values]:
        records = dict(self._of_company(form, at)) if form.entity else {}
        for number in self._written.changes(form.name):
            self._overlay(form, records, number)
        return records

    def _overlay(self, form: Form, records: dict[str, Values], number: str) -> None:
        """Put what was saved over a record, or make it."""
        changed_ms = self._written.changes(form.name)[number]
        changed = datetime.fromtimestamp(changed_ms / 1000, UTC)
        record = records.get(number)
        if record is None:
            record = records[number] = self._record(form, number, {}, changed, changed)
        record.update(self._written.values(form.name, number))
        later = local(changed, iso=self._iso)
        record[self.names.modified] = max(record[self.names.modified], later)

    def _of_company(self, form: Form, at: datetime) -> Iterator[tuple[str, Values]]:
        entries = {name: self._entries(form, name, at) for name in form.entries}
        for row in self._company.visible(form.entity, at).to_pylist():
            number = row["source_id"]
            created = row["source_created_at"] or row["source_updated_at"]
            values = wire_values(row, form.fields, iso=self._iso)
            record = self._record(form, number, values, row["source_updated_at"], created)
            record.update((name, lists.get(number, [])) for name, lists in entries.items())
            yield number, record

    def _record(
        self, form: Form, number: str, values: Values, modified: datetime, created: datetime
    ) -> Values:
        return {
            **dict.fromkeys(form.writable),
            **values,
            self.names.id: record_id(form.name, number),
            self.names.number: number,
            self.names.modified: local(modified, iso=self._iso),
            self.names.created: local(created, iso=self._iso),
        }

    def _entries(self, form: Form, name: str, at: datetime) -> dict[str, list[Values]]:
        """Number of a record → its list of that name."""
        found: dict[str, list[Values]] = {}
        declared = form.entries[name]
        for row in self._company.visible(declared.entity, at).to_pylist():
            values = wire_values(row, declared.fields, iso=self._iso)
            values["FEntryID"] = record_id(name, row["source_id"])
            found.setdefault(row[declared.of], []).append(values)
        return found


def record_id(form: str, number: str) -> int:
    """The tenant's inner id of a record: the same in every run, and in no order of ours."""
    digest = hashlib.sha256(f"{form}|{number}".encode()).digest()
    return 100_000 + int.from_bytes(digest[:6])
