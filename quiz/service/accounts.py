"""People who run rooms, read reports or manage staff: who they are, and that it is they.

Hashing a password takes a while, and the write lock is held from the first query of a writing
session on. So whatever hashes here does it before it touches ``db``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

import pyotp
from sqlalchemy.orm import Session

from quiz.domain import text
from quiz.domain.day import day_of
from quiz.domain.refusals import (
    EmailTaken,
    LastAdmin,
    LinkExpired,
    NoSuchPerson,
    NotAnEmail,
    SignInFailed,
    WrongCode,
    WrongPassword,
)
from quiz.domain.staff import (
    LINK,
    SESSION_REFRESH,
    STEP,
    Role,
    check_password,
    clean_email,
    is_over,
)
from quiz.store import passwords, staff
from quiz.store.staff import Browser
from quiz.store.tables import ApiToken, Staff

RECOVERY_CODES = 10
RECOVERY_FIGURES = 12  # forty bits: enough behind a slow hash, few enough to type


@dataclass(frozen=True)
class SignedIn:
    """Who came, with a new token for her browser, and whether nothing more is asked."""

    staff: Staff
    token: str
    complete: bool


# Signing in and out.


def find_email(db: Session, typed: str) -> Staff | None:
    """Return whoever has an e-mail address, or None."""
    try:
        return staff.find_email(db, clean_email(typed))
    except NotAnEmail:
        return None


def sign_in(
    db: Session, person: Staff | None, password: str, *, now: datetime, before: str | None = None
) -> SignedIn:
    """Sign a browser in; ``before`` is the token it had. Raises SignInFailed.

    Whether there is such a person changes nothing in what is said, nor in how long it takes.
    """
    usable = person.password if person and not person.disabled else None
    if not passwords.matches(password, usable) or person is None or usable is None:
        raise SignInFailed
    renewed = passwords.hashed(password) if passwords.is_dated(usable) else usable
    known = staff.find(db, person.id)
    if known is None or known.disabled or known.password != usable:
        raise SignInFailed  # changed in this very moment
    known.password = renewed
    complete = not has_second_factor(known)
    return begin(db, known, complete=complete, now=now, begun=now, before=before)


def begin(
    db: Session,
    person: Staff,
    *,
    complete: bool,
    now: datetime,
    begun: datetime,
    before: str | None,
) -> SignedIn:
    """Give a browser a new token; the one that it had is dead."""
    if before is not None:
        staff.end_session(db, staff.token_id(before))
    token = staff.new_token()
    staff.begin_session(db, token, staff=person.id, complete=complete, now=now, begun=begun)
    if complete:
        staff.record(db, "signed-in", day=day_of(now), staff=person.id)
    return SignedIn(person, token, complete)


def audit_failure(db: Session, person: Staff | None, *, now: datetime) -> None:
    """Keep that somebody did not get in today: once, so that nobody can fill the disk."""
    staff.record_once(db, "sign-in-failed", day=day_of(now), staff=person.id if person else None)


def audit_wrong_code(db: Session, person: Staff, *, now: datetime) -> None:
    """Keep that somebody gave her password today and then a wrong code: once."""
    staff.record_once(db, "second-factor-failed", day=day_of(now), staff=person.id)


def audit_guessing(db: Session, *, now: datetime) -> None:
    """Keep that codes of classes were guessed today: once, and not by whom."""
    staff.record_once(db, "codes-guessed", day=day_of(now), staff=None)


def audit_denied(db: Session, person: Staff, page: str, *, now: datetime) -> None:
    """Keep that somebody asked for a page that is not hers."""
    about = "".join(letter if letter.isalnum() else "-" for letter in page.lower())
    staff.record_once(db, "denied", day=day_of(now), about=about, staff=person.id)


def audit_export(db: Session, person: Staff, what: str, about: str, *, now: datetime) -> None:
    """Keep that somebody took figures away: in which form, and of how many groups."""
    staff.record(db, what, day=day_of(now), about=about, staff=person.id)


def make_api_token(db: Session, token: str, name: str, *, by: Staff, now: datetime) -> None:
    """Let a program read the report with a new key. It dies with the right of its maker."""
    staff.add_api_token(db, token, name=name, day=day_of(now), staff=by.id)
    staff.record(db, "api-token-made", day=day_of(now), staff=by.id)


def find_api_token(db: Session, token: str, *, now: datetime) -> ApiToken | None:
    """Return a key that works now, or None."""
    return staff.find_api_token(db, token, today=day_of(now))


def audit_api_download(db: Session, key: ApiToken, *, now: datetime) -> None:
    """Keep that a program took the report with a key today: once."""
    today = day_of(now)
    staff.use_api_token(db, key.id, day=today)
    about = f"key:{key.id.hex()}"
    staff.record_once(db, "api-download", day=today, about=about, staff=key.staff)


def end_api_tokens(db: Session, person: Staff, *, by: Staff | None, now: datetime) -> None:
    """Let the keys of somebody who may no longer make any work no more, whatever she becomes."""
    if staff.count_api_tokens(db, person.id):
        staff.delete_api_tokens(db, person.id)
        audit(db, "api-token-revoked", person, by=by, now=now)


def revoke_api_token(db: Session, id: bytes, *, by: Staff, now: datetime) -> None:
    """Let a key work no more."""
    staff.delete_api_token(db, id)
    staff.record(db, "api-token-revoked", day=day_of(now), staff=by.id)


def give_code(db: Session, browser: Browser, code: str, *, token: str, now: datetime) -> SignedIn:
    """Take the second factor, or a recovery code in its place. Raises WrongCode."""
    figures = figures_of(code)
    if len(figures) == RECOVERY_FIGURES:
        hash = passwords.code_hash(figures, browser.staff.id)
        if not staff.use_code(db, browser.staff.id, hash):
            raise WrongCode
        staff.record(db, "recovery-code-used", day=day_of(now), staff=browser.staff.id)
    person = staff.get(db, browser.staff.id)
    if person.disabled:
        raise WrongCode
    if len(figures) != RECOVERY_FIGURES:
        use_totp(person, figures, now=now)
    return begin(db, person, complete=True, now=now, begun=browser.begun, before=token)


def find_session(db: Session, token: str) -> Browser | None:
    """Return the browser that holds a token, or None. Whether it is over, ``over`` says."""
    found = staff.find_session(db, token)
    return None if found is None or found.staff.disabled else found


def over(browser: Browser, *, now: datetime) -> bool:
    """Whether a browser has been signed in, or left alone, for too long."""
    return is_over(begun=browser.begun, seen=browser.seen, now=now)


def refresh_session(db: Session, browser: Browser, *, now: datetime) -> None:
    """Delete a session that is over, or note that it was used."""
    if over(browser, now=now):
        staff.end_session(db, browser.id)
    else:
        staff.see(db, browser.id, now=now)


def needs_refresh(browser: Browser, *, now: datetime) -> bool:
    """Whether there is something to write: at most once a minute."""
    return over(browser, now=now) or now >= browser.seen + SESSION_REFRESH


def sign_out(db: Session, browser: Browser) -> None:
    """Sign a browser out: its token is dead."""
    staff.end_session(db, browser.id)


# One's own account.


def change_password(
    db: Session, browser: Browser, *, current: str, new: str, now: datetime
) -> None:
    """Change somebody's own password, and sign her out everywhere else.

    Raises WrongPassword or an UnfitPassword.
    """
    require_password(browser, current)
    check_password(new, email=browser.staff.email, strength=passwords.strength)
    hash = passwords.hashed(new)
    person = staff.get(db, browser.staff.id)
    person.password = hash
    staff.end_links(db, person.id)
    staff.end_sessions(db, person.id, but=browser.id)
    staff.record(db, "password-changed", day=day_of(now), staff=person.id)


def sessions(db: Session, person: Staff, *, now: datetime) -> list[Browser]:
    """Return the browsers in which somebody is signed in now, the last one first."""
    return [each for each in staff.sessions(db, person.id) if not over(each, now=now)]


def end_session(db: Session, person: Staff, id: bytes) -> None:
    """End one of somebody's own sessions."""
    if any(each.id == id for each in staff.sessions(db, person.id)):
        staff.end_session(db, id)


def require_password(browser: Browser, password: str) -> None:
    """Raise WrongPassword unless it is the password of whoever is signed in."""
    if not passwords.matches(password, browser.staff.password):
        raise WrongPassword


# The second factor.


def has_second_factor(person: Staff) -> bool:
    """Whether somebody has set up a second factor and shown that it works."""
    return person.totp is not None and person.totp_step is not None


def lacks_second_factor(person: Staff) -> bool:
    """Whether somebody may only lead classes before she has set up a second factor."""
    return Role(person.role).needs_second_factor and not has_second_factor(person)


def begin_totp(db: Session, person: Staff) -> None:
    """Make a secret for the app on somebody's phone. It counts once a code has been given."""
    known = staff.get(db, person.id)
    if not has_second_factor(known):
        known.totp = pyotp.random_base32()


def totp_address(person: Staff) -> str:
    """Return what the QR code says to the app on somebody's phone."""
    return pyotp.TOTP(person.totp or "").provisioning_uri(name=person.email, issuer_name="Vung Tam")


def confirm_totp(db: Session, browser: Browser, code: str, *, now: datetime) -> list[str]:
    """Begin to ask for the second factor; return the recovery codes. Raises WrongCode."""
    codes, hashes = new_codes(browser.staff)
    person = staff.get(db, browser.staff.id)
    if person.totp is None or has_second_factor(person):
        raise WrongCode
    use_totp(person, code, now=now)
    staff.replace_codes(db, person.id, hashes)
    staff.end_sessions(db, person.id, but=browser.id)
    staff.record(db, "second-factor-added", day=day_of(now), staff=person.id)
    return codes


def replace_codes(db: Session, browser: Browser, password: str, *, now: datetime) -> list[str]:
    """Return new recovery codes; those before are dead. Raises WrongPassword."""
    require_password(browser, password)
    codes, hashes = new_codes(browser.staff)
    staff.replace_codes(db, browser.staff.id, hashes)
    staff.record(db, "recovery-codes-replaced", day=day_of(now), staff=browser.staff.id)
    return codes


def remove_totp(db: Session, browser: Browser, password: str, *, now: datetime) -> None:
    """Take away somebody's own second factor, for another phone. Raises WrongPassword."""
    require_password(browser, password)
    forget_totp(db, staff.get(db, browser.staff.id), by=browser.staff, now=now)


def forget_totp(db: Session, person: Staff, *, by: Staff | None, now: datetime) -> None:
    """Take away a second factor with its recovery codes."""
    person.totp = person.totp_step = None
    staff.replace_codes(db, person.id, [])
    about = f"staff:{person.id}"
    staff.record(
        db, "second-factor-removed", day=day_of(now), about=about, staff=by.id if by else None
    )


def use_totp(person: Staff, code: str, *, now: datetime) -> None:
    """Use up a code: of this half minute, the one before or the one after. Raises WrongCode."""
    figures = figures_of(code)
    totp = pyotp.TOTP(person.totp or "", interval=STEP)
    present = int(now.timestamp()) // STEP
    for step in (present - 1, present, present + 1):
        unused = person.totp_step is None or step > person.totp_step
        if unused and compare_digest(totp.generate_otp(step).encode(), figures.encode()):
            person.totp_step = step
            return
    raise WrongCode


def figures_of(code: str) -> str:
    """Return the figures of a code that was typed or pasted. Raises WrongCode."""
    found = text.figures(code)
    if found is None:
        raise WrongCode
    return found


def new_codes(person: Staff) -> tuple[list[str], list[bytes]]:
    """Return recovery codes, and the hashes under which they are stored."""
    codes = [
        "".join(secrets.choice("0123456789") for _ in range(RECOVERY_FIGURES))
        for _ in range(RECOVERY_CODES)
    ]
    return codes, [passwords.code_hash(code, person.id) for code in codes]


# Managing staff. Who does it from the command line is nobody: ``by`` is None.


def invite(
    db: Session,
    email: str,
    role: Role,
    *,
    by: Staff | None,
    now: datetime,
    token: str | None = None,
) -> str:
    """Add somebody; return the token of the link with which she chooses a password.

    Without ``token`` it is a new one. Raises NotAnEmail or EmailTaken.
    """
    address = clean_email(email)
    if staff.find_email(db, address) is not None:
        raise EmailTaken
    person = staff.add(db, email=address, role=role)
    audit(db, "invited", person, by=by, now=now)
    return give_link(db, person, now=now, token=token)


def renew_link(
    db: Session,
    id: int,
    *,
    by: Staff | None,
    now: datetime,
    without_second_factor: bool = False,
    token: str | None = None,
) -> str:
    """Return the token of a new link for somebody; what she had goes on working until she uses it.

    For a lost phone, the second factor can be taken away with it. Without ``token`` it is a new
    one. Raises NoSuchPerson.
    """
    person = staff.get(db, id)
    if person.disabled:
        raise NoSuchPerson
    if without_second_factor:
        forget_totp(db, person, by=by, now=now)
    audit(db, "link-made", person, by=by, now=now)
    return give_link(db, person, now=now, token=token)


def give_link(db: Session, person: Staff, *, now: datetime, token: str | None) -> str:
    """Return the token of a link for somebody."""
    token = token or staff.new_token()
    staff.replace_link(db, token, staff=person.id, expires=now + LINK)
    return token


def invited(db: Session, token: str, *, now: datetime) -> Staff:
    """Return whom a link lets choose a password. Raises LinkExpired."""
    person = staff.find_invited(db, token, now=now)
    if person is None:
        raise LinkExpired
    return person


def accept(db: Session, person: Staff, token: str, password: str, *, now: datetime) -> None:
    """Take the password that somebody chose with a link. The link is used up.

    Raises an UnfitPassword, or LinkExpired.
    """
    hash = hash_chosen(password, email=person.email)
    known = invited(db, token, now=now)
    set_password(db, known, hash, now=now)


def add_first(
    db: Session, email: str, password: str, role: Role, *, now: datetime, before: str | None
) -> SignedIn:
    """Add the first of the staff with the password that she chose, and sign her browser in.

    Raises NotAnEmail, an UnfitPassword, or LinkExpired if somebody was added meanwhile.
    """
    address = clean_email(email)
    hash = hash_chosen(password, email=address)
    if staff.is_anybody(db):
        raise LinkExpired
    person = staff.add(db, email=address, role=role)
    audit(db, "invited", person, by=None, now=now)
    set_password(db, person, hash, now=now)
    return begin(db, person, complete=True, now=now, begun=now, before=before)


def hash_chosen(password: str, *, email: str) -> str:
    """Return the hash of a password that somebody chose. Raises an UnfitPassword."""
    check_password(password, email=email, strength=passwords.strength)
    return passwords.hashed(password)


def set_password(db: Session, known: Staff, hash: str, *, now: datetime) -> None:
    """Let somebody sign in with the password that she chose. Links and sessions before are dead."""
    known.password = hash
    staff.end_links(db, known.id)
    staff.end_sessions(db, known.id)
    staff.record(db, "password-chosen", day=day_of(now), staff=known.id)


def change_role(db: Session, id: int, role: Role, *, by: Staff, now: datetime) -> None:
    """Let somebody do other things. Raises NoSuchPerson or LastAdmin."""
    person = staff.get(db, id)
    person.role = role
    require_admin(db)
    if role is not Role.ADMIN:
        end_api_tokens(db, person, by=by, now=now)
    audit(db, f"role-{role}", person, by=by, now=now)


def disable(db: Session, id: int, *, by: Staff | None, now: datetime) -> None:
    """Keep somebody out, from this moment on. Raises NoSuchPerson or LastAdmin."""
    person = staff.get(db, id)
    was_admin = person.role == Role.ADMIN
    person.disabled = True
    if was_admin:
        require_admin(db)
    staff.end_sessions(db, person.id)
    staff.end_links(db, person.id)
    end_api_tokens(db, person, by=by, now=now)
    audit(db, "disabled", person, by=by, now=now)


def enable(db: Session, id: int, *, by: Staff | None, now: datetime) -> None:
    """Let somebody in again, with the password that she had. Raises NoSuchPerson."""
    person = staff.get(db, id)
    person.disabled = False
    audit(db, "enabled", person, by=by, now=now)


def require_admin(db: Session) -> None:
    """Raise LastAdmin if nobody is left who can manage the staff."""
    db.flush()
    if staff.count_admins(db) == 0:
        raise LastAdmin


def audit(db: Session, what: str, person: Staff, *, by: Staff | None, now: datetime) -> None:
    """Keep that somebody's account was changed."""
    db.flush()
    about = f"staff:{person.id}"
    staff.record(db, what, day=day_of(now), about=about, staff=by.id if by else None)
