"""Add the events that outside systems post to us

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

import talentloop.ops.models

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callback_event",
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("received_at", talentloop.ops.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", talentloop.ops.models.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel", "event_id"),
    )
    op.create_index("callback_event_waiting", "callback_event", ["channel", "state", "received_at"])
