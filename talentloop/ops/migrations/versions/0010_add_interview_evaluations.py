"""Add evaluations of interviews and of their answers

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

import talentloop.ops.models

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _text(name: str, length: int = 255) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    instant = talentloop.ops.models.UtcDateTime(timezone=True)
    op.create_table(
        "interview_evaluation",
        _text("interview_key"),
        _text("source"),
        _text("application_id"),
        _text("folder", 500),
        sa.Column("content", sa.JSON(), nullable=False),
        _text("state"),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.Column("ended_at", instant, nullable=False),
        sa.Column("noticed_at", instant, nullable=False),
        sa.Column("evaluated_at", instant, nullable=True),
        sa.Column("reported_at", instant, nullable=True),
        sa.Column("delivered_at", instant, nullable=True),
        _text("report_sha256"),
        _text("report_token"),
        sa.PrimaryKeyConstraint("interview_key"),
        sa.UniqueConstraint("report_token"),
    )
    op.create_index("interview_evaluation_state", "interview_evaluation", ["state", "ended_at"])
    op.create_table(
        "answer_evaluation",
        _text("interview_key"),
        _text("answer_id"),
        _text("question_code"),
        _text("kind"),
        _text("state"),
        _text("outcome"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _text("lease_owner"),
        sa.Column("lease_until", instant, nullable=True),
        _text("result_path", 500),
        _text("result_sha256"),
        sa.Column("audio_seconds", sa.Double(), nullable=True),
        sa.Column("cpu_seconds", sa.Double(), nullable=True),
        sa.Column("wall_seconds", sa.Double(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("queued_at", instant, nullable=False),
        sa.Column("started_at", instant, nullable=True),
        sa.Column("finished_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("interview_key", "answer_id"),
    )
    op.create_index("answer_evaluation_state", "answer_evaluation", ["state", "kind"])
    op.create_index(
        op.f("ix_answer_evaluation_question_code"), "answer_evaluation", ["question_code"]
    )
