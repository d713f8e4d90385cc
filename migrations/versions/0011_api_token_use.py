"""Keys for programs say when they were used last."""

from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with altered() as api_token:
        api_token.add_column(sa.Column("used", sa.Date))


def downgrade() -> None:
    with altered() as api_token:
        api_token.drop_column("used")


def altered() -> AbstractContextManager[BatchOperations]:
    """Return what alters the table: on SQLite it is written anew, still without row ids."""
    on_sqlite = op.get_context().dialect.name == "sqlite"
    return op.batch_alter_table(
        "api_token",
        recreate="always" if on_sqlite else "never",
        table_kwargs={"sqlite_with_rowid": False},
    )
