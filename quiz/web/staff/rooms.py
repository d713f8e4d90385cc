"""The rooms of a facilitator: the list, preparing, the console, the wall, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from random import SystemRandom
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from segno.helpers import make_wifi_data
from werkzeug.exceptions import BadRequest
from wtforms import (
    BooleanField,
    EmailField,
    Form,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from quiz.domain.place import PROVINCES, province_name
from quiz.domain.question import Theme
from quiz.domain.refusals import (
    FewAnswers,
    NoSuchColleague,
    NotAnEmail,
    NotPrepared,
    NotReminded,
    Refusal,
    StaleVersion,
    TooFewQuestions,
)
from quiz.domain.room import (
    MOST_QUESTIONS,
    Mode,
    Move,
    Phase,
    Stage,
    capacity,
    closes_at,
    more_than_expected,
)
from quiz.service import paper
from quiz.service.live import moves, room_view, rooms
from quiz.service.live import result_file as result_csv
from quiz.service.live.rooms import Plan
from quiz.service.solo import MIXED
from quiz.store import staff
from quiz.store.rooms import Counts
from quiz.store.tables import Room, UsedForm
from quiz.web import addresses, db, errors, form_key, join_link, live_updates
from quiz.web.clock import now, today
from quiz.web.common import current_bank, help_numbers, redirect_to
from quiz.web.labels import MODES, PHASES, PROJECTORS, THEMES, option_label
from quiz.web.locale import context, language
from quiz.web.staff import sessions, sets
from quiz.web.staff.qr import drawing
from quiz.web.throttle import throttles

bp = Blueprint("rooms", __name__)


def choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """Return what a list offers: each value with its words."""
    return [SelectChoice(value=value, label=label) for value, label in words.items()]


class ExpectForm(Form):
    """How many people are expected in a class that is open."""

    expected = IntegerField(
        _l("People expected"),
        [
            InputRequired(_l("Enter a number from 1 to 9999.")),
            NumberRange(1, 9999, _l("Enter a number from 1 to 9999.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class WifiForm(Form):
    """Which Wi-Fi the wall names in a class that is open."""

    wifi_name = StringField(
        _l("Name of the Wi-Fi"),
        [Length(max=32, message=_l("A name of a Wi-Fi has at most 32 characters."))],
        render_kw={"autocomplete": "off", "maxlength": "32", "spellcheck": "false"},
    )
    wifi_password = StringField(
        _l("Its password"),
        [Length(max=63, message=_l("A password of a Wi-Fi has at most 63 characters."))],
        description=_l("Both stand on the big screen, and are deleted when the class ends."),
        render_kw={"autocomplete": "off", "maxlength": "63", "spellcheck": "false"},
    )


class ShareForm(Form):
    """Who may lead a class too, as long as it is open."""

    email = EmailField(
        _l("E-mail of a colleague"),
        [InputRequired(_l("Enter an e-mail address, such as lan@example.org."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class RoomForm(Form):
    """What a facilitator decides about a room."""

    name = StringField(
        _l("Name of the class"),
        [
            InputRequired(_l("Enter a name by which you will find this class again.")),
            Length(max=80),
        ],
        description=_l("Only you see it. Write no learner’s name."),
        render_kw={"autocomplete": "off", "maxlength": "80"},
    )
    theme = SelectField(_l("Theme"), choices=choices(THEMES), default=MIXED)
    length = IntegerField(
        _l("Number of questions"),
        [
            Optional(),
            NumberRange(1, MOST_QUESTIONS, _l("Enter a number from 1 to 20.")),
        ],
        default=rooms.LENGTH,
        description=_l("Eight fill a lesson of 45 minutes, with time to talk."),
        render_kw={"inputmode": "numeric"},
    )
    set = SelectField(
        _l("Set of questions"),
        description=_l("A set takes the place of theme and number. You may change it afterwards."),
        validate_choice=False,
    )
    questions = SelectMultipleField(validate_choice=False)
    mode = SelectField(_l("How the class works"), choices=choices(MODES), default=Mode.LIVE)
    phase = SelectField(_l("Comparison"), choices=choices(PHASES), default=Phase.SINGLE)
    projector = SelectField(
        _l("Language on the big screen"), choices=choices(PROJECTORS), default="vi"
    )
    province = StringField(
        _l("Province or city"),
        [Length(max=80)],
        render_kw={"maxlength": "80", "list": "provinces"},
    )
    chapter = StringField(
        _l("Chapter or school"),
        [Length(max=80)],
        description=_l("About the class, never about a person. You may leave it empty."),
        render_kw={"maxlength": "80"},
    )
    expected = IntegerField(
        _l("People expected"),
        [Optional(), NumberRange(1, 9999, _l("Enter a number from 1 to 9999."))],
        render_kw={"inputmode": "numeric"},
    )
    told_optional = BooleanField(
        _l("I say before we start that taking part is optional, and that anything can be skipped.")
    )
    told_parents = BooleanField(
        _l("Nobody is under 16, or the school or the parents have been told.")
    )
    knows_disclosure = BooleanField(
        _l("I know what to do if someone tells me that such a thing happened to her.")
    )

    def offer_phases(self, room: Room | None) -> None:
        """Offer the phases that this room may have: only a class after a lesson follows another."""
        follows = room is not None and room.paired is not None
        self.phase.choices = choices(
            {phase: words for phase, words in PHASES.items() if (phase is Phase.AFTER) == follows}
        )

    def offer_sets(self) -> None:
        """Offer the sets from which a class may begin."""
        by_chance = SelectChoice(value="", label=_l("none: the questions are drawn"))
        self.set.choices = [by_chance, *sets.choices()]

    def plan(self) -> Plan:
        """Return what was decided; questions are selected if none were chosen by hand."""
        theme = self.theme.data
        by_hand = self.questions.data or sets.questions_of(self.set.data or "")
        chosen = by_hand or rooms.select_questions(
            current_bank(),
            None if theme == MIXED else Theme(theme),
            self.length.data or rooms.LENGTH,
            SystemRandom(),
            paired=Phase(self.phase.data) is not Phase.SINGLE,
        )
        if by_hand:
            theme = rooms.theme_of(
                current_bank().questions[id_] for id_ in chosen if id_ in current_bank().questions
            )
        return Plan(
            name=(self.name.data or "").strip(),
            mode=Mode(self.mode.data),
            phase=Phase(self.phase.data),
            theme=theme,
            questions=chosen,
            projector=self.projector.data,
            province=province_name(self.province.data or ""),
            chapter=rooms.known_chapter(db.session(), self.chapter.data or ""),
            expected=self.expected.data,
            told_optional=self.told_optional.data,
            told_parents=self.told_parents.data,
            knows_disclosure=self.knows_disclosure.data,
        )


@bp.get("/rooms")
def index() -> str:
    """List the rooms of whoever is signed in."""
    return render_template(
        "staff/rooms/index.html",
        rooms=rooms.of_facilitator(db.session(), sessions.current_user().id),
    )


@bp.get("/rooms/new")
def new() -> str:
    """Ask what the room is to be; the defaults make a class of eight mixed questions."""
    return form_page(RoomForm(name=str(today().strftime("%d/%m/%Y"))))


@bp.post("/rooms/new")
def prepare() -> Response:
    """Prepare a room, and open it at once if that was asked."""
    return plan_room(None)


@bp.get("/rooms/<int:id>/edit")
def edit(id: int) -> str:
    """Show what was decided about a prepared room."""
    room = mine(id)
    if Stage(room.stage) is not Stage.PREPARED:
        abort(404)
    return form_page(form_of(room), room)


@bp.post("/rooms/<int:id>/edit")
def change(id: int) -> Response:
    """Change a prepared room, and open it if that was asked."""
    return plan_room(mine(id))


def plan_room(room: Room | None) -> Response:
    """Change a room, or prepare a new one, as the form says; open it if its button said so.

    Whatever is refused comes back in the form, which goes on being about the same room.
    """
    form = RoomForm(request.form)
    form.offer_phases(room)
    if not form.validate():
        db.give_up()
        return make_response(form_page(form, room), 400)
    if (used := form_key.used()) is not None:
        return led_to(used)
    session = db.session()
    try:
        if room is None:
            planned = rooms.prepare(
                session,
                current_bank(),
                form.plan(),
                facilitator=sessions.current_user().id,
                today=today(),
            )
        else:
            rooms.change(current_bank(), planned := room, form.plan())
        if request.form.get("do") == "open":
            open_room(planned)
    except NotReminded as refusal:
        db.give_up()
        form.told_optional.errors = [errors.words(refusal)]
        return make_response(form_page(form, room), errors.status(refusal))
    except (NotPrepared, TooFewQuestions) as refusal:
        db.give_up()
        return make_response(form_page(form, room, refusal), errors.status(refusal))
    form_key.use(planned)
    session.commit()
    if request.form.get("do") == "choose":
        return redirect_to(url_for("choosing.show", id=planned.id))
    return redirect_to(address_of(planned))


def open_prepared(room: Room, *, rehearsal: bool) -> None:
    """Open a room from its own page: for its class, with the reminders that were ticked, or not.

    Raises StaleVersion if it is prepared no longer, NotReminded.
    """
    if Stage(room.stage) is not Stage.PREPARED:
        raise StaleVersion
    if rehearsal:
        open_rehearsal(room)
        return
    for name in rooms.REMINDERS:
        setattr(room, name, name in request.form)
    open_room(room)


def open_room(room: Room) -> None:
    """Open a room for phones, or freeze the wording of a class on paper. Raises NotReminded."""
    if Mode(room.mode) is Mode.PAPER:
        paper.freeze(db.session(), current_bank(), room)
    else:
        moves.open_room(
            db.session(), current_bank(), room, now=now(), today=today(), chance=SystemRandom()
        )


def open_rehearsal(room: Room) -> None:
    """Open a room for trying it out. Raises BadRequest if it is on paper."""
    if Mode(room.mode) is Mode.PAPER:
        raise BadRequest
    moves.open_room(
        db.session(),
        current_bank(),
        room,
        now=now(),
        today=today(),
        chance=SystemRandom(),
        rehearsal=True,
    )


def led_to(used: UsedForm) -> Response:
    """Lead to what a form made when it was pressed first."""
    room = (
        rooms.find(db.session(), used.room, sessions.current_user().id)
        if used.room is not None
        else None
    )
    return redirect_to(address_of(room) if room else url_for("rooms.index"))


@bp.get("/rooms/<int:id>")
def show(id: int) -> Response:
    """Show a prepared room, the console of an open one, or the result of a closed one."""
    return render_room(mine(id))


@bp.get("/rooms/<int:id>/wall")
def wall(id: int) -> Response:
    """Show what the projector shows."""
    return render_room(mine(id), "wall")


@bp.get("/rooms/<int:id>/e")
def events(id: int) -> Response:
    """Tell console and wall how many have joined and answered, and when the room moves."""
    room = mine(id)
    if room.opened is None:
        return Response(status=204)
    screen = "wall" if request.args.get("screen") == "wall" else "console"
    return live_updates.response(room, live_updates.staff_audience(screen, language()))


def update_counts(app: Flask, room_id: int, audience: str) -> tuple[int, str]:
    """Return the version of a room, and how many have joined and answered as its staff is shown."""
    screen, code = live_updates.screen_of(audience) or ("", "")
    with context(app, "/", code):
        room = db.reading().get(Room, room_id)
        if room is None or room.opened is None:
            return 0, ""
        view = room_view.RoomView(db.reading(), current_bank(), room)
        values = count_values(view, room_view.counts(db.reading(), view))
        return room.version, render_template("staff/rooms/_counts.html", screen=screen, **values)


def count_values(view: room_view.RoomView, counts: Counts) -> dict[str, Any]:
    """Return what a template needs to say how many have joined and answered."""
    room = view.room
    return {
        "room": room,
        "view": view,
        "counts": counts,
        "languages": room.projector.split(),
        "too_many": more_than_expected(counts.joined, room.expected),
        "capacity": capacity(room.expected),
    }


@bp.post("/rooms/<int:id>")
def submit(id: int) -> Response:
    """Do what a button of the console says."""
    if request.form.get("do") in ONCE:
        return make_or_delete(id)
    room = mine(id)
    session = db.session()
    try:
        match request.form.get("do"):
            case str(do) if do in SET_UP:
                if (form := set_up(room, do)) is not None:
                    db.give_up()
                    return render_room(mine(id), form=form)
            case "discard":
                moves.discard(
                    session,
                    room,
                    version=posted_version(),
                    today=today(),
                    by=sessions.current_user().id,
                )
            case Move.OPEN | "rehearse" as name:
                open_prepared(room, rehearsal=name == "rehearse")
            case str(name) if name in {*Move} - {Move.OPEN}:
                moves.move(
                    session,
                    current_bank(),
                    room,
                    Move(name),
                    version=posted_version(),
                    today=today(),
                    sure="sure" in request.form,
                )
            case _:
                raise BadRequest
    except FewAnswers:
        session.rollback()
        return redirect_to(url_for("rooms.show", id=id, ask="reveal", _anchor=KEYS))
    except (StaleVersion, NotPrepared, NotReminded, TooFewQuestions) as refusal:
        db.give_up()
        return render_room(mine(id), problem=refusal)
    session.commit()
    live_updates.notify_now()
    if request.form.get("do") in {Move.CLOSE, "discard"}:
        current_app.extensions["scheduler"].scrub()
    if request.form.get("do") in {*Move} - {Move.OPEN} and room.opened:
        return redirect_to(url_for("rooms.show", id=room.id, _anchor=KEYS))
    return redirect_to(address_of(room))


KEYS = "keys"
"""The part of the console that has the focus after a move: there a presenter's keys act."""


SET_UP = {"stay", "lock", "unlock", "expect", "wifi", "share", "unshare"}
"""What a button does that changes an open room, and not where it stands."""


def set_up(room: Room, do: str) -> Form | None:
    """Change an open room as a button or form says; return the form if that is to be mended."""
    match do:
        case "stay":
            moves.stay_open(room, now=now())
        case "lock" | "unlock":
            moves.lock(room, locked=do == "lock")
        case "expect":
            expect = ExpectForm(request.form)
            if not expect.validate():
                return expect
            moves.expect(room, expect.expected.data or 0)
        case "wifi":
            wifi = WifiForm(request.form)
            if not wifi.validate():
                return wifi
            name, password = (wifi.wifi_name.data or "").strip(), wifi.wifi_password.data or ""
            moves.name_wifi(room, name, password)
        case "share":
            share = ShareForm(request.form)
            if not share.validate():
                return share
            try:
                moves.share(db.session(), room, share.email.data or "", today=today())
            except (NoSuchColleague, NotAnEmail) as refusal:
                share.email.errors = [errors.words(refusal)]
                return share
        case _:
            moves.share(db.session(), room, "", today=today())
    return None


ONCE = {"copy", "copy-for-paper", "after", "delete"}
"""What a button does that makes another room, or deletes this one: once for each form."""


def make_or_delete(id: int) -> Response:
    """Make the room that a button says from another one, or delete that; lead to what is there."""
    if (used := form_key.used()) is not None:
        return led_to(used)
    session, room = db.session(), mine(id)
    if room.facilitator != sessions.current_user().id:
        abort(404)
    made: Room | None = None
    try:
        match request.form.get("do"):
            case "copy":
                made = rooms.copy(session, current_bank(), room, today=today())
            case "copy-for-paper":
                made = rooms.copy_for_paper(session, current_bank(), room, today=today())
            case "after":
                made = rooms.follow_up(session, current_bank(), room, today=today())
            case _:
                rooms.remove(session, room, today=today())
    except (NotPrepared, TooFewQuestions) as refusal:
        db.give_up()
        return render_room(mine(id), problem=refusal)
    form_key.use(made)
    session.commit()
    return redirect_to(address_of(made) if made else url_for("rooms.index"))


def address_of(room: Room) -> str:
    """Return where a room is led from: its result, the page of paper, or the console."""
    if Stage(room.stage) is Stage.CLOSED:
        return url_for("rooms.result", id=room.id)
    return url_for("paper.show" if is_printed(room) else "rooms.show", id=room.id)


def is_printed(room: Room) -> bool:
    """Whether a room is led from the page of paper: its wording is frozen, so it can be printed."""
    on_paper = Mode(room.mode) is Mode.PAPER
    return on_paper and Stage(room.stage) is not Stage.CLOSED and room.revisions != ""


@bp.get("/rooms/<int:id>/result")
def result(id: int) -> str:
    """Show the result of a closed room, and of the two that belong together."""
    room = mine(id)
    if Stage(room.stage) is not Stage.CLOSED:
        abort(404)
    pair = [
        rooms.result(db.session(), current_bank(), each)
        for each in rooms.pair(db.session(), room) or ()
    ]
    return render_template(
        "staff/rooms/result.html",
        room=room,
        result=rooms.result(db.session(), current_bank(), room),
        pair=pair,
        compared=rooms.compare(*pair) if pair else {},
    )


@bp.get("/rooms/<int:id>/result.csv")
def result_file(id: int) -> Response:
    """Send the result of a closed room as a file, with the figures that its page shows."""
    room = mine(id)
    if Stage(room.stage) is not Stage.CLOSED:
        abort(404)
    content = result_csv.render(
        rooms.result(db.session(), current_bank(), room), language(), gettext, option_label
    )
    response = Response(content, mimetype="text/csv")
    name = f"vung-tam-{room.day:%Y-%m-%d}-{room.id}.csv"  # a class may have any name, a file not
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def render_room(
    room: Room, screen: str = "console", problem: Refusal | None = None, form: Form | None = None
) -> Response:
    """Return a room as it is now, in the console or on the wall.

    ``form`` is the one in which something is to be mended.
    """
    stage = Stage(room.stage)
    if is_printed(room):
        return redirect_to(address_of(room))
    if stage is Stage.CLOSED and screen == "console":
        address = url_for("rooms.result", id=room.id)
        if "Quiz-Version" in request.headers:  # live-updates.js: the class was closed elsewhere
            return Response(status=204, headers={"Location": address})
        return redirect_to(address)
    if stage is Stage.PREPARED and screen == "console" and "Quiz-Version" in request.headers:
        return Response(status=204, headers={"Location": address_of(room)})  # a rehearsal has ended
    if room.opened is not None and room.code is not None:
        throttles().codes.belong(room.code)
    view = room_view.RoomView(db.session(), current_bank(), room)
    counts = room_view.counts(db.session(), view)
    version = f"{room.version}-{counts.joined}-{counts.answered}"
    if request.headers.get("Quiz-Version") == version:
        return Response(status=204)
    asks = request.args.get("ask") == Move.REVEAL and room_view.is_early(view, counts)
    address = addresses.public("classroom.ask")
    is_prepared = stage is Stage.PREPARED and screen == "console"
    lets_in = screen == "wall" and (stage is Stage.LOBBY or view.mode is Mode.SELF_PACED)
    page = render_template(
        f"staff/rooms/{'prepared' if is_prepared else screen}.html",
        **count_values(view, counts),
        screen=screen,
        asks=asks,
        version=version,
        address=address.partition("://")[2],
        phones_can_come=addresses.reaches_others(),
        code_drawing=drawing(f"{address}/{join_link.sign(room.code or '')}", fills=True)
        if lets_in
        else None,
        phone_address=url_for("classroom.scan", code=join_link.sign(room.code or "")),
        wifi_drawing=drawing(wifi_text(room), fills=True) if lets_in and room.wifi_name else None,
        colleague=staff.get(db.session(), room.colleague).email if room.colleague else "",
        closes=closes_at(room.opened) if room.opened else None,
        result=rooms.result(db.session(), current_bank(), room) if stage is Stage.CLOSED else None,
        contacts=help_numbers(),
        problem=errors.words(problem) if problem else None,
        opening=reminders_of(room, problem) if is_prepared else None,
        expect=form if isinstance(form, ExpectForm) else ExpectForm(obj=room),
        wifi=form if isinstance(form, WifiForm) else WifiForm(obj=room),
        share=form if isinstance(form, ShareForm) else ShareForm(),
    )
    status = errors.status(problem) if problem else (400 if form else 200)
    return make_response(page, status)


def wifi_text(room: Room) -> str:
    """Return what the QR code of a Wi-Fi says, in the form that phones know."""
    text: str = make_wifi_data(
        ssid=room.wifi_name,
        password=room.wifi_password or None,
        security="WPA" if room.wifi_password else "nopass",
    )
    return text


def form_page(form: RoomForm, room: Room | None = None, problem: Refusal | None = None) -> str:
    """Return the page on which a room is prepared."""
    form.offer_phases(room)
    form.offer_sets()
    bank = current_bank().questions
    return render_template(
        "staff/rooms/form.html",
        form=form,
        room=room,
        chosen=[bank[id_] for id_ in form.questions.data or () if id_ in bank],
        provinces=PROVINCES,
        problem=errors.words(problem) if problem else None,
    )


def form_of(room: Room) -> RoomForm:
    """Return the form as it was filled in for a room."""
    values = {name: getattr(room, name) for name in RoomForm(None)._fields if hasattr(room, name)}
    return RoomForm(
        data={**values, "questions": room.questions.split(), "length": len(room.questions.split())}
    )


def reminders_of(room: Room, problem: Refusal | None) -> RoomForm:
    """Return the form with the reminders of a room, and what was refused beside them."""
    form = form_of(room)
    if isinstance(problem, NotReminded):
        for name in rooms.REMINDERS:
            form[name].data = name in request.form
        form.told_optional.errors = [errors.words(problem)]
    return form


def mine(id: int) -> Room:
    """Return a room of whoever is signed in; anybody else's does not exist."""
    return rooms.find(db.session(), id, sessions.current_user().id) or abort(404)


def posted_version() -> int:
    """Return the version that the page showed whose button was pressed."""
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
