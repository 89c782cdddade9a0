"""Add plans and bookings of interviews

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

import talentloop.ops.models

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = talentloop.ops.models.UtcDateTime(timezone=True)
    op.create_table(
        "interview_plan",
        sa.Column("interview_key", sa.String(length=255), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("updated_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("interview_key"),
    )
    op.create_table(
        "booking",
        sa.Column("interview_key", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("slot_code", sa.String(length=255), nullable=False),
        sa.Column("starts_at", instant, nullable=False),
        sa.Column("ends_at", instant, nullable=False),
        sa.Column("panel", sa.JSON(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(length=255), nullable=False),
        sa.Column("decided_at", instant, nullable=False),
        sa.Column("told_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("interview_key"),
    )
    op.create_index("booking_time", "booking", ["state", "starts_at"])
    op.create_table(
        "booking_cell",
        sa.Column("participant", sa.String(length=255), nullable=False),
        sa.Column("cell", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("interview_key", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("participant", "cell"),
    )
    op.create_index(op.f("ix_booking_cell_interview_key"), "booking_cell", ["interview_key"])
