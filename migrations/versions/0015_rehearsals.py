"""A prepared room can be tried out, and a rehearsal never has totals."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

COUNTED = {"sqlite_autoincrement": True}
OPENED = "opened_with_a_code_and_the_reminders"
REMINDED = "told_optional AND told_parents AND knows_disclosure"
CODE = "(code IS NOT NULL OR mode = 'paper')"


def upgrade() -> None:
    with op.batch_alter_table("room", table_kwargs=COUNTED) as room:
        room.add_column(
            sa.Column("rehearsal", sa.Boolean, nullable=False, server_default=sa.false())
        )
        room.drop_constraint(OPENED, "check")
        room.create_check_constraint(
            OPENED, f"stage = 'prepared' OR ((rehearsal OR ({REMINDED})) AND {CODE})"
        )
        room.create_check_constraint(
            "rehearsals_never_count", "NOT rehearsal OR (opened IS NOT NULL AND batch IS NULL)"
        )
    with op.batch_alter_table("room", table_kwargs=COUNTED) as room:
        room.alter_column("rehearsal", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("room", table_kwargs=COUNTED) as room:
        room.drop_constraint("rehearsals_never_count", "check")
        room.drop_constraint(OPENED, "check")
        room.drop_column("rehearsal")
        room.create_check_constraint(OPENED, f"stage = 'prepared' OR ({REMINDED} AND {CODE})")
