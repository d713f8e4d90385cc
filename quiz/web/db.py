"""One database session for each request: it reads, or it writes and takes the write lock first."""

from __future__ import annotations

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map

from quiz.store.database import Database

IN_LOOP = "quiz.in_loop"
"""Key in the environment of a request that is served in the loop of the server."""


class MustWait(BaseException):
    """A request that is served in the loop has to wait for something: it must go to a thread."""


def require_thread() -> None:
    """Raise MustWait if all others would wait with this request."""
    if has_request_context() and IN_LOOP in request.environ:
        raise MustWait


class IntConverter(IntegerConverter):
    """A number in an address that can be the number of a row; a larger one leads nowhere.

    PostgreSQL refuses a query that asks for a larger one.
    """

    regex = r"\d{1,10}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def init(app: Flask, database: Database) -> None:
    """Give every request its session, and close it afterwards. What was not committed is gone."""
    app.extensions["database"] = database
    app.url_map.converters["int"] = IntConverter

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        for name in ("db_reading", "db_writing"):
            if (db := g.pop(name, None)) is not None:
                db.close()


def database() -> Database:
    """Return the database of this application. Raises MustWait where nothing may wait for it."""
    require_thread()
    found: Database = current_app.extensions["database"]
    return found


def session() -> Session:
    """Return the session of this request: a POST writes until it gives up, all else reads."""
    return reading() if request.method != "POST" or "gave_up" in g else writing()


def give_up() -> None:
    """Undo what this request has written, if anything; from now on it only reads.

    So a page that is shown again, with what was refused, keeps nobody else from writing.
    """
    g.gave_up = True
    forget_reading()
    if (db := g.pop("db_writing", None)) is not None:
        db.close()


def reading() -> Session:
    """Return the session of this request for reading."""
    if "db_reading" not in g:
        g.db_reading = database().reading()
    db: Session = g.db_reading
    return db


def forget_reading() -> None:
    """End what this request has read so far: what is read next is as it is then."""
    if (db := g.pop("db_reading", None)) is not None:
        db.close()


def writing() -> Session:
    """Return the session of this request for writing; its first use takes the write lock."""
    if "db_writing" not in g:
        g.db_writing = database().writing()
    db: Session = g.db_writing
    return db
