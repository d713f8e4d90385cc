"""What the program keeps to itself: in its logs, its files, its pages, and on the network."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from time import sleep
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from quiz.store.tables import Answer, Attempt, Event, Staff
from quiz.web import create_app, security
from quiz.web.throttle import TOO_MANY
from tests.browser.server import read_address
from tests.classes import hold_class, seat_class
from tests.cli.commands import run
from tests.conftest import NOON
from tests.searched_server import found_in
from tests.shipped import shipped_bank
from tests.web.addresses import method_of, paths, token_for
from tests.web.classroom import CHOICE, answer_all, join
from tests.web.conftest import READY, fill
from tests.web.headers import check_headers
from tests.web.visitor import ADDRESSES, CANARY, Visitor, traces

pytestmark = pytest.mark.slow


def test_no_file_and_no_output_tells_who_was_there(tmp_path: Path):
    """Thirty wrong codes, wrong passwords and a quiz leave no address, browser or typed word."""
    command = [sys.executable, "-m", "quiz.cli", "serve", "--port", "0", "--data", str(tmp_path)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "QUIZ_PROXIES": "1"}
    run("staff", "add", "lan@example.org", "--data", tmp_path)
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            site = read_address(process)
            for address in ADDRESSES:
                visit(Visitor(site, address))
        finally:
            process.terminate()
            output = process.stdout.read() if process.stdout else ""
    typed = {CANARY.encode(), b"654321", b"canary@example.org"}
    looked_for = typed.union(*map(traces, ADDRESSES))
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert [trace for trace in looked_for if trace in kept] == []
    assert [trace for trace in looked_for if trace in output.encode()] == []


NEIGHBOURS = ("127.0.0.77", "127.0.0.78")
"""Addresses of this machine that are as good as those of two others."""


def test_no_address_is_known_once_its_connection_has_ended(tmp_path: Path):
    """Neither in itself nor as a hash that others could make."""
    command = [sys.executable, "-m", "tests.searched_server", str(tmp_path)]
    serve = ["serve", "--port", "0", "--data", str(tmp_path / "data")]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "QUIZ_PROXIES": "1"}
    run("staff", "add", "lan@example.org", "--data", tmp_path / "data")
    looked_for = set().union(*map(traces, (*ADDRESSES, *NEIGHBOURS)))
    with subprocess.Popen(
        [*command, *serve], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            site = read_address(process)
            for address in ADDRESSES:
                visit(Visitor(site, address))
                lose_the_way(Visitor(site, address))
            gone, here = (knock(site, address) for address in NEIGHBOURS)
            gone.close()
            visit(Visitor(site, "198.51.100.1"))
            for _ in range(20):
                found = found_in(process.pid, tmp_path, looked_for)
                if found <= traces(NEIGHBOURS[1]):
                    break
                sleep(0.5)
            assert found == {NEIGHBOURS[1].encode()}, "it is known while its connection is open"
            here.close()
        finally:
            process.terminate()


def lose_the_way(visitor: Visitor) -> None:
    """Send what is refused in many ways."""
    for path in (
        "/nowhere",
        "/J/",
        "/invitation/x",
        "/static/none",
        "/en/en/a",
        "/api/report.json",
    ):
        visitor.open(path)
    for action in ("/a", "/r", "/s", "/rooms", "/c", "/api/report.json"):
        page = BeautifulSoup(f'<main><form action="{action}"></form></main>', "lxml")
        visitor.send(page, do="begin", form_token="x" * 40)
    visitor.open(f"/{'x' * 9000}")


def knock(site: str, address: str) -> socket.socket:
    """Ask for a page from an address of this machine, and begin to ask for another."""
    host, _, port = urlsplit(site).netloc.partition(":")
    connection = socket.create_connection((host, int(port)), 20, (address, 0))
    begun = f"GET /health HTTP/1.1\r\nHost: {host}:{port}\r\n".encode()
    connection.sendall(begun + b"\r\n")
    assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
    connection.sendall(begun)
    return connection


def visit(visitor: Visitor) -> None:
    page = visitor.open("/j")
    for _ in range(35):
        page = visitor.send(page, code="654321", do="join")
    assert "giây" in page.get_text(), "she has to wait"
    page = visitor.open("/sign-in")
    for _ in range(7):
        page = visitor.send(page, email="canary@example.org", password=CANARY, do="sign-in")
    visitor.open(f"/{CANARY}?{CANARY}={CANARY}")
    visitor.open("/j/654321")
    page = visitor.send(visitor.open("/s"), theme="mixed")
    page = visitor.send(page, do="begin")
    assert page.select_one("input[name=q]")
    visitor.send(page, do="skip")


def test_a_page_that_breaks_tells_nobody_anything(app, make_staff, caplog, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    admin = make_staff("admin")
    words = f"654321: the inside, and what {ADDRESSES[0]} chose"

    def broken(**_values):
        raise RuntimeError(words)

    for rule in app.url_map.iter_rules():
        method, path = method_of(rule), paths(app, rule, "654321")[0]
        token = token_for(app, admin, path)
        caplog.clear()
        with monkeypatch.context() as patch:
            patch.setitem(app.view_functions, rule.endpoint, broken)
            response = admin.client.open(
                path,
                method=method,
                query_string={CANARY: "1"} if method == "GET" else None,
                data={security.FIELD: token, CANARY: "1"} if method == "POST" else None,
                headers={"User-Agent": CANARY},
            )
        assert response.status_code == 500
        check_headers(response)
        assert "Có trục trặc ở phía chúng tôi." in response.text
        for secret in ("the inside", ADDRESSES[0], "RuntimeError", "Traceback", "test_silence"):
            assert secret not in response.text, path
        assert f"{rule.endpoint} [{method}] broke\nRuntimeError" in caplog.text
        assert "test_silence.py" in caplog.text, "where it broke is said"
        for secret in (CANARY, "the inside", ADDRESSES[0], "654321"):
            assert secret not in caplog.text, path


def test_many_addresses_that_guess_together_are_noticed_and_nobody_is_named(app, phone, caplog):
    phone.visit("/j")
    token = phone.find(f"input[name={security.FIELD}]")["value"]
    for number in range(TOO_MANY):
        assert caplog.text == ""
        response = phone.client.post(
            "/j",
            data={security.FIELD: token, "code": "654321", "do": "code"},
            environ_overrides={"REMOTE_ADDR": f"2001:db8:{number}::7"},
        )
        assert response.status_code == 404, "none of them is slowed"
    [line] = caplog.messages
    assert line == f"{TOO_MANY} wrong class codes within ten minutes: somebody may be guessing"
    with app.extensions["database"].reading() as db:
        [noted] = db.scalars(select(Event)).all()
    assert (noted.what, noted.about, noted.staff) == ("codes-guessed", "", None)


def test_the_record_of_staff_holds_what_they_did_and_nothing_of_a_class(
    app, make_phone, make_staff
):
    admin, teacher = make_staff("admin"), make_staff()
    codes = []
    for do in ("keep", "open"):
        teacher.visit("/rooms/new")
        fill(teacher, do=do, **{**READY, "name": CANARY, "chapter": CANARY, "questions": [CHOICE]})
    codes.append(teacher.find(".facts .num").get_text(strip=True))
    phones = [join(make_phone(), codes[0]) for _ in range(6)]
    teacher.press("next")
    answer_all(phones, "leave")
    teacher.visit("/rooms/2").press("close")
    teacher.visit("/rooms/1").press("delete")
    admin.visit("/keys").press("make", name=CANARY, current=admin.password).visit("/keys")
    admin.press("revoke")
    admin.visit("/reports/file/groups.csv")
    admin.visit("/people").press("invite", email="canary@example.org", role="officer")
    admin.visit("/people/2").press("role", role="officer")
    admin.visit("/account").press("sign-out")
    with app.extensions["database"].reading() as db:
        rows = db.scalars(select(Event).order_by(Event.id)).all()
        done = [(each.what, each.about, each.staff) for each in rows if each.staff]
    for expected in (
        ("signed-in", "", 2),
        ("room-opened", "room:2", 2),
        ("room-closed", "room:2", 2),
        ("room-deleted", "room:1", 2),
        ("api-token-made", "", 1),
        ("api-token-revoked", "", 1),
        ("export csv", "groups 0", 1),
        ("invited", "staff:3", 1),
        ("role-officer", "staff:2", 1),
    ):
        assert expected in done
    everything = repr([vars(each) for each in rows])
    for secret in (CANARY, codes[0], "canary@", "leave", CHOICE, "127.0.0.1"):
        assert secret not in everything


def test_a_class_that_closed_while_somebody_read_is_soon_in_no_file(
    app, teacher, open_room, make_phone
):
    code = open_room(questions=[CHOICE])
    phones = [join(make_phone(), code) for _ in range(3)]
    teacher.press("next")
    answer_all(phones, "leave")
    database = app.extensions["database"]
    with database.reading() as slow:
        ids = slow.scalars(select(Attempt.id)).all()
        teacher.press("close")

    def found():
        content = b"".join(each.read_bytes() for each in database.path.parent.glob("quiz.db*"))
        return [id for id in ids if id in content]

    assert found()
    with app.app_context():
        app.extensions["scheduler"].run_due_jobs()
    assert not found()


def test_a_room_that_closes_by_itself_is_nobodys_deed(app, clock, make_staff):
    teacher = make_staff().visit("/rooms/new")
    fill(teacher, **READY)
    clock.forward(hours=13)
    with app.app_context():
        app.extensions["scheduler"].close_rooms()
    with app.extensions["database"].reading() as db:
        [event] = db.scalars(select(Event).where(Event.what == "room-closed"))
        assert (event.about, event.staff) == ("room:1", None)


def test_no_line_of_the_record_can_be_forged(app, make_staff):
    teacher = make_staff()
    forged = '\n{"what": "role-admin"}\r\n'
    teacher.open("/people?" + urlencode({"what": forged}))
    teacher.open("/people/7")
    with app.extensions["database"].reading() as db:
        for event in db.scalars(select(Event)):
            assert re.fullmatch(r"[a-z0-9: -]*", event.what + event.about)


# What no page of the staff holds, and where the program connects to.


def test_no_page_file_or_key_shows_what_one_person_answered(app, make_staff):
    """One of twelve chose what nobody else did; and six sit in a class that is open."""
    bank = app.extensions["bank"]
    multiple = next(each for each in bank.questions.values() if each.kind == "multiple")
    [judge, *_] = [each for each in bank.questions.values() if each.kind == "judge"]
    rare = " ".join(sorted(multiple.best, reverse=True))
    usual = {multiple.id: (" ".join(multiple.best[:1]), 50), judge.id: (judge.best[0], 100)}
    make_staff(email="teacher@example.org")
    officer, admin = make_staff("officer"), make_staff("admin")
    with app.extensions["database"].writing() as db:
        lan = db.get_one(Staff, 1)
        people = [{**usual, multiple.id: (rare, 100)}, *[usual] * 11]
        hold_class(db, lan, people, today=NOON.date(), bank=bank)
        seat_class(db, lan, people[:6], today=NOON.date(), bank=bank)
        db.commit()
        ids = [each.hex() for each in db.scalars(select(Attempt.id))]
        assert rare in db.scalars(select(Answer.chosen)).all()
    for person in (officer, admin):
        seen = list(crawl(app, person))
        assert len(seen) > 20
        for path, text in seen:
            for secret in (rare, *ids):
                assert secret not in text, path


def crawl(app, person):
    """Open every page and file that somebody may open; yield addresses and what was there."""
    files = [f"/reports/file/report.{ending}" for ending in ("json", "xlsx", "zip")]
    waiting = ["/rooms", "/reports", "/reports/take", "/people", "/account", *files]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/x", "/static", "/en")) or len(seen) > 400:
            continue
        seen.add(path)
        response = person.client.get(path)
        assert response.status_code < 500, path
        yield path, opened(response.data)
        if response.mimetype == "text/html":
            page = BeautifulSoup(response.text, "lxml")
            links = [str(each["href"]) for each in page.select("a[href^='/']")]
            waiting += [each for each in links if "?" not in each]


def opened(data: bytes) -> str:
    """Return a file as text, and what is packed in it."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            return "\n".join(opened(pack.read(name)) for name in pack.namelist())
    return data.decode("utf-8", "replace")


CALLS: list[str] | None = None  # a list while somebody listens
WATCHED = {
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.Popen",
    "os.system",
    "urllib.Request",
    "http.client.connect",
    "smtplib.connect",
}


def listen(event: str, arguments: tuple[object, ...]) -> None:
    if CALLS is not None and event in WATCHED:
        CALLS.append(f"{event} {arguments!r}")


sys.addaudithook(listen)


def test_nothing_is_asked_of_anybody_else(settings, make_phone, make_staff, app, monkeypatch):
    """From the start to the exports: not a connection, not a name looked up, not a program run."""
    calls: list[str] = []
    monkeypatch.setattr(sys.modules[__name__], "CALLS", calls)
    another = create_app(settings, shipped_bank())
    another.extensions["database"].close()
    make_phone().start().finish().visit("/c").visit("/help").visit("/x")
    admin = make_staff("admin")
    fill(admin.visit("/rooms/new"), **READY)
    code = admin.find(".facts .num").get_text(strip=True)
    phones = [join(make_phone(), code) for _ in range(5)]
    admin.visit("/rooms/1").press("next")
    assert phones
    admin.visit("/rooms/1").press("close")
    list(crawl(app, admin))
    assert calls == []
    with socket.socket() as probe:
        probe.connect_ex(("127.0.0.1", 9))
    assert len(calls) == 1, "a connection would have been noticed"
    assert json.loads(admin.client.get("/reports/file/report.json").data)["tables"] is not None


def test_a_machine_that_is_on_no_network_misses_nothing(tmp_path):
    """Where there is nothing but the machine itself, no library looks for a way out, either."""
    alone = ["unshare", "--net", *(["--map-root-user"] if os.geteuid() else [])]
    allowed = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    if not allowed and "CI" not in os.environ:
        pytest.skip("this user may not make a network of its own")
    ran = subprocess.run(
        [*alone, sys.executable, "-m", "tests.no_network", str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    before, after = json.loads(ran.stdout)
    assert before == 0
    assert after > 0, "a way out would have been noticed"
