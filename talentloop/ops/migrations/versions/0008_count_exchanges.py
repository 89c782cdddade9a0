"""Count exchanges with outside systems

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

from talentloop.ops.models import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_day",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("on_day", sa.String(length=255), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("retry_after", sa.Integer(), nullable=False),
        sa.Column("transient", sa.Integer(), nullable=False),
        sa.Column("auth", sa.Integer(), nullable=False),
        sa.Column("permanent", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("waited_seconds", sa.Double(), nullable=False),
        sa.Column("busy_seconds", sa.Double(), nullable=False),
        sa.Column("limit_requests", sa.Double(), nullable=False),
        sa.Column("limit_seconds", sa.Double(), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "on_day"),
    )
