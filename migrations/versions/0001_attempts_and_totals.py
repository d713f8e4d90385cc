"""Answers are short-lived, totals stay.

Nobody had taken the quiz before this, so there are no rows to think of.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SUM = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def check(name: str, *, sqlite: str, postgresql: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(postgresql if on_postgresql() else sqlite, name)


def words(column: str) -> sa.CheckConstraint:
    return check(
        f"{column}_holds_ids",
        sqlite=f"{column} NOT GLOB '*[^a-z0-9: -]*'",
        postgresql=f"{column} !~ '[^a-z0-9: -]'",
    )


def hashed(column: str) -> sa.CheckConstraint:
    return check(
        f"{column}_is_a_hash",
        sqlite=f"typeof({column}) = 'blob' AND length({column}) = 16",
        postgresql=f"length({column}) = 16",
    )


def month(column: str, name: str) -> sa.CheckConstraint:
    return check(
        name,
        sqlite=f"{column} GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'",
        postgresql=f"{column} ~ '^[0-9]{{4}}-[01][0-9]$'",
    )


def language(column: str) -> sa.CheckConstraint:
    return check(
        f"{column}_is_two_letters",
        sqlite=f"{column} GLOB '[a-z][a-z]'",
        postgresql=f"{column} ~ '^[a-z]{{2}}$'",
    )


def day(column: str) -> list[sa.CheckConstraint]:
    """Return what keeps a day from being finer. A date of PostgreSQL is no finer by itself."""
    finest = f"{column} GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'"
    return [] if on_postgresql() else [sa.CheckConstraint(finest, f"{column}_is_no_finer")]


def finished_after_the_notice() -> sa.CheckConstraint:
    return check(
        "finished_after_the_notice",
        sqlite="finished IN (0, position IS NOT NULL)",
        postgresql="NOT finished OR position IS NOT NULL",
    )


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("theme", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("questions", TEXT, nullable=False),
        sa.Column("position", sa.Integer),
        sa.Column("finished", sa.Boolean, nullable=False),
        hashed("id"),
        *day("day"),
        sa.CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'mixed')", "theme_is_known"
        ),
        language("language"),
        words("questions"),
        sa.CheckConstraint("position BETWEEN 0 AND 99", "position_is_a_place"),
        finished_after_the_notice(),
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
        sa.Column("question", TEXT, primary_key=True),
        sa.Column("revision", TEXT, nullable=False),
        sa.Column("chosen", TEXT, nullable=False),
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
        sa.Column("source", TEXT, nullable=False),
        sa.Column("phase", TEXT, nullable=False),
        sa.Column("language", TEXT),
        sa.Column("month", TEXT, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("released", TEXT),
        sa.CheckConstraint("source IN ('solo', 'room', 'paper', 'pool')", "source_is_known"),
        sa.CheckConstraint("phase IN ('single', 'before', 'after')", "phase_is_known"),
        language("language"),
        month("month", "month_is_no_finer"),
        sa.CheckConstraint("people >= 1", "somebody_is_in_it"),
        month("released", "released_is_no_finer"),
        sa.CheckConstraint("released IS NULL OR people >= 10", "small_groups_are_not_released"),
    )
    op.create_index(
        "one_open_solo_batch",
        "batch",
        ["language"],
        unique=True,
        sqlite_where=sa.text("released IS NULL AND source = 'solo'"),
        postgresql_where=sa.text("released IS NULL AND source = 'solo'"),
    )
    op.create_table(
        "option_tally",
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("question", TEXT, primary_key=True),
        sa.Column("revision", TEXT, primary_key=True),
        sa.Column("option", TEXT, primary_key=True),
        sa.Column("count", SUM, nullable=False),
        sa.Column("rest_sum", SUM, nullable=False),
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
        sa.Column("question", TEXT, primary_key=True),
        sa.Column("revision", TEXT, primary_key=True),
        sa.Column("score", sa.Integer, primary_key=True),
        sa.Column("count", SUM, nullable=False),
        sa.Column("rest_sum", SUM, nullable=False),
        sa.Column("rest_square_sum", SUM, nullable=False),
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
        sa.Column("theme", TEXT, primary_key=True),
        sa.Column("answered", sa.Integer, primary_key=True),
        sa.Column("points", sa.Integer, primary_key=True),
        sa.Column("count", SUM, nullable=False),
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
