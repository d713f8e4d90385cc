"""Classes on paper: what a facilitator entered waits until it is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")

OPENED = "opened_with_a_code_and_the_reminders"
REMINDED = "stage = 'prepared' OR (told_optional AND told_parents AND knows_disclosure AND {})"


def words(column: str) -> sa.CheckConstraint:
    on_sqlite = op.get_context().dialect.name == "sqlite"
    only = "NOT GLOB '*[^a-z0-9: -]*'" if on_sqlite else "!~ '[^a-z0-9: -]'"
    return sa.CheckConstraint(f"{column} {only}", f"{column}_holds_ids")


def upgrade() -> None:
    change_room("'live', 'self-paced', 'paper'", "(code IS NOT NULL OR mode = 'paper')")
    with op.batch_alter_table("room") as room:
        room.add_column(sa.Column("people", sa.Integer))
        room.create_check_constraint("people_are_a_class", "people BETWEEN 0 AND 9999")
    op.create_table(
        "paper_count",
        sa.Column(
            "room", sa.Integer, sa.ForeignKey("room.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("question", TEXT, primary_key=True),
        sa.Column("option", TEXT, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        words("question"),
        words("option"),
        sa.CheckConstraint("count BETWEEN 1 AND 9999", "count_is_a_class"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("paper_count")
    op.execute(
        "UPDATE room SET paired = NULL WHERE paired IN (SELECT id FROM room WHERE mode = 'paper')"
    )
    op.execute("DELETE FROM room WHERE mode = 'paper'")
    with op.batch_alter_table("room") as room:
        room.drop_constraint("people_are_a_class", "check")
        room.drop_column("people")
    change_room("'live', 'self-paced'", "code IS NOT NULL")


def change_room(modes: str, code: str) -> None:
    """Write anew which modes there are, and what an open room must have."""
    with op.batch_alter_table("room") as room:
        room.drop_constraint("mode_is_known", "check")
        room.drop_constraint(OPENED, "check")
        room.create_check_constraint("mode_is_known", f"mode IN ({modes})")
        room.create_check_constraint(OPENED, REMINDED.format(code))
