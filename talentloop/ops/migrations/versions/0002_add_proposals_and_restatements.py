"""Add proposals, frozen figures and restatements

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

import talentloop.ops.models

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, talentloop.ops.models.UtcDateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=255), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("kind"),
        _text("subject"),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        _text("state"),
        _time("proposed_at"),
        _text("decided_by", nullable=True),
        _time("decided_at", nullable=True),
        _time("effective_at", nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("proposal_subject", "proposal", ["kind", "subject", "state"])
    op.create_table(
        "frozen_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("metric"),
        _text("period_on"),
        _text("scope"),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        _text("published_version"),
        _time("as_of"),
        _time("frozen_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("metric", "period_on", "scope"),
    )
    op.create_table(
        "restatement",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("metric"),
        _text("period_on"),
        _text("scope"),
        sa.Column("value_before", sa.Double(), nullable=True),
        sa.Column("value_after", sa.Double(), nullable=True),
        sa.Column("n_before", sa.Integer(), nullable=True),
        sa.Column("n_after", sa.Integer(), nullable=True),
        _text("published_version"),
        _time("as_of"),
        _time("noticed_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("restatement_figure", "restatement", ["metric", "period_on", "scope"])
