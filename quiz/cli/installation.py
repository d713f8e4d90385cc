"""The installation that a command works on."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from quiz.cli import running
from quiz.cli.words import _
from quiz.store import connect
from quiz.store.database import Database
from quiz.web import settings
from quiz.web.settings import Settings

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the database (default: QUIZ_DATA, the folder on which a server of this user "
    "runs, or an ordinary folder of this user).",
)


def settings_of(data: Path | None) -> Settings:
    """Return the settings of the installation that is meant.

    If neither an option nor a variable names one, it is that of the server which runs. Raises
    BadSetting, and ClickException if several run.
    """
    chosen = settings.from_environment(os.environ, data=data)
    if data or os.environ.get("QUIZ_DATA") or os.environ.get("QUIZ_DATABASE_URL"):
        return chosen
    others = running.servers()
    if not others or any(each.data == str(chosen.data) for each in others):
        return chosen
    if len({each.database for each in others}) > 1:
        raise click.ClickException(
            _("Several servers run, on these folders: %(folders)s. Choose one with --data.")
            % {"folders": ", ".join(sorted(each.data for each in others))}
        )
    found = replace(chosen, data=Path(others[0].data))
    if str(found.database) != others[0].database:
        raise click.ClickException(
            _(
                "A server runs on the database %(database)s. Write its address into "
                "QUIZ_DATABASE_URL, or choose another database with --data."
            )
            % {"database": others[0].database}
        )
    return found


def open_database(chosen: Settings) -> Database:
    """Return the database of an installation, and say which it is. It is closed with the command.

    A SQLite file is made if there is none.
    """
    settings.make_folder(chosen)
    database = connect.open_database(chosen.database)
    click.get_current_context().call_on_close(database.close)
    click.echo(_("Database: %(path)s") % {"path": database.path}, err=True)
    return database
