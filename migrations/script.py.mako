"""${message}.

Say what happens to the rows that are there, and why.
"""

# Numbered so that they read in order:  alembic revision --rev-id 0002 -m "Rooms remember their code"
# They run on SQLite and on PostgreSQL: see 0003. On SQLite foreign keys rest meanwhile, and are
# checked at the end; op.batch_alter_table rebuilds a table without its CHECKs and WITHOUT ROWID, so
# write out the new table, copy, drop and rename instead. PostgreSQL alters the table that it has.
# Write out values too (10, not K_PUBLISH): what a migration did once never changes.

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = "${down_revision}"


def upgrade() -> None:
    raise NotImplementedError


def downgrade() -> None:
    raise NotImplementedError
