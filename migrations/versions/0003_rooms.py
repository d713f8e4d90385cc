"""Class sessions. An attempt belongs to a room or to a day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MONTH = "[0-9][0-9][0-9][0-9]-[01][0-9]"


def words(column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} NOT GLOB '*[^a-z0-9: -]*'", f"{column}_holds_ids")


def hashed(column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"typeof({column}) = 'blob' AND length({column}) = 16", f"{column}_is_a_hash"
    )


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("question", sa.String, primary_key=True),
        sa.Column("revision", sa.String, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        words("revision"),
        words("question"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("facilitator", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("phase", sa.String, nullable=False),
        sa.Column("paired", sa.Integer, sa.ForeignKey("room.id"), unique=True),
        sa.Column("theme", sa.String, nullable=False),
        sa.Column("questions", sa.String, nullable=False),
        sa.Column("revisions", sa.String, nullable=False),
        sa.Column("projector", sa.String, nullable=False),
        sa.Column("province", sa.String, nullable=False),
        sa.Column("chapter", sa.String, nullable=False),
        sa.Column("expected", sa.Integer),
        sa.Column("told_optional", sa.Boolean, nullable=False),
        sa.Column("told_parents", sa.Boolean, nullable=False),
        sa.Column("knows_disclosure", sa.Boolean, nullable=False),
        sa.Column("code", sa.String),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("opened", sa.DateTime),
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.id")),
        sa.CheckConstraint("expected BETWEEN 1 AND 9999", "expected_is_a_class"),
        sa.CheckConstraint("phase IN ('single', 'before', 'after')", "phase_is_known"),
        sa.CheckConstraint(
            "stage = 'prepared' OR (told_optional AND told_parents AND knows_disclosure"
            " AND code IS NOT NULL)",
            "opened_with_a_code_and_the_reminders",
        ),
        sa.CheckConstraint("position >= 0 AND step >= 0 AND version >= 0", "place_is_counted"),
        sa.CheckConstraint("length(name) <= 80", "name_is_short"),
        words("revisions"),
        sa.CheckConstraint("mode IN ('live', 'self-paced')", "mode_is_known"),
        sa.CheckConstraint(
            "stage IN ('prepared', 'lobby', 'asking', 'revealing', 'closed')", "stage_is_known"
        ),
        sa.CheckConstraint("phase = 'after' OR paired IS NULL", "only_after_follows_before"),
        sa.CheckConstraint("length(province) <= 80", "province_is_short"),
        words("questions"),
        sa.CheckConstraint("code GLOB '[0-9][0-9][0-9][0-9][0-9][0-9]'", "code_is_six_digits"),
        sa.CheckConstraint(
            "(opened IS NOT NULL) = (stage IN ('lobby', 'asking', 'revealing'))",
            "opened_only_while_open",
        ),
        sa.CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'mixed')", "theme_is_known"
        ),
        sa.CheckConstraint("length(chapter) <= 80", "chapter_is_short"),
        sa.CheckConstraint("projector GLOB '[a-z][a-z]*'", "projector_has_a_language"),
    )
    op.create_table(
        "reveal",
        sa.Column(
            "room", sa.Integer, sa.ForeignKey("room.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("question", sa.String, primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("taken", sa.String, nullable=False),
        sa.CheckConstraint("people >= 0", "people_are_counted"),
        words("question"),
        words("taken"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reveal_option",
        sa.Column("room", sa.Integer, primary_key=True),
        sa.Column("question", sa.String, primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("option", sa.String, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        words("option"),
        sa.CheckConstraint("count >= 1", "count_is_positive"),
        sa.ForeignKeyConstraint(
            ["room", "question", "step"],
            ["reveal.room", "reveal.question", "reveal.step"],
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "one_open_room_for_a_code",
        "room",
        ["code"],
        unique=True,
        sqlite_where=sa.text("opened IS NOT NULL"),
    )
    rebuild_attempt(
        sa.Column("day", sa.Date),
        sa.Column("room", sa.Integer, sa.ForeignKey("room.id")),
        sa.CheckConstraint("(day IS NULL) = (room IS NOT NULL)", "in_a_room_or_of_a_day"),
    )
    op.create_index(
        "attempts_in_rooms", "attempt", ["room"], sqlite_where=sa.text("room IS NOT NULL")
    )


def downgrade() -> None:
    op.execute("DELETE FROM answer WHERE attempt IN (SELECT id FROM attempt WHERE day IS NULL)")
    op.execute("DELETE FROM attempt WHERE day IS NULL")
    op.drop_index("attempts_in_rooms")
    rebuild_attempt(sa.Column("day", sa.Date, nullable=False))
    for table in ("reveal_option", "reveal", "room", "edition"):
        op.drop_table(table)


def rebuild_attempt(*parts: sa.Column[object] | sa.CheckConstraint) -> None:
    """Make the table anew: altering the old one would not alter what is promised about it."""
    kept = "id, day, theme, language, questions, position, finished"
    op.execute("PRAGMA legacy_alter_table = ON")  # answers go on referring to the name
    op.rename_table("attempt", "attempt_before")
    op.execute("PRAGMA legacy_alter_table = OFF")
    op.create_table(
        "attempt",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        *parts,
        sa.Column("theme", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("questions", sa.String, nullable=False),
        sa.Column("position", sa.Integer),
        sa.Column("finished", sa.Boolean, nullable=False),
        hashed("id"),
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
    op.execute(f"INSERT INTO attempt ({kept}) SELECT {kept} FROM attempt_before")  # noqa: S608
    op.drop_table("attempt_before")
