"""The tenant's `$metadata` document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import quoteattr

from connectors.sandbox.successfactors.schema import EntitySet, WireField, WireLink

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="2.0" \
xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">"""
_SCHEMA = (
    '<Schema Namespace="{}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm" '
    'xmlns:sap="http://www.successfactors.com/edm/sap">'
)
_TAIL = "</Schema></edmx:DataServices></edmx:Edmx>"
_SCALE = 4  # decimals that a writable Decimal keeps


def edmx(schema: Mapping[str, EntitySet]) -> bytes:
    """Entity sets, types and associations in the vendor's form."""
    parts = [_HEAD, _SCHEMA.format("SFODataSet"), '<EntityContainer Name="EntityContainer">']
    parts += [
        f'<EntitySet Name="{name}" EntityType="SFOData.{name}" sap:upsertable="true"/>'
        for name in schema
    ]
    parts += ["</EntityContainer></Schema>", _SCHEMA.format("SFOData")]
    targets: dict[str, WireLink] = {}
    for entity_set in schema.values():
        parts += _entity_type(entity_set)
        for link in entity_set.links.values():
            targets[link.target] = link
            parts += _association(entity_set, link)
    for target, link in targets.items():
        if target in schema:  # a set of its own, which has these properties too
            continue
        parts += [
            f'<EntityType Name="{target}">',
            *_properties(link.fields.values()),
            "</EntityType>",
        ]
    return "\n".join([*parts, _TAIL]).encode()


def _entity_type(entity_set: EntitySet) -> list[str]:
    name = entity_set.name
    parts = [f'<EntityType Name="{name}">', "<Key>"]
    parts += [f'<PropertyRef Name="{key}"/>' for key in entity_set.key]
    parts += ["</Key>", *_properties(entity_set.fields.values())]
    for link in entity_set.links:
        relation = f"{link}_of_{name}"
        parts.append(
            f'<NavigationProperty Name="{link}" Relationship="SFOData.{relation}" '
            f'FromRole="{name}" ToRole="{link}"/>'
        )
    return [*parts, "</EntityType>"]


def _association(entity_set: EntitySet, link: WireLink) -> list[str]:
    many = "*" if link.is_many else "0..1"
    return [
        f'<Association Name="{link.name}_of_{entity_set.name}">',
        f'<End Type="SFOData.{entity_set.name}" Multiplicity="*" Role="{entity_set.name}"/>',
        f'<End Type="SFOData.{link.target}" Multiplicity="{many}" Role="{link.name}"/>',
        "</Association>",
    ]


def _properties(fields: Iterable[WireField]) -> list[str]:
    return [_property(field) for field in fields]


def _property(field: WireField) -> str:
    writable = str(field.is_writable).lower()
    attributes = {
        "Name": field.name,
        "Type": field.edm_name,
        "Nullable": "true",
        "sap:filterable": "false" if field.picklist else "true",
        "sap:upsertable": writable,
        "sap:updatable": writable,
        "sap:label": field.name.removeprefix("cust_"),
    }
    if field.edm_type == "Date":
        attributes["sap:display-format"] = "Date"
    if field.edm_type == "Decimal":
        attributes["Scale"] = str(_SCALE)
    if field.edm_type == "String":
        attributes["MaxLength"] = "4000"
    text = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<Property {text}/>"
