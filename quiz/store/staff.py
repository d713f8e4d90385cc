"""Staff, the browsers in which they are signed in, their links, and what they did.

SQLite keeps no time zone. This page alone turns moments into what is stored, in UTC, and back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from quiz.domain.refusals import NoSuchPerson
from quiz.domain.staff import ABSOLUTE, IDLE, KEY, Role
from quiz.store.tables import ApiToken, Event, Invitation, RecoveryCode, Staff, StaffSession

EVENTS_FOR = timedelta(days=365)
"""How long it is kept what staff did."""


@dataclass(frozen=True, kw_only=True)
class Browser:
    """A browser in which somebody is signed in, or has yet to give a code."""

    id: bytes
    staff: Staff
    begun: datetime
    seen: datetime
    complete: bool


def new_token() -> str:
    """Return a random token for a cookie or a link: 256 bits."""
    return secrets.token_urlsafe(32)


def token_id(token: str) -> bytes:
    """Return the id under which a token is stored. The token itself is stored nowhere."""
    return hashlib.sha256(token.encode()).digest()[:16]


# People.


def add(db: Session, *, email: str, role: Role) -> Staff:
    """Add somebody who has yet to choose a password."""
    staff = Staff(email=email, role=role)
    db.add(staff)
    db.flush()
    return staff


def find(db: Session, id: int) -> Staff | None:
    """Return somebody of the staff, or None."""
    return db.get(Staff, id, populate_existing=True)


def get(db: Session, id: int) -> Staff:
    """Return somebody of the staff. Raises NoSuchPerson."""
    staff = find(db, id)
    if staff is None:
        raise NoSuchPerson
    return staff


def find_email(db: Session, email: str) -> Staff | None:
    """Return whoever has an e-mail address, or None."""
    return db.scalar(select(Staff).where(Staff.email == email))


def is_anybody(db: Session) -> bool:
    """Whether there is any staff yet."""
    return db.scalar(select(Staff.id).limit(1)) is not None


def everybody(db: Session) -> Sequence[Staff]:
    """Return all staff by e-mail address."""
    return db.scalars(select(Staff).order_by(Staff.email)).all()


def count_admins(db: Session) -> int:
    """Return how many people can manage the staff."""
    admins = select(func.count()).select_from(Staff)
    able = admins.where(Staff.role == Role.ADMIN, ~Staff.disabled, Staff.password.is_not(None))
    return db.scalar(able) or 0


# Keys for programs.


def add_api_token(db: Session, token: str, *, name: str, day: date, staff: int) -> None:
    """Keep a key under its hash."""
    db.add(ApiToken(id=token_id(token), name=name, day=day, staff=staff))
    db.flush()


def find_api_token(db: Session, token: str, *, today: date) -> ApiToken | None:
    """Return a key that is not too old and whose maker may make keys today, or None."""
    query = select(ApiToken).join(Staff, Staff.id == ApiToken.staff)
    may = Staff.role == Role.ADMIN, ~Staff.disabled
    return db.scalar(query.where(ApiToken.id == token_id(token), ApiToken.day >= today - KEY, *may))


def api_tokens(db: Session) -> Sequence[tuple[ApiToken, Staff]]:
    """Return all keys with their makers, by name."""
    query = select(ApiToken, Staff).join(Staff, Staff.id == ApiToken.staff)
    return [(key, maker) for key, maker in db.execute(query.order_by(ApiToken.name, ApiToken.day))]


def use_api_token(db: Session, id: bytes, *, day: date) -> None:
    """Note the last day on which a key was used."""
    db.execute(update(ApiToken).where(ApiToken.id == id).values(used=day))


def count_api_tokens(db: Session, staff: int) -> int:
    """Return how many keys somebody has made that are still there."""
    made = select(func.count()).select_from(ApiToken).where(ApiToken.staff == staff)
    return db.scalar(made) or 0


def delete_api_tokens(db: Session, staff: int) -> None:
    """Delete all keys that somebody has made."""
    db.execute(delete(ApiToken).where(ApiToken.staff == staff))


def delete_api_token(db: Session, id: bytes) -> None:
    """Delete a key."""
    db.execute(delete(ApiToken).where(ApiToken.id == id))


# Browsers.


def begin_session(
    db: Session, token: str, *, staff: int, complete: bool, now: datetime, begun: datetime
) -> None:
    """Sign a browser in."""
    db.add(
        StaffSession(
            id=token_id(token),
            staff=staff,
            begun=stored(begun),
            seen=stored(now),
            complete=complete,
        )
    )
    db.flush()


SESSIONS = select(StaffSession, Staff).join(Staff, Staff.id == StaffSession.staff)
BY_TOKEN = SESSIONS.where(StaffSession.id == bindparam("token"))
"""Made once: every page of staff asks this, and making it takes longer than asking it."""


def find_session(db: Session, token: str) -> Browser | None:
    """Return the browser that holds a token, over or not, or None."""
    row = db.execute(BY_TOKEN, {"token": token_id(token)}).first()
    return browser(*row) if row else None


def sessions(db: Session, staff: int) -> list[Browser]:
    """Return the browsers in which somebody is signed in, the last one first."""
    mine = SESSIONS.where(StaffSession.staff == staff, StaffSession.complete)
    return [browser(*row) for row in db.execute(mine.order_by(StaffSession.seen.desc()))]


def see(db: Session, id: bytes, *, now: datetime) -> None:
    """Note that a browser has just asked for something."""
    db.execute(update(StaffSession).where(StaffSession.id == id).values(seen=stored(now)))


def end_session(db: Session, id: bytes) -> None:
    """Sign a browser out."""
    db.execute(delete(StaffSession).where(StaffSession.id == id))


def end_sessions(db: Session, staff: int, *, but: bytes | None = None) -> None:
    """Sign somebody out everywhere, but in one browser."""
    theirs = delete(StaffSession).where(StaffSession.staff == staff)
    db.execute(theirs if but is None else theirs.where(StaffSession.id != but))


def forget_old(db: Session, *, now: datetime, today: date) -> None:
    """Delete sessions that are over, links that are too old, and what was done a year ago."""
    idle, ended = stored(now - IDLE), stored(now - ABSOLUTE)
    over = or_(StaffSession.seen <= idle, StaffSession.begun <= ended)
    db.execute(delete(StaffSession).where(over))
    db.execute(delete(Invitation).where(Invitation.expires <= stored(now)))
    db.execute(delete(Event).where(Event.day < today - EVENTS_FOR))


# Links.


def replace_link(db: Session, token: str, *, staff: int, expires: datetime) -> None:
    """Give somebody a link. Those that she had before stop working."""
    end_links(db, staff)
    db.add(Invitation(id=token_id(token), staff=staff, expires=stored(expires)))
    db.flush()


def end_links(db: Session, staff: int) -> None:
    """Make every link of somebody stop working."""
    db.execute(delete(Invitation).where(Invitation.staff == staff))


def find_invited(db: Session, token: str, *, now: datetime) -> Staff | None:
    """Return whom a link lets choose a password, or None if it does not work."""
    invited = select(Staff).join(Invitation, Invitation.staff == Staff.id)
    usable = Invitation.expires > stored(now)
    return db.scalar(invited.where(Invitation.id == token_id(token), usable, ~Staff.disabled))


# Recovery codes.


def replace_codes(db: Session, staff: int, hashes: Iterable[bytes]) -> None:
    """Give somebody recovery codes in place of those that she had."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.staff == staff))
    db.add_all([RecoveryCode(id=each, staff=staff) for each in hashes])
    db.flush()


def use_code(db: Session, staff: int, hash: bytes) -> bool:
    """Use up a recovery code; return whether there was one."""
    mine = RecoveryCode.staff == staff, RecoveryCode.id == hash
    return db.scalar(delete(RecoveryCode).where(*mine).returning(RecoveryCode.id)) is not None


def count_codes(db: Session, staff: int) -> int:
    """Return how many recovery codes somebody has left."""
    mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.staff == staff)
    return db.scalar(mine) or 0


# Events.


def record(db: Session, what: str, *, day: date, about: str = "", staff: int | None) -> None:
    """Keep that somebody did something."""
    db.execute(insert(Event).values(day=day, what=what, about=about, staff=staff))


def record_once(db: Session, what: str, *, day: date, about: str = "", staff: int | None) -> None:
    """Keep that something happened on a day: once, however often it did."""
    whose = Event.staff.is_not_distinct_from(staff)
    db.execute(
        delete(Event).where(Event.day == day, Event.what == what, Event.about == about, whose)
    )
    record(db, what, day=day, about=about, staff=staff)


def last_day(db: Session, what: str) -> date | None:
    """Return the last day on which something was done, or None."""
    return db.scalar(select(func.max(Event.day)).where(Event.what == what))


def stored(moment: datetime) -> datetime:
    """Return a moment as it is stored. Raises ValueError if it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return moment.astimezone(UTC).replace(tzinfo=None)


def browser(row: StaffSession, staff: Staff) -> Browser:
    """Return a stored session with its moments in their time zone."""
    return Browser(
        id=row.id,
        staff=staff,
        begun=row.begun.replace(tzinfo=UTC),
        seen=row.seen.replace(tzinfo=UTC),
        complete=row.complete,
    )
