"""On SQLite, too, the id of what was deleted is never given to something else."""

from alembic import op

revision = "0009"
down_revision = "0008"

TABLES = ("staff", "batch", "room")
"""What has its id in an address, or is named by the id in what was kept elsewhere."""


def upgrade() -> None:
    rebuild(sqlite_autoincrement=True)


def downgrade() -> None:
    rebuild()


def rebuild(**options: bool) -> None:
    """Write the tables anew; PostgreSQL has counted like this from the beginning."""
    if op.get_context().dialect.name == "sqlite":
        for table in TABLES:
            with op.batch_alter_table(table, recreate="always", table_kwargs=options):
                pass
