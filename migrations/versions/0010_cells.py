"""Totals are made of cells, and what joins answers of one person is kept for units alone.

What was released by the whole batch is released by the question. Pools are taken back: some held
simulated classes beside real ones. Of stories it cannot be told which answers were not finished, so
their options are left out; so are all sums of rests, and how many people had which result.
"""

# ruff: noqa: S608 - every name in a statement is one of ours

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
COUNTED = {"sqlite_autoincrement": True}
SUM = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def words(column: str) -> sa.CheckConstraint:
    on_sqlite = op.get_context().dialect.name == "sqlite"
    only = "NOT GLOB '*[^a-z0-9: -]*'" if on_sqlite else "!~ '[^a-z0-9: -]'"
    return sa.CheckConstraint(f"{column} {only}", f"{column}_holds_ids")


def keys() -> tuple[sa.Column, ...]:
    return (
        sa.Column("batch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("question", TEXT, primary_key=True),
        sa.Column("revision", TEXT, primary_key=True),
    )


def of_a_cell() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["batch", "question", "revision"],
        ["cell.batch", "cell.question", "cell.revision"],
    )


def of_a_batch() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["batch"], ["batch.id"])


def upgrade() -> None:
    take_back_pools()
    op.drop_table("score_tally")
    change_batch()
    make_cells()
    make_tallies_of_cells()
    make_units()


def downgrade() -> None:
    op.drop_table("item_unit_option")
    op.drop_table("item_unit")
    op.drop_table("rest_tally")
    make_tallies_of_batches()
    op.drop_table("cell")
    change_batch_back()
    op.create_table(
        "score_tally",
        sa.Column("batch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("theme", TEXT, primary_key=True),
        sa.Column("answered", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("points", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("count", SUM, nullable=False),
        of_a_batch(),
        sa.CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'all')", "theme_is_known"
        ),
        sa.CheckConstraint("answered >= 0", "answered_is_a_number"),
        sa.CheckConstraint("points BETWEEN 0 AND 100 * answered", "points_fit"),
        sa.CheckConstraint("count >= 1", "count_is_positive"),
        sqlite_with_rowid=False,
    )


def take_back_pools() -> None:
    pools = "(SELECT id FROM batch WHERE source = 'pool')"
    for table in ("option_tally", "question_tally", "score_tally"):
        op.execute(f"DELETE FROM {table} WHERE batch IN {pools}")
    op.execute("UPDATE batch SET pool = NULL")
    op.execute("DELETE FROM batch WHERE source = 'pool'")


def change_batch() -> None:
    with op.batch_alter_table("batch", table_kwargs=COUNTED) as batch:
        batch.add_column(sa.Column("withheld", TEXT))
        batch.create_check_constraint("withheld_holds_ids", words("withheld").sqltext)
        batch.create_check_constraint(
            "withheld_is_not_released",
            "withheld IS NULL OR (released IS NULL AND pool IS NULL)",
        )
        batch.drop_constraint("somebody_is_in_it", "check")
        batch.create_check_constraint(
            "somebody_is_in_it",
            "people >= 1 OR (people = 0 AND source = 'solo' AND released IS NULL)",
        )
    # of a class, the answers to the question that has the most are its people
    op.execute(
        "CREATE TABLE kept AS SELECT batch, question, revision, sum(count) AS answers"
        " FROM question_tally GROUP BY batch, question, revision"
    )
    classes = "source IN ('room', 'paper')"
    most = "(SELECT max(answers) FROM kept WHERE kept.batch = batch.id)"
    op.execute(f"UPDATE batch SET released = NULL WHERE {classes} AND coalesce({most}, 0) < 10")
    op.execute(f"UPDATE batch SET people = {most} WHERE {classes} AND {most} IS NOT NULL")
    empty = f"(SELECT id FROM batch WHERE {classes} AND id NOT IN (SELECT batch FROM kept))"
    op.execute(f"DELETE FROM option_tally WHERE batch IN {empty}")
    op.execute(f"UPDATE room SET batch = NULL WHERE batch IN {empty}")
    op.execute(f"UPDATE batch SET paired = NULL WHERE paired IN {empty}")
    op.execute(f"DELETE FROM batch WHERE {classes} AND id NOT IN (SELECT batch FROM kept)")
    op.execute("DROP TABLE kept")


def change_batch_back() -> None:
    op.execute("UPDATE batch SET people = 1 WHERE people < 1")  # their answers still wait
    with op.batch_alter_table("batch", table_kwargs=COUNTED) as batch:
        batch.drop_constraint("somebody_is_in_it", "check")
        batch.create_check_constraint("somebody_is_in_it", "people >= 1")
        batch.drop_constraint("withheld_is_not_released", "check")
        batch.drop_constraint("withheld_holds_ids", "check")
        batch.drop_column("withheld")


def make_cells() -> None:
    op.create_table(
        "cell",
        *keys(),
        sa.Column("answers", SUM, nullable=False),
        sa.Column("points", SUM, nullable=False),
        sa.Column("released", sa.Boolean, nullable=False),
        sa.Column("pooled", sa.Boolean, nullable=False),
        of_a_batch(),
        words("question"),
        words("revision"),
        sa.CheckConstraint("answers >= 1", "somebody_answered"),
        sa.CheckConstraint("points BETWEEN 0 AND 100 * answers", "points_fit"),
        sa.CheckConstraint("NOT released OR answers >= 10", "small_cells_are_not_released"),
        sa.CheckConstraint("NOT (released AND pooled)", "released_once"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO cell SELECT tally.batch, question, revision, sum(count), sum(count * score),"
        " sum(count) >= 10 AND batch.released IS NOT NULL, false"
        " FROM question_tally AS tally JOIN batch ON batch.id = tally.batch"
        " GROUP BY tally.batch, question, revision, batch.released"
    )


def make_tallies_of_cells() -> None:
    """Leave out what belongs to no cell: names that only unscored answers had, and stories."""
    its_cell = (
        "EXISTS (SELECT 1 FROM cell WHERE cell.batch = kept.batch"
        " AND cell.question = kept.question AND cell.revision = kept.revision)"
    )
    for table, key, column in (
        ("option_tally", "option", sa.Column("option", TEXT, primary_key=True)),
        (
            "question_tally",
            "score",
            sa.Column("score", sa.Integer, primary_key=True, autoincrement=False),
        ),
    ):
        check = (
            words("option")
            if key == "option"
            else sa.CheckConstraint("score BETWEEN 0 AND 100", "score_is_a_percent")
        )
        op.execute(f"CREATE TABLE kept AS SELECT * FROM {table}")
        op.drop_table(table)
        op.create_table(
            table,
            *keys(),
            column,
            sa.Column("count", SUM, nullable=False),
            of_a_cell(),
            check,
            sa.CheckConstraint("count >= 1", "count_is_positive"),
            sqlite_with_rowid=False,
        )
        scored = (
            " AND option != 'skip' AND question NOT LIKE '___-story-%'" if key == "option" else ""
        )
        op.execute(
            f"INSERT INTO {table} SELECT batch, question, revision, {key}, count FROM kept"
            f" WHERE {its_cell}{scored}"
        )
        op.execute("DROP TABLE kept")


def make_tallies_of_batches() -> None:
    for table, key in (("option_tally", "option"), ("question_tally", "score")):
        op.execute(f"CREATE TABLE kept AS SELECT * FROM {table}")
        op.drop_table(table)
        column = (
            sa.Column("option", TEXT, primary_key=True)
            if key == "option"
            else sa.Column("score", sa.Integer, primary_key=True, autoincrement=False)
        )
        own = (
            [words("option")]
            if key == "option"
            else [
                sa.Column("rest_square_sum", SUM, nullable=False),
                sa.CheckConstraint("score BETWEEN 0 AND 100", "score_is_a_percent"),
                sa.CheckConstraint(
                    "rest_square_sum BETWEEN 0 AND 10000 * count", "rest_square_sum_fits"
                ),
            ]
        )
        op.create_table(
            table,
            *keys(),
            column,
            sa.Column("count", SUM, nullable=False),
            sa.Column("rest_sum", SUM, nullable=False),
            *own,
            of_a_batch(),
            words("question"),
            words("revision"),
            sa.CheckConstraint("count >= 1", "count_is_positive"),
            sa.CheckConstraint("rest_sum BETWEEN 0 AND 100 * count", "rest_sum_fits"),
            sqlite_with_rowid=False,
        )
        rests = "0" if key == "option" else "0, 0"
        op.execute(
            f"INSERT INTO {table} SELECT batch, question, revision, {key}, count, {rests} FROM kept"
        )
        op.execute("DROP TABLE kept")


def make_units() -> None:
    op.create_table(
        "rest_tally",
        *keys(),
        sa.Column("option", TEXT, primary_key=True),
        sa.Column("score", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("people", SUM, nullable=False),
        sa.Column("rest_sum", SUM, nullable=False),
        sa.Column("rest_square_sum", SUM, nullable=False),
        of_a_cell(),
        words("option"),
        sa.CheckConstraint("score BETWEEN 0 AND 100", "score_is_a_percent"),
        sa.CheckConstraint("people >= 1", "people_are_counted"),
        sa.CheckConstraint("rest_sum BETWEEN 0 AND 100 * people", "rest_sum_fits"),
        sa.CheckConstraint("rest_square_sum BETWEEN 0 AND 10000 * people", "rest_square_sum_fits"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item_unit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("revision", TEXT, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("discrimination", sa.Integer),
        words("question"),
        words("revision"),
        sa.CheckConstraint("people >= 50 AND people % 10 = 0", "people_are_tens"),
        sa.CheckConstraint("discrimination BETWEEN -100 AND 100", "discrimination_fits"),
    )
    op.create_index("ix_item_unit_question", "item_unit", ["question", "revision"])
    op.create_table(
        "item_unit_option",
        sa.Column(
            "unit",
            sa.Integer,
            sa.ForeignKey("item_unit.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("option", TEXT, primary_key=True),
        sa.Column("correlation", sa.Integer, nullable=False),
        words("option"),
        sa.CheckConstraint("correlation BETWEEN -100 AND 100", "correlation_fits"),
        sqlite_with_rowid=False,
    )
