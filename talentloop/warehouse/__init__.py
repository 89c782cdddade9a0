"""The warehouse: one writer builds it with dbt, versioned copies are published, readers follow."""

from talentloop.warehouse.as_of import open_as_of
from talentloop.warehouse.build import BuildResult, build
from talentloop.warehouse.dbt_run import NodeResult
from talentloop.warehouse.publish import collect, list_versions, publish
from talentloop.warehouse.read import Published, open_published
from talentloop.warehouse.restricted import Identity, identity_lookup, restricted_table

__all__ = [
    "BuildResult", "Identity", "NodeResult", "Published", "build", "collect", "identity_lookup",
    "list_versions", "open_as_of", "open_published", "publish", "restricted_table",
]  # fmt: skip
