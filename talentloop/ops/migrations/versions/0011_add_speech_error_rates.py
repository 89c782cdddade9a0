"""Add the error rates of speech recognition, by day

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

import talentloop.ops.models

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=255), nullable=False)


def upgrade() -> None:
    op.create_table(
        "speech_error_rate",
        _text("measured_on"),
        _text("language_code"),
        _text("attribute"),
        _text("group_name"),
        _text("measure"),
        sa.Column("n_answers", sa.Integer(), nullable=False),
        sa.Column("n_units", sa.Integer(), nullable=False),
        sa.Column("error_rate", sa.Double(), nullable=False),
        sa.Column("error_limit", sa.Double(), nullable=False),
        sa.Column("is_exceeded", sa.Boolean(), nullable=False),
        sa.Column("measured_at", talentloop.ops.models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("measured_on", "language_code", "attribute", "group_name"),
    )
