"""What docs/deploying.md says, done with the very files in deploy/: a class behind nginx."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest
import trustme
from bs4 import BeautifulSoup
from sqlalchemy import URL

from quiz.store.connect import open_database
from tests.browser.server import read_address
from tests.classes import EMAIL, PASSWORD, add_facilitator
from tests.postgres import Server
from tests.web.classroom import CHOICE
from tests.web.conftest import READY
from tests.web.visitor import ADDRESSES, Visitor, traces

DEPLOY = Path(__file__).parents[1] / "deploy"
FOUR, SIX = ADDRESSES

AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/logs/error.log;
events {{}}
http {{
    access_log {folder}/logs/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    set_real_ip_from 127.0.0.1;  # clients of the test say from where they come
    real_ip_header X-Forwarded-For;
    include {folder}/quiz.conf;
}}
"""


def program(name: str) -> str:
    """Return where a program of the system is. Without it the test is skipped, but not in CI."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and "CI" not in os.environ:
        pytest.skip(f"{name} is not installed here")
    assert found is not None, f"{name} is missing"
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def variables() -> dict[str, str]:
    """Return the settings in deploy/quiz.env."""
    lines = (DEPLOY / "quiz.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_nginx_speaks_no_old_protocol():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    secure = text.count("listen 443 ssl;")
    assert re.findall(r"ssl_protocols (.*);", text) == ["TLSv1.2 TLSv1.3"] * secure


@contextmanager
def process(data: Path, url: URL, log: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run one process as quiz@.service does; yield it with its port."""
    environment = {
        **os.environ,
        **variables(),
        "LC_ALL": "C.UTF-8",
        "QUIZ_HOSTS": "localhost",
        "QUIZ_DATABASE_URL": url.render_as_string(hide_password=False),
    }
    command = [sys.executable, "-m", "quiz.cli", "serve", "--port", "0", "--data", str(data)]
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as running,
    ):
        try:
            yield running, read_address(running).rpartition(":")[2]
        finally:
            running.terminate()


@contextmanager
def nginx(folder: Path, ports: list[str]) -> Iterator[int]:
    """Run nginx with deploy/nginx.conf, as Debian would but for places; yield its port."""
    certificate = trustme.CA()
    certificate.cert_pem.write_to_path(folder / "ca.pem")
    issued = certificate.issue_cert("localhost")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    secure, plain = free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for before, after in {
        "127.0.0.1:8001": f"127.0.0.1:{ports[0]}",
        "127.0.0.1:8002": f"127.0.0.1:{ports[1]}",
        "listen 443": f"listen 127.0.0.1:{secure}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen [::]:443 ssl;": "",
        "listen [::]:80;": "",
        "quiz.example": "localhost",
        "/etc/letsencrypt/live/localhost/fullchain.pem": f"{folder}/cert.pem",
        "/etc/letsencrypt/live/localhost/privkey.pem": f"{folder}/key.pem",
        "/var/log/nginx": f"{folder}/logs",
    }.items():
        assert before in text, f"the sample says {before} no more"
        text = text.replace(before, after)
    (folder / "quiz.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(user=user, folder=folder))
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with subprocess.Popen(command) as running:
        try:
            while not listens(secure):
                assert running.poll() is None, (folder / "logs" / "error.log").read_text()
            yield secure
        finally:
            running.terminate()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def press(visitor: Visitor, page: BeautifulSoup, value: str, **fields: str) -> BeautifulSoup:
    """Press the button with this value."""
    button = page.select_one(f'button[value="{value}"]')
    assert button is not None, page.get_text(" ", strip=True)
    [form] = button.find_parents("form")
    hidden = {str(each["name"]): str(each["value"]) for each in form.select("[type=hidden]")}
    return visitor.open(str(form["action"]), **{**hidden, str(button["name"]): value, **fields})


@contextmanager
def stream(port: int, pupil: Visitor, page: BeautifulSoup) -> Iterator[HTTPResponse]:
    """Open the stream of a page."""
    [now] = page.select("[data-updates]")
    cookies = "; ".join(f"{each.name}={each.value}" for each in pupil.cookies)
    with closing(HTTPSConnection("localhost", port, timeout=20)) as connection:
        headers = {"Cookie": cookies, "X-Forwarded-For": SIX}
        connection.request("GET", str(now["data-updates"]), headers=headers)
        yield connection.getresponse()


def address_and_code(console: BeautifulSoup) -> tuple[str, str]:
    """Return where the console of a room is, and the code of the room."""
    [now], [code] = console.select("[data-updates]"), console.select(".facts .num")
    return str(now["data-updates"]).rpartition("/e")[0], code.get_text(strip=True)


def until(response: HTTPResponse, words: str) -> None:
    """Read a stream, line by line, until these words come."""
    while words not in (line := response.readline().decode()):
        assert line, "the stream ended"


def guess(visitor: Visitor) -> BeautifulSoup:
    """Try so many wrong codes that she has to wait."""
    page = visitor.open("/j")
    for _ in range(32):
        page = visitor.send(page, code="654321", do="code")
    return page


def test_a_class_behind_nginx_with_two_processes_leaves_no_address_in_any_log(
    server: Server, tmp_path: Path, monkeypatch
):
    program("nginx")
    logs, data = tmp_path / "logs", tmp_path / "data"
    logs.mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with ExitStack() as stack:
        url = stack.enter_context(server.lending())()
        with closing(open_database(url)) as database, database.writing() as db:
            add_facilitator(db, datetime.now(UTC))
            db.commit()
        first, one = stack.enter_context(process(data, url, logs / "first"))
        second, two = stack.enter_context(process(data, url, logs / "second"))
        port = stack.enter_context(nginx(tmp_path, [one, two]))
        site = f"https://localhost:{port}"

        teacher = Visitor(site, FOUR)
        teacher.send(teacher.open("/sign-in"), email=EMAIL, password=PASSWORD, do="sign-in")
        plan = {"name": "A", "theme": "mixed", "length": "8", "mode": "live", "phase": "single"}
        console = press(
            teacher,
            teacher.open("/rooms/new"),
            "open",
            **plan,
            **READY,
            projector="vi",
            questions=CHOICE,
        )
        room, code = address_and_code(console)

        pupils = [Visitor(site, address) for address in (FOUR, SIX) for _ in range(3)]
        for pupil in pupils:
            notice = pupil.send(pupil.open("/j"), code=code, do="code")
            lobby = press(pupil, notice, "join")
            assert "__Host-s" in {each.name for each in pupil.cookies}, "it knows of HTTPS"
        with stream(port, pupil, lobby) as both, stream(port, pupil, lobby) as story_paths:
            for line in (both, story_paths):  # the two processes take turns
                until(line, "event: ")
            console = press(teacher, teacher.open(room), "next")
            for line in (both, story_paths):
                until(line, "event: page")

        first.terminate()  # and the class goes on
        for pupil in pupils:
            assert (
                "Đã nhận câu trả lời"
                in press(pupil, pupil.open("/r"), "answer", a="leave").get_text()
            )
        assert "6 người" in press(teacher, teacher.open(room), "reveal").get_text()

        page = guess(Visitor(site, SIX))
        assert "giây" in page.get_text(), "one address has to wait"
        stranger = Visitor(site, "203.0.113.78")
        assert press(stranger, stranger.send(stranger.open("/j"), code=code, do="code"), "join")

        second.terminate()
        second.wait()
        assert "502" in teacher.open(room).get_text(), "nobody is left to answer"
        server.do("CHECKPOINT")
        kept = b"".join(
            file.read_bytes()
            for folder in (tmp_path, server.folder)
            for file in folder.rglob("*")
            if file.is_file()
        )
    looked_for = [each for address in ADDRESSES for each in traces(address) if len(each) > 4]
    assert [trace for trace in looked_for if trace in kept] == []


def test_the_unit_of_systemd_is_one(tmp_path: Path):
    text = (DEPLOY / "quiz@.service").read_text(encoding="utf-8")
    assert "/opt/quiz/bin/quiz" in text
    unit = tmp_path / "quiz@8001.service"
    unit.write_text(text.replace("/opt/quiz/bin/quiz", sys.executable))
    checked = subprocess.run(
        [program("systemd-analyze"), "verify", "--man=no", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
