"""${message}.

Say what happens to the rows that are there, and why.
"""

# Numbered so that they read in order:  alembic revision --rev-id 0002 -m "Rooms remember their code"
# Foreign keys rest while migrations run, and are checked at the end. op.batch_alter_table rebuilds
# a table without its CHECKs and WITHOUT ROWID: write out the new table, copy, drop and rename
# instead. Write out values too (10, not K_PUBLISH): what a migration did once never changes.

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = "${down_revision}"


def upgrade() -> None:
    raise NotImplementedError


def downgrade() -> None:
    raise NotImplementedError
