"""Reports for officers: what was learnt, by how many, where and when; and each question."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import Any, NamedTuple

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

from quiz import DISTRIBUTION
from quiz.domain.day import month_of
from quiz.domain.question import Theme
from quiz.domain.room import Phase
from quiz.service import accounts
from quiz.service.reports import figures, formats, worker
from quiz.service.reports.cache import ReportCache
from quiz.service.reports.figures import QuestionFigure, Report
from quiz.service.reports.formats import Export
from quiz.service.reports.worker import Job
from quiz.store.reports import Filter, Released, batches
from quiz.web import db, live_updates
from quiz.web.clock import now, today
from quiz.web.common import current_bank
from quiz.web.labels import KINDS, PHASES_SHORT, SKILLS, SOURCES, THEMES, month_words
from quiz.web.locale import TRANSLATIONS, language, own_name
from quiz.web.staff import sessions

FILES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
}

bp = Blueprint("reports", __name__, url_prefix="/reports")

UP, DOWN = "up", "down"


class Sort(NamedTuple):
    """An order of questions: by what, and which way first. What is not known comes last."""

    key: Callable[[QuestionFigure], Any]
    way: str = UP

    def applied(self, figures: Iterable[QuestionFigure], way: str) -> list[QuestionFigure]:
        """Return the questions in this order."""
        known: list[QuestionFigure] = []
        unknown: list[QuestionFigure] = []
        for figure in figures:
            (unknown if self.key(figure) is None else known).append(figure)
        return [*sorted(known, key=self.key, reverse=way == DOWN), *unknown]


SORTS: Mapping[str, Sort] = {
    "question": Sort(
        lambda figure: (list(figures.THEME_PREFIXES.values()).index(figure.theme), figure.id)
    ),
    "answers": Sort(lambda figure: figure.share.answers, DOWN),
    "score": Sort(lambda figure: figure.share.percent),
    "discrimination": Sort(
        lambda figure: figure.discrimination.value if figure.discrimination else None
    ),
    "doubts": Sort(lambda figure: len(figure.doubts), DOWN),
}
"""The orders in which questions can be read; the hardest first if nothing is said."""

ROWS = 50
"""Questions on one page of their list."""


class QuestionFilterForm(Form):
    """Which questions a list shows. The figures of each are those of the chosen classes."""

    theme = SelectField(_l("Theme"), default="", validate_choice=False)
    skill = SelectField(_l("Skill"), default="", validate_choice=False)
    kind = SelectField(_l("Kind"), default="", validate_choice=False)

    def offer(self) -> None:
        """Offer all that there is. Raises NotFound if something else was chosen."""
        for field, names in (
            (self.theme, {theme.value: THEMES[theme.value] for theme in Theme}),
            (self.skill, SKILLS),
            (self.kind, KINDS),
        ):
            named = [(str(name), str(said)) for name, said in names.items()]
            field.choices = [SelectChoice("", _("all")), *options(named)]
            if field.data and field.data not in names:
                raise NotFound

    def lets_through(self, figure: QuestionFigure) -> bool:
        """Whether a question is wanted."""
        question = figure.question
        return (
            self.theme.data in {"", figure.theme}
            and (not self.skill.data or bool(question and question.skill == self.skill.data))
            and (not self.kind.data or bool(question and question.kind == self.kind.data))
        )

    def said(self) -> dict[str, str]:
        """Return what was chosen, as it stands in an address."""
        return {name: value for name, value in self.data.items() if value}


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
        self.faults = figures.find_filter_errors(self.chosen(), all_)
        months = {each.name for each in all_.by("month")}
        months |= {
            month for month in (self.first.data, self.last.data) if month and not self.faults
        }
        named = [(name, month_words(name)) for name in sorted(months)]
        self.first.choices = [SelectChoice("", _("the beginning")), *options(named)]
        self.last.choices = [SelectChoice("", _("today")), *options(named[::-1])]
        for field in (self.province, self.chapter, self.phase, self.source, self.language):
            names = [each.name for each in all_.by(field.name) if each.name]
            found = [(name, WORDS[field.name](name)) for name in names]
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

    def in_words(self) -> Sequence[tuple[str, str]]:
        """Return what was chosen, as a person reads it: names of the fields, and of the choices."""
        return [
            (str(self[name].label.text), WORDS[name](value)) for name, value in self.said().items()
        ]

    def said(self) -> dict[str, str]:
        """Return what was chosen, as it stands in an address that officers may share."""
        return {name: value for name, value in self.data.items() if value}


def phase_words(phase: str) -> str:
    """Return when a quiz was taken."""
    return str(PHASES_SHORT[Phase(phase)])


def source_words(source: str) -> str:
    """Return how a quiz was taken."""
    return str(SOURCES[source])


WORDS: Mapping[str, Callable[[str], str]] = {
    "first": month_words,
    "last": month_words,
    "province": str,
    "chapter": str,
    "phase": phase_words,
    "source": source_words,
    "language": own_name,
}
"""How the values of each filter are said."""


def options(named: list[tuple[str, str]]) -> list[SelectChoice]:
    """Return the choices of a list."""
    return [SelectChoice(value, words) for value, words in named]


@bp.context_processor
def day_of_report() -> dict[str, date]:
    """Let a page say of which day it is."""
    return {"report_day": today()}


@bp.before_request
def set_language_query() -> None:
    """Let the links to other languages lead to the same report."""
    g.language_query = request.query_string.decode()


def filled(*others: str) -> FilterForm:
    """Return the form as the address fills it in.

    Whatever else the address says, but for some ``others``, or says twice, is strange to it: it
    may be a filter that was misspelt, and must not lead to figures about everybody.
    """
    form = FilterForm(request.args)
    form.offer(figures.report_without_figures(db.reading()))
    known = {*form.data, *others}
    form.strange = [
        name for name, values in request.args.lists() if name not in known or len(values) > 1
    ]
    return form


def read(form: FilterForm) -> Report:
    """Return a report. Nobody has to wait for a page or a file that is made of it."""
    report = report_cache().get_report(db.reading(), form.released, form.chosen())
    db.forget_reading()
    return report


@bp.get("")
def index() -> Response:
    """Show how many were reached, how they did, and what changed with the lessons."""
    form = filled()
    if not form.validate():
        return make_response(render_template("staff/reports/refused.html", form=form), 400)
    report = read(form)
    return make_response(
        render_template("staff/reports/index.html", form=form, said=form.said(), report=report)
    )


@bp.get("/questions")
def questions() -> Response:
    """List all questions with what is known of them, in any order."""
    form = filled("sort", "way", "page", "theme", "skill", "kind")
    if not form.validate():
        return make_response(render_template("staff/reports/refused.html", form=form), 400)
    only = QuestionFilterForm(request.args)
    only.offer()
    sort = request.args.get("sort", "score")
    if sort not in SORTS:
        abort(404)
    way = request.args.get("way", SORTS[sort].way)
    number = request.args.get("page", 1, type=int)
    report = read(form)
    found = SORTS[sort].applied(filter(only.lets_through, report.questions), way)
    pages = max(1, -(-len(found) // ROWS))
    if way not in {UP, DOWN} or not 1 <= number <= pages:
        abort(404)
    page = render_template(
        "staff/reports/questions.html",
        form=form,
        only=only,
        said=form.said(),
        listed=form.said() | only.said(),
        report=report,
        questions=found[ROWS * (number - 1) : ROWS * number],
        total=len(found),
        sort=sort,
        way=way,
        sorts=SORTS,
        number=number,
        pages=pages,
    )
    return make_response(page)


@bp.get("/questions/<id_>/<revision>")
def question(id_: str, revision: str) -> Response:
    """Show all that is known of one question in one wording."""
    form = filled()
    if not form.validate():
        return make_response(render_template("staff/reports/refused.html", form=form), 400)
    report = read(form)
    wanted = (id_, revision)
    found = [each for each in report.questions if (each.id, each.revision) == wanted]
    if not found:
        abort(404)
    page = render_template(
        "staff/reports/question.html", form=form, said=form.said(), report=report, figure=found[0]
    )
    return make_response(page)


@bp.get("/take")
def take() -> Response:
    """Offer the files with what the report says."""
    form = filled()
    if not form.validate():
        return make_response(render_template("staff/reports/refused.html", form=form), 400)
    found = export(read(form))
    page = render_template(
        "staff/reports/take.html",
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
        return make_response(render_template("staff/reports/refused.html", form=form), 400)
    data = render_file(name, form)
    if request.method != "HEAD":
        note(name, len(batches(db.reading(), *form.chosen().conditions)))
    filename = formats.file_name(name, form.chosen(), language(), today())
    return sent(data, filename, FILES[name.rpartition(".")[2]])


@bp.get("/schema.json")
def schema() -> Response:
    """Send the JSON Schema of ``report.json``."""
    report = figures.build_report(db.reading(), current_bank())
    document = json.dumps(formats.json_schema(export(report)), indent=1).encode()
    return sent(document, "schema.json", "application/schema+json")


def render_file(name: str, form: FilterForm) -> bytes:
    """Return a file in the language of the page."""
    key = name, form.chosen(), language(), month_of(today())

    def write() -> bytes:
        content = render_in_worker(name, form.chosen()) if live_updates.anybody_listens() else None
        if content is None:
            content = formats.render(export(read(form)), name)
        if not content:
            raise NotFound
        return content

    return report_cache().get_file(form.released, key, write)


def render_in_worker(name: str, chosen: Filter) -> bytes | None:
    """Return a file that another process wrote, for a class is led in this one."""
    db.forget_reading()
    content = worker.render_in_process(
        Job.create(
            current_app.config["DATABASE"],
            chosen,
            name=name,
            month=month_of(today()),
            version=version(DISTRIBUTION),
            language=language(),
            translations=str(TRANSLATIONS),
        )
    )
    if content is None:
        current_app.logger.warning("no other process wrote a file; a class may have to wait")
    return content


def report_cache() -> ReportCache:
    """Return the cached reports and files of this application."""
    cache: ReportCache = current_app.extensions["report_cache"]
    return cache


def export(report: Report) -> Export:
    """Return a report, ready to be written in the language of the page."""
    return Export(
        report=report,
        version=version(DISTRIBUTION),
        month=month_of(today()),
        language=language(),
        translate=gettext,
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
        accounts.audit_export(writing, sessions.here().staff, what, about, now=now())
        writing.commit()
