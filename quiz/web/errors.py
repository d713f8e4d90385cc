"""Refusals and errors in words: what happened, in her language, and a way onward."""

from __future__ import annotations

from flask import Flask, current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from quiz.domain import refusals

WORDS = {
    refusals.NoAttempt: _l("No quiz is open on this device."),
    refusals.NoSuchQuestion: _l("That page was out of date. This is where you are now."),
    refusals.NotAnAnswer: _l("That answer is not on this page. Choose one that is."),
    refusals.NothingChosen: _l("Choose an answer, or press “I am not sure”."),
    refusals.PositionsMissing: _l("Give every line a number."),
    refusals.PositionsRepeated: _l("Give every line a number of its own."),
    refusals.AlreadyAnswered: _l("You answered this before. Your first answer stands."),
    refusals.NotFinished: _l("A few questions are still open. Answer or skip them first."),
}

PAGES = {
    400: (
        _l("That did not arrive whole."),
        _l("Go back, check what you typed, and send it again."),
    ),
    403: (
        _l("This page is out of date."),
        _l("It may have been open for a long time. Open the first page and start from there."),
    ),
    404: (
        _l("There is no such page."),
        _l("The address may have changed or lost a letter. You did nothing wrong."),
    ),
    405: (_l("This page cannot be opened like that."), _l("Start from the first page.")),
    413: (_l("That was too long."), _l("Shorten it and send it again.")),
    500: (
        _l("Something went wrong on our side."),
        _l("Nothing you did caused it. Wait a moment, then load the page again."),
    ),
}


def init(app: Flask) -> None:
    """Answer refusals and errors with a page of ours."""
    app.register_error_handler(refusals.Refusal, refuse)
    app.register_error_handler(SQLAlchemyError, not_saved)
    app.register_error_handler(HTTPException, explain)


def status(refusal: refusals.Refusal) -> int:
    """Return the status code that tells a program what the words tell a person."""
    if isinstance(refusal, refusals.NotAnAnswer):
        return 400
    return 404 if isinstance(refusal, refusals.NoAttempt) else 409


def refuse(refusal: refusals.Refusal) -> tuple[str, int]:
    """Say what a rule refused, where no page says it better."""
    nothing_open = isinstance(refusal, refusals.NoAttempt)
    page = render_template(
        "errors/refused.html", words=WORDS[type(refusal)], nothing_open=nothing_open
    )
    return page, status(refusal)


def not_saved(error: SQLAlchemyError) -> tuple[str, int]:
    """Say that the database did not take it; a script tries again by itself."""
    current_app.logger.error("the database refused: %s", type(error).__name__)
    if request.method == "POST":
        heading = _("That could not be saved just now.")
        words = _("Wait a moment, then go back and send it again.")
    else:
        heading, words = PAGES[500]
    return render_template("errors/error.html", heading=heading, words=words), 503


def explain(error: HTTPException) -> tuple[str, int]:
    """Say what went wrong, without a word about how the inside is made."""
    if isinstance(error, SecurityError):  # an unknown host: we do not know our own addresses either
        return _("This site does not answer to that name."), SecurityError.code
    code = error.code or InternalServerError.code
    heading, words = PAGES.get(code, PAGES[400 if code < InternalServerError.code else 500])
    return render_template("errors/error.html", heading=heading, words=words), code
