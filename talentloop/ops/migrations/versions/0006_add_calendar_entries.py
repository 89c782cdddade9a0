"""Add the appointments that people were told of

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

import talentloop.ops.models

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_entry",
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("updated_at", talentloop.ops.models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uid"),
    )
