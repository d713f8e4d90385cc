"""Reports for officers: what was learnt, by how many, where and when; and each question."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    render_template,
    request,
)
from flask_babel import gettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from quiz.domain.day import month_of
from quiz.domain.room import Phase
from quiz.service import clerk, files, reporting, staffing
from quiz.service.clerk import Job
from quiz.service.desk import Desk
from quiz.service.files import Export
from quiz.service.reporting import QuestionFigure, Report
from quiz.store.reports import Filter, Released, batches
from quiz.web import db, live_updates, staff_session
from quiz.web.clock import now, today
from quiz.web.locale import TRANSLATIONS, language, own_name
from quiz.web.names import PHASES_SHORT, SOURCES, month_words
from quiz.web.pages import bank

FILES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
}

bp = Blueprint("reports", __name__, url_prefix="/reports")

SORTS: Mapping[str, Callable[[QuestionFigure], Any]] = {
    "question": lambda figure: (list(reporting.PREFIXES.values()).index(figure.theme), figure.id),
    "answers": lambda figure: -figure.share.answers,
    "score": lambda figure: (figure.share.percent is None, figure.share.percent),
    "discrimination": lambda figure: (
        figure.discrimination is None,
        figure.discrimination and figure.discrimination.value,
    ),
    "doubts": lambda figure: -len(figure.doubts),
}
"""The orders in which questions can be read; the hardest first if nothing is said."""


class FilterForm(Form):
    """Which classes a report is about. Every choice is one that there is."""

    first = SelectField(_l("From month"), default="", validate_choice=False)
    last = SelectField(_l("To month"), default="", validate_choice=False)
    province = SelectField(_l("Province or city"), default="", validate_choice=False)
    chapter = SelectField(_l("Chapter or school"), default="", validate_choice=False)
    phase = SelectField(_l("Before or after a lesson"), default="", validate_choice=False)
    source = SelectField(_l("How the quiz was taken"), default="", validate_choice=False)
    language = SelectField(_l("Language of the quiz"), default="", validate_choice=False)

    released: Sequence[Released] = ()
    faults: Mapping[str, str] = {}
    strange: Sequence[str] = ()

    def offer(self, all_: Report) -> None:
        """Offer what is among the released batches, and see whether that was chosen."""
        self.released = all_.batches
        self.faults = reporting.problems(self.chosen(), all_)
        months = {each.name for each in all_.by("month")}
        months |= {
            month for month in (self.first.data, self.last.data) if month and not self.faults
        }
        named = [(name, month_words(name)) for name in sorted(months)]
        self.first.choices = [SelectChoice("", _("the beginning")), *options(named)]
        self.last.choices = [SelectChoice("", _("today")), *options(named[::-1])]
        for field, words in (
            (self.province, str),
            (self.chapter, str),
            (self.phase, phase_words),
            (self.source, source_words),
            (self.language, own_name),
        ):
            names = [each.name for each in all_.by(field.name) if each.name]
            found = [(name, words(name)) for name in names]
            field.choices = [SelectChoice("", _("all")), *options(found)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether what was chosen is there, makes sense together, and is all that was asked."""
        super().validate(extra_validators)
        for name, problem in self.faults.items():
            self[name].errors = [_(problem)]
        return not self.faults and not self.strange

    def said_errors(self) -> Mapping[str, Sequence[str]]:
        """Return what is wrong, by the names that stand in the address."""
        unknown = _("There is no such filter. These are: %(names)s", names=", ".join(self.data))
        return {name: [unknown] for name in self.strange} | {
            name: [str(each) for each in found] for name, found in self.errors.items()
        }

    def chosen(self) -> Filter:
        """Return the filter."""
        return Filter(**{name: value or None for name, value in self.data.items()})

    def said(self) -> dict[str, str]:
        """Return what was chosen, as it stands in an address that officers may share."""
        return {name: value for name, value in self.data.items() if value}


def phase_words(phase: str) -> str:
    """Return when a quiz was taken."""
    return str(PHASES_SHORT[Phase(phase)])


def source_words(source: str) -> str:
    """Return how a quiz was taken."""
    return str(SOURCES[source])


def options(named: list[tuple[str, str]]) -> list[SelectChoice]:
    """Return the choices of a list."""
    return [SelectChoice(value, words) for value, words in named]


@bp.before_request
def keep_filter() -> None:
    """Let the links to other languages lead to the same report."""
    g.language_query = request.query_string.decode()


def filled(*others: str) -> FilterForm:
    """Return the form as the address fills it in.

    Whatever else the address says, but for some ``others``, or says twice, is strange to it: it
    may be a filter that was misspelt, and must not lead to figures about everybody.
    """
    form = FilterForm(request.args)
    form.offer(reporting.choices(db.reading()))
    known = {*form.data, *others}
    form.strange = [
        name for name, values in request.args.lists() if name not in known or len(values) > 1
    ]
    return form


def read(form: FilterForm) -> Report:
    """Return a report. Nobody has to wait for a page or a file that is made of it."""
    report = desk().report(db.reading(), form.released, form.chosen())
    db.forget_reading()
    return report


@bp.get("")
def index() -> Response:
    """Show how many were reached, how they did, and what changed with the lessons."""
    form = filled()
    if not form.validate():
        return make_response(render_template("reports/refused.html", form=form), 400)
    report = read(form)
    return make_response(
        render_template("reports/index.html", form=form, said=form.said(), report=report)
    )


@bp.get("/questions")
def questions() -> Response:
    """List all questions with what is known of them, in any order."""
    form = filled("sort")
    if not form.validate():
        return make_response(render_template("reports/refused.html", form=form), 400)
    report = read(form)
    sort = request.args.get("sort", "score")
    if sort not in SORTS:
        abort(404)
    page = render_template(
        "reports/questions.html",
        form=form,
        said=form.said(),
        report=report,
        questions=sorted(report.questions, key=SORTS[sort]),
        sort=sort,
    )
    return make_response(page)


@bp.get("/questions/<id_>/<revision>")
def question(id_: str, revision: str) -> Response:
    """Show all that is known of one question in one wording."""
    form = filled()
    if not form.validate():
        return make_response(render_template("reports/refused.html", form=form), 400)
    report = read(form)
    wanted = (id_, revision)
    found = [each for each in report.questions if (each.id, each.revision) == wanted]
    if not found:
        abort(404)
    page = render_template(
        "reports/question.html", form=form, said=form.said(), report=report, figure=found[0]
    )
    return make_response(page)


@bp.get("/take")
def take() -> Response:
    """Offer the files with what the report says."""
    form = filled()
    if not form.validate():
        return make_response(render_template("reports/refused.html", form=form), 400)
    found = export(read(form))
    page = render_template(
        "reports/take.html",
        form=form,
        said=form.said(),
        report=found.report,
        tables=[table for table in found.tables if table.rows],
        about=found.about,
    )
    return make_response(page)


@bp.get("/file/<name>")
def file(name: str) -> Response:
    """Send everything as one file, or one table as CSV. What is sent is kept in the record."""
    form = filled()
    if not form.validate():
        return make_response(render_template("reports/refused.html", form=form), 400)
    data = written(name, form)
    if request.method != "HEAD":
        note(name, len(batches(db.reading(), *form.chosen().conditions)))
    kept_as = files.file_name(name, form.chosen(), language(), today())
    return sent(data, kept_as, FILES[name.rpartition(".")[2]])


@bp.get("/schema.json")
def schema() -> Response:
    """Send the JSON Schema of ``report.json``."""
    report = reporting.report(db.reading(), bank())
    document = json.dumps(files.schema(export(report)), indent=1).encode()
    return sent(document, "schema.json", "application/schema+json")


def written(name: str, form: FilterForm) -> bytes:
    """Return a file in the language of the page."""
    kind = name, form.chosen(), language(), month_of(today())

    def write() -> bytes:
        content = written_aside(name, form.chosen()) if live_updates.watcher().channels else None
        if content is None:
            content = files.written(export(read(form)), name)
        if not content:
            raise NotFound
        return content

    return desk().file(form.released, kind, write)


def written_aside(name: str, chosen: Filter) -> bytes | None:
    """Return a file that another process wrote, for a class is led in this one."""
    db.forget_reading()
    content = clerk.written(
        Job.of(
            current_app.config["DATABASE"],
            chosen,
            name=name,
            month=month_of(today()),
            version=version("quiz"),
            language=language(),
            translations=str(TRANSLATIONS),
        )
    )
    if content is None:
        current_app.logger.warning("no other process wrote a file; a class may have to wait")
    return content


def desk() -> Desk:
    """Return where the reports of this application lie ready."""
    ready: Desk = current_app.extensions["desk"]
    return ready


def export(report: Report) -> Export:
    """Return a report, ready to be written in the language of the page."""
    return Export(
        report=report,
        version=version("quiz"),
        month=month_of(today()),
        language=language(),
        say=gettext,
    )


def sent(data: bytes, name: str, mimetype: str) -> Response:
    """Return a file that is kept, not shown."""
    response = make_response(data)
    response.mimetype = mimetype.partition(";")[0]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def note(name: str, groups: int) -> None:
    """Keep who took a file, and of how many groups."""
    what, about = f"export {name.rpartition('.')[2]}", f"groups {groups}"
    with db.database().writing() as writing:
        staffing.note_export(writing, staff_session.here().staff, what, about, now=now())
        writing.commit()
