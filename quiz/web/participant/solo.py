"""The quiz taken alone. Wherever somebody stands in it, the address is the same: ``/a``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from random import SystemRandom
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import BadRequest
from wtforms import Form, StringField
from wtforms.validators import AnyOf, Optional

from quiz.domain.attempt import AttemptStage
from quiz.domain.question import Theme
from quiz.domain.quiz import Length
from quiz.domain.refusals import (
    AlreadyAnswered,
    InLiveClass,
    NoAttempt,
    NoStory,
    NoSuchQuestion,
    NotFinished,
    Refusal,
)
from quiz.service import solo
from quiz.store.attempts import new_token
from quiz.store.group_commit import GroupCommitQueue
from quiz.web import db, errors
from quiz.web.clock import today
from quiz.web.common import current_bank, redirect_to, sent_by_script, set_language_path
from quiz.web.locale import language
from quiz.web.participant import cookie
from quiz.web.participant.submission import Submission

bp = Blueprint("solo", __name__)

THEMES = (solo.MIXED, *Theme)

STALE = (AlreadyAnswered, NoSuchQuestion)
"""What is refused because a page is out of date: there is nothing to mend on the present one."""


TEMPLATES = {
    solo.Notice: "participant/solo/notice.html",
    solo.Asking: "participant/solo/asking.html",
    solo.Explaining: "participant/solo/explaining.html",
    solo.Finished: "participant/solo/result.html",
}


class ThemeForm(Form):
    """Which quiz to take."""

    theme = StringField(validators=[AnyOf(THEMES)])
    length = StringField(validators=[Optional(), AnyOf(tuple(Length))])
    cookies = StringField(validators=[Optional(), AnyOf(("no",))])


@bp.get("/s")
def themes() -> str:
    """Offer the themes, and the way back to a quiz that is under way."""
    return themes_page(Length.FIVE)


def themes_page(chosen: Length, problem: Refusal | None = None) -> str:
    """Return the page of the themes, with a length that is chosen beforehand."""
    return render_template(
        "participant/solo/themes.html",
        lengths=Length,
        chosen=chosen,
        story_minutes=solo.story_minutes(current_bank()),
        under_way=is_under_way(),
        themes=THEMES,
        problem=errors.words(problem) if problem else None,
    )


@bp.post("/s")
def start() -> Response:
    """Begin a quiz, and show the notice or the first question."""
    form = ThemeForm(request.form)
    if not form.validate():
        raise BadRequest
    length = Length(form.length.data or Length.FIVE)
    begin = partial(
        solo.start,
        wanted=solo.Wanted(theme=theme_named(form.theme.data or ""), length=length),
        chance=SystemRandom(),
        previous=cookie.token(),
    )
    refused = form.cookies.data == "no" and not cookie.has_cookie()
    try:
        return first_page(begin, without_cookies=refused)
    except NoStory as refusal:
        return make_response(themes_page(length, refusal), errors.status(refusal))


def first_page(start: Callable[..., solo.AttemptState], *, without_cookies: bool) -> Response:
    """Begin a quiz under a new token, and show its first page.

    The page carries the token in its form too, for browsers that refuse cookies. It answers a POST,
    which Back would send again; so without script it is only for those ``without_cookies``.
    """
    token = new_token()
    way = actions().write(
        partial(start, bank=current_bank(), token=token, language=language(), today=today())
    )
    if not sent_by_script() and not without_cookies:
        return cookie.set_cookie(redirect_to(url_for("solo.show")), token)
    g.participant_token = token
    return cookie.set_cookie(page_in_place(page(solo.page_of(way))), token)


@bp.get("/a")
def show() -> str:
    """Show where somebody stands: the notice, a question, its explanation, or the result."""
    return current_page()


@bp.post("/a")
def submit() -> Response:
    """Do what a button of the quiz says, and show what comes next."""
    submission = Submission(request.form)
    if submission.action == "hand-over":
        return hand_over()
    try:
        if submission.action == "practise":
            return first_page(
                partial(solo.practise, previous=require_token()),
                without_cookies=cookie.carried() is not None,
            )
        way = actions().write(action_of(submission))
    except NoAttempt:
        raise
    except Refusal as refusal:
        return make_response(current_page(refusal), errors.status(refusal))
    if sent_by_script() or cookie.carried() or submission.action == "look":
        return page_in_place(page(solo.page_of(way)))
    return redirect_to(url_for("solo.show"))


# What is beside a result is reached by a link; a browser that keeps no cookies sends its form.
@bp.get("/c")
@bp.post("/c", endpoint="certificate_without_cookies")
def certificate() -> str:
    """Show a certificate without a name, for printing."""
    length = solo.certificate(db.reading(), current_bank(), require_token())
    return render_template("participant/solo/certificate.html", length=length, month=today())


@bp.get("/v")
@bp.post("/v", endpoint="review_without_cookies")
def review() -> str:
    """Show all questions of a finished quiz again, with the answers and their reasons."""
    reviewed = solo.review(db.reading(), current_bank(), require_token())
    return render_template("participant/solo/review.html", reviewed=reviewed)


@bp.get("/k")
@bp.post("/k", endpoint="advice_card_without_cookies")
def advice_card() -> str:
    """Show a card with advice and contacts, for printing and for saving as a picture."""
    page_state = solo.current_page(db.reading(), current_bank(), require_token())
    if not isinstance(page_state, solo.Finished):
        raise NotFinished
    return render_template("participant/solo/advice_card.html", page_state=page_state)


@bp.errorhandler(InLiveClass)
def to_the_class(_refusal: InLiveClass) -> Response:
    """Lead somebody in a live class back to it, where questions open and close for all at once."""
    return redirect_to(url_for("classroom.show"))


def action_of(submission: Submission) -> solo.Action:
    """Return what the button that was pressed does. Raises NoAttempt, BadRequest."""
    attempt: dict[str, Any] = {"bank": current_bank(), "token": require_token()}
    here = {**attempt, "question_id": submission.question}
    posted: dict[str, Any] = {"posted": submission.posted, "language": language()}
    match submission.action:
        case "look":  # the same page in another language, with what is marked on it
            return partial(solo.AttemptState, **attempt)
        case "begin":
            return partial(solo.read_notice, **attempt)
        case "answer" | "unsure":
            return partial(solo.answer, **here, **posted)
        case "skip":
            return partial(solo.skip, **here)
        case "on":
            return partial(solo.go_on, **here)
        case "back":
            return partial(solo.go_back, **here, turns=submission.step)
        case _ if submission.story_choice:
            return partial(solo.answer, **here, **posted, turns=submission.step)
    raise BadRequest


def actions() -> GroupCommitQueue[solo.Action, solo.AttemptState]:
    """Return what carries out and commits what people press in their quizzes."""
    found: GroupCommitQueue[solo.Action, solo.AttemptState] = current_app.extensions["actions"]
    return found


def current_page(problem: Refusal | None = None) -> str:
    """Return the page of where somebody stands, with what was refused, if anything."""
    return page(solo.current_page(db.reading(), current_bank(), require_token()), problem)


def page(page_state: solo.PageState, problem: Refusal | None = None) -> str:
    """Return a page of the quiz."""
    set_language_path("solo.show")
    return render_template(
        TEMPLATES[type(page_state)],
        page_state=page_state,
        problem=errors.words(problem) if problem else None,
        stale=isinstance(problem, STALE),
        ticked=ticked(page_state),
    )


def page_in_place(page: str) -> Response:
    """Return the page that comes next in answer to a form: a redirect would take as long again.

    submit.js puts it in place of the page. Its address leads there only if a cookie says to whom.
    """
    response = make_response(page)
    if cookie.has_cookie():
        response.content_location = url_for("solo.show")
    return response


def ticked(page_state: solo.PageState) -> Sequence[str]:
    """Return what was marked on the page that a form came from, if it is the same question."""
    here = isinstance(page_state, solo.Asking) and request.form.get("q") == page_state.question.id
    return request.form.getlist("a") if here else ()


def hand_over() -> Response:
    """Forget everything of this person, and start clean for the next one."""
    token = cookie.token()
    if token is not None:
        solo.leave(db.session(), token)
        db.session().commit()
    return cookie.delete_cookie(redirect_to(url_for("solo.themes")))


def require_token() -> str:
    """Return the participant's token. Raises NoAttempt."""
    token = cookie.token()
    if token is None:
        raise NoAttempt
    return token


def is_under_way() -> bool:
    """Whether somebody has begun a quiz here and not finished it."""
    return cookie.stands() not in (None, AttemptStage.FINISHED)


def theme_named(name: str) -> Theme | None:
    """Return the theme of a name; a mixed quiz has none."""
    return None if name == solo.MIXED else Theme(name)
