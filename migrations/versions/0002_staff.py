"""People who run rooms, read reports or manage staff."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def check(name: str, *, sqlite: str, postgresql: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(postgresql if on_postgresql() else sqlite, name)


def words(column: str) -> sa.CheckConstraint:
    return check(
        f"{column}_holds_ids",
        sqlite=f"{column} NOT GLOB '*[^a-z0-9: -]*'",
        postgresql=f"{column} !~ '[^a-z0-9: -]'",
    )


def hashed(column: str) -> sa.CheckConstraint:
    return check(
        f"{column}_is_a_hash",
        sqlite=f"typeof({column}) = 'blob' AND length({column}) = 16",
        postgresql=f"length({column}) = 16",
    )


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", TEXT, nullable=False, unique=True),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("password", TEXT),
        sa.Column("totp", TEXT),
        sa.Column("totp_step", sa.Integer),
        sa.CheckConstraint("length(email) <= 254", "email_is_short"),
        sa.CheckConstraint("password LIKE '$argon2id$%'", "password_is_hashed"),
        sa.CheckConstraint("role IN ('facilitator', 'officer', 'admin')", "role_is_known"),
        sa.CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", "email_is_an_address"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column(
            "staff", sa.Integer, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False
        ),
        hashed("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column(
            "staff", sa.Integer, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("begun", sa.DateTime, nullable=False),
        sa.Column("seen", sa.DateTime, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        hashed("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column(
            "staff", sa.Integer, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("expires", sa.DateTime, nullable=False),
        hashed("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("staff", sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL")),
        words("what"),
        words("about"),
    )


def downgrade() -> None:
    for table in ("event", "invitation", "staff_session", "recovery_code", "staff"):
        op.drop_table(table)
