"""``quiz backup``, ``quiz restore`` and ``quiz move``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import URL, make_url

from quiz.cli.installation import data_option, open_database, settings_of
from quiz.cli.sentences import bad_setting
from quiz.cli.words import _
from quiz.domain.day import day_of
from quiz.service import backup as backups
from quiz.service.backup import Contents
from quiz.web import settings
from quiz.web.settings import BadSetting, Settings

new_file = click.Path(dir_okay=False, path_type=Path)
old_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=new_file)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there already.")
@data_option
def backup(file: Path, data: Path | None, *, force: bool) -> None:
    """Write a backup to a file: everything that lasts, and no separate answers.

    The quiz may go on meanwhile.
    """
    chosen = settings_of(data)
    found = backups.back_up(open_database(chosen), file, today=today(), overwrite=force)
    click.echo(
        _("%(path)s holds %(contents)s. No separate answers are in it.")
        % {"path": file, "contents": in_words(found)}
    )
    click.echo(_("Keep it on another machine or a memory stick: it can be read by whoever has it."))


@click.command()
@click.argument("file", type=old_file)
@click.option("--force", is_flag=True, help="Put aside the database that is there.")
@data_option
def restore(file: Path, data: Path | None, *, force: bool) -> None:
    """Put a backup in the place of the database. Stop the server first."""
    chosen = settings_of(data)
    settings.make_folder(chosen)
    restored = backups.restore(
        file, chosen.database, folder=chosen.data, today=today(), force=force
    )
    click.echo(_("Restored: %(contents)s.") % {"contents": in_words(restored.contents)})
    click.echo(
        _(
            "All staff have to sign in again. Whoever lost access after the backup was "
            "made has it again: see quiz staff list. Classes that were open then are prepared "
            "again, and their answers are gone."
        )
    )
    if restored.aside:
        click.echo(
            _(
                "The database that was there is now %(path)s. It may hold separate answers: "
                "delete it as soon as you no longer need it."
            )
            % {"path": restored.aside}
        )


def parse_location(_context: click.Context, _argument: click.Parameter, value: str) -> Path | URL:
    """Return where to move to, as it was typed. Raises BadParameter."""
    if "://" not in value:
        return Path(value).expanduser().resolve()
    try:
        settings.check_database(value)
    except BadSetting as bad:
        raise click.BadParameter(bad_setting(bad.reason)) from None
    return make_url(value)


@click.command()
@click.argument("to", callback=parse_location)
@data_option
def move(to: Path | URL, data: Path | None) -> None:
    """Carry everything to another database. Stop the server first.

    TO is the address of an empty PostgreSQL database, or the data folder of a SQLite file to come.
    """
    chosen = settings_of(data)
    target = Settings(
        data=to if isinstance(to, Path) else chosen.data,
        database_url="" if isinstance(to, Path) else to.render_as_string(hide_password=False),
    )
    settings.make_folder(target)
    source = open_database(chosen)
    found = backups.move(source, target.database, folder=chosen.data)
    click.echo(_("Moved: %(contents)s.") % {"contents": in_words(found)})
    if isinstance(to, Path):
        words = _("Before the server starts again, take QUIZ_DATABASE_URL away. Then: %(command)s")
        click.echo(words % {"command": f"quiz serve --data {to}"})
    else:
        words = _("Before the server starts again, write the new address into QUIZ_DATABASE_URL.")
        click.echo(words)
    words = _("%(path)s was left behind without separate answers. Delete it once all is well.")
    click.echo(words % {"path": source.path})


def in_words(contents: Contents) -> str:
    """Return what an installation holds, as part of a sentence."""
    return _("%(people)s people in %(groups)s groups, %(rooms)s classes, %(staff)s staff") % vars(
        contents
    )


def today() -> date:
    """Return the quiz's day."""
    return day_of(datetime.now(UTC))
