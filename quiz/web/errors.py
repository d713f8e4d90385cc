"""Refusals and errors in words: what happened, in her language, and a way onward."""

from __future__ import annotations

import traceback
from types import TracebackType
from urllib.parse import quote

from flask import Flask, Request, current_app, redirect, render_template, request
from flask.sessions import SessionInterface
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from quiz.domain import refusals
from quiz.web import db, limits, permissions
from quiz.web.locale import FIRST
from quiz.web.templating import COMPILED, CompiledTemplates, Templates

WORDS = {
    refusals.NoAttempt: _l("No quiz is open on this device."),
    refusals.InLiveClass: _l("You are in a class: it shows the questions one after the other."),
    refusals.NoSuchQuestion: _l("That page was out of date. This is where you are now."),
    refusals.NotAnAnswer: _l("That answer is not on this page. Choose one that is."),
    refusals.NothingChosen: _l("Choose an answer, or press “I am not sure”."),
    refusals.PositionsMissing: _l("Give every line a number."),
    refusals.PositionsRepeated: _l("Give every line a number of its own."),
    refusals.PartnersMissing: _l("Choose a partner for every line."),
    refusals.PartnersRepeated: _l("Choose a different partner for every line."),
    refusals.AlreadyAnswered: _l("You answered this before. Your first answer stands."),
    refusals.NoStory: _l(
        "There is no story in this theme yet. Choose five or ten minutes, or another theme."
    ),
    refusals.NotFinished: _l(
        "This page is there once you have come to the end and answered something."
    ),
    refusals.NoSuchRoom: _l(
        "No open class has this code. Compare it with the six digits on the big screen."
    ),
    refusals.NotACode: _l("Enter the six digits of the class code."),
    refusals.RoomFull: _l(
        "Many more phones have joined than people were expected. "
        "Tell whoever leads the class: she can let more in."
    ),
    refusals.RoomLocked: _l(
        "The class lets nobody else in. Ask whoever leads it to open the door again."
    ),
    refusals.NoSuchColleague: _l("No colleague who can sign in here has this e-mail."),
    refusals.QuestionClosed: _l(
        "That question is closed. An answer that had not arrived by then does not count."
    ),
    refusals.RoomClosed: _l(
        "The class has ended. An answer that had not arrived by then does not count."
    ),
    refusals.StaleVersion: _l(
        "The class had moved on. Nothing was changed; this is where it is now."
    ),
    refusals.FewAnswers: _l("Most of the class have not answered yet."),
    refusals.NotReminded: _l("Tick the three reminders before you open the class."),
    refusals.NotPrepared: _l(
        "This class has been opened, so it can no longer be changed or deleted."
    ),
    refusals.NotWaiting: _l(
        "This class is in the reports by now, and cannot be taken out of them again."
    ),
    refusals.TooFewQuestions: _l("Choose at least one question."),
    refusals.TooManyQuestions: _l(
        "A class is asked at most 20 questions. Take some of them off the list."
    ),
    refusals.NameMissing: _l("Give the set a name of at most 80 letters."),
    refusals.NotAnEmail: _l("Enter an e-mail address, such as lan@example.org."),
    refusals.EmailTaken: _l("Somebody with this e-mail address is in the list already."),
    refusals.NoSuchPerson: _l("This person is not in the list, or has no access just now."),
    refusals.PasswordTooShort: _l("Choose a password of at least 12 characters."),
    refusals.PasswordTooLong: _l("Choose a password of at most 256 characters."),
    refusals.PasswordCommon: _l(
        "Many people use a password like this one, so it is tried first. Choose another."
    ),
    refusals.PasswordLikeEmail: _l(
        "This is too close to your e-mail address or to the name of these pages. Choose another."
    ),
    refusals.SignInFailed: _l("E-mail address and password do not fit together. Try once more."),
    refusals.WrongPassword: _l("That is not your present password. Try once more."),
    refusals.WrongCode: _l("That code does not fit, or was used before. Wait for the next one."),
    refusals.LinkExpired: _l("This link was used already, or is too old."),
    refusals.LastAdmin: _l(
        "Nobody else can manage people yet. Make somebody else an administrator first."
    ),
    refusals.TooManyCodes: _l(
        "Many wrong codes have come from this network. Compare yours with the six digits on the "
        "big screen, or scan the QR code; otherwise wait %(wait)s seconds, then try again."
    ),
    refusals.TooManyTries: _l(
        "Too many attempts in a short time. Wait %(wait)s seconds, then try again."
    ),
}

STATUS = {
    refusals.NotAnAnswer: 400,
    refusals.NotAnEmail: 400,
    refusals.UnfitPassword: 400,
    refusals.SignInFailed: 400,
    refusals.WrongPassword: 400,
    refusals.WrongCode: 400,
    refusals.NotACode: 400,
    refusals.NotReminded: 400,
    refusals.NoSuchColleague: 400,
    refusals.TooFewQuestions: 400,
    refusals.TooManyQuestions: 400,
    refusals.NameMissing: 400,
    refusals.NoSuchRoom: 404,
    refusals.NoAttempt: 404,
    refusals.NoSuchPerson: 404,
    refusals.LinkExpired: 410,
    refusals.TooManyTries: 429,
}

TOO_LONG = _l("That was too long."), _l("Shorten it and send it again.")

PAGES = {
    400: (
        _l("Part of what you sent is missing."),
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
    408: (_l("That took too long to arrive."), _l("Go back and send it again.")),
    413: TOO_LONG,
    414: TOO_LONG,
    421: (
        _l("This address does not belong to this site."),
        _l("Check the address. Whoever runs the site names it in QUIZ_HOSTS."),
    ),
    431: (
        _l("Your browser sent more than it should."),
        _l("Delete the cookies of this site, then open the first page again."),
    ),
    500: (
        _l("Something went wrong on our side."),
        _l("Nothing you did caused it. Wait a moment, then load the page again."),
    ),
}


class NoSession(SessionInterface):
    """Flask's own session, which nobody has here: who needs to be known has a cookie of her own."""

    def open_session(self, app: Flask, request: Request) -> None:
        """Open none, whatever cookie somebody sends."""


class QuizApp(Flask):
    """The application, which says in its log where it broke, and nothing of what was sent.

    An address may hold a code or the token of a link, and the words of an exception an answer.
    """

    request_class = limits.Request
    session_interface = NoSession()
    jinja_environment = Templates
    jinja_options = {"bytecode_cache": CompiledTemplates(str(COMPILED))}  # noqa: RUF012

    def log_exception(
        self,
        exc_info: (
            tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
        ),
    ) -> None:
        self.logger.error(
            "%s [%s] broke\n%s", request.endpoint, request.method, describe_exception(exc_info[1])
        )


def describe_exception(error: BaseException | None) -> str:
    """Return what kind of exception it was, and where in the code it came from."""
    if error is None:
        return ""
    here = "".join(traceback.format_tb(error.__traceback__))
    return (
        f"{describe_exception(error.__cause__ or error.__context__)}{type(error).__name__}\n{here}"
    )


def init(app: Flask) -> None:
    """Answer refusals and errors with a page of ours."""
    app.register_error_handler(refusals.Refusal, refuse)
    app.register_error_handler(SQLAlchemyError, not_saved)
    app.register_error_handler(HTTPException, explain)


def status(refusal: refusals.Refusal) -> int:
    """Return the status code that tells a program what the words tell a person."""
    return next((code for class_, code in STATUS.items() if isinstance(refusal, class_)), 409)


def words(refusal: refusals.Refusal) -> str:
    """Return what to say of a refusal."""
    return str(WORDS[type(refusal)]) % vars(refusal)


def headers(refusal: refusals.Refusal) -> dict[str, str]:
    """Return what else a program wants to know: when to come again."""
    if isinstance(refusal, refusals.TooManyTries):
        return {"Retry-After": str(refusal.wait)}
    return {}


def refuse(refusal: refusals.Refusal) -> tuple[str, int, dict[str, str]]:
    """Say what a rule refused, where no page says it better."""
    db.give_up()
    nothing_open = isinstance(refusal, refusals.NoAttempt)
    if isinstance(refusal, refusals.LinkExpired):
        template = "staff/login/expired.html"
    elif permissions.is_for_staff(request.endpoint):
        template = "errors/refused_to_staff.html"
    else:
        template = "errors/refused.html"
    page = render_template(template, words=words(refusal), nothing_open=nothing_open)
    return page, status(refusal), headers(refusal)


def not_saved(error: SQLAlchemyError) -> tuple[str, int]:
    """Say that the database did not take it; a script tries again by itself."""
    db.give_up()
    current_app.logger.error("the database refused: %s", type(error).__name__)
    if request.method == "POST":
        heading = _("That could not be saved just now.")
        words = _("Wait a moment, then go back and send it again.")
    else:
        heading, words = PAGES[500]
    return render_template("errors/error.html", heading=heading, words=words), 503


def address_meant() -> str | None:
    """Return the address of ours that somebody meant who typed another, or None.

    People add a slash at the end, and phones begin with a capital: ``/j/``, ``/J``, ``/EN/j``.
    """
    prefix, path = request.script_root, "/" + request.path.strip("/")
    code, _, rest = path[1:].partition("/")
    if code.lower() in current_app.extensions["languages"]:
        prefix, path = "" if code.lower() == FIRST else f"/{code.lower()}", f"/{rest}"
    first, slash, rest = path[1:].partition("/")
    adapter = current_app.create_url_adapter(request)
    for meant in (path, f"/{first.lower()}{slash}{rest}", path.lower()):
        changed = prefix + meant != request.script_root + request.path
        if changed and adapter and adapter.test(meant, "GET"):
            return quote(prefix + meant)
    return None


def explain(error: HTTPException) -> ResponseReturnValue:
    """Say what went wrong, without a word about how the inside is made."""
    if error.code == NotFound.code and request.method in {"GET", "HEAD"} and not request.endpoint:
        meant = address_meant()
        if meant is not None:
            return redirect(meant)
    db.give_up()
    code = error.code or InternalServerError.code
    heading, words = PAGES.get(code, PAGES[400 if code < InternalServerError.code else 500])
    return render_template("errors/error.html", heading=heading, words=words), code
