"""Forms of the staff are carried out once, however often they are sent."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    on_sqlite = op.get_context().dialect.name == "sqlite"
    is_a_hash = "typeof(id) = 'blob' AND length(id) = 16" if on_sqlite else "length(id) = 16"
    op.create_table(
        "used_form",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("room", sa.Integer, sa.ForeignKey("room.id", ondelete="CASCADE")),
        sa.CheckConstraint(is_a_hash, "id_is_a_hash"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("used_form")
