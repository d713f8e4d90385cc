"""Where Alembic meets the tables.

Whoever calls has begun a transaction on the connection, and commits it: an interrupted migration
never happened.
"""

from alembic import context

from quiz.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
)
context.run_migrations()
