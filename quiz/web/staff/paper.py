"""Classes on paper: sheets to print, and a page on which to enter how many chose what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.exceptions import BadRequest
from wtforms import Form, IntegerField
from wtforms.validators import NumberRange, Optional

from quiz.domain.paper import Entry, Mismatch, Mistake
from quiz.domain.question import PaperMark, Question
from quiz.domain.refusals import NotReminded, Refusal, StaleVersion
from quiz.domain.room import Mode, Phase
from quiz.service import paper
from quiz.service.live import rooms
from quiz.store.tables import Room
from quiz.web import db, errors
from quiz.web.clock import today
from quiz.web.common import current_bank, help_numbers, redirect_to
from quiz.web.staff.rooms import address_of, is_printed, mine, posted_version

bp = Blueprint("paper", __name__)

LETTERS = "ABCDEFGH"
PARTS = ("questions", "answers", "key")

MISTAKES = {
    Mistake.NOBODY: _l("Enter how many people took part."),
    Mistake.TOO_MANY: _l("Question %(place)s has %(is)s answers, but %(wanted)s people took part."),
    Mistake.NO_SCORES: _l(
        "Question %(place)s: its letters are counted, but not yet how many sheets have how many "
        "lines right. Count that too, or empty the letters."
    ),
    Mistake.NO_LINES: _l(
        "Question %(place)s: its sheets are counted, but not yet the letters on each line. "
        "Count them too, or empty the numbers of sheets."
    ),
    Mistake.OTHER_LINE: _l(
        "Question %(place)s, line %(line)s: the letters add up to %(is)s, but %(wanted)s sheets "
        "were counted. Count this line again, or the sheets."
    ),
    Mistake.OTHER_LINES_RIGHT: _l(
        "Question %(place)s: its letters say that %(is)s lines are right, its sheets say "
        "%(wanted)s. Count both again, with the answers beside you."
    ),
    Mistake.SCORES_OF_OTHERS: _l(
        "The table of scores holds %(is)s people, but %(wanted)s took part. "
        "Leave it empty if you did not count it."
    ),
    Mistake.OTHER_SCORES: _l(
        "By the table of scores %(is)s answers were right; by the questions %(wanted)s."
    ),
}
"""What to do about each mistake."""


class EntryForm(Form):
    """How many took part; the other fields depend on the questions."""


def number(label: str) -> IntegerField:
    """Return a field for how many people did something. Nothing is nobody."""
    words = _l("Enter a whole number from 0 to 9999.")
    render = {"inputmode": "numeric", "autocomplete": "off"}
    return Count(label, [Optional(), NumberRange(0, 9999, words)], render_kw=render)


class Count(IntegerField):
    """A number of people."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; what is no number is kept to be mended."""
        try:
            super().process_formdata(list(valuelist))
        except ValueError:
            raise ValueError(_("Enter a whole number from 0 to 9999.")) from None


def form_of(quiz: Sequence[Question], entry: Entry | None = None) -> EntryForm:
    """Return the form for these questions: as it was sent, or as it was kept."""
    fields = {"people": number(_l("How many people took part"))}
    data: dict[str, int | None] = {"people": entry.people or None if entry else None}
    for position, question in enumerate(quiz, start=1):
        for mark, label in labels_of_marks(question, position):
            name = field_name(question, mark)
            fields[name] = number(label)
            data[name] = entry.count(question, [mark]) or None if entry else None
    for right in range(len(quiz) + 1):
        name = f"right-{right}"
        fields[name] = number(ngettext("%(num)d right", "%(num)d right", right))
        data[name] = entry.right.get(right) if entry else None
    form_class = type("EntryOfQuiz", (EntryForm,), fields)
    form: EntryForm = form_class(data=data) if entry else form_class(request.form)
    return form


def labels_of_marks(question: Question, position: int) -> Iterator[tuple[PaperMark, str]]:
    """Yield everything that is counted for a question, and the label of its field."""
    if len(question.paper_lines) == 1:
        for letter, mark in zip(LETTERS, question.paper_scores, strict=False):
            yield mark, _("Question %(place)s, %(letter)s", place=position, letter=letter)
        return
    for mark in question.paper_scores:
        right = int(mark.score * len(question.paper_lines))
        yield mark, ngettext("%(num)d line right", "%(num)d lines right", right)
    for line, marks in enumerate(question.paper_lines, start=1):
        for letter, mark in zip(LETTERS, marks, strict=False):
            where = {"place": position, "line": line, "letter": letter}
            yield mark, _("Question %(place)s, line %(line)s, %(letter)s", **where)


def field_name(question: Question, mark: PaperMark) -> str:
    """Return the name of the field in which a mark is counted."""
    return f"{question.id}.{mark.name}"


def entry_of(form: EntryForm, quiz: Sequence[Question]) -> Entry:
    """Return what was entered."""
    return Entry(
        people=form["people"].data or 0,
        options={
            question.id: {
                mark.name: form[field_name(question, mark)].data or 0
                for mark, _label in labels_of_marks(question, position)
            }
            for position, question in enumerate(quiz, start=1)
        },
        right={right: form[f"right-{right}"].data or 0 for right in range(len(quiz) + 1)},
    )


@bp.get("/rooms/<int:id>/paper")
def show(id: int) -> Response:
    """Show what to print, and what was entered so far."""
    room = on_paper(id)
    if not is_printed(room):
        return redirect_to(address_of(room))
    quiz = paper.questions(db.session(), current_bank(), room)
    entry = paper.entry(db.session(), room)
    return page(room, quiz, form_of(quiz, entry), entry)


@bp.post("/rooms/<int:id>/paper")
def submit(id: int) -> Response:
    """Save a draft, check it, or seal it."""
    room = on_paper(id)
    session = db.session()
    quiz = paper.questions(session, current_bank(), room)
    do = request.form.get("do")
    if do == "meanwhile":
        return save_draft(room, form_of(quiz), quiz)
    try:
        if do == "sealed":
            paper.seal(session, current_bank(), room, version=posted_version(), today=today())
            session.commit()
            return redirect_to(url_for("rooms.result", id=room.id))
        if do not in {"keep", "seal"}:
            raise BadRequest
        form = form_of(quiz)
        if not form.validate():
            db.give_up()
            return page(room, quiz, form, Entry(), status=400)
        entry = entry_of(form, quiz)
        paper.save(session, room, entry, version=posted_version())
    except (StaleVersion, NotReminded) as refusal:
        db.give_up()
        room = on_paper(id)
        if not is_printed(room):
            return redirect_to(address_of(room))
        entry = paper.entry(db.session(), room)
        return page(room, quiz, form_of(quiz, entry), entry, problem=refusal)
    session.commit()
    if do == "keep":
        return redirect_to(url_for("paper.show", id=room.id))
    found = paper.mismatches(session, current_bank(), room, entry)
    if found:
        return page(room, quiz, form, entry, status=400)
    return make_response(
        render_template("staff/paper/sure.html", room=room, quiz=quiz, entry=entry)
    )


def save_draft(room: Room, form: EntryForm, quiz: Sequence[Question]) -> Response:
    """Save what a page sends by itself. What cannot be saved is said once a button is pressed."""
    if not form.validate():
        return Response(status=400)
    try:
        paper.save_draft(db.session(), room, entry_of(form, quiz), version=posted_version())
    except StaleVersion:
        return Response(status=409)
    db.session().commit()
    return Response(status=204)


@bp.get("/rooms/<int:id>/paper/<part>")
def sheets(id: int, part: str) -> Response:
    """Show one part of the set as it comes out of the printer, in each language of the room."""
    if part not in PARTS:
        abort(404)
    room = on_paper(id)
    if not room.revisions:  # the wording is frozen only once the reminders are ticked
        abort(404)
    quiz = paper.questions(db.session(), current_bank(), room)
    page = render_template(
        "staff/paper/sheets.html",
        room=room,
        part=part,
        quiz=quiz,
        slips=list(slips(room, quiz)),
        letters=LETTERS,
        languages=room.projector.split(),
        contacts=help_numbers(),
        large="large" in request.args,
    )
    return make_response(page)


class Slip(NamedTuple):
    """An answer sheet: when it is filled in, and its rows."""

    phase: Phase
    rows: Sequence[AnswerRow]


def slips(room: Room, quiz: Sequence[Question]) -> Iterator[Slip]:
    """Yield the answer sheets of one page: two alike, one in large print, or before and after."""
    first = Slip(Phase(room.phase), list(answer_rows(quiz)))
    yield first
    if "both" in request.args and first.phase is Phase.BEFORE:
        following = rooms.questions_after(db.session(), current_bank(), room)
        yield Slip(Phase.AFTER, list(answer_rows(following)))
    elif "large" not in request.args:
        yield first


class AnswerRow(NamedTuple):
    """A row of an answer sheet: its label, and how many letters there are to choose from."""

    label: str
    letters: int


def answer_rows(quiz: Sequence[Question]) -> Iterator[AnswerRow]:
    """Yield the rows of an answer sheet; 3.1 is the first of several lines of question 3."""
    for position, question in enumerate(quiz, start=1):
        several = len(question.paper_lines) > 1
        for line, marks in enumerate(question.paper_lines, start=1):
            yield AnswerRow(f"{position}.{line}" if several else str(position), len(marks))


def on_paper(id: int) -> Room:
    """Return a class on paper of whoever is signed in, or answer that there is none."""
    room = mine(id)
    if Mode(room.mode) is not Mode.PAPER:
        abort(404)
    return room


def page(
    room: Room,
    quiz: Sequence[Question],
    form: EntryForm,
    entry: Entry,
    *,
    status: int = 200,
    problem: Refusal | None = None,
) -> Response:
    """Return the page of a class on paper."""
    begun = entry.people or any(map(any, (each.values() for each in entry.options.values())))
    found = paper.mismatches(db.reading(), current_bank(), room, entry) if begun else []
    words = render_template(
        "staff/paper/show.html",
        room=room,
        quiz=quiz,
        form=form,
        entry=entry,
        field_name=field_name,
        letters=LETTERS,
        mismatches=[error_message(each, quiz) for each in found],
        problem=errors.words(problem) if problem else None,
    )
    return make_response(words, errors.status(problem) if problem else status)


def error_message(found: Mismatch, quiz: Sequence[Question]) -> tuple[str, str]:
    """Return the field that a mistake is in, and what to do about it."""
    question = next((each for each in quiz if each.id == found.question), None)
    if question:
        field = field_name(question, mark_to_mend(found, question))
    else:
        field = "people" if found.mistake is Mistake.NOBODY else "right-0"
    return field, str(MISTAKES[found.mistake]) % {
        "place": quiz.index(question) + 1 if question else None,
        "line": found.line,
        "is": found.is_,
        "wanted": found.wanted,
    }


def mark_to_mend(found: Mismatch, question: Question) -> PaperMark:
    """Return the first mark of what has to be counted again."""
    if found.mistake is Mistake.NO_LINES:
        return question.paper_lines[0][0]
    return question.paper_lines[found.line - 1][0] if found.line else question.paper_scores[0]
