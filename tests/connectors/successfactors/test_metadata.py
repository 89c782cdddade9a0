"""A tenant's own description of itself, which may be anything."""

from __future__ import annotations

import pytest

from connectors.sandbox.successfactors.edmx import edmx
from connectors.sandbox.successfactors.schema import tenant_schema
from connectors.successfactors.metadata import Navigation, parse_metadata

EDMX = """<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices>
<Schema Namespace="SFODataSet" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
<EntityContainer Name="EntityContainer">
<EntitySet Name="Benefit" EntityType="SFOData.Benefit"/>
<EntitySet Name="Ghost" EntityType="SFOData.NotDescribed"/>
</EntityContainer></Schema>
<Schema Namespace="SFOData" xmlns="http://schemas.microsoft.com/ado/2008/09/edm"
 xmlns:sap="http://www.successfactors.com/edm/sap">
<EntityType Name="Benefit">
<Key><PropertyRef Name="benefitId"/><PropertyRef Name="from"/></Key>
<Property Name="benefitId" Type="Edm.String" sap:label="Benefit ID" MaxLength="128"/>
<Property Name="from" Type="Edm.DateTime" sap:display-format="Date"/>
<Property Name="amount" Type="Edm.Decimal" Scale="2" sap:filterable="false"
 sap:upsertable="false"/>
<NavigationProperty Name="wallets" Relationship="SFOData.w_of_Benefit" FromRole="Benefit"
 ToRole="w"/>
<NavigationProperty Name="dangling" Relationship="SFOData.none" ToRole="w"/>
</EntityType>
<EntityType Name="Wallet"><Property Name="id" Type="Edm.Int64"/></EntityType>
<Association Name="w_of_Benefit">
<End Type="SFOData.Benefit" Multiplicity="*" Role="Benefit"/>
<End Type="SFOData.Wallet" Multiplicity="*" Role="w"/>
</Association>
</Schema></edmx:DataServices></edmx:Edmx>"""


def test_sets_keys_properties_and_links_are_read() -> None:
    metadata = parse_metadata(EDMX.encode())
    assert set(metadata.sets) == {"Benefit"}
    benefit = metadata.sets["Benefit"]
    assert benefit.keys == ("benefitId", "from")
    assert benefit.navigations == {"wallets": Navigation("wallets", "Wallet", True)}
    amount, key, since = (benefit.properties[n] for n in ("amount", "benefitId", "from"))
    assert (amount.scale, amount.filterable, amount.upsertable) == (2, False, False)
    assert (key.label, key.max_length, key.filterable) == ("Benefit ID", 128, True)
    assert since.is_date_only


BOMB = """<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<edmx>&b;</edmx>"""
OUTSIDE = (
    """<?xml version="1.0"?><!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><e>&x;</e>"""
)


@pytest.mark.parametrize(
    "document", [BOMB, OUTSIDE, "", "<html>", EDMX[:900], "<edmx/>"],
    ids=["entities", "outside entity", "empty", "HTML", "truncated", "nothing in it"],
)  # fmt: skip
def test_a_document_that_cannot_be_trusted_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match="EDMX"):
        parse_metadata(document.encode())


def test_the_stand_in_describes_all_that_it_serves() -> None:
    metadata = parse_metadata(edmx(tenant_schema()))
    assert set(metadata.sets) == set(tenant_schema())
    for name, entity_set in tenant_schema().items():
        found = metadata.sets[name]
        assert found.keys == entity_set.key
        assert set(found.properties) == set(entity_set.fields)
        for link in entity_set.links.values():
            target = metadata.types[found.navigations[link.name].target]
            own = tenant_schema().get(link.target)  # a set of its own has all its properties
            assert set(target.properties) == set(own.fields if own else link.fields)
            assert set(link.fields) <= set(target.properties)
            assert found.navigations[link.name].is_many is link.is_many
    application = metadata.sets["JobApplication"].properties
    assert application["cust_tlOverallScore"].upsertable
    assert not application["applicationDate"].upsertable
