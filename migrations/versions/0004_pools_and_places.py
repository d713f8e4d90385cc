"""Batches say where a class was, what it is compared with, and which pool speaks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("batch") as batch:
        for place in ("province", "chapter"):
            batch.add_column(sa.Column(place, TEXT, nullable=False, server_default=""))
            batch.create_check_constraint(f"{place}_is_short", f"length({place}) <= 80")
        batch.add_column(sa.Column("paired", sa.Integer))
        batch.add_column(sa.Column("pool", sa.Integer))
        batch.add_column(
            sa.Column("simulated", sa.Boolean, nullable=False, server_default=sa.false())
        )
        batch.create_foreign_key("fk_batch_paired", "batch", ["paired"], ["id"])
        batch.create_foreign_key("fk_batch_pool", "batch", ["pool"], ["id"])
        batch.create_unique_constraint("uq_batch_paired", ["paired"])
        batch.create_index("ix_batch_pool", ["pool"])
        batch.create_check_constraint("released_once", "released IS NULL OR pool IS NULL")
        batch.create_check_constraint(
            "only_after_follows_before", "phase = 'after' OR paired IS NULL"
        )
    with op.batch_alter_table("batch") as batch:
        for column in ("province", "chapter", "simulated"):  # rows to come are told by the program
            batch.alter_column(column, server_default=None)
    op.execute(
        "UPDATE batch SET"
        " province = coalesce((SELECT province FROM room WHERE room.batch = batch.id), ''),"
        " chapter = coalesce((SELECT chapter FROM room WHERE room.batch = batch.id), ''),"
        " paired = (SELECT earlier.batch FROM room JOIN room AS earlier ON room.paired = earlier.id"
        "  WHERE room.batch = batch.id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("batch") as batch:
        batch.drop_constraint("only_after_follows_before", "check")
        batch.drop_constraint("released_once", "check")
        batch.drop_index("ix_batch_pool")
        batch.drop_constraint("uq_batch_paired", "unique")
        batch.drop_constraint("fk_batch_pool", "foreignkey")
        batch.drop_constraint("fk_batch_paired", "foreignkey")
        batch.drop_column("simulated")
        batch.drop_column("pool")
        batch.drop_column("paired")
        for place in ("chapter", "province"):
            batch.drop_constraint(f"{place}_is_short", "check")
            batch.drop_column(place)
