"""Every setting, its default and its check, on one page. The table in README.md lists the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from platformdirs import user_data_path
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from quiz.store.refusals import UnwritableFolder

FOLDER = "vung-tam"

# Leaving must not land on a page that remembers what was looked for, or that plays something.
NEVER_NEUTRAL = (
    "google.",
    "bing.",
    "duckduckgo.",
    "yahoo.",
    "coccoc.",
    "yandex.",
    "baidu.",
    "facebook.",
    "fb.",
    "instagram.",
    "tiktok.",
    "twitter.",
    "x.com",
    "threads.",
    "zalo.",
    "reddit.",
    "linkedin.",
    "pinterest.",
    "youtube.",
    "youtu.be",
    "vimeo.",
    "dailymotion.",
    "twitch.",
)


class BadSetting(Exception):
    """A setting whose value cannot be used: its name, and one of the reasons below."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


# The command line words each of these for a person.
NOT_A_NUMBER = "not a number"
NOT_A_PORT = "not a port"
NOT_YES_OR_NO = "not yes or no"
KEY_TOO_SHORT = "key too short"
KEY_DAMAGED = "key damaged"
NOT_HTTPS = "not https"
NOT_A_SITE = "not a site"
NOT_NEUTRAL = "not neutral"
NOT_POSTGRESQL = "not postgresql"

POSTGRESQL = {"postgresql", "postgresql+psycopg"}
"""How the address of a database may begin. Whichever it is, the driver is psycopg."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation may decide. ``QUIZ_`` and the name in capitals is the variable."""

    data: Path
    """Folder of the SQLite file, the secret key and the joined stylesheets."""

    database_url: str = ""
    """PostgreSQL database, for several processes; empty: a SQLite file in the data folder."""

    host: str = "127.0.0.1"
    """Address to listen on; ``--lan`` means 0.0.0.0."""

    port: int = 8000
    """Port to listen on; 0 takes any free one."""

    leave_to: str = "https://nchmf.gov.vn/"
    """Where leaving lands: the national weather forecast, in Vietnamese."""

    operator: str = ""
    """Who runs this installation, such as a school or a Women's Union; shown to readers."""

    contact: str = ""
    """Whom readers may tell of what does not work, such as an e-mail address; may be empty."""

    source: str = ""
    """Where the source code of this very installation can be had; may be empty."""

    secret_key: str = ""
    """Key that signs form tokens; empty: made once and kept in the data folder."""

    proxies: int = 0
    """How many proxies of ours stand in front and set X-Forwarded-…; 0 trusts none."""

    hosts: tuple[str, ...] = ()
    """Host names to answer to, separated by commas; empty: addresses and names of this machine."""

    url: str = ""
    """Address under which people open the quiz, for links and on the wall; empty: found out."""

    development: bool = False
    """Show the pattern book, and read templates anew."""

    @property
    def database(self) -> Path | URL:
        """The SQLite file, or the address of the PostgreSQL database."""
        return make_url(self.database_url) if self.database_url else self.data / "quiz.db"


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"QUIZ_{name.upper()}"


def from_environment(environ: Mapping[str, str], **given: object) -> Settings:
    """Return the settings of an environment; what is ``given`` (and not None) wins.

    Raises BadSetting.
    """
    values: dict[str, object] = {"data": user_data_path(FOLDER, appauthor=False)}
    for field in fields(Settings):
        text = environ.get(variable(field.name), "").strip()
        if text:
            values[field.name] = read(field.name, text)
    values |= {name: value for name, value in given.items() if value is not None}
    values["data"] = Path(str(values["data"])).resolve()
    settings = Settings(**values)  # type: ignore[arg-type]
    check(settings)
    return settings


def read(name: str, text: str) -> object:
    """Return the value that a variable means."""
    match name:
        case "data":
            return Path(text).expanduser()
        case "port" | "proxies":
            if not text.isdecimal() or len(text) > 5:
                raise BadSetting(variable(name), NOT_A_NUMBER)
            return int(text)
        case "hosts":
            return tuple(host.strip() for host in text.split(",") if host.strip())
        case "url":
            return text.rstrip("/")
        case "development":
            if text.lower() not in {"1", "yes", "true", "0", "no", "false"}:
                raise BadSetting(variable(name), NOT_YES_OR_NO)
            return text.lower() in {"1", "yes", "true"}
        case _:
            return text


def check(settings: Settings) -> None:
    """Raise BadSetting if a value cannot be used."""
    if not 0 <= settings.port <= 65535:
        raise BadSetting(variable("port"), NOT_A_PORT)
    if settings.secret_key and is_weak(settings.secret_key):
        raise BadSetting(variable("secret_key"), KEY_TOO_SHORT)
    check_destination(settings)
    if settings.url:
        check_site(settings.url)
    if settings.database_url:
        check_database(settings.database_url)


def check_database(address: str) -> None:
    """Raise BadSetting unless it is the address of a PostgreSQL database."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise BadSetting(variable("database_url"), NOT_POSTGRESQL) from None
    if url.drivername not in POSTGRESQL or not url.database:
        raise BadSetting(variable("database_url"), NOT_POSTGRESQL)


def is_weak(key: str) -> bool:
    """Whether a key could be guessed: too short, or made of few characters."""
    return len(key) < 32 or len(set(key)) < 8


def check_destination(settings: Settings) -> None:
    """Raise BadSetting unless leaving lands on a plain page of somebody else."""
    try:
        address = urlsplit(settings.leave_to)
    except ValueError:
        raise BadSetting(variable("leave_to"), NOT_HTTPS) from None
    host = plain_host(address.hostname or "")
    if address.scheme != "https" or "." not in host or " " in host:
        raise BadSetting(variable("leave_to"), NOT_HTTPS)
    ours = {plain_host(name.partition(":")[0]) for name in settings.hosts}
    known = any(f".{name}" in f".{host}" for name in NEVER_NEUTRAL)
    if host in ours or known or address.query:  # a query may be what was searched for
        raise BadSetting(variable("leave_to"), NOT_NEUTRAL)


def check_site(address: str) -> None:
    """Raise BadSetting unless an address is that of a whole site."""
    try:
        parts = urlsplit(address)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        whole = None
    if not whole or address != f"{parts.scheme}://{parts.netloc}" or "@" in address:
        raise BadSetting(variable("url"), NOT_A_SITE)


def plain_host(name: str) -> str:
    """Return a host name as it is compared: without www, m or a leading dot, in small letters."""
    return name.lower().lstrip(".").removeprefix("www.").removeprefix("m.")


def make_folder(settings: Settings) -> None:
    """Make the data folder, readable by its owner alone. Raises UnwritableFolder."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=settings.data):
            pass
    except OSError:
        raise UnwritableFolder(settings.data) from None
