"""Let outbox items depend on one another, and destinations pause

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

from talentloop.ops.models import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("not_before", UtcDateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("sent_at", UtcDateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("latency_seconds", sa.Double(), nullable=True))
    op.add_column(
        "outbox",
        sa.Column("reason_code", sa.String(length=255), nullable=False, server_default=""),
    )
    op.drop_column("outbox", "depends_on")
    op.drop_index("outbox_entity", "outbox")
    op.create_index("outbox_record", "outbox", ["destination", "entity_key", "operation"])
    op.create_index("outbox_queue", "outbox", ["destination", "state", "id"])
    op.create_table(
        "outbox_dependency",
        sa.Column("item_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("depends_on_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("item_id", "depends_on_id"),
    )
    op.create_index("ix_outbox_dependency_depends_on_id", "outbox_dependency", ["depends_on_id"])
    op.create_table(
        "outbox_pause",
        sa.Column("destination", sa.String(length=255), nullable=False),
        sa.Column("paused_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("paused_by", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("destination"),
    )
