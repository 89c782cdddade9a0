"""Add claims on files, and the schemas of streams with their changes

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

import talentloop.ops.models

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, talentloop.ops.models.UtcDateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int = 255) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def upgrade() -> None:
    op.add_column("file_manifest", _text("owner"))
    op.add_column("file_manifest", _time("lease_until", nullable=True))
    op.add_column("file_manifest", _time("modified_at", nullable=True))
    op.add_column("file_manifest", _text("version"))
    op.add_column("file_manifest", _text("archived_as", 600))
    op.create_table(
        "stream_schema",
        _text("source"),
        _text("stream"),
        sa.Column("fields", sa.JSON(), nullable=False),
        _time("first_seen_at"),
        _time("changed_at"),
        sa.PrimaryKeyConstraint("source", "stream"),
    )
    op.create_table(
        "schema_change",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("source"),
        _text("stream"),
        _text("field"),
        _text("change"),
        _text("before"),
        _text("after"),
        sa.Column("is_mapped", sa.Boolean(), nullable=False),
        _time("noticed_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("schema_change_stream", "schema_change", ["source", "stream"])
