"""Class sessions. An attempt belongs to a room or to a day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

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
        "edition",
        sa.Column("question", TEXT, primary_key=True),
        sa.Column("revision", TEXT, primary_key=True),
        sa.Column("source", TEXT, nullable=False),
        words("revision"),
        words("question"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("facilitator", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("mode", TEXT, nullable=False),
        sa.Column("phase", TEXT, nullable=False),
        sa.Column("paired", sa.Integer, sa.ForeignKey("room.id"), unique=True),
        sa.Column("theme", TEXT, nullable=False),
        sa.Column("questions", TEXT, nullable=False),
        sa.Column("revisions", TEXT, nullable=False),
        sa.Column("projector", TEXT, nullable=False),
        sa.Column("province", TEXT, nullable=False),
        sa.Column("chapter", TEXT, nullable=False),
        sa.Column("expected", sa.Integer),
        sa.Column("told_optional", sa.Boolean, nullable=False),
        sa.Column("told_parents", sa.Boolean, nullable=False),
        sa.Column("knows_disclosure", sa.Boolean, nullable=False),
        sa.Column("code", TEXT),
        sa.Column("stage", TEXT, nullable=False),
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
        check(
            "code_is_six_digits",
            sqlite="code GLOB '[0-9][0-9][0-9][0-9][0-9][0-9]'",
            postgresql="code ~ '^[0-9]{6}$'",
        ),
        sa.CheckConstraint(
            "(opened IS NOT NULL) = (stage IN ('lobby', 'asking', 'revealing'))",
            "opened_only_while_open",
        ),
        sa.CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'mixed')", "theme_is_known"
        ),
        sa.CheckConstraint("length(chapter) <= 80", "chapter_is_short"),
        check(
            "projector_has_a_language",
            sqlite="projector GLOB '[a-z][a-z]*'",
            postgresql="projector ~ '^[a-z]{2}'",
        ),
    )
    op.create_table(
        "reveal",
        sa.Column(
            "room", sa.Integer, sa.ForeignKey("room.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("question", TEXT, primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("taken", TEXT, nullable=False),
        sa.CheckConstraint("people >= 0", "people_are_counted"),
        words("question"),
        words("taken"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reveal_option",
        sa.Column("room", sa.Integer, primary_key=True),
        sa.Column("question", TEXT, primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("option", TEXT, primary_key=True),
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
        postgresql_where=sa.text("opened IS NOT NULL"),
    )
    room = sa.Column("room", sa.Integer, sa.ForeignKey("room.id"))
    belongs = "(day IS NULL) = (room IS NOT NULL)", "in_a_room_or_of_a_day"
    if on_postgresql():
        op.alter_column("attempt", "day", nullable=True)
        op.add_column("attempt", room)
        op.create_check_constraint(belongs[1], "attempt", belongs[0])
    else:
        rebuild_attempt(sa.Column("day", sa.Date), room, sa.CheckConstraint(*belongs))
    op.create_index(
        "attempts_in_rooms",
        "attempt",
        ["room"],
        sqlite_where=sa.text("room IS NOT NULL"),
        postgresql_where=sa.text("room IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM answer WHERE attempt IN (SELECT id FROM attempt WHERE day IS NULL)")
    op.execute("DELETE FROM attempt WHERE day IS NULL")
    op.drop_index("attempts_in_rooms")
    if on_postgresql():
        op.drop_constraint(op.f("ck_attempt_in_a_room_or_of_a_day"), "attempt")
        op.drop_column("attempt", "room")
        op.alter_column("attempt", "day", nullable=False)
    else:
        rebuild_attempt(sa.Column("day", sa.Date, nullable=False))
    for table in ("reveal_option", "reveal", "room", "edition"):
        op.drop_table(table)


def rebuild_attempt(*parts: sa.Column[object] | sa.CheckConstraint) -> None:
    """Make the table of SQLite anew: altering it would not alter what is promised about it."""
    kept = "id, day, theme, language, questions, position, finished"
    op.execute("PRAGMA legacy_alter_table = ON")  # answers go on referring to the name
    op.rename_table("attempt", "attempt_before")
    op.execute("PRAGMA legacy_alter_table = OFF")
    op.create_table(
        "attempt",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        *parts,
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
    op.execute(f"INSERT INTO attempt ({kept}) SELECT {kept} FROM attempt_before")  # noqa: S608
    op.drop_table("attempt_before")
