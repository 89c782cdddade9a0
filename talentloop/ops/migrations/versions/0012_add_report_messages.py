"""Add messages to candidates about their reports

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

import talentloop.ops.models

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=255), nullable=False)


def upgrade() -> None:
    op.create_table(
        "report_message",
        _text("interview_key"),
        _text("report_sha256"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("state"),
        _text("item"),
        _text("released_by"),
        sa.Column("noted_at", talentloop.ops.models.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("interview_key", "report_sha256"),
    )
    op.create_index(op.f("ix_report_message_item"), "report_message", ["item"])
