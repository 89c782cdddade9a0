"""What to ask a tenant for: the properties that the mapping reads and the tenant has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.mapping.paths import parse
from connectors.mapping.plans import StreamMapping
from connectors.mapping.wanted import wanted_paths
from connectors.successfactors.metadata import EntityType, Metadata
from connectors.successfactors.odata import literal
from connectors.successfactors.options import EntitySetSpec
from talentloop.errors import ConfigError

#: A plain query of an effective-dated set shows the row in force today, and no change to another.
_ALL_OF_TIME = {"fromDate": "1900-01-01", "toDate": "9999-12-31"}


@dataclass(frozen=True)
class Selection:
    """A query over one entity set, checked against the tenant's `$metadata`."""

    entity: EntityType
    spec: EntitySetSpec
    select: tuple[str, ...]
    expand: tuple[str, ...]

    def params(self, since: datetime | None) -> dict[str, str]:
        """The query options for what changed at or after `since` (None: everything)."""
        conditions = [f"({self.spec.filter})"] if self.spec.filter else []
        if since is not None:
            conditions.append(f"{self.spec.cursor} ge {literal(self.spec.cursor_type, since)}")
        query = {
            "$format": "json",
            "$select": ",".join(self.select),
            "$expand": ",".join(self.expand),
            "$filter": " and ".join(conditions),
            "customPageSize": str(self.spec.page_size),
            "paging": "" if self.spec.paging == "none" else self.spec.paging,
            **(_ALL_OF_TIME if self.spec.effective_dated else {}),
        }
        return {name: value for name, value in query.items() if value}


def select_for(
    name: str, mapped: StreamMapping, spec: EntitySetSpec, metadata: Metadata
) -> Selection:
    """The query that brings what the mapping of a stream reads.

    Args:
        name: the configured source, for messages.

    Raises:
        ConfigError: the tenant lacks the entity set, a mapped property, or a cursor to filter by.
    """
    stream = mapped.name
    entity = metadata.sets.get(stream)
    if entity is None:
        raise ConfigError(
            f"The tenant has no entity set {stream}",
            where=f"{name} $metadata",
            remedy="Grant the technical user access to it, or leave the stream out (streams).",
        )
    _check_cursor(name, stream, entity, spec)
    wanted = dict.fromkeys([*spec.key, spec.cursor, *spec.select], "spec.yaml")
    wanted.update(wanted_paths(mapped))
    resolved = {path: _resolve(path, entity, metadata) for path in wanted}
    missing = [f"{stream}.{path} (for {wanted[path]})" for path, f in resolved.items() if not f]
    if missing:
        raise ConfigError(
            f"The tenant does not have {len(missing)} of the properties that we read",
            where=f"{name} $metadata: " + ", ".join(missing),
            remedy="Correct `from:` in the mapping, or grant the technical user those fields.",
        )
    found = [path for path in resolved.values() if path] + list(_custom(mapped, entity))
    expand = dict.fromkeys(path.rpartition("/")[0] for path in found if "/" in path)
    return Selection(entity, spec, tuple(dict.fromkeys(found)), tuple(expand))


def _check_cursor(name: str, stream: str, entity: EntityType, spec: EntitySetSpec) -> None:
    prop = entity.properties.get(spec.cursor)
    if prop is None:
        return  # reported with the other missing properties
    if not prop.filterable or prop.edm_type != spec.cursor_type:
        shown = prop.edm_type if prop.filterable else "not filterable"
        raise ConfigError(
            f"The cursor of {stream} does not fit the tenant: {spec.cursor} is {shown}, "
            f"configured is {spec.cursor_type}",
            where=f"{name} $metadata",
            remedy="Set cursor and literal under entity_sets of the source.",
        )


def _resolve(path: str, entity: EntityType, metadata: Metadata) -> str | None:
    """A mapping path (`nav[0].field`) as an OData path (`nav/field`); None if it leads nowhere."""
    steps = [step for step in parse(path) if isinstance(step, str)]
    here: EntityType | None = entity
    for step in steps[:-1]:
        link = here.navigations.get(step) if here else None
        here = metadata.types.get(link.target) if link else None
    return "/".join(steps) if here and steps[-1] in here.properties else None


def _custom(stream: StreamMapping, entity: EntityType) -> Iterator[str]:
    """The tenant's own properties that the mapping passes on."""
    for record in stream.records:
        if record.custom is not None:
            yield from filter(record.custom.accepts, entity.properties)
