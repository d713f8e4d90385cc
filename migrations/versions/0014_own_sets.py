"""Facilitators keep questions under a name."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    on_sqlite = op.get_context().dialect.name == "sqlite"
    ids = "questions NOT GLOB '*[^a-z0-9: -]*'" if on_sqlite else "questions !~ '[^a-z0-9: -]'"
    op.create_table(
        "own_set",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("facilitator", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("questions", TEXT, nullable=False),
        sa.CheckConstraint("length(name) <= 80", "name_is_short"),
        sa.CheckConstraint(ids, "questions_holds_ids"),
        sa.UniqueConstraint("facilitator", "name"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("own_set")
