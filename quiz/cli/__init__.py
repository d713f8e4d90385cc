"""The command line: ``quiz serve``, ``quiz seal``, ``quiz staff add``, ``quiz bank check``.

Commands deal in sentences: whatever cannot be done is said in one, with what to do about it, in
the language of the terminal.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click
from sqlalchemy.orm import Session

from quiz import DISTRIBUTION
from quiz.cli import browser, copies, doctor, phones, running
from quiz.cli.bank import bank_group, load_bank
from quiz.cli.installation import data_option, open_database, settings_of
from quiz.cli.running import Server
from quiz.cli.sentences import AddressInUse, Sentences
from quiz.cli.words import _, program, terminal_language
from quiz.domain.day import day_of, month_of
from quiz.domain.refusals import NoSuchPerson
from quiz.domain.room import Phase
from quiz.domain.staff import Role
from quiz.server.run import run
from quiz.service import accounts, demo_data, maintenance
from quiz.service.reports import figures, formats
from quiz.service.reports.figures import Report
from quiz.store import rights, server_lock, staff
from quiz.store.database import Database
from quiz.store.reports import Filter
from quiz.store.sqlite import SQLite
from quiz.store.tables import Staff
from quiz.web import create_app, settings
from quiz.web.addresses import is_here
from quiz.web.network import HERE, adapters
from quiz.web.network import host as lan_host
from quiz.web.settings import Settings
from quiz.web.staff import first_run

EVERYWHERE = "0.0.0.0"  # noqa: S104 - asked for with --lan
BACKLOG = 2048


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=DISTRIBUTION)
def main() -> None:
    """Vững Tâm: a digital-safety quiz that keeps anonymous scores."""


for part in (bank_group, copies.backup, copies.restore, copies.move, doctor.doctor):
    main.add_command(part)


def own_address(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return which of the addresses of this machine was chosen. Raises BadParameter."""
    own = [address for _name, address in adapters()]
    if value in {None, EVERYWHERE, *own}:
        return value
    raise click.BadParameter(
        _("This machine has these addresses: %(addresses)s.") % {"addresses": ", ".join(own)}
    )


@main.command()
@click.option("--host", help=f"Address to listen on (default: QUIZ_HOST or {HERE}).")
@click.option("--port", type=int, help="Port to listen on (default: QUIZ_PORT or 8000).")
@click.option(
    "--lan",
    is_flag=False,
    flag_value=EVERYWHERE,
    metavar="[ADDRESS]",
    callback=own_address,
    help="Let phones on the same Wi-Fi open the quiz. If this machine has several addresses, "
    "ADDRESS says which one phones are told.",
)
@click.option("--open", "open_", is_flag=True, help="Open the classes in the browser.")
@data_option
def serve(
    host: str | None, port: int | None, lan: str | None, data: Path | None, *, open_: bool
) -> None:
    """Serve the quiz until Ctrl-C."""
    chosen = settings.from_environment(
        os.environ, host=EVERYWHERE if lan else host, port=port, data=data
    )
    settings.make_folder(chosen)
    for path in rights.restrict_access(chosen.data):
        click.echo(_("Others could look into %(path)s. Now they cannot.") % {"path": path})
    with server_lock.serving(chosen.data):
        app = create_app(chosen)
        database = app.extensions["database"]
        listener = listen(chosen.host, chosen.port)
        app.extensions["scheduler"].start()
        here = address = web_address(*listener.getsockname()[:2])
        port = listener.getsockname()[1]
        told = None if lan == EVERYWHERE else lan
        if lan:
            app.config.update(LAN_PORT=port, LAN_HOST=told)
            address = web_address(told or lan_host(), port)
        note = Server(
            data=str(chosen.data),
            database=str(database.path),
            here=here,
            address=chosen.url or address,
        )
        with running.noted(note):
            greet(chosen, database, here)
            first = offer_first_run(chosen, database, here, partial(first_run.offer, app))
            if lan:
                phones.invite(port, told)
            click.echo(_("Press Ctrl-C to stop."))
            sys.stdout.flush()
            if open_ or (first and sys.stdout.isatty()):
                browser.open_page(first or f"{here}rooms")
            run(app, listener)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises AddressInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    if os.name == "posix":  # elsewhere the option would let two programs share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)  # from here on the address that is printed can be opened
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise click.ClickException(
                _("This machine cannot listen on %(host)s, port %(port)s: %(reason)s")
                % {"host": host, "port": port, "reason": error.strerror}
            ) from None
        raise AddressInUse(host, port) from None
    return listener


def greet(chosen: Settings, database: Database, address: str) -> None:
    """Say where the quiz is, and what is worth knowing."""
    click.echo(_("Vững Tâm is at %(address)s") % {"address": address})
    if isinstance(database, SQLite) and database.journal_mode != "wal":
        click.echo(doctor.journal_warning(database))
    for warning in doctor.folder_warnings(chosen):
        click.echo(warning)


def offer_first_run(
    chosen: Settings, database: Database, here: str, offer: Callable[[], str]
) -> str | None:
    """Say how the first of the staff is added; return the address for it, if it is a page.

    Through a proxy everybody seems to be at this computer, and only the process that made a link
    knows it: there it is a command.
    """
    with database.reading() as db:
        if staff.is_anybody(db):
            return None
    if chosen.proxies or chosen.database_url or not is_here(here):
        click.echo(
            _("Nobody leads classes here yet. To begin, in another terminal: %(command)s")
            % {"command": f"{program()} staff add EMAIL --role admin"}
        )
        return None
    link = here.rstrip("/") + offer()
    click.echo(_("Nobody leads classes here yet. To begin, open this page on this computer:"))
    click.echo(f"  {link}")
    return link


def web_address(host: str, port: int) -> str:
    """Return an address that a browser on this machine can open."""
    name = HERE if host in {EVERYWHERE, "::"} else host
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


@main.command()
@data_option
def seal(data: Path | None) -> None:
    """Turn the quizzes of past days into totals, and destroy the separate answers."""
    chosen = settings_of(data)
    sealed = maintenance.seal(open_database(chosen), load_bank(), now=datetime.now(UTC))
    click.echo(
        _("%(people)s quizzes added to the totals, %(discarded)s unfinished ones destroyed.")
        % {"people": sealed.people, "discarded": sealed.discarded}
    )


@main.command()
@click.option(
    "--format",
    "ending",
    type=click.Choice([*formats.REPORT_FORMATS, *formats.TABLE_FORMATS]),
    default="xlsx",
    show_default=True,
    help="What to write: a workbook, JSON, a data package, or one table as CSV (with ; for "
    "spreadsheets that write a comma in decimals).",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Where to (default: here, under a name that says what is in it); - is a pipe.",
)
@click.option("--table", default="questions", show_default=True, help="Which table as CSV.")
@click.option("--first", help="From this month on, as 2026-11.")
@click.option("--last", help="Up to this month.")
@click.option("--province", help="Classes of this province or city.")
@click.option("--chapter", help="Classes of this chapter or school.")
@click.option("--phase", type=click.Choice([phase.value for phase in Phase]))
@click.option("--source", type=click.Choice(["solo", "room", "paper", "pool"]))
@click.option("--language", help="Quizzes in this language, as vi.")
@data_option
def export(
    ending: str, output: Path | None, table: str, data: Path | None, **chosen: str | None
) -> None:
    """Write the report of officers to a file. Only what may leave the house is in it."""
    where = settings_of(data)
    name = f"{table if ending in formats.TABLE_FORMATS else 'report'}.{ending}"
    today = day_of(datetime.now(UTC))
    target = output or Path(formats.file_name(name, Filter(**chosen), terminal_language(), today))
    click.echo(_("Adding up …"), err=True)
    with open_database(where).reading() as db:
        refuse_strange(Filter(**chosen), figures.report_without_figures(db))
        report = figures.build_report(db, load_bank(), Filter(**chosen))
    found = formats.Export(
        report=report,
        version=version(DISTRIBUTION),
        month=month_of(today),
        language=terminal_language(),
        translate=_,
    )
    click.echo(_("Writing %(groups)s groups …") % {"groups": len(report.batches)}, err=True)
    content = formats.render(found, name)
    if content is None:
        names = ", ".join(each.name for each in found.tables)
        raise click.ClickException(
            _("There is no such table. Choose one of: %(names)s") % {"names": names}
        )
    if str(target) == "-":
        click.echo(content, nl=False)
    else:
        write_whole(target, content)
        click.echo(_("Written: %(path)s") % {"path": target}, err=True)


def refuse_strange(chosen: Filter, all_: Report) -> None:
    """Raise BadParameter if a filter names what there is not: a slip is no empty report."""
    for name, problem in figures.find_filter_errors(chosen, all_).items():
        offered = [] if name in {"first", "last"} else [group.name for group in all_.by(name)]
        names = ", ".join(filter(None, offered))
        raise click.BadParameter(f"{_(problem)} {names}".rstrip(), param_hint=f"--{name}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole, or leave what was there. Raises ClickException."""
    try:
        if path.exists() and not path.is_file():  # such as /dev/stdout
            path.write_bytes(content)
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise click.ClickException(
            _("%(path)s could not be written: %(reason)s")
            % {"path": path, "reason": error.strerror}
        ) from None


@main.command()
@click.option("--remove", is_flag=True, help="Delete what was simulated, before the first class.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed, the same data."
)
@data_option
def demo(data: Path | None, *, seed: int, remove: bool) -> None:
    """Fill an empty installation with simulated classes, to explore the reports."""
    chosen = settings_of(data)
    with open_database(chosen).writing() as db:
        if remove:
            demo_data.clear(db)
            words = _("What was simulated is deleted.")
        else:
            people = demo_data.fill(db, load_bank(), today=day_of(datetime.now(UTC)), seed=seed)
            words = _(
                "%(people)s simulated people were added. Every report says so. "
                "To delete them: quiz demo --remove"
            ) % {"people": people}
        db.commit()
    click.echo(words)


@main.group("staff")
def staff_group() -> None:
    """Look after the people who run rooms, read reports or manage others."""


@staff_group.command()
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.FACILITATOR.value,
    show_default=True,
    help="What this person may do. The first admin is made here.",
)
@data_option
def add(email: str, role: str, data: Path | None) -> None:
    """Add somebody, and print the link with which she chooses a password."""
    chosen = settings_of(data)
    with open_database(chosen).writing() as db:
        token = accounts.invite(db, email, Role(role), by=None, now=datetime.now(UTC))
        db.commit()
    print_link(chosen, token)


@staff_group.command()
@click.argument("email")
@click.option(
    "--without-second-factor",
    is_flag=True,
    help="Remove the second factor too, for a lost phone.",
)
@data_option
def link(email: str, data: Path | None, *, without_second_factor: bool) -> None:
    """Print a new link for somebody, for instance because a password was forgotten."""
    chosen = settings_of(data)
    with open_database(chosen).writing() as db:
        token = accounts.renew_link(
            db,
            person(db, email).id,
            by=None,
            now=datetime.now(UTC),
            without_second_factor=without_second_factor,
        )
        db.commit()
    print_link(chosen, token)


@staff_group.command()
@click.argument("email")
@data_option
def disable(email: str, data: Path | None) -> None:
    """Keep somebody out, from this moment on."""
    chosen = settings_of(data)
    with open_database(chosen).writing() as db:
        found = person(db, email)
        accounts.disable(db, found.id, by=None, now=datetime.now(UTC))
        db.commit()
    click.echo(_("%(email)s has no access any more.") % {"email": found.email})


@staff_group.command("list")
@data_option
def list_staff(data: Path | None) -> None:
    """Print everybody: address, role, and what is worth knowing."""
    chosen = settings_of(data)
    with open_database(chosen).reading() as db:
        everybody = staff.everybody(db)
    for each in everybody:
        click.echo(f"{each.email}  {each.role}  {state(each)}".rstrip())
    if not everybody:
        click.echo(_("Nobody yet. To begin: quiz staff add EMAIL --role admin"))


def state(found: Staff) -> str:
    """Return what is worth knowing about somebody's account."""
    if found.disabled:
        return _("(without access)")
    if found.password is None:
        return _("(has yet to choose a password)")
    if accounts.lacks_second_factor(found):
        return _("(has yet to set up the second factor)")
    return ""


def person(db: Session, email: str) -> Staff:
    """Return whoever has an e-mail address. Raises NoSuchPerson."""
    found = accounts.find_email(db, email)
    if found is None:
        raise NoSuchPerson
    return found


def print_link(chosen: Settings, token: str) -> None:
    """Print the link with which somebody chooses a password: its path, and a full address."""
    path = f"/invitation/{token}"
    site = chosen.url or next(
        (each.address for each in running.servers() if each.data == str(chosen.data)), ""
    )
    if not site and chosen.hosts:
        site = f"https://{chosen.hosts[0]}"
    site = site or web_address(chosen.host, chosen.port)
    click.echo(_("Pass this link on. It works once, for 24 hours:"))
    click.echo(f"  {site.rstrip('/')}{path}")
    click.echo(
        _("If people reach the quiz under another address, put this after it: %(path)s")
        % {"path": path}
    )


@main.group("db")
def db_group() -> None:
    """Look after the database."""


@db_group.command()
@data_option
def upgrade(data: Path | None) -> None:
    """Bring the database to the form that this version needs. ``quiz serve`` does it too."""
    chosen = settings_of(data)
    path = open_database(chosen).path
    click.echo(_("The database %(path)s is up to date.") % {"path": path})
