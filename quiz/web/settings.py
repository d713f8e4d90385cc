"""Every setting, its default and its check, on one page. The table in README.md lists the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from platformdirs import user_data_path

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
NOT_HTTPS = "not https"
NOT_NEUTRAL = "not neutral"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation may decide. ``QUIZ_`` and the name in capitals is the variable."""

    data: Path
    """Folder of the database, the secret key and the joined stylesheets."""

    host: str = "127.0.0.1"
    """Address to listen on; ``--lan`` means 0.0.0.0."""

    port: int = 8000
    """Port to listen on; 0 takes any free one."""

    leave_to: str = "https://nchmf.gov.vn/"
    """Where leaving lands: the national weather forecast, in Vietnamese."""

    secret_key: str = ""
    """Key that signs form tokens; empty: made once and kept in the data folder."""

    proxies: int = 0
    """How many proxies of ours stand in front and set X-Forwarded-…; 0 trusts none."""

    hosts: tuple[str, ...] = ()
    """Host names to answer to, separated by commas; empty: any."""

    development: bool = False
    """Show the pattern book, and read templates anew."""

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "quiz.db"


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
    settings = Settings(**values)  # type: ignore[arg-type]
    check(settings)
    return settings


def read(name: str, text: str) -> object:
    """Return the value that a variable means."""
    match name:
        case "data":
            return Path(text).expanduser()
        case "port" | "proxies":
            if not text.isdecimal():
                raise BadSetting(variable(name), NOT_A_NUMBER)
            return int(text)
        case "hosts":
            return tuple(host.strip() for host in text.split(",") if host.strip())
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
    if settings.secret_key and (len(settings.secret_key) < 32 or len(set(settings.secret_key)) < 8):
        raise BadSetting(variable("secret_key"), KEY_TOO_SHORT)
    address = urlsplit(settings.leave_to)
    host = (address.hostname or "").removeprefix("www.").removeprefix("m.")
    if address.scheme != "https" or "." not in host:
        raise BadSetting(variable("leave_to"), NOT_HTTPS)
    ours = {name.split(":")[0] for name in settings.hosts}
    if host in ours or any(f".{host}".find(f".{name}") >= 0 for name in NEVER_NEUTRAL):
        raise BadSetting(variable("leave_to"), NOT_NEUTRAL)


def make_folder(settings: Settings) -> None:
    """Make the data folder, readable by its owner alone. Raises UnwritableFolder."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=settings.data):
            pass
    except OSError:
        raise UnwritableFolder(settings.data) from None
