"""A class as its facilitator opens it, for tests of pages."""

import pytest
from sqlalchemy import select

from quiz.store.tables import Room

READY = {"told_optional": "y", "told_parents": "y", "knows_disclosure": "y"}


@pytest.fixture
def teacher(make_staff):
    """A facilitator who is signed in."""
    return make_staff()


@pytest.fixture
def lan(make_staff):
    """A facilitator who has not signed in: without any staff there is nothing to sign in to."""
    return make_staff(signed_in=False)


def fill(teacher, do="open", **fields):
    """Fill in the form with what stands in it, and press a button."""
    form = teacher.find("main form")
    values = {
        "name": "Lớp thử",
        "theme": "mixed",
        "length": "8",
        "mode": "live",
        "phase": "single",
        "projector": "vi",
    }
    return teacher.send(form, {**values, **fields, "do": do})


@pytest.fixture
def open_room(app, teacher):
    """Open a room, and return its code."""

    def open_room(**fields):
        teacher.visit("/rooms/new")
        fill(teacher, **{**READY, **fields})
        with app.extensions["database"].reading() as db:
            return db.scalars(select(Room).order_by(Room.id.desc())).first().code

    return open_room
