"""Every table on one page, with the promises it keeps.

What we promise people, the schema promises too; what we do not want to know has no column. All
text is made of the small words of the bank: nothing that a person might type can be stored.
docs/data.md says why each column exists and when it is deleted.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from quiz.domain.release import K_PUBLISH

RANDOM_ORDER = {"sqlite_with_rowid": False}
"""Rows lie in the order of their key. An ordinary SQLite table would remember who came first."""

MONTH = "[0-9][0-9][0-9][0-9]-[01][0-9]"


class Table(DeclarativeBase):
    """What all tables share: a name for every constraint."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


def words(column: str) -> CheckConstraint:
    """Promise that a column holds only ids of the bank, separated by spaces."""
    return CheckConstraint(f"{column} NOT GLOB '*[^a-z0-9: -]*'", f"{column}_holds_ids")


class Attempt(Table):
    """One person's way through one quiz. It lives until its day is over."""

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint("typeof(id) = 'blob' AND length(id) = 16", "id_is_a_hash"),
        CheckConstraint(f"day GLOB '{MONTH}-[0-3][0-9]'", "day_is_no_finer"),
        CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'mixed')", "theme_is_known"
        ),
        CheckConstraint("language GLOB '[a-z][a-z]'", "language_is_two_letters"),
        words("questions"),
        CheckConstraint("position BETWEEN 0 AND 99", "position_is_a_place"),
        CheckConstraint("finished IN (0, position IS NOT NULL)", "finished_after_the_notice"),
        RANDOM_ORDER,
    )

    # a hash of the random token in her cookie: whoever reads the database cannot take her place
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    day: Mapped[date]

    # the quiz, frozen when it starts; question ids are separated by one space
    theme: Mapped[str]
    language: Mapped[str]
    questions: Mapped[str]

    # where she stands; no position before she has read the notice
    position: Mapped[int | None]
    finished: Mapped[bool] = mapped_column(default=False)


class Answer(Table):
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


class Batch(Table):
    """A group of people sealed together. Once released it never changes."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("source IN ('solo', 'room', 'paper', 'pool')", "source_is_known"),
        CheckConstraint("phase IN ('single', 'before', 'after')", "phase_is_known"),
        CheckConstraint("language GLOB '[a-z][a-z]'", "language_is_two_letters"),
        CheckConstraint(f"month GLOB '{MONTH}'", "month_is_no_finer"),
        CheckConstraint("people >= 1", "somebody_is_in_it"),
        CheckConstraint(f"released GLOB '{MONTH}'", "released_is_no_finer"),
        CheckConstraint(
            f"released IS NULL OR people >= {K_PUBLISH}", "small_groups_are_not_released"
        ),
        Index(
            "one_open_solo_batch",
            "language",
            unique=True,
            sqlite_where=text("released IS NULL AND source = 'solo'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    phase: Mapped[str]

    # no language: several
    language: Mapped[str | None]
    month: Mapped[str]
    people: Mapped[int]
    released: Mapped[str | None]


class OptionTally(Table):
    """How often an option was chosen in a batch."""

    __tablename__ = "option_tally"
    __table_args__ = (
        words("question"),
        words("revision"),
        words("option"),
        CheckConstraint("count >= 1", "count_is_positive"),
        CheckConstraint("rest_sum BETWEEN 0 AND 100 * count", "rest_sum_fits"),
        RANDOM_ORDER,
    )

    batch: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    rest_sum: Mapped[int]


class QuestionTally(Table):
    """How often a score was reached in a batch, with what item statistics need."""

    __tablename__ = "question_tally"
    __table_args__ = (
        words("question"),
        words("revision"),
        CheckConstraint("score BETWEEN 0 AND 100", "score_is_a_percent"),
        CheckConstraint("count >= 1", "count_is_positive"),
        CheckConstraint("rest_sum BETWEEN 0 AND 100 * count", "rest_sum_fits"),
        CheckConstraint("rest_square_sum BETWEEN 0 AND 10000 * count", "rest_square_sum_fits"),
        RANDOM_ORDER,
    )

    batch: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    rest_sum: Mapped[int]
    rest_square_sum: Mapped[int]


class ScoreTally(Table):
    """How many people of a batch had the same result in a theme."""

    __tablename__ = "score_tally"
    __table_args__ = (
        CheckConstraint(
            "theme IN ('harassment', 'abduction', 'literacy', 'all')", "theme_is_known"
        ),
        CheckConstraint("answered >= 0", "answered_is_a_number"),
        CheckConstraint("points BETWEEN 0 AND 100 * answered", "points_fit"),
        CheckConstraint("count >= 1", "count_is_positive"),
        RANDOM_ORDER,
    )

    batch: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(primary_key=True)
    answered: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
