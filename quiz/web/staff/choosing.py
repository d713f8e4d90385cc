"""Choosing the questions of a prepared room: what is looked for, the order, and sets to begin with.

All that was chosen and looked for stands in the address, so nothing is lost on the way. A button
sends a form, and is led to the address of what it made of it; choose-questions.js puts what stands
there in the place of what it changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from quiz.domain import choosing
from quiz.domain.choosing import Wanted
from quiz.domain.question import Question, Theme
from quiz.domain.refusals import (
    NameMissing,
    NotPrepared,
    Refusal,
    TooFewQuestions,
    TooManyQuestions,
)
from quiz.domain.room import MOST_QUESTIONS, Stage
from quiz.service.live import question_sets, rooms
from quiz.store.tables import Room
from quiz.web import db, errors
from quiz.web.common import current_bank, redirect_to, set_language_path
from quiz.web.labels import AUDIENCES, KINDS, LEVELS, THEMES
from quiz.web.staff import sessions, sets
from quiz.web.staff.rooms import address_of, mine

bp = Blueprint("choosing", __name__)

ALL = _l("all")


def any_of(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """Return what a list offers to look for: everything, or one of these."""
    return [
        SelectChoice(value=str(value), label=said) for value, said in {"": ALL, **words}.items()
    ]


class WantedForm(Form):
    """What is looked for. Whatever is not offered is looked for in vain."""

    words = StringField(
        _l("Words in the title or the question"),
        description=_l("Accents may be left out."),
        render_kw={"type": "search", "maxlength": "80", "autocomplete": "off"},
    )
    theme = SelectField(
        _l("Theme"),
        choices=any_of({theme.value: THEMES[theme.value] for theme in Theme}),
        validate_choice=False,
    )
    kind = SelectField(_l("Kind"), choices=any_of(KINDS), validate_choice=False)
    level = SelectField(_l("Level"), choices=any_of(LEVELS), validate_choice=False)
    audience = SelectField(_l("For whom"), choices=any_of(AUDIENCES), validate_choice=False)

    def wanted(self) -> Wanted:
        """Return what is looked for."""
        return Wanted(**{name: value or "" for name, value in self.data.items()})


@bp.get("/rooms/<int:id>/questions")
def show(id: int) -> str:
    """Show what is chosen for a room, and what the bank has; at first as the room has it."""
    room = prepared(id)
    is_fresh = "words" not in request.args
    chosen = room.questions.split() if is_fresh else request.args.getlist("questions")
    return page(room, known(chosen), request.args)


@bp.post("/rooms/<int:id>/questions")
def submit(id: int) -> Response:
    """Do what a button says with what is chosen: look, order, add a set, or keep it."""
    room = prepared(id)
    chosen = selection(request.form)
    facilitator = sessions.current_user().id
    action, _colon, what = request.form.get("do", "").partition(":")
    try:
        match action:
            case "look":
                pass
            case "up" | "down":
                chosen = choosing.move(chosen, what, -1 if action == "up" else 1)
            case "remove":
                chosen = [id_ for id_ in chosen if id_ != what]
            case "add":
                chosen = [
                    *dict.fromkeys([*chosen, *sets.questions_of(request.form.get("set", ""))])
                ]
            case "save":
                what = question_sets.save(
                    db.session(), facilitator, request.form.get("name", ""), chosen
                )
            case "forget":
                question_sets.remove(db.session(), facilitator, request.form.get("set", ""))
            case "keep":
                rooms.choose(current_bank(), room, chosen)
            case _:
                raise BadRequest
        if len(chosen) > MOST_QUESTIONS:
            raise TooManyQuestions
    except (NameMissing, NotPrepared, TooFewQuestions, TooManyQuestions) as refusal:
        db.give_up()
        return make_response(
            page(prepared(id), chosen, request.form, refusal), errors.status(refusal)
        )
    db.session().commit()
    if action == "keep":
        return redirect_to(address_of(room))
    wanted: dict[str, Any] = WantedForm(request.form).data
    saved = what if action == "save" else None
    return redirect_to(url_for("choosing.show", id=id, **wanted, saved=saved, questions=chosen))


@bp.get("/rooms/questions/<question>")
def preview(question: str) -> str:
    """Show a question with its answer and what to talk about."""
    bank = current_bank().questions
    found = bank.get(question) or abort(404)
    return render_template("staff/choosing/preview.html", question=found, bank=bank)


def prepared(id: int) -> Room:
    """Return a room of whoever is signed in whose questions can still be chosen."""
    room = mine(id)
    return room if Stage(room.stage) is Stage.PREPARED else abort(404)


def selection(sent: MultiDict[str, str]) -> list[str]:
    """Return what is ticked: first in the order that the page showed, then what is new."""
    ticked = sent.getlist("questions")
    return known([*(id_ for id_ in sent.getlist("order") if id_ in ticked), *ticked])


def known(ids: Sequence[str]) -> list[str]:
    """Return those of these ids that the bank has, each once."""
    return [id_ for id_ in dict.fromkeys(ids) if id_ in current_bank().questions]


def page(
    room: Room,
    chosen: Sequence[str],
    sent: MultiDict[str, str],
    problem: Refusal | None = None,
) -> str:
    """Return the page on which questions are chosen."""
    bank = current_bank().questions
    form = WantedForm(sent)
    found = [question for question in bank.values() if form.wanted().matches(question)]
    offered = sets.offered()
    set_language_path("choosing.show", id=room.id)
    g.language_query = urlencode({**form.data, "questions": chosen}, doseq=True)
    return render_template(
        "staff/choosing/choose.html",
        room=room,
        form=form,
        chosen=[bank[id_] for id_ in chosen],
        found=sorted(found, key=place),
        bank=bank,
        sets=sets.choices(),
        set=sent.get("saved") or sent.get("set"),
        has_own=any(id_.startswith(question_sets.OWN) for id_ in offered),
        saved=offered.get(sent.get("saved", "")),
        name=sent.get("name", ""),
        is_unnamed=isinstance(problem, NameMissing),
        problem=errors.words(problem) if problem else None,
    )


def place(question: Question) -> tuple[int, str, str]:
    """Return where a question stands in a list: by theme and topic."""
    return list(Theme).index(question.theme), question.topic, question.id
