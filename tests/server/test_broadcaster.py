"""Updates of a live room, as a phone receives them from a real server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from sqlalchemy import select

from quiz.domain.room import Move
from quiz.domain.staff import Role
from quiz.server import broadcaster
from quiz.server.asgi import Application
from quiz.server.broadcaster import Broadcaster
from quiz.server.shared_compression import Frame
from quiz.service.live import moves
from quiz.store import staff, watch
from quiz.store.attempts import new_token
from quiz.store.tables import Room
from quiz.web import create_app
from quiz.web.live_updates import staff_audience
from quiz.web.settings import Settings
from tests import pgbouncer
from tests.browser.server import serving
from tests.classes import open_class
from tests.conftest import Location, Opener
from tests.databases import BACKENDS, TWINS
from tests.server.event_streams import NOW, TODAY, Hall, Line
from tests.shipped import shipped_bank

pytestmark = pytest.mark.slow


def head(*asked: str | None) -> str:
    """Ask for a stream, hang up, and return how the server answered."""
    line = Line(*asked)  # type: ignore[arg-type]
    line.close()
    return line.head


def await_end(broadcast: Broadcaster) -> None:
    """Wait until a broadcaster without listeners polls no more: it would open the database."""
    if thread := broadcast.thread:
        thread.join(10)
    assert broadcast.thread is None


@pytest.fixture(params=TWINS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def hall(opener_of: Callable[[Location], Opener], settings: Settings) -> Iterator[Hall]:
    settings.data.mkdir()
    hall = Hall(opener_of(settings.database))
    yield hall
    hall.database.close()


@pytest.fixture
def address(hall: Hall, settings: Settings) -> Iterator[str]:
    with serving(settings.data, QUIZ_DATABASE_URL=settings.database_url) as address:
        yield address


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_move_made_in_another_process_reaches_every_phone_as_the_same_page(hall, address):
    packed = "Accept-Encoding: gzip, br\r\n"
    lines = [Line(address, hall.join_all(), extra=extra) for extra in ("", "", packed, packed)]
    assert [bool(line.unpack) for line in lines] == [False, False, True, True]
    english = Line(address, hall.join_all(), path="/en/r/e", extra=packed)
    assert "text/event-stream" in lines[0].head
    assert "x-accel-buffering: no" in lines[0].head
    assert "quiz-updates" not in lines[0].head
    for line in (*lines, english):
        assert "event: refresh" in line.read()  # it has seen nothing yet
    version = hall.move(Move.NEXT)
    pages = [line.read() for line in lines]
    assert pages[0].startswith(f"id: {version}\nevent: page\ndata: ")
    assert len(set(pages)) == 1
    assert "form_token" not in pages[0]
    assert "Câu 1" in pages[0]
    assert "Question 1" in english.read()
    for line in (*lines, english):
        line.close()


def test_a_phone_that_comes_back_is_told_whether_it_missed_anything(hall, address):
    version = hall.move(Move.NEXT)
    for path, extra, word in [
        (f"/r/e?seen={version}", "", "beat"),
        (f"/r/e?seen={version - 1}", "", "refresh"),
        (f"/r/e?seen={version - 1}", f"Last-Event-ID: {version}\r\n", "beat"),
        (f"/r/e?seen={version}", f"Last-Event-ID: {version - 1}\r\n", "refresh"),
    ]:
        line = Line(address, hall.token, path, extra)
        assert f"event: {word}" in line.read(), (path, extra)
        line.close()


def test_whoever_read_an_old_version_is_told_though_nothing_moves_any_more(hall, settings):
    """A room may move between the page and the stream, when others have been told already."""
    app = create_app(settings, shipped_bank())
    broadcast = Application(app).broadcaster

    async def told(audience: str, version: int) -> tuple[str, Callable[[], None]]:
        updates: asyncio.Queue[Frame] = asyncio.Queue()
        end = broadcast.subscribe(1, audience, version, updates.put_nowait)
        update = await asyncio.wait_for(updates.get(), 10)
        return update.plain.decode(), end

    async def class_in_two_languages(before: int) -> None:
        first, first_ends = await told("vi", before)
        second, second_ends = await told("en", before)
        assert "event: page" in first
        assert "event: page" in second
        first_ends()
        second_ends()

    for move in (Move.NEXT, Move.SKIP):  # the second time after everybody had gone
        before = hall.move(move) - 1
        with ThreadPoolExecutor(1) as elsewhere:  # in this thread the browser tests keep a loop
            elsewhere.submit(asyncio.run, class_in_two_languages(before)).result()
        await_end(broadcast)
    app.extensions["database"].close()


def test_whoever_moves_a_room_waits_until_phones_are_told(hall, settings, monkeypatch):
    monkeypatch.setattr(broadcaster, "NOTIFY_TIMEOUT", 60.0)
    app = create_app(settings, shipped_bank())
    broadcast = Application(app).broadcaster
    broadcast.notify_now()  # nobody listens, so there is nothing to wait for

    async def class_of_one() -> None:
        updates: asyncio.Queue[Frame] = asyncio.Queue()
        version = hall.move(Move.NEXT)
        end = broadcast.subscribe(1, "vi", version, updates.put_nowait)
        for move in (Move.REVEAL, Move.NEXT, Move.REVEAL):
            version = hall.move(move)
            await asyncio.to_thread(broadcast.notify_now)
            assert updates.get_nowait().plain.startswith(f"id: {version}\n".encode())
            assert updates.empty()
            assert set(broadcast.open_rooms) == {1}
        hall.move(Move.CLOSE)
        await asyncio.to_thread(broadcast.notify_now)
        assert not broadcast.open_rooms, "nobody is told that the class can be joined"
        end()

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, class_of_one()).result()
    await_end(broadcast)
    app.extensions["database"].close()


def test_staff_are_sent_how_many_have_joined_and_nothing_while_nobody_comes(
    hall, settings, monkeypatch
):
    """If every console asked for its page once a second, a school of classes would slow all."""
    monkeypatch.setattr(broadcaster, "COUNT_INTERVAL", 0.0)
    monkeypatch.setattr(broadcaster, "NOTIFY_TIMEOUT", 60.0)
    app = create_app(settings, shipped_bank())
    broadcast = Application(app).broadcaster

    async def screens() -> None:
        version = hall.move(Move.NEXT)
        console: asyncio.Queue[Frame] = asyncio.Queue()
        wall: asyncio.Queue[Frame] = asyncio.Queue()
        ends = [
            broadcast.subscribe(1, "staff-console-en", version, console.put_nowait),
            broadcast.subscribe(1, "staff-wall-en", version, wall.put_nowait),
        ]
        await asyncio.wait_for(console.get(), 10)
        await asyncio.wait_for(wall.get(), 10)
        hall.join_all()
        counts = (await asyncio.wait_for(console.get(), 10)).plain.decode()
        assert counts.startswith(f"id: {version}\nevent: counts\ndata: ")
        assert ">0</b> of 2 people have answered" in counts
        counts = (await asyncio.wait_for(wall.get(), 10)).plain.decode()
        assert ">0</b> trên 2 người đã trả lời" in counts, "in the languages of the class"
        with hall.database.writing() as db:
            staff.add(db, email="somebody@example.org", role=Role.FACILITATOR)
            db.commit()
        for _ in range(2):  # the second comes after the counts of the first
            await asyncio.to_thread(broadcast.notify_now)
        assert console.empty()
        assert wall.empty()
        hall.move(Move.REVEAL)
        version = hall.move(Move.NEXT)
        words = f"id: {version}\nevent: counts"  # the same of another question
        while not (await asyncio.wait_for(console.get(), 10)).plain.decode().startswith(words):
            pass
        for end in ends:
            end()

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, screens()).result()
    await_end(broadcast)
    app.extensions["database"].close()


def test_a_filter_that_holds_back_the_last_piece_delays_no_update(hall, address):
    lines = [
        Line(address, hall.join_all(), extra=extra) for extra in ("", "Accept-Encoding: gzip\r\n")
    ]
    for line in lines:
        line.socket.settimeout(broadcaster.HEARTBEAT / 2)  # no sign of life pushes it through
        assert line.read_through_a_filter()
    hall.move(Move.NEXT)
    for line in lines:
        assert len(line.read_through_a_filter()) > 500
        line.close()


def test_closing_sends_every_phone_the_page_that_says_so(hall, address):
    """If each had to ask for it, they would all ask at once."""
    lines = [Line(address, token) for token in (hall.token, hall.join_all())]
    for line in lines:
        line.read()
    hall.move(Move.CLOSE)
    pages = [line.read() for line in lines]
    assert pages[0].startswith("id: 0\nevent: page\ndata: <!doctype html>\n")
    assert "Cảm ơn bạn đã tham gia." in pages[0]
    assert pages[0] == pages[1]
    for line in lines:
        line.close()
    assert "204 no content" in head(address, hall.token)


def test_who_is_in_no_room_is_told_nothing(hall, address):
    assert "204 no content" in head(address, None)
    assert "204 no content" in head(address, new_token())
    assert "303 see other" in head(address, None, "/rooms/1/e")


def test_what_is_wrong_with_one_room_keeps_no_other_waiting(hall, settings, caplog):
    """The first room cannot be drawn: the text of its questions is not to be found."""
    with hall.database.writing() as db:
        other = open_class(db, hall.bank, list(hall.bank.questions)[:2], NOW, "minh@example.org")
        number = other.id
        db.get_one(Room, 1).revisions = "00000000 00000000"
        db.commit()
    app = create_app(settings, shipped_bank())
    broadcast = Application(app).broadcaster

    async def two_rooms() -> None:
        broken: asyncio.Queue[Frame] = asyncio.Queue()
        sound: asyncio.Queue[Frame] = asyncio.Queue()
        ends = [
            broadcast.subscribe(1, "vi", 1, broken.put_nowait),
            broadcast.subscribe(number, "vi", 1, sound.put_nowait),
        ]
        for _ in range(2):
            with hall.database.writing() as db:
                for room in db.scalars(select(Room)):
                    room.stage, room.version = "asking", room.version + 1
                    version = room.version
                db.commit()
            told = (await asyncio.wait_for(sound.get(), 10)).plain.decode()
            assert told.startswith(f"id: {version}\nevent: page")
            hint = (await asyncio.wait_for(broken.get(), 10)).plain.decode()
            assert hint == f"id: {version}\nevent: refresh\ndata\n\n", "its request may succeed"
        for end in ends:
            end()

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, two_rooms()).result()
    await_end(broadcast)
    app.extensions["database"].close()
    assert len(caplog.records) == 2, "once for each move"


def test_a_language_in_which_little_is_written_shows_the_first_one_instead(hall, settings):
    """Every page of a class is drawn for it; docs/writing-questions.md promises Vietnamese."""
    with hall.database.writing() as db:
        for id_ in {question.kind: id_ for id_, question in hall.bank.questions.items()}.values():
            room = open_class(db, hall.bank, [id_], NOW, f"{id_}@example.org")
            for move in (Move.NEXT, Move.REVEAL):
                moves.move(db, hall.bank, room, move, version=room.version, today=TODAY)
        db.commit()
    app = create_app(settings, shipped_bank())
    with hall.database.reading() as db:
        for room in db.scalars(select(Room).where(Room.stage == "revealing")):
            _version, page = Application(app).broadcaster.render(room.id, "eo")
            assert "Câu 1" in page or "Question 1" in page
    app.extensions["database"].close()


def test_a_room_that_closes_while_its_page_is_rendered_shows_that_it_is_closed(hall, settings):
    """Its version was read before: what is sent then must be the page of a closed room."""
    app = create_app(settings, shipped_bank())
    hall.move(Move.CLOSE)
    for room in (1, 99):  # one that closed, and one that is not there any more
        version, page = Application(app).broadcaster.render(room, "en")
        assert version == 0
        assert "Thank you for taking part." in page
    app.extensions["database"].close()


# ── PostgreSQL ──


@pytest.mark.parametrize("backend", ["postgresql"])
def test_an_open_class_asks_the_database_nothing_while_nothing_happens(
    server, location, hall, settings, monkeypatch
):
    """Neither for its phones nor for its console."""
    monkeypatch.setattr(watch, "ASK_FOR", 0.5)
    monkeypatch.setattr(watch, "ASK_INTERVAL", 0.1)
    app = create_app(settings, shipped_bank())
    broadcast = Application(app).broadcaster

    async def all_that_comes(updates: asyncio.Queue[Frame]) -> str:
        pieces = []
        with suppress(TimeoutError):
            while True:
                pieces.append((await asyncio.wait_for(updates.get(), 2)).plain.decode())
        return "".join(pieces)

    async def class_of_one(sent: Callable[[], list[str]]) -> None:
        updates: asyncio.Queue[Frame] = asyncio.Queue()
        screens = ("vi", staff_audience("console", "vi"))
        ends = [broadcast.subscribe(1, each, 1, updates.put_nowait) for each in screens]
        await all_that_comes(updates)
        assert sent()
        for _ in range(10):  # a commit in another database of this server, too, is looked after
            before = sent()
            assert not await all_that_comes(updates)
            if sent() == before:
                break
        assert sent() == before
        version = hall.move(Move.NEXT)
        assert f"id: {version}\nevent: page" in await all_that_comes(updates)
        for end in ends:
            end()

    with server.statements(location.database) as sent, ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, class_of_one(sent)).result()
    await_end(broadcast)
    app.extensions["database"].close()


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_class_goes_through_a_pooler_that_hands_out_whole_sessions(
    server, location, hall, settings
):
    """One process is connected through PgBouncer, another directly."""
    if pgbouncer.program() is None and "CI" not in os.environ:
        pytest.skip("PgBouncer is not installed here")
    with pgbouncer.running(server, "session") as pool, ExitStack() as stack:
        lines = []
        for url in (pgbouncer.through(pool, location), location):
            variables = {"QUIZ_DATABASE_URL": url.render_as_string(hide_password=False)}
            address = stack.enter_context(serving(settings.data, **variables))
            lines.append(Line(address, hall.join_all()))
            stack.callback(lines[-1].close)
            assert "event: refresh" in lines[-1].read()
        for move in (Move.NEXT, Move.REVEAL):
            version = hall.move(move)
            pages = [line.read() for line in lines]
            assert pages[0].startswith(f"id: {version}\nevent: page")
            assert pages[0] == pages[1]
