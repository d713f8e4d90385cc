"""``quiz doctor``: how an installation is, in sentences that say what to do."""

from __future__ import annotations

import http.client
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from babel.dates import format_date
from sqlalchemy.orm import Session

from quiz.cli import phones, running
from quiz.cli.installation import data_option, settings_of
from quiz.cli.sentences import about_database, bad_setting
from quiz.cli.words import _, terminal_language
from quiz.domain.contact import DAYS_A_CALL_COUNTS
from quiz.domain.day import day_of
from quiz.service import backup, maintenance
from quiz.store import bank, connect, mounts
from quiz.store.refusals import StoreRefusal
from quiz.store.sqlite import SQLite
from quiz.web import network
from quiz.web.secret_key import NAME, secret_key
from quiz.web.settings import BadSetting, Settings

SPACE = 200 * 2**20
"""Bytes that should be free on the disk, and three times the database: it is written anew."""

PATIENCE = 2
"""Seconds to wait for a server on this machine."""


@dataclass(frozen=True)
class Finding:
    """One sentence, and whether it is about something that is wrong."""

    mark: str
    words: str


FINE, LOOK, WRONG = "✓", "!", "✗"


@click.command()
@data_option
def doctor(data: Path | None) -> None:
    """Say how the installation is, and what to do. Changes nothing.

    Ends with 1 if anything is wrong (✗). What is worth knowing (!) does not count as wrong.
    """
    chosen = settings_of(data)
    wrong = False
    for finding in examine(chosen, today=day_of(datetime.now(UTC))):
        click.echo(f"{finding.mark} {finding.words}")
        wrong |= finding.mark == WRONG
    if wrong:
        sys.exit(1)


def examine(chosen: Settings, *, today: date) -> Iterator[Finding]:
    """Yield all that was found, one thing after the other."""
    yield from about_folder(chosen)
    yield from about_key(chosen)
    yield from about_questions(today)
    yield from about_data(chosen, today)
    yield from about_phones(chosen, network.hosts(), port_of_server(chosen))


def about_folder(chosen: Settings) -> Iterator[Finding]:
    """Look at the data folder, and the disk that it lies on."""
    folder = chosen.data
    if not folder.is_dir():
        words = _("There is no folder %(path)s yet. It is made by: quiz serve")
        yield Finding(LOOK, words % {"path": folder})
        return
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        words = _("Others may look into the folder %(path)s. To keep them out: chmod 700 %(path)s")
        yield Finding(WRONG, words % {"path": folder})
    for warning in folder_warnings(chosen):
        yield Finding(WRONG, warning)
    size = chosen.database.stat().st_size if has_file(chosen) else 0  # type: ignore[union-attr]
    free = shutil.disk_usage(folder).free
    words = _("%(free)s MB are free on the disk of %(path)s.") % {
        "free": free // 10**6,
        "path": folder,
    }
    if free < SPACE + 3 * size:
        yield Finding(WRONG, words + " " + _("That is not enough: make room."))
    else:
        yield Finding(FINE, words)
    for aside in backup.put_aside_before(folder):
        words = _(
            "%(path)s had to make room for a backup, and may hold separate answers. "
            "Delete it as soon as nobody needs it."
        )
        yield Finding(WRONG, words % {"path": aside})


def folder_warnings(chosen: Settings) -> Iterator[str]:
    """Yield what to say if the database lies where SQLite cannot keep its promises."""
    if not isinstance(chosen.database, Path):
        return
    if filesystem := mounts.network(chosen.data):
        yield _(
            "The folder %(path)s is on a network drive (%(kind)s), where SQLite may lose or damage "
            "what it keeps. Choose a folder on a disk of this machine with --data."
        ) % {"path": chosen.data, "kind": filesystem}
    if tool := mounts.synchronised(chosen.data):
        yield _(
            "The folder %(path)s is synchronised by %(tool)s, which may put an older file in the "
            "place of the database. Choose a folder that no tool synchronises with --data."
        ) % {"path": chosen.data, "tool": tool}


def has_file(chosen: Settings) -> bool:
    """Whether the database is a file that exists."""
    return isinstance(chosen.database, Path) and chosen.database.exists()


def about_key(chosen: Settings) -> Iterator[Finding]:
    """Look at the key that signs forms, if it is kept in a file."""
    path = chosen.data / NAME
    if chosen.secret_key or not path.exists():
        return
    if os.name == "posix" and path.stat().st_mode & 0o077:
        words = _("Others may read the key %(path)s. To keep them out: chmod 600 %(path)s")
        yield Finding(WRONG, words % {"path": path})
    try:
        secret_key(chosen.data)
    except BadSetting as bad:
        yield Finding(WRONG, f"{bad.name}: {bad_setting(bad.reason)}")


def about_questions(today: date) -> Iterator[Finding]:
    """Look at the questions, the contacts, and by them at the clock."""
    try:
        found = bank.load(bank.CONTENT, today=today)
    except bank.FaultyBank as faulty:
        words = _("%(errors)s errors are in the questions. To see them: quiz bank check")
        yield Finding(WRONG, words % {"errors": len(faulty.faults)})
        return
    yield Finding(
        FINE, _("%(questions)s questions are valid.") % {"questions": len(found.questions)}
    )
    unsure = [
        contact
        for contact in found.contacts.values()
        if contact.verified_on is None or (today - contact.verified_on).days > DAYS_A_CALL_COUNTS
    ]
    if unsure:
        words = _(
            "%(contacts)s contacts were not checked by anybody in the last %(days)s days. Call or "
            "open them, and write the day into contacts.toml."
        )
        yield Finding(LOOK, words % {"contacts": len(unsure), "days": DAYS_A_CALL_COUNTS})
    newest = max((question.checked for question in found.questions.values()), default=today)
    yield about_clock(today, newest)


def about_clock(today: date, newest: date) -> Finding:
    """Compare the clock with a day that is certainly over, or is today."""
    if newest > today:
        words = _(
            "The clock of this machine says %(today)s, but something was written on %(day)s. "
            "Set the clock."
        )
        return Finding(WRONG, words % {"today": day(today), "day": day(newest)})
    return Finding(FINE, _("The clock says %(today)s.") % {"today": day(today)})


def about_data(chosen: Settings, today: date) -> Iterator[Finding]:
    """Look at the database, and at what it says."""
    location = chosen.database
    if isinstance(location, Path) and not location.exists():
        words = _("There is no database %(path)s yet. It is made by: quiz serve")
        yield Finding(LOOK, words % {"path": location})
        return
    try:
        with closing(connect.find_database(location)) as database:
            if not database.is_current():
                words = _(
                    "The database %(path)s has the form of an older version. To bring it up to "
                    "date: quiz db upgrade"
                )
                yield Finding(WRONG, words % {"path": database.path})
                return
            database.check()
            yield Finding(FINE, _("The database %(path)s is intact.") % {"path": database.path})
            if isinstance(database, SQLite):
                yield about_journal(database)
            with database.reading() as db:
                yield from about_memory(db, today)
    except StoreRefusal as refusal:
        yield Finding(WRONG, about_database(refusal))


def about_journal(database: SQLite) -> Finding:
    """Say which SQLite there is, and how it keeps what is written."""
    version = {"version": database.sqlite_version}
    if database.journal_mode == "wal":
        return Finding(FINE, _("SQLite %(version)s uses a write-ahead log.") % version)
    return Finding(LOOK, journal_warning(database))


def journal_warning(database: SQLite) -> str:
    """Return why the slower journal is used."""
    return _(
        "SQLite %(version)s may damage a write-ahead log, so the slower rollback journal "
        "is used. Your data is safe."
    ) % {"version": database.sqlite_version}


def about_memory(db: Session, today: date) -> Iterator[Finding]:
    """Look at what the database says of days: of the clock, of sealing, of backups."""
    newest = maintenance.newest_day(db)
    if newest is not None and newest > today:
        yield about_clock(today, newest)
    if maintenance.are_overdue(db, today=today):
        words = _(
            "Separate answers of past days are still there. To add them to the totals and destroy "
            "them: quiz seal. A running server does so automatically."
        )
        yield Finding(WRONG, words)
    last = backup.last_backup(db)
    made = (
        _("The last backup was made on %(day)s.") % {"day": day(last)}
        if last
        else _("No backup has been made yet.")
    )
    if backup.is_backup_due(db, today=today):
        yield Finding(WRONG, made + " " + _("To make one: quiz backup FILE"))
    else:
        yield Finding(FINE if last else LOOK, made)


def about_phones(chosen: Settings, hosts: Sequence[str], port: int) -> Iterator[Finding]:
    """Look whether phones can open the quiz at the addresses of this machine on its networks.

    A site with a name is reached from elsewhere.
    """
    if chosen.hosts or chosen.url:
        return
    if not hosts:
        words = _("This machine is on no network, so no phone can reach it.")
        yield Finding(LOOK, words)
        return
    address = {"address": f"http://{hosts[0]}:{port}/"}
    if answers(hosts[0], port):
        words = _("Phones on the same Wi-Fi open %(address)s, and the quiz answers there.")
        yield Finding(FINE, words % address)
        yield Finding(LOOK, phones.guest_networks())
    elif answers(network.HERE, port):
        words = _("The quiz answers on this machine, but not to phones. For them: quiz serve --lan")
        yield Finding(LOOK, words)
    else:
        words = _("Nothing answers at %(address)s. For phones: quiz serve --lan")
        yield Finding(LOOK, words % address)
    if len(hosts) > 1:
        yield Finding(LOOK, phones.other_addresses(hosts[1:]))


def port_of_server(chosen: Settings) -> int:
    """Return the port of the server that runs on an installation, or else the one that is set."""
    for each in running.servers():
        if each.data == str(chosen.data):
            return urlsplit(each.here).port or chosen.port
    return chosen.port


def answers(host: str, port: int) -> bool:
    """Whether the quiz answers at an address of this machine."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/about")
        return "Vững Tâm" in connection.getresponse().read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def day(when: date) -> str:
    """Return a day in the language of the terminal."""
    return format_date(when, "long", locale=terminal_language())
