"""The small company has the columns of the warehouse, so that pages cannot pass on other ones."""

from __future__ import annotations

from talentloop.settings import Settings
from talentloop.warehouse import open_published
from tests.portal.company import Company, contracts

#: What publishing adds.
PUBLISHED_WITH = {"meta_column", "meta_publication"}


def _relations(settings: Settings) -> dict[str, set[str]]:
    with open_published(settings) as db:
        found = db.sql("select table_name, column_name from information_schema.columns").to_pylist()
    relations: dict[str, set[str]] = {}
    for row in found:
        relations.setdefault(row["table_name"], set()).add(row["column_name"])
    return relations


def test_it_has_every_relation_that_a_build_publishes_and_no_other(running: Settings) -> None:
    assert len(contracts()) > 60
    assert _relations(running).keys() - PUBLISHED_WITH == contracts().keys()


def test_its_columns_are_those_of_the_warehouse(running: Settings) -> None:
    ours = _relations(running)
    theirs = {name: set(columns) for name, columns in contracts().items()}
    assert {n for n, columns in theirs.items() if ours[n] != columns} == set()


def test_what_its_pages_show_is_filled(running: Settings) -> None:
    with open_published(running) as db:
        marts = [n for n in Company().rows if not n.startswith("restricted_")]
        empty = [n for n in marts if db.sql(f"select 1 from {n} limit 1").num_rows == 0]
    assert empty == []
