"""The endpoint of answers: what it answers itself is what the Flask view would answer."""

import asyncio
import re
import threading
from collections import Counter, defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from operator import sub
from random import Random
from time import perf_counter, process_time
from urllib.parse import urlencode

import pytest
from flask import request_started
from sqlalchemy import select

from quiz.domain.question import Kind
from quiz.domain.room import Move
from quiz.server.asgi import Application
from quiz.service.live import moves
from quiz.service.live.answers import SavedAnswer
from quiz.store.tables import Answer, Room
from tests.conftest import NOON
from tests.questions import posted
from tests.ranks import CLEAR, apart
from tests.web.classroom import CHOICE, join

PLAIN = {
    "host": "localhost",
    "accept-encoding": "gzip, deflate",
    "quiz-send": "1",
    "content-type": "application/x-www-form-urlencoded",
}


class Sender:
    """A phone that sends over ASGI what its script would."""

    def __init__(self, app, phone):
        self.app = app
        self.application = Application(app)
        self.scheme = "https" if phone.https else "http"
        self.path = "/r" if phone.language == "vi" else f"/{phone.language}/r"
        name = "__Host-s" if phone.https else "s"
        phone.visit("/r")
        self.cookie = f"{name}={phone.client.get_cookie(name).value}"
        self.form_token = phone.find("#keep input[name=form_token]")["value"]

    def send(self, fields, *, by_flask=False, path=None, method="POST", **changed):
        """Return status, headers and body, and whether Flask was asked; None leaves a header out.

        By the Flask view alone, if that is wanted.
        """
        body = urlencode({"form_token": self.form_token, **fields}, doseq=True).encode()
        headers = {"cookie": self.cookie, **PLAIN}
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        scope = {
            "type": "http",
            "method": method,
            "scheme": self.scheme,
            "path": path or self.path,
            "raw_path": (path or self.path).encode(),
            "query_string": b"",
            "http_version": "1.1",
            "headers": [
                (name.encode(), value.encode()) for name, value in headers.items() if value
            ],
        }
        messages, asked = [], []

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            messages.append(message)

        def exchange():
            if by_flask:
                asyncio.run(self.application.pages(scope, body, send))
            else:
                asyncio.run(self.application(scope, receive, send))

        with (
            request_started.connected_to(lambda *_, **__: asked.append(True), self.app),
            ThreadPoolExecutor(1) as elsewhere,  # here the browser tests keep a loop
        ):
            elsewhere.submit(exchange).result()
        start, *pieces = messages
        text = b"".join(piece["body"] for piece in pieces)
        if text.startswith(b"\x1f\x8b"):
            text = text[:4] + bytes(4) + text[8:]  # gzip says in which second it packed
        return (start["status"], sorted(start["headers"]), text), bool(asked)


@pytest.fixture
def sender(app, teacher, open_room, make_phone):
    """Return a phone in a class that is asked this question, and the question."""

    def sender(question=CHOICE, **options):
        code = open_room(questions=[question])
        teacher.press("next")
        return Sender(app, join(make_phone(**options), code)), app.extensions["bank"].questions[
            question
        ]

    return sender


def best(question):
    """Return the fields of a best answer."""
    chosen = question.best[:1] if question.scenes else question.best
    return {"q": question.id, **posted(question, chosen)}


@pytest.mark.parametrize("kind", Kind)
def test_a_plain_answer_of_each_kind_is_answered_as_flask_would(app, bank, sender, kind):
    phone, question = sender(next(q.id for q in bank.questions.values() if q.kind == kind))
    for fields in (
        best(question),
        {"q": question.id, "do": "unsure"},
        {"q": question.id, "do": "skip"},
        best(question),
    ):
        (drawn, _), (kept, asked), (flask, flask_asked) = (
            phone.send(fields),
            phone.send(fields),
            phone.send(fields, by_flask=True),
        )
        assert drawn == kept == flask
        assert kept[0] == 200
        assert (asked, flask_asked) == (False, True)
    with app.extensions["database"].reading() as db:
        (answer,) = db.scalars(select(Answer)).all()
    assert answer.question == question.id


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("https", [True, False])
def test_it_speaks_each_language_and_packs_as_it_is_asked_to(sender, language, https):
    phone, question = sender(language=language, https=https)
    seen = set()
    for encoding in ("gzip", "br", "identity", None):
        taken, asked = phone.send(best(question), accept_encoding=encoding)
        assert not asked
        assert (taken, True) == phone.send(best(question), accept_encoding=encoding, by_flask=True)
        seen.add(taken[2])
    assert len(seen) == 2, "a receipt is packed by gzip, or not at all"


@pytest.mark.parametrize(
    ("fields", "changed", "status"),
    [
        ({}, {"quiz_send": None}, 303),
        ({"form_token": "x"}, {}, 403),
        ({}, {"sec_fetch_site": "cross-site"}, 403),
        ({}, {"cookie": None}, 403),
        ({}, {"cookie": "s=somebody-else"}, 403),
        ({}, {"content_type": "text/plain"}, 403),
        ({}, {"path": "/en/en/r"}, 404),
        ({}, {"path": "/s/r"}, 404),
        ({"do": "change"}, {}, 200),
        ({"do": "fly"}, {}, 400),
        ({"a": []}, {}, 400),
        ({"a": ["fly"]}, {}, 400),
        ({"q": "no-such-question"}, {}, 409),
        ({"turns": "9", "do": "turn", "turn": "fly"}, {}, 409),
        ({"a": "leave" * 20_000}, {}, 413),
    ],
)
def test_whatever_is_different_is_left_to_flask(sender, fields, changed, status):
    phone, question = sender()
    answer = {**best(question), **fields}
    taken, asked = phone.send(answer, **changed)
    assert asked
    assert taken[0] == status


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"host": "elsewhere.example"}, 421),
        ({f"a{n}": "b" for n in range(70)}, 431),
        ({"cookie": "s=" + "x" * 17_000}, 431),
    ],
)
def test_what_no_page_sees_is_not_saved(app, sender, changed, status):
    phone, question = sender()
    taken, asked = phone.send(best(question), **changed)
    assert taken[0] == status
    assert not asked
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Answer)).all() == []


def test_a_long_form_is_left_to_a_thread(app, sender):
    phone, question = sender()
    taken, asked = phone.send({**best(question), "x": ["x" * 900] * 5})
    assert asked
    assert taken[0] == 200


@pytest.mark.parametrize("kind", Kind)
def test_nobody_can_find_out_by_a_clock_what_was_chosen_before(app, bank, sender, kind):
    """What is done for an answer is the same whether or not anybody has answered so before."""
    phone, question = sender(next(q.id for q in bank.questions.values() if q.kind == kind))
    phone.send({"q": question.id, "do": "skip"})

    def calls(fields):
        """Return how often each function was called in the threads that serve a request."""
        called: Counter[str] = Counter()

        def count(frame, event, _arg):
            if event == "call":
                called[f"{frame.f_code.co_filename}:{frame.f_code.co_name}"] += 1

        threading.setprofile(count)
        try:
            (status, _, text), asked = phone.send(fields)
        finally:
            threading.setprofile(None)
        assert (status, asked) == (200, False)
        return {
            name: n
            for name, n in called.items()
            if re.search("/quiz/(web|server)/", name) or "jinja" in name
        }, text

    for fields in answers_to(question):
        (first, said), (again, said_again) = calls(fields), calls(fields)
        assert first == again, fields
        assert said == said_again
        assert not [name for name in first if "jinja" in name], "nothing is drawn for one answer"


LONGEST_CLASS = 20


def test_no_clock_tells_whether_somebody_has_chosen_the_same_before(
    app, bank, open_room, make_phone
):
    """Somebody answers after another, question after question, and measures how long it takes."""
    asked = [each for each in bank.questions.values() if each.kind in {Kind.CHOICE, Kind.JUDGE}]
    questions = asked[:LONGEST_CLASS]
    for turn in range(3):  # a busy machine may spoil a turn, but not all of them
        code = open_room(questions=[each.id for each in questions])
        phones = [Sender(app, join(make_phone(), code)) for _ in range(2)]
        renderings, waits = measured(app, bank, questions, phones, Random(turn))
        told = {what: apart(*sides) for what, sides in waits.items()}
        if apart(*renderings) > CLEAR and max(told.values()) < CLEAR:
            return
    pytest.fail(f"a rendering: {apart(*renderings):.1f}, what was chosen before: {told}")


def measured(app, bank, questions, phones, chance):
    """Return how long the first and the second receipt of each question take.

    Then, by request and by clock, how long the second phone waits if the first has chosen the same
    as it, and if not.
    """
    renderings: tuple[list[float], list[float]] = ([], [])
    waits: dict[tuple[str, str], tuple[list[float], list[float]]]
    waits = defaultdict(lambda: ([], []))
    sides = [0, 1] * (len(questions) // 2)
    chance.shuffle(sides)
    for question, side in zip(questions, sides, strict=True):
        go_on(app, bank)
        other = next(item.id for item in question.items() if item.id not in question.best)
        before = {"q": question.id, **posted(question, (other,) if side else question.best)}
        for phone, fields, receipts in zip(
            phones, (before, best(question)), renderings, strict=True
        ):
            for what, options, status in (
                ("by script", {}, 200),
                ("by form", {"quiz_send": None}, 303),
                ("the page", {"method": "GET"}, 200),
            ):
                seconds = took(phone, fields, status, **options)
                if what == "by script":
                    receipts.append(seconds["processor"])
                if phone is phones[1]:
                    for clock, each in seconds.items():
                        waits[what, clock][side].append(each)
    return renderings, waits


def took(phone, fields, status, **options):
    """Return how many seconds passed during a request, by two clocks."""
    begun = process_time(), perf_counter()
    (found, *_), _ = phone.send(fields, **options)
    ended = process_time(), perf_counter()
    assert found == status
    return dict(zip(("processor", "wall"), map(sub, ended, begun), strict=True))


def go_on(app, bank):
    """Let the last class that was opened go on to its next question."""
    with app.extensions["database"].writing() as db:
        room = db.scalars(select(Room).order_by(Room.id.desc())).first()
        for move in [Move.REVEAL] * (room.stage == "asking") + [Move.NEXT]:
            moves.move(db, bank, room, move, version=room.version, today=NOON.date())
        db.commit()


def answers_to(question):
    """Return the fields of some answers, each of which differs from all others."""
    yield best(question)
    yield {"q": question.id, "do": "unsure"}
    if any(item.position for item in question.items()):
        others = [question.simulate(0, Random(1))]
    else:
        others = [(item.id,) for item in question.items(question.node_after(()))]
    for chosen in others:
        yield {"q": question.id, **posted(question, chosen)}


def test_an_answer_after_the_reveal_is_told_so(app, teacher, sender):
    phone, question = sender()
    teacher.press("reveal", sure="1")
    taken, asked = phone.send(best(question))
    assert asked
    assert taken[0] == 409
    with app.extensions["database"].reading() as db:
        assert db.scalars(select(Answer)).all() == []


def test_a_cached_receipt_knows_nobody_and_is_of_one_moment(app, teacher, sender, monkeypatch):
    phone, question = sender()
    phone.send(best(question))
    cache = app.extensions["receipts"].entries
    (((room, version, _prefix), receipt),) = cache.items()
    text = str(vars(receipt))
    assert phone.form_token not in text
    assert phone.cookie.partition("=")[2] not in text
    teacher.press("reveal")
    teacher.visit("/rooms/1")
    cache.clear()
    before: Future[SavedAnswer] = Future()
    before.set_result(SavedAnswer(room, version, question.best))
    monkeypatch.setattr(app.extensions["answers"], "submit", lambda _answer: before)
    (status, _headers, body), asked = phone.send(best(question), accept_encoding=None)
    assert (status, asked) == (200, True)
    assert "data-version" in body.decode()  # where the class is now
    assert not cache


@pytest.mark.parametrize("script", ["1", None])
@pytest.mark.parametrize("fields", [{}, {"a": ["fly"]}, {"q": "no-such-question"}])
def test_every_answer_is_submitted_once(app, sender, monkeypatch, script, fields):
    phone, question = sender()
    answers = app.extensions["answers"]
    submitted, submit = [], answers.submit

    def note(answer):
        submitted.append(answer)
        return submit(answer)

    monkeypatch.setattr(answers, "submit", note)
    phone.send({**best(question), **fields}, quiz_send=script)
    assert len(submitted) == 1


@pytest.mark.parametrize("cookies", [True, False])
def test_without_script_an_answer_is_saved_and_the_page_shown(app, sender, cookies):
    phone, question = sender()
    token = phone.cookie.partition("=")[2]
    carried = {} if cookies else {"t": token, "a": question.best}
    changed = {} if cookies else {"cookie": None}
    (status, _headers, _body), asked = phone.send(
        {**best(question), **carried}, quiz_send=None, **changed
    )
    assert asked
    assert status == (303 if cookies else 200)
    with app.extensions["database"].reading() as db:
        assert len(db.scalars(select(Answer)).all()) == 1


def test_what_every_request_meets_has_been_thought_of_here(app):
    """A check of every request that is added later does not happen in the endpoint by itself."""
    met = {f"{each.__module__}.{each.__name__}" for each in app.before_request_funcs[None]}
    assert met == {
        "quiz.web.permissions.close",  # answers are open to everybody
        "quiz.web.security.check_form",  # the endpoint asks for the owner of the form, too
        "quiz.web.scheduler.before_request",  # done by a thread as well
    }
