"""A page that is only shown keeps nobody from writing, and waits for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from flask import Flask, before_render_template

from quiz.store.sqlite_driver import sqlite3
from tests.people import Phone
from tests.web.classroom import CHOICE, join
from tests.web.conftest import READY, fill


@pytest.fixture
def other(settings, app) -> Iterator[sqlite3.Connection]:
    """Another connection that writes to the same file.

    It is of the same library: locks of two libraries in one process do not see each other.
    """
    with closing(sqlite3.connect(settings.database, isolation_level=None, timeout=0)) as other:
        yield other


@contextmanager
def pages_let_others_write(app: Flask, other: sqlite3.Connection) -> Iterator[list[str]]:
    """Check whenever a page begins to be drawn that the other process could write meanwhile."""
    drawn = []

    def write(_app: Flask, template: Any, **_more: Any) -> None:
        drawn.append(template.name)
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")

    with before_render_template.connected_to(write, app):
        yield drawn


def sent(person: Phone, path: str, **fields: str) -> int:
    """Send the first form of a page, with some fields changed; return the status."""
    return person.visit(path).send(person.find("main form"), fields).status


def test_a_form_that_is_shown_again_waits_for_nobody(app, other, make_phone, make_staff, teacher):
    admin = make_staff("admin")
    fresh = make_phone()
    teacher.visit("/rooms/new")
    fill(teacher, do="keep", **READY)
    other.execute("BEGIN IMMEDIATE")
    assert sent(fresh, "/s", theme="fly") == 400
    assert sent(fresh, "/j", code="12", do="code") == 400
    assert sent(fresh, "/sign-in", email="", password="") == 400
    assert sent(teacher, "/account", current="", new="") == 400
    assert sent(admin, "/people", email="") == 400
    assert sent(admin, "/keys", do="make", name="") == 400
    assert sent(teacher, "/rooms/new", name="", do="keep") == 400
    other.execute("ROLLBACK")


def test_nobody_waits_while_a_page_is_drawn(app, other, make_phone, make_staff, teacher, open_room):
    admin, code = make_staff("admin"), open_room(questions=[CHOICE])
    with pages_let_others_write(app, other) as drawn:
        alone = make_phone().start()
        alone.send(alone.find("main form"), {"do": "answer", "a": "fly"})
        assert alone.status == 400
        alone.answer().press("on")
        pupil = join(make_phone(), code)
        teacher.visit("/rooms/1").press("next")
        pupil.visit("/r").answer("leave")
        teacher.send(teacher.find("main form"), {"do": "reveal", "version": "0"})
        assert teacher.status == 409
        assert sent(admin, "/people", email=admin.email, role="officer") == 409
        assert sent(teacher, "/account", current="x", new="năm con mèo", again="năm con mèo") == 400
        teacher.visit("/rooms/new")
        assert fill(teacher, do="open").status == 400
        teacher.visit("/rooms/new")
        fill(teacher, do="open", mode="paper", **READY)
        teacher.send(teacher.find("main form"), {"do": "keep", "people": "-1"})
        assert teacher.status == 400
    assert len(drawn) > 20
