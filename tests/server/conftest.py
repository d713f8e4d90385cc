"""A class as its facilitator opens it, for tests of the server."""

from tests.web.conftest import open_room, teacher

__all__ = ["open_room", "teacher"]
