"""An attempt remembers which questions earlier quizzes on the same phone have shown."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    on_sqlite = op.get_context().dialect.name == "sqlite"
    only = "NOT GLOB '*[^a-z0-9: -]*'" if on_sqlite else "!~ '[^a-z0-9: -]'"
    with op.batch_alter_table("attempt") as attempt:
        attempt.add_column(sa.Column("seen", TEXT))
        attempt.create_check_constraint("seen_holds_ids", f"seen {only}")


def downgrade() -> None:
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_constraint("seen_holds_ids", "check")
        attempt.drop_column("seen")
