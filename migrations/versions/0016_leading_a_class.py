"""A class can be locked and shared, and says its Wi-Fi; a reveal says how many were right."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
COUNTED = {"sqlite_autoincrement": True}
NEW = ("colleague", "locked", "wifi_name", "wifi_password")
WIFI = "wifi_only_while_open"


def upgrade() -> None:
    with op.batch_alter_table("room", table_kwargs=COUNTED) as room:
        room.add_column(sa.Column("colleague", sa.Integer))
        room.add_column(sa.Column("locked", sa.Boolean, nullable=False, server_default=sa.false()))
        room.add_column(sa.Column("wifi_name", TEXT, nullable=False, server_default=""))
        room.add_column(sa.Column("wifi_password", TEXT, nullable=False, server_default=""))
        room.create_foreign_key("fk_room_colleague", "staff", ["colleague"], ["id"])
        room.create_check_constraint(
            WIFI, "opened IS NOT NULL OR (wifi_name = '' AND wifi_password = '')"
        )
    with op.batch_alter_table("room", table_kwargs=COUNTED) as room:
        for name in NEW[1:]:
            room.alter_column(name, server_default=None)
    # Only a new table of SQLite has the column where it is written in a new database.
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table(
        "reveal",
        recreate="always" if sqlite else "never",
        table_kwargs={"sqlite_with_rowid": False},
    ) as reveal:
        reveal.add_column(sa.Column("right_people", sa.Integer))


def downgrade() -> None:
    with op.batch_alter_table("reveal", table_kwargs={"sqlite_with_rowid": False}) as reveal:
        reveal.drop_column("right_people")
    with op.batch_alter_table("room", table_kwargs=COUNTED) as room:
        room.drop_constraint(WIFI, "check")
        room.drop_constraint("fk_room_colleague", "foreignkey")
        for name in NEW:
            room.drop_column(name)
