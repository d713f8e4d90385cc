"""Answers are short-lived, totals stay.

Nobody had taken the quiz before this, so there are no rows to think of.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MONTH = "[0-9][0-9][0-9][0-9]-[01][0-9]"


def words(column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} NOT GLOB '*[^a-z0-9: -]*'", f"{column}_holds_ids")


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("theme", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("questions", sa.String, nullable=False),
        sa.Column("position", sa.Integer),
        sa.Column("finished", sa.Boolean, nullable=False),
        sa.CheckConstraint("typeof(id) = 'blob' AND length(id) = 16", "id_is_a_hash"),
        sa.CheckConstraint(f"day GLOB '{MONTH}-[0-3][0-9]'", "day_is_no_finer"),
        sa.CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'mixed')", "theme_is_known"
        ),
        sa.CheckConstraint("language GLOB '[a-z][a-z]'", "language_is_two_letters"),
        words("questions"),
        sa.CheckConstraint("position BETWEEN 0 AND 99", "position_is_a_place"),
        sa.CheckConstraint("finished IN (0, position IS NOT NULL)", "finished_after_the_notice"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answer",
        sa.Column(
            "attempt",
            sa.LargeBinary,
            sa.ForeignKey("attempt.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("question", sa.String, primary_key=True),
        sa.Column("revision", sa.String, nullable=False),
        sa.Column("chosen", sa.String, nullable=False),
        sa.Column("score", sa.Integer),
        words("question"),
        words("revision"),
        words("chosen"),
        sa.CheckConstraint("score BETWEEN 0 AND 100", "score_is_a_percent"),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "batch",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("phase", sa.String, nullable=False),
        sa.Column("language", sa.String),
        sa.Column("month", sa.String, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("released", sa.String),
        sa.CheckConstraint("source IN ('solo', 'room', 'paper', 'pool')", "source_is_known"),
        sa.CheckConstraint("phase IN ('single', 'before', 'after')", "phase_is_known"),
        sa.CheckConstraint("language GLOB '[a-z][a-z]'", "language_is_two_letters"),
        sa.CheckConstraint(f"month GLOB '{MONTH}'", "month_is_no_finer"),
        sa.CheckConstraint("people >= 1", "somebody_is_in_it"),
        sa.CheckConstraint(f"released GLOB '{MONTH}'", "released_is_no_finer"),
        sa.CheckConstraint("released IS NULL OR people >= 10", "small_groups_are_not_released"),
    )
    op.create_index(
        "one_open_solo_batch",
        "batch",
        ["language"],
        unique=True,
        sqlite_where=sa.text("released IS NULL AND source = 'solo'"),
    )
    op.create_table(
        "option_tally",
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("question", sa.String, primary_key=True),
        sa.Column("revision", sa.String, primary_key=True),
        sa.Column("option", sa.String, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("rest_sum", sa.Integer, nullable=False),
        words("question"),
        words("revision"),
        words("option"),
        sa.CheckConstraint("count >= 1", "count_is_positive"),
        sa.CheckConstraint("rest_sum BETWEEN 0 AND 100 * count", "rest_sum_fits"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "question_tally",
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("question", sa.String, primary_key=True),
        sa.Column("revision", sa.String, primary_key=True),
        sa.Column("score", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("rest_sum", sa.Integer, nullable=False),
        sa.Column("rest_square_sum", sa.Integer, nullable=False),
        words("question"),
        words("revision"),
        sa.CheckConstraint("score BETWEEN 0 AND 100", "score_is_a_percent"),
        sa.CheckConstraint("count >= 1", "count_is_positive"),
        sa.CheckConstraint("rest_sum BETWEEN 0 AND 100 * count", "rest_sum_fits"),
        sa.CheckConstraint("rest_square_sum BETWEEN 0 AND 10000 * count", "rest_square_sum_fits"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "score_tally",
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("theme", sa.String, primary_key=True),
        sa.Column("answered", sa.Integer, primary_key=True),
        sa.Column("points", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'all')", "theme_is_known"
        ),
        sa.CheckConstraint("answered >= 0", "answered_is_a_number"),
        sa.CheckConstraint("points BETWEEN 0 AND 100 * answered", "points_fit"),
        sa.CheckConstraint("count >= 1", "count_is_positive"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("score_tally", "question_tally", "option_tally", "batch", "answer", "attempt"):
        op.drop_table(table)
