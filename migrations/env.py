"""Where Alembic meets the tables.

Whoever calls has begun a transaction on the connection, and commits it: an interrupted migration
never happened.
"""

from alembic import context

from quiz.store.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
)
context.run_migrations()
