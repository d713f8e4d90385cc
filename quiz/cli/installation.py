"""The installation that a command works on."""

from __future__ import annotations

from pathlib import Path

import click

from quiz.store import opening
from quiz.store.database import Database
from quiz.web import settings
from quiz.web.settings import Settings

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the database (default: QUIZ_DATA, or an ordinary folder of this user).",
)


def open_database(chosen: Settings) -> Database:
    """Return the database of an installation; a SQLite file is made if there is none."""
    settings.make_folder(chosen)
    return opening.open_database(chosen.database)
