"""A class can be locked and shared, and says its Wi-Fi; a reveal says how many were right."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

COUNTED = {"sqlite_autoincrement": True}
NEW = ("colleague", "locked", "wifi_name", "wifi_password")
WIFI = "wifi_only_while_open"


def upgrade() -> None:
    with op.batch_alter_table("room", table_kwargs=COUNTED) as room:
        room.add_column(sa.Column("colleague", sa.Integer))
        room.add_column(sa.Column("locked", sa.Boolean, nullable=False, server_default=sa.false()))
        room.add_column(sa.Column("wifi_name", sa.Text, nullable=False, server_default=""))
        room.add_column(sa.Column("wifi_password", sa.Text, nullable=False, server_default=""))
        room.create_foreign_key("fk_room_colleague_staff", "staff", ["colleague"], ["id"])
        room.create_check_constraint(
            WIFI, "opened IS NOT NULL OR (wifi_name = '' AND wifi_password = '')"
        )
    with op.batch_alter_table("room", table_kwargs=COUNTED) as room:
        for name in NEW[1:]:
            room.alter_column(name, server_default=None)
    op.add_column("reveal", sa.Column("right", sa.Integer))


def downgrade() -> None:
    op.drop_column("reveal", "right")
    with op.batch_alter_table("room", table_kwargs=COUNTED) as room:
        room.drop_constraint(WIFI, "check")
        room.drop_constraint("fk_room_colleague_staff", "foreignkey")
        for name in NEW:
            room.drop_column(name)
