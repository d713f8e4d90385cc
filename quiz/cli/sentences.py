"""What cannot be done, said in a sentence with what to do about it."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from quiz.cli.bank import print_faults
from quiz.cli.words import _
from quiz.domain.refusals import EmailTaken, HoldsTotals, LastAdmin, NoSuchPerson, NotAnEmail
from quiz.store import refusals
from quiz.store.bank import FaultyBank
from quiz.web import settings
from quiz.web.settings import BadSetting


class Sentences(click.Group):
    """A group of commands that says what went wrong in a sentence, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. What it writes is for nobody else to read."""
        before = os.umask(0o077)
        for stream in (sys.stdout, sys.stderr):  # a terminal that knows no Vietnamese still works
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except FaultyBank as faulty:
            print_faults(faulty.faults)
            raise click.ClickException(_("Fix the questions above, then try again.")) from None
        except (BadSetting, refusals.StoreRefusal, AddressInUse) as refusal:
            raise click.ClickException(sentence(refusal)) from None
        except HoldsTotals:
            raise click.ClickException(
                _(
                    "There are totals here already, so nothing was added. "
                    "Choose another folder: quiz demo --data FOLDER"
                )
            ) from None
        except (NotAnEmail, EmailTaken, NoSuchPerson, LastAdmin) as refusal:
            raise click.ClickException(about_staff(refusal)) from None
        finally:
            os.umask(before)


class AddressInUse(Exception):
    """Another program listens on the port already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port}")
        self.port = port


def sentence(refusal: BadSetting | AddressInUse | refusals.StoreRefusal) -> str:
    """Return what happened and what to do about it."""
    match refusal:
        case BadSetting(name=name, reason=reason):
            return f"{name}: {bad_setting(reason)}"
        case AddressInUse(port=port):
            return _(
                "Port %(port)s is in use. Stop the other program, or choose another port: "
                "quiz serve --port %(other)s"
            ) % {"port": port, "other": port + 1}
        case refusals.StoreRefusal():
            return about_database(refusal)


def about_database(refusal: refusals.StoreRefusal) -> str:
    """Return why a database cannot be used, and what to do about it."""
    words = {
        refusals.UnwritableFolder: _(
            "The folder %(path)s cannot be written to. Choose another with --data or QUIZ_DATA."
        ),
        refusals.CorruptDatabase: _(
            "The database %(path)s is damaged. Nothing was changed. Put a backup in its place: "
            "quiz restore FILE --force. Without one, move the file away to start with an empty one."
        )
        if isinstance(refusal.path, Path)
        else _(
            "The database %(path)s is damaged, or belongs to another program. Nothing was changed. "
            "Restore a backup, or name another database in QUIZ_DATABASE_URL."
        ),
        refusals.FileReplaced: _(
            "The database %(path)s was deleted, moved or replaced while it was open. Stop the "
            "quiz, put the right file back, and start it again."
        ),
        refusals.NewerSchema: _(
            "The database %(path)s was made by a newer version of this program. "
            "Install that version or a later one."
        ),
        refusals.DatabaseBusy: _(
            "The database %(path)s is being used by another program. "
            "Close that program and try again."
        ),
        refusals.DiskFull: _(
            "There is no room left on the disk of %(path)s. Make room and try again."
        ),
        refusals.FailingDisk: _(
            "The disk of %(path)s is full, or it fails. Make room, or have the disk looked at, "
            "then try again."
        ),
        refusals.NameTaken: _(
            "There is a file %(path)s already. Choose another name, or overwrite it with --force."
        ),
        refusals.NotABackup: _(
            "%(path)s is damaged, or is no backup of this program. Nothing was changed. "
            "Take another backup."
        ),
        refusals.NotEmpty: _(
            "The database %(path)s holds something already. Nothing was changed. Name an empty "
            "one. A SQLite file can also make room for a backup: quiz restore FILE --force"
        ),
        refusals.Unreachable: _(
            "No PostgreSQL server answers at %(path)s. Start it, or correct the address in "
            "QUIZ_DATABASE_URL."
        ),
        refusals.NotLetIn: _(
            "The server of %(path)s does not let this program in: %(reason)s. Correct user, "
            "password and database in QUIZ_DATABASE_URL."
        ),
        refusals.UnsafeServer: _(
            "The server of %(path)s is set up with %(setting)s, and so could lose or spoil what "
            "it keeps. Change that, or use another server."
        ),
        refusals.NoDriver: _(
            "PostgreSQL needs one more library. To install it: pip install 'vung-tam[postgres]'"
        ),
    }[type(refusal)]
    return words % vars(refusal)


def about_staff(refusal: Exception) -> str:
    """Return what is wrong with a command about staff, and what to do about it."""
    match refusal:
        case NotAnEmail():
            return _("Enter an e-mail address, such as lan@example.org.")
        case EmailTaken():
            return _(
                "Somebody with this e-mail address is there already. "
                "For a new link: quiz staff link EMAIL"
            )
        case LastAdmin():
            return _("Nobody else can manage people yet. Add another administrator first.")
        case _:
            return _(
                "Nobody with this e-mail address has access. To see everybody: quiz staff list"
            )


def bad_setting(reason: str) -> str:
    """Return what is wrong with a setting, and what to write."""
    return {
        settings.NOT_A_NUMBER: _("write a whole number."),
        settings.NOT_A_PORT: _("write a number from 0 to 65535."),
        settings.NOT_YES_OR_NO: _("write yes or no."),
        settings.KEY_TOO_SHORT: _(
            "write at least 32 random characters, or leave it out and one is made."
        ),
        settings.KEY_DAMAGED: _("this key is damaged. Delete the file, and a new one is made."),
        settings.NOT_POSTGRESQL: _(
            "write the address of a PostgreSQL database: postgresql://USER:PASSWORD@HOST/DATABASE"
        ),
        settings.NOT_A_SITE: _(
            "write the address under which people open the quiz, such as https://quiz.example."
        ),
        settings.NOT_HTTPS: _("write a full address that begins with https://."),
        settings.NOT_NEUTRAL: _(
            "choose a dull page, such as a weather forecast: no search engine, social network, "
            "video site or this site itself."
        ),
    }[reason]
