"""Programs read the report with a key."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column(
            "staff", sa.Integer, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False
        ),
        sa.CheckConstraint("typeof(id) = 'blob' AND length(id) = 16", "id_is_a_hash"),
        sa.CheckConstraint("length(name) <= 80", "name_is_short"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("api_token")
