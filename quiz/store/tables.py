"""Every table on one page, with the promises it keeps.

What we promise people, the schema promises too; what we do not want to know has no column. All
text about participants is made of the small words of the bank: nothing that she might type can be
stored. What staff write is about a class, never about a person in it. docs/data.md says why each
column exists and when it is deleted.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from quiz.domain.disclosure import GROUP_NUMBERS, LEAST_IN_UNIT, LEAST_PUBLISHED
from quiz.store.dialects import SUM, TEXT, Either

IDS_USED_ONCE = {"sqlite_autoincrement": True}
"""The id of what was deleted is never given to something else: its address may still be open."""

RANDOM_ORDER = {"sqlite_with_rowid": False}
"""Rows lie in the order of their key. An ordinary SQLite table would remember who came first."""


class Base(DeclarativeBase):
    """What all tables share: a name for every constraint, and what text is."""

    type_annotation_map = {str: TEXT}  # noqa: RUF012 - as SQLAlchemy spells it
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )


def words(column: str) -> CheckConstraint:
    """Promise that a column holds only ids of the bank, separated by spaces."""
    return CheckConstraint(
        Either(
            sqlite=f"{column} NOT GLOB '*[^a-z0-9: -]*'",
            postgresql=f"{column} !~ '[^a-z0-9: -]'",
        ),
        f"{column}_holds_ids",
    )


def hashed(column: str) -> CheckConstraint:
    """Promise that a column holds the hash of a secret, and so not the secret itself."""
    return CheckConstraint(
        Either(
            sqlite=f"typeof({column}) = 'blob' AND length({column}) = 16",
            postgresql=f"length({column}) = 16",
        ),
        f"{column}_is_a_hash",
    )


def month(column: str, name: str) -> CheckConstraint:
    """Promise that a column holds a month, and nothing finer."""
    return CheckConstraint(
        Either(
            sqlite=f"{column} GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'",
            postgresql=f"{column} ~ '^[0-9]{{4}}-[01][0-9]$'",
        ),
        name,
    )


def language(column: str) -> CheckConstraint:
    """Promise that a column holds the code of a language."""
    return CheckConstraint(
        Either(sqlite=f"{column} GLOB '[a-z][a-z]'", postgresql=f"{column} ~ '^[a-z]{{2}}$'"),
        f"{column}_is_two_letters",
    )


def at_most(length: int, column: str) -> CheckConstraint:
    """Promise that what somebody typed is short."""
    return CheckConstraint(f"length({column}) <= {length}", f"{column}_is_short")


class Staff(Base):
    """Somebody who runs rooms, reads reports or manages staff."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("role IN ('facilitator', 'officer', 'admin')", "role_is_known"),
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", "email_is_an_address"),
        at_most(254, "email"),
        CheckConstraint("password LIKE '$argon2id$%'", "password_is_hashed"),
        IDS_USED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    disabled: Mapped[bool] = mapped_column(default=False)

    # no password: an invitation waits
    password: Mapped[str | None]

    # the second factor, and the last time step whose code was used: none is used twice
    totp: Mapped[str | None]
    totp_step: Mapped[int | None]


class RecoveryCode(Base):
    """A code that stands in once for a lost second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = (hashed("id"), RANDOM_ORDER)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    staff: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))


class StaffSession(Base):
    """A browser in which somebody of the staff is signed in."""

    __tablename__ = "staff_session"
    __table_args__ = (hashed("id"), RANDOM_ORDER)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    staff: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    begun: Mapped[datetime]
    seen: Mapped[datetime]

    # whether the second factor was given, where there is one
    complete: Mapped[bool]


class Invitation(Base):
    """A link with which somebody chooses a password, once."""

    __tablename__ = "invitation"
    __table_args__ = (hashed("id"), RANDOM_ORDER)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    staff: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    expires: Mapped[datetime]


class ApiToken(Base):
    """A key with which a program reads the report, as an officer would."""

    __tablename__ = "api_token"
    __table_args__ = (hashed("id"), at_most(80, "name"), RANDOM_ORDER)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    name: Mapped[str]
    day: Mapped[date]
    staff: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))

    # when it was used last
    used: Mapped[date | None]


class Event(Base):
    """Something that staff did and that others may need to know of later."""

    __tablename__ = "event"
    __table_args__ = (words("what"), words("about"))

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    what: Mapped[str]
    about: Mapped[str]
    staff: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))


class Edition(Base):
    """The text of one revision of a question, kept because a room has asked it."""

    __tablename__ = "edition"
    __table_args__ = (words("question"), words("revision"), RANDOM_ORDER)

    question: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]


class Room(Base):
    """One class session."""

    __tablename__ = "room"
    __table_args__ = (
        at_most(80, "name"),
        CheckConstraint("mode IN ('live', 'self-paced', 'paper')", "mode_is_known"),
        CheckConstraint("phase IN ('single', 'before', 'after')", "phase_is_known"),
        CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'mixed')", "theme_is_known"
        ),
        words("questions"),
        words("revisions"),
        CheckConstraint(
            Either(sqlite="projector GLOB '[a-z][a-z]*'", postgresql="projector ~ '^[a-z]{2}'"),
            "projector_has_a_language",
        ),
        at_most(80, "province"),
        at_most(80, "chapter"),
        CheckConstraint("expected BETWEEN 1 AND 9999", "expected_is_a_class"),
        CheckConstraint(
            Either(
                sqlite="code GLOB '[0-9][0-9][0-9][0-9][0-9][0-9]'",
                postgresql="code ~ '^[0-9]{6}$'",
            ),
            "code_is_six_digits",
        ),
        CheckConstraint(
            "stage IN ('prepared', 'lobby', 'asking', 'revealing', 'closed')", "stage_is_known"
        ),
        CheckConstraint(
            "stage = 'prepared' OR"
            " ((rehearsal OR (told_optional AND told_parents AND knows_disclosure))"
            " AND (code IS NOT NULL OR mode = 'paper'))",
            "opened_with_a_code_and_the_reminders",
        ),
        CheckConstraint(
            "(opened IS NOT NULL) = (stage IN ('lobby', 'asking', 'revealing'))",
            "opened_only_while_open",
        ),
        CheckConstraint(
            "NOT rehearsal OR (opened IS NOT NULL AND batch IS NULL)", "rehearsals_never_count"
        ),
        CheckConstraint("phase = 'after' OR paired IS NULL", "only_after_follows_before"),
        CheckConstraint("people BETWEEN 0 AND 9999", "people_are_a_class"),
        CheckConstraint("position >= 0 AND step >= 0 AND version >= 0", "place_is_counted"),
        CheckConstraint(
            "opened IS NOT NULL OR (wifi_name = '' AND wifi_password = '')", "wifi_only_while_open"
        ),
        Index(
            "one_open_room_for_a_code",
            "code",
            unique=True,
            sqlite_where=text("opened IS NOT NULL"),
            postgresql_where=text("opened IS NOT NULL"),
        ),
        IDS_USED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    facilitator: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)

    # what its facilitator calls it; never exported
    name: Mapped[str]
    mode: Mapped[str]
    phase: Mapped[str]
    paired: Mapped[int | None] = mapped_column(ForeignKey("room.id"), unique=True)

    # the quiz; the revisions are frozen when the room opens, in the order of the questions
    theme: Mapped[str]
    questions: Mapped[str]
    revisions: Mapped[str] = mapped_column(default="")

    # one or two languages, separated by a space
    projector: Mapped[str]

    # about the class, never about a person
    province: Mapped[str]
    chapter: Mapped[str]
    expected: Mapped[int | None]

    told_optional: Mapped[bool] = mapped_column(default=False)
    told_parents: Mapped[bool] = mapped_column(default=False)
    knows_disclosure: Mapped[bool] = mapped_column(default=False)

    code: Mapped[str | None]
    stage: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)

    # the day of the last of: prepared, opened, closed; and the moment only while it is open
    day: Mapped[date]
    opened: Mapped[datetime | None]

    # its totals, once it has closed and if anybody answered
    batch: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))

    # on paper: how many took part, as long as the totals are a draft
    people: Mapped[int | None]

    # only tried out: at the end everything is deleted, and it is prepared as before
    rehearsal: Mapped[bool] = mapped_column(default=False)

    # who may lead it too, as long as it is open
    colleague: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    # while it is open: whether nobody else may join, and the Wi-Fi that the wall names
    locked: Mapped[bool] = mapped_column(default=False)
    wifi_name: Mapped[str] = mapped_column(default="")
    wifi_password: Mapped[str] = mapped_column(default="")


class OwnSet(Base):
    """Questions that a facilitator has chosen, under a name, to be used again."""

    __tablename__ = "own_set"
    __table_args__ = (
        at_most(80, "name"),
        words("questions"),
        UniqueConstraint("facilitator", "name"),
        IDS_USED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    facilitator: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    # what its facilitator calls it; never exported
    name: Mapped[str]
    questions: Mapped[str]


class UsedForm(Base):
    """A form of the staff that has been carried out: pressed twice, it makes no second thing."""

    __tablename__ = "used_form"
    __table_args__ = (hashed("id"), RANDOM_ORDER)

    # of its key, of what was sent, and of who sent it
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    day: Mapped[date]

    # the room that it made, if it made one
    room: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))


class Reveal(Base):
    """What a class was shown: how many had answered a question, or one step of a story."""

    __tablename__ = "reveal"
    __table_args__ = (
        words("question"),
        words("taken"),
        CheckConstraint("people >= 0", "people_are_counted"),
        RANDOM_ORDER,
    )

    room: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[int]

    # in a story, the turn that the class took, as node:choice
    taken: Mapped[str] = mapped_column(default="")

    # how many had it wholly right; empty if fewer than five had answered, and in a story
    right_people: Mapped[int | None]


class RevealOption(Base):
    """How often an option had been chosen when it was shown to the class."""

    __tablename__ = "reveal_option"
    __table_args__ = (
        ForeignKeyConstraint(
            ["room", "question", "step"],
            ["reveal.room", "reveal.question", "reveal.step"],
            ondelete="CASCADE",
        ),
        words("option"),
        CheckConstraint("count >= 1", "count_is_positive"),
        RANDOM_ORDER,
    )

    room: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    option: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class PaperCount(Base):
    """A number that a facilitator entered for a class on paper. It goes when the class is sealed.

    An option or pair of a question and how many chose it; a number of right lines and how many
    sheets have as many; or, without a question, a number of right answers and how many people had
    as many.
    """

    __tablename__ = "paper_count"
    __table_args__ = (
        words("question"),
        words("option"),
        CheckConstraint("count BETWEEN 1 AND 9999", "count_is_a_class"),
        RANDOM_ORDER,
    )

    room: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class Attempt(Base):
    """One person's way through one quiz. It lives until its room closes, or its day is over."""

    __tablename__ = "attempt"
    __table_args__ = (
        hashed("id"),
        CheckConstraint("(day IS NULL) = (room IS NOT NULL)", "in_a_room_or_of_a_day"),
        # a date of PostgreSQL is no finer by itself
        CheckConstraint(
            "day GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'", "day_is_no_finer"
        ).ddl_if(dialect="sqlite"),
        CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'mixed')", "theme_is_known"
        ),
        language("language"),
        words("questions"),
        words("seen"),
        CheckConstraint("position BETWEEN 0 AND 99", "position_is_a_place"),
        CheckConstraint(
            Either(
                sqlite="finished IN (0, position IS NOT NULL)",
                postgresql="NOT finished OR position IS NOT NULL",
            ),
            "finished_after_the_notice",
        ),
        # only of rooms: whatever lies in the file tells a little about who came when
        Index(
            "attempts_in_rooms",
            "room",
            sqlite_where=text("room IS NOT NULL"),
            postgresql_where=text("room IS NOT NULL"),
        ),
        RANDOM_ORDER,
    )

    # a hash of the random token in her cookie: whoever reads the database cannot take her place
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    day: Mapped[date | None]
    room: Mapped[int | None] = mapped_column(ForeignKey("room.id"))

    # the quiz, frozen when it starts; question ids are separated by one space
    theme: Mapped[str]
    language: Mapped[str]
    questions: Mapped[str]

    # where she stands; no position before she has read the notice
    position: Mapped[int | None]
    finished: Mapped[bool] = mapped_column(default=False)

    # what earlier quizzes on this phone showed, to be avoided while anything else is left
    seen: Mapped[str | None]


class Answer(Base):
    """What one attempt chose for one question. It goes with the attempt."""

    __tablename__ = "answer"
    __table_args__ = (
        words("question"),
        words("revision"),
        words("chosen"),
        CheckConstraint("score BETWEEN 0 AND 100", "score_is_a_percent"),
        RANDOM_ORDER,
    )

    attempt: Mapped[bytes] = mapped_column(
        ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str]

    # ids separated by one space; percent, or none for a skipped question and an unfinished story
    chosen: Mapped[str]
    score: Mapped[int | None]


class Batch(Base):
    """A group of people sealed together: a class, people alone, or a pool of small classes."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("source IN ('solo', 'room', 'paper', 'pool')", "source_is_known"),
        CheckConstraint("phase IN ('single', 'before', 'after')", "phase_is_known"),
        language("language"),
        month("month", "month_is_no_finer"),
        CheckConstraint(
            "people >= 1 OR (people = 0 AND source = 'solo' AND released IS NULL)",
            "somebody_is_in_it",
        ),
        month("released", "released_is_no_finer"),
        CheckConstraint(
            f"released IS NULL OR people >= {LEAST_PUBLISHED}", "small_groups_are_not_released"
        ),
        CheckConstraint("(released IS NULL) = (number IS NULL)", "numbered_once_released"),
        CheckConstraint(
            f"number BETWEEN {GROUP_NUMBERS[0]} AND {GROUP_NUMBERS[-1]}", "number_has_six_digits"
        ),
        UniqueConstraint("number", "phase"),
        CheckConstraint("released IS NULL OR pool IS NULL", "released_once"),
        words("withheld"),
        CheckConstraint(
            "withheld IS NULL OR (released IS NULL AND pool IS NULL)", "withheld_is_not_released"
        ),
        CheckConstraint("phase = 'after' OR paired IS NULL", "only_after_follows_before"),
        at_most(80, "province"),
        at_most(80, "chapter"),
        Index(
            "one_open_solo_batch",
            "language",
            unique=True,
            sqlite_where=text("released IS NULL AND source = 'solo'"),
            postgresql_where=text("released IS NULL AND source = 'solo'"),
        ),
        IDS_USED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    phase: Mapped[str]

    # no language: several
    language: Mapped[str | None]
    month: Mapped[str]
    people: Mapped[int]
    released: Mapped[str | None]

    # of a class, as its facilitator wrote it; empty for people alone and for pools
    province: Mapped[str] = mapped_column(default="")
    chapter: Mapped[str] = mapped_column(default="")

    # the class before the lesson, and the pool that speaks for a small one
    paired: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), unique=True)
    pool: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)

    # made up by ``quiz demo``
    simulated: Mapped[bool] = mapped_column(default=False)

    # why an officer keeps a class out of all figures
    withheld: Mapped[str | None]

    # what files call it: drawn by chance, but before and after a lesson share one
    number: Mapped[int | None]


class Cell(Base):
    """What the people of a batch answered to one question. Reports add up released cells alone.

    A pooled one is part of a released cell of a pool.
    """

    __tablename__ = "cell"
    __table_args__ = (
        words("question"),
        words("revision"),
        CheckConstraint("answers >= 1", "somebody_answered"),
        CheckConstraint("points BETWEEN 0 AND 100 * answers", "points_fit"),
        CheckConstraint(
            f"NOT released OR answers >= {LEAST_PUBLISHED}", "small_cells_are_not_released"
        ),
        CheckConstraint("NOT (released AND pooled)", "released_once"),
        RANDOM_ORDER,
    )

    batch: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[int] = mapped_column(SUM)
    points: Mapped[int] = mapped_column(SUM)
    released: Mapped[bool] = mapped_column(default=False)
    pooled: Mapped[bool] = mapped_column(default=False)


def of_a_cell() -> ForeignKeyConstraint:
    """Promise that a total is part of a cell."""
    return ForeignKeyConstraint(
        ["batch", "question", "revision"], ["cell.batch", "cell.question", "cell.revision"]
    )


class OptionTally(Base):
    """How often an option was chosen in a cell."""

    __tablename__ = "option_tally"
    __table_args__ = (
        of_a_cell(),
        words("option"),
        CheckConstraint("count >= 1", "count_is_positive"),
        RANDOM_ORDER,
    )

    batch: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(SUM)


class QuestionTally(Base):
    """How often a score was reached in a cell."""

    __tablename__ = "question_tally"
    __table_args__ = (
        of_a_cell(),
        CheckConstraint("score BETWEEN 0 AND 100", "score_is_a_percent"),
        CheckConstraint("count >= 1", "count_is_positive"),
        RANDOM_ORDER,
    )

    batch: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(SUM)


class RestTally(Base):
    """Sums of the rests of a cell, until a unit is made of it. No report reads them."""

    __tablename__ = "rest_tally"
    __table_args__ = (
        of_a_cell(),
        words("option"),
        CheckConstraint("score BETWEEN 0 AND 100", "score_is_a_percent"),
        CheckConstraint("people >= 1", "people_are_counted"),
        CheckConstraint("rest_sum BETWEEN 0 AND 100 * people", "rest_sum_fits"),
        CheckConstraint("rest_square_sum BETWEEN 0 AND 10000 * people", "rest_square_sum_fits"),
        RANDOM_ORDER,
    )

    batch: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[int] = mapped_column(SUM)
    rest_sum: Mapped[int] = mapped_column(SUM)
    rest_square_sum: Mapped[int] = mapped_column(SUM)


class ItemUnit(Base):
    """Correlations of a question, of the people of several batches together. It never changes."""

    __tablename__ = "item_unit"
    __table_args__ = (
        words("question"),
        words("revision"),
        CheckConstraint(f"people >= {LEAST_IN_UNIT} AND people % 10 = 0", "people_are_tens"),
        CheckConstraint("discrimination BETWEEN -100 AND 100", "discrimination_fits"),
        Index("ix_item_unit_question", "question", "revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str]
    revision: Mapped[str]
    simulated: Mapped[bool]
    people: Mapped[int]

    # hundredths
    discrimination: Mapped[int | None]


class ItemUnitOption(Base):
    """The correlation of choosing an option, in hundredths."""

    __tablename__ = "item_unit_option"
    __table_args__ = (
        words("option"),
        CheckConstraint("correlation BETWEEN -100 AND 100", "correlation_fits"),
        RANDOM_ORDER,
    )

    unit: Mapped[int] = mapped_column(
        ForeignKey("item_unit.id", ondelete="CASCADE"), primary_key=True
    )
    option: Mapped[str] = mapped_column(primary_key=True)
    correlation: Mapped[int]
