"""A released group has a number of its own, which before and after a lesson share."""

from secrets import choice

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

COUNTED = {"sqlite_autoincrement": True}
NUMBERS = range(100_000, 1_000_000)


def upgrade() -> None:
    op.add_column("batch", sa.Column("number", sa.Integer))
    number_groups(op.get_bind())
    with op.batch_alter_table("batch", table_kwargs=COUNTED) as batch:
        batch.create_check_constraint(
            "numbered_once_released", "(released IS NULL) = (number IS NULL)"
        )
        batch.create_check_constraint("number_has_six_digits", "number BETWEEN 100000 AND 999999")
        batch.create_unique_constraint("uq_batch_number", ["number", "phase"])


def number_groups(db: sa.Connection) -> None:
    released = sa.text("SELECT id, paired FROM batch WHERE released IS NOT NULL ORDER BY id")
    found: dict[int, int] = {}
    for id_, paired in db.execute(released).all():
        found[id_] = found.get(paired) or unused(set(found.values()))
        values = {"id": id_, "number": found[id_]}
        db.execute(sa.text("UPDATE batch SET number = :number WHERE id = :id"), values)


def unused(numbers: set[int]) -> int:
    while (number := choice(NUMBERS)) in numbers:
        pass
    return number


def downgrade() -> None:
    with op.batch_alter_table("batch", table_kwargs=COUNTED) as batch:
        batch.drop_constraint("uq_batch_number", "unique")
        batch.drop_constraint("number_has_six_digits", "check")
        batch.drop_constraint("numbered_once_released", "check")
        batch.drop_column("number")
