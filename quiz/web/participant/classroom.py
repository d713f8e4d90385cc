"""A class session on a phone: join by a code, answer, and see what the class sees.

Wherever the room stands, the address is the same: ``/r``.
"""

from __future__ import annotations

from collections.abc import Hashable
from concurrent.futures import Future

from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from quiz.domain import join_code
from quiz.domain.question import NON_ANSWERS, Chosen
from quiz.domain.refusals import (
    NoSuchRoom,
    NotACode,
    QuestionClosed,
    Refusal,
    RoomFull,
    StaleVersion,
    TooManyCodes,
)
from quiz.domain.room import Mode, Stage
from quiz.service import solo as solo_service
from quiz.service.cache import Cache
from quiz.service.live import joining, room_view, rooms
from quiz.service.live.answers import AnswerIn, SavedAnswer
from quiz.service.live.joining import JoinRequest, JoinResult
from quiz.store.group_commit import GroupCommitQueue
from quiz.store.rooms import RoomRow, RoomVersion
from quiz.store.tables import Room
from quiz.web import db, errors, join_link, live_updates, page_cache
from quiz.web.assets import unindented
from quiz.web.common import (
    current_bank,
    help_numbers,
    redirect_to,
    sent_by_script,
    set_language_path,
)
from quiz.web.locale import context, language, language_of
from quiz.web.participant import cookie, receipts, solo
from quiz.web.participant.receipts import PLACEHOLDER, Receipt
from quiz.web.participant.submission import Submission
from quiz.web.throttle import throttles

bp = Blueprint("classroom", __name__)

CODE_COOKIE = "k"

JOINING = "quiz.joining"
"""Key in the environment of a request: who joins, submitted by the server, and the future."""

SAVING = "quiz.saving"
"""Key in the environment of a request: the future of an answer that the server has submitted."""


@bp.get("/j/<code>")
def scan(code: str) -> Response:
    """Take the code of a QR code along, and lead to a page that does not have it in its address."""
    response = make_response(redirect(url_for("classroom.ask"), code=303))
    response.set_cookie(
        code_cookie(), code[:64], path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def code_cookie() -> str:
    """Return the name of the cookie that takes a code along. The prefix needs HTTPS."""
    return f"__Host-{CODE_COOKIE}" if request.is_secure else CODE_COOKIE


@bp.get("/j")
def ask() -> Response:
    """Ask for the code; or, with the code of a QR code, say what joining means.

    Whoever is in an open room is led back to it.
    """
    scanned = request.cookies.get(code_cookie())
    if not scanned and current_room() is not None:
        return redirect_to(url_for("classroom.show"))
    response = notice(scanned) if scanned else page_cache.response("join", code_page)
    return forget_code(response)


def forget_code(response: Response) -> Response:
    """Take back the cookie that took a code along, if the browser sent one."""
    if code_cookie() in request.cookies:
        response.delete_cookie(code_cookie(), path="/", secure=request.is_secure, httponly=True)
    return response


@bp.post("/j")
def join() -> Response:
    """Say what joining means; then take her in.

    The server around Flask has submitted her before, if it could read the form.
    """
    typed = request.form.get("code", "")
    if request.form.get("do") != "join":
        return notice(typed)
    try:
        joining, saving = request.environ.get(JOINING) or submit_join(admitted(typed))
        entered: JoinResult = saving.result()
    except (NotACode, NoSuchRoom, RoomFull, TooManyCodes) as refusal:
        return refuse_code(typed, refusal)
    stays = joining.previous if entered.already_joined else None
    response = take_seat(entered.room, stays or joining.token)
    if not entered.already_joined:
        throttles().codes.join(joining.typed)
    return response


def submit_join(code: str) -> tuple[JoinRequest, Future[JoinResult]]:
    """Submit that somebody joins the class with a code."""
    db.require_thread()
    joining = join_request(request, code, cookie.token())
    return joining, joins().submit(joining)


def parse_join(sent: Request, token: str | None) -> JoinRequest | None:
    """Return who joins by a form, if it does so with a code that we signed."""
    if sent.form.get("do") != "join":
        return None
    code = join_link.signed_code(sent.form.get("code", ""))
    return None if code is None else join_request(sent, code, token)


def join_request(sent: Request, code: str, token: str | None) -> JoinRequest:
    """Return who joins the class with a code by a form; ``token`` is what she had before."""
    return JoinRequest(
        typed=code,
        token=cookie.seat(sent),
        language=language_of(sent),
        previous=token,
    )


def take_seat(room: RoomRow, token: str) -> Response:
    """Give somebody the token of her seat, and show her the room.

    The first page carries the token in its forms too, for browsers that refuse cookies.
    """
    alone = Mode(room.mode) is Mode.SELF_PACED
    if cookie.has_cookie():
        return cookie.set_cookie(
            redirect_to(url_for("solo.show" if alone else "classroom.show")), token
        )
    g.participant_token = token
    page = solo.current_page() if alone else first_page(room)
    return cookie.set_cookie(make_response(page), token)


@bp.get("/r")
def show() -> Response:
    """Show where the room stands; nothing if the page that asks shows it already."""
    if request.headers.get("Quiz-Version") == version(current_version()):
        return Response(status=204)
    return make_response(page())


@bp.post("/r")
def submit() -> Response:
    """Save an answer and confirm it; or show the page again, if that is what was asked for.

    The server around Flask has submitted the answer before, if it could read it.
    """
    by_script = sent_by_script()
    answer = parse_answer(request, cookie.token())
    if answer is None:
        if Submission(request.form).action == "own":
            return make_response(own_page(bare=by_script))
        change = Submission(request.form).action == "change"
        return make_response(page(change=change, bare=by_script))
    saving: Future[SavedAnswer] = request.environ.get(SAVING) or answers().submit(answer)
    try:
        saved = saving.result()
    except Refusal as refusal:
        return make_response(page(refusal), errors.status(refusal))
    if by_script:
        return received(saved)
    if cookie.carried():
        return make_response(page())
    return redirect_to(url_for("classroom.show"))


@bp.get("/r/e")
def events() -> Response:
    """Tell a page when the room moves, and what there is to see then."""
    room = current_version()
    if room is None:
        return Response(status=204)
    return live_updates.response(room, language())


def received(saved: SavedAnswer) -> Response:
    """Say that an answer is in, or where the room has moved meanwhile."""
    try:
        return receipts.response(receipt(saved).text(saved.chosen))
    except StaleVersion:
        return make_response(page(bare=True))


def first_page(room: RoomRow) -> str:
    """Return what a room shows to those who have just come in, and have chosen nothing yet."""
    if Stage(room.stage) is Stage.REVEALING:
        return page()  # what was chosen stands there; while somebody can leave, that may change
    try:
        return same_for_many(SavedAnswer(room.id, room.version, ()))
    except StaleVersion:
        return page()


def receipt(saved: SavedAnswer) -> Receipt:
    """Return the receipt of a question, rendered once.

    Raises StaleVersion if the room has moved since.
    """

    def render() -> Receipt:
        room = unmoved(saved)
        page = room_page(
            room, (), bare=True, template="participant/classroom/received.html", instead=PLACEHOLDER
        )
        return Receipt.of(page, room_view.RoomView(db.reading(), current_bank(), room))

    cache: Cache[Receipt] = current_app.extensions["receipts"]
    return cache.get_or_create(receipt_key(saved, request.script_root), render)


def receipt_key(saved: SavedAnswer, script_root: str) -> Hashable:
    """Return what a receipt depends on besides what was chosen: the question and the language."""
    return saved.room, saved.version, script_root


def same_for_many(saved: SavedAnswer) -> str:
    """Return what a room shows to all who chose the same.

    Raises StaleVersion if it has moved since.
    """
    set_language_path("classroom.show")
    return page_cache.cached_page(saved, lambda: room_page(unmoved(saved), saved.chosen))


def unmoved(saved: SavedAnswer) -> Room:
    """Return the room in which an answer was saved. Raises StaleVersion if it has moved since."""
    room = current_room()
    if room is None or (room.id, room.version) != (saved.room, saved.version):
        raise StaleVersion
    return room


def update(app: Flask, room_id: int, language: str) -> tuple[int, str]:
    """Return the version of a room, and what it shows to every phone in a language.

    There is nothing personal in it; pages put what is their own into its place. A room that has
    closed has the version 0.
    """
    with context(app, "/r", language):
        room = db.reading().get(Room, room_id)
        if room is None or room.opened is None:
            is_closed = room is not None and Stage(room.stage) is Stage.CLOSED
            return 0, unindented(closed_page(room=room if is_closed else None))
        return room.version, room_page(room, (), bare=True)


def parse_answer(sent: Request, token: str | None) -> AnswerIn | None:
    """Return the answer in a form; None if it asks for a page. Raises BadRequest."""
    submission = Submission(sent.form)
    if submission.action in {"change", "own", "show"}:  # buttons, for only a form carries the token
        return None
    if submission.action not in {"answer", *NON_ANSWERS} and not submission.story_choice:
        raise BadRequest
    return AnswerIn(
        token=token or "",
        question=submission.question,
        step=submission.step,
        posted=submission.posted,
    )


def page(problem: Refusal | None = None, *, change: bool = False, bare: bool = False) -> str:
    """Return the page of where the room stands, with what was refused, if anything.

    A bare page is the part that changes when the room moves.
    """
    set_language_path("classroom.show")
    room = current_room()
    if room is not None:
        return room_page(room, problem=problem, change=change, bare=bare)
    token = cookie.token()
    if problem is None and token is None:
        return code_page()
    # What a class answered goes when it closes; a quiz taken alone is still there.
    return closed_page(
        problem, ended=token is not None and solo_service.stands(db.reading(), token) is None
    )


def closed_page(
    problem: Refusal | None = None, *, ended: bool = True, room: Room | None = None
) -> str:
    """Return the page of whoever is in no open room: ``ended`` if she was in one, maybe ``room``.

    Only what is told to all who were in a room knows which it was.
    """
    set_language_path("classroom.show")
    return render_template(
        "participant/classroom/closed.html",
        problem=errors.words(problem) if problem else None,
        ended=ended,
        told=rooms.result(db.reading(), current_bank(), room).to_pass_on if room else None,
        contacts=help_numbers(),
    )


def own_page(*, bare: bool) -> str:
    """Return what somebody answered to what the class has been shown. The page stays as it is.

    Once the class is closed nobody can read this again, so it does not follow the room.
    """
    set_language_path("classroom.show")
    room, token = current_room(), cookie.token()
    if room is None or token is None:
        return page()
    view = room_view.RoomView(db.reading(), current_bank(), room)
    text = render_template(
        "participant/classroom/own.html",
        reviewed=room_view.own_answers(db.reading(), view, token),
        bare=bare,
    )
    return unindented(text) if bare else text


def room_page(
    room: Room,
    chosen: Chosen | None = None,
    problem: Refusal | None = None,
    *,
    change: bool = False,
    bare: bool = False,
    template: str = "",
    instead: str = "",
) -> str:
    """Return the page of an open room: for these answers, or for what whoever asks has chosen.

    ``template`` names a part of it, if only that is wanted; ``instead`` stands in the place of
    what was chosen.
    """
    view = room_view.RoomView(db.reading(), current_bank(), room)
    late = ""
    if isinstance(problem, QuestionClosed) and view.current.stage is Stage.ASKING:
        late, problem = late_words(view), None  # nothing is wrong with what is asked now
    at_question = view.current.stage in {Stage.ASKING, Stage.REVEALING}
    if chosen is None and at_question:
        chosen = room_view.chosen_by(db.reading(), view, cookie.token() or "")
    text = render_template(
        template or f"participant/classroom/{view.current.stage}.html",
        view=view,
        chosen=chosen or (),
        received=bool(chosen) and not change and problem is None,
        problem=errors.words(problem) if problem else None,
        late=late,
        version=version(room),
        asked=f"{view.question.id}.{view.current.step}" if at_question else "",
        bare=bare,
        instead=instead,
    )
    return unindented(text) if bare else text


def late_words(view: room_view.RoomView) -> str:
    """Return what to say where an answer came too late and something else is asked now."""
    if Submission(request.form).question == view.question.id:
        words = _(
            "The step before was closed when your answer arrived, so that answer does not count. "
            "The story has gone on."
        )
    else:
        words = _(
            "The question that you answered was closed when your answer arrived, so that answer "
            "does not count. The class is at question %(number)s now.",
            number=view.current.position + 1,
        )
    return str(words)


def current_room() -> Room | None:
    """Return the open room that this phone is in, as it is after anything that was just written."""
    token = cookie.token()
    if token is None:
        return None
    db.forget_reading()
    return room_view.room_of(db.reading(), token)


def current_version() -> RoomVersion | None:
    """Return the open room that this phone is in with its version, which is all that most ask."""
    token = cookie.token()
    return None if token is None else room_view.version_of(db.reading(), token)


def version(room: Room | RoomVersion | None) -> str:
    """Return what changes whenever the room moves."""
    return f"{room.id}-{room.version}" if room else "none"


def notice(typed: str) -> Response:
    """Say what joining a room means, if there is one with this code."""
    try:
        code = admitted(typed)
        require_open(code)
    except (NotACode, NoSuchRoom, TooManyCodes) as refusal:
        return refuse_code(typed, refusal)
    throttles().codes.belong(code)
    signed = join_link.sign(code)
    return make_response(
        page_cache.cached_page(
            ("notice", code),
            lambda: render_template(
                "participant/classroom/notice.html",
                code=signed,
                rehearsal=joining.is_rehearsal(db.reading(), code),
            ),
        )
    )


def require_open(code: str) -> None:
    """Raise NoSuchRoom unless there is an open room with this code.

    While somebody listens to a room, as its console does, all who come are spared the database.
    """
    known: Cache[int] = current_app.extensions["rooms_by_code"]
    room = known.get(code)
    if room is None or not live_updates.is_open(room):
        room = joining.find_open(db.reading(), code)
        known.put(code, room)


def admitted(typed: str) -> str:
    """Return the code that was typed or scanned, if it may be tried now.

    Raises NotACode or TooManyCodes.
    """
    if (code := join_link.signed_code(typed)) is not None:
        return code
    code = join_code.clean(typed)
    if code is None:
        raise NotACode
    throttles().codes.check(code)
    return code


def refuse_code(typed: str, refusal: Refusal) -> Response:
    """Say why a code leads nowhere. Only typed codes that might have been right are guesses."""
    scanned = join_link.signed_code(typed)
    if isinstance(refusal, NoSuchRoom) and scanned is None:
        throttles().codes.fail()
    page = code_page(scanned or typed, errors.words(refusal))
    return make_response(page, errors.status(refusal), errors.headers(refusal))


def code_page(typed: str = "", problem: str | None = None) -> str:
    """Return the page that asks for the code."""
    set_language_path("classroom.ask")
    return render_template("participant/classroom/join.html", typed=typed, problem=problem)


def joins() -> GroupCommitQueue[JoinRequest, JoinResult]:
    """Return what takes people into the rooms of this process."""
    found: GroupCommitQueue[JoinRequest, JoinResult] = current_app.extensions["joins"]
    return found


def answers() -> GroupCommitQueue[AnswerIn, SavedAnswer]:
    """Return what saves the answers of this process."""
    found: GroupCommitQueue[AnswerIn, SavedAnswer] = current_app.extensions["answers"]
    return found
