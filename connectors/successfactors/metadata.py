"""What a tenant has: its `$metadata` document, read without trusting it."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring


@dataclass(frozen=True)
class Property:
    """One property of an entity type, as far as we use its attributes."""

    name: str
    edm_type: str
    label: str = ""
    max_length: int | None = None
    scale: int | None = None
    is_date_only: bool = False
    filterable: bool = True
    upsertable: bool = True


@dataclass(frozen=True)
class Navigation:
    """A link from an entity type to records of another."""

    name: str
    target: str
    is_many: bool


@dataclass(frozen=True)
class EntityType:
    """An entity type: its key, its properties and its links."""

    name: str
    keys: tuple[str, ...]
    properties: dict[str, Property]
    navigations: dict[str, Navigation] = field(default_factory=dict)


@dataclass(frozen=True)
class Metadata:
    """Entity sets and the types behind them, by name without namespace."""

    sets: dict[str, EntityType]
    types: dict[str, EntityType]


def parse_metadata(document: bytes) -> Metadata:
    """Read an EDMX document.

    Raises:
        ValueError: it is damaged, has entity declarations (refused), or describes nothing.
    """
    try:
        root: Element = fromstring(document)
    except (ParseError, DefusedXmlException) as error:
        raise ValueError(f"not a usable EDMX document ({type(error).__name__})") from None
    ends = _association_ends(root)
    types = {}
    for element in root.iterfind(".//{*}EntityType"):
        entity = _entity_type(element, ends)
        types[entity.name] = entity
    sets = {}
    for element in root.iterfind(".//{*}EntityContainer/{*}EntitySet"):
        found = types.get(_bare(element.get("EntityType", "")))
        if found is not None:
            sets[element.get("Name", "")] = found
    if not sets:
        raise ValueError("the EDMX document describes no entity set")
    return Metadata(sets, types)


def _association_ends(root: Element) -> dict[tuple[str, str], tuple[str, bool]]:
    """(association, role) → (entity type, whether many)."""
    ends = {}
    for association in root.iterfind(".//{*}Association"):
        for end in association.iterfind("{*}End"):
            role = (association.get("Name", ""), end.get("Role", ""))
            ends[role] = (_bare(end.get("Type", "")), end.get("Multiplicity") == "*")
    return ends


def _entity_type(element: Element, ends: dict[tuple[str, str], tuple[str, bool]]) -> EntityType:
    navigations = {}
    for link in element.iterfind("{*}NavigationProperty"):
        end = ends.get((_bare(link.get("Relationship", "")), link.get("ToRole", "")))
        if end is not None:
            name = link.get("Name", "")
            navigations[name] = Navigation(name, *end)
    properties = [_property(found) for found in element.iterfind("{*}Property")]
    return EntityType(
        element.get("Name", ""),
        tuple(ref.get("Name", "") for ref in element.iterfind("{*}Key/{*}PropertyRef")),
        {prop.name: prop for prop in properties},
        navigations,
    )


def _property(element: Element) -> Property:
    # Vendor attributes stand in a namespace that differs between documents: their local name rules.
    attributes = {_local(name): value for name, value in element.attrib.items()}
    return Property(
        attributes.get("Name", ""),
        attributes.get("Type", "Edm.String"),
        attributes.get("label", ""),
        _number(attributes.get("MaxLength")),
        _number(attributes.get("Scale")),
        attributes.get("display-format") == "Date",
        attributes.get("filterable", "true") == "true",
        attributes.get("upsertable", "true") == "true",
    )


def _bare(name: str) -> str:
    return name.rpartition(".")[2]


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
