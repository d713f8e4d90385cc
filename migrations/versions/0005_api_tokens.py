"""Programs read the report with a key."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def hashed(column: str) -> sa.CheckConstraint:
    length = f"length({column}) = 16"
    on_sqlite = op.get_context().dialect.name == "sqlite"
    return sa.CheckConstraint(
        f"typeof({column}) = 'blob' AND {length}" if on_sqlite else length, f"{column}_is_a_hash"
    )


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column(
            "staff", sa.Integer, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False
        ),
        hashed("id"),
        sa.CheckConstraint("length(name) <= 80", "name_is_short"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("api_token")
