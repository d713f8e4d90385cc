"""People who take the quiz alone. Say only what matters; everything else is sensible by itself."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from quiz.domain.refusals import Refusal
from quiz.domain.tally import OptionKey, QuestionKey, RestKey, RestSums, Tally
from quiz.store import attempts
from quiz.store.tables import Attempt, Base

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)

QUESTIONS = ("har-images-class-chat", "abd-authority-order-a", "lit-messages-own-otp")

ANSWERS = {
    "har-images-class-chat": ("tell-somebody", 100),
    "abd-authority-order-a": ("badge", 0),
    "lit-messages-own-otp": ("skip", None),
}


def one_by_one(db: Session, writes: Sequence[Callable[[Session], Any]]) -> Sequence[Any | Refusal]:
    """Call one function after the other, as a writer does with what waits for it."""
    outcomes: list[Any | Refusal] = []
    for write in writes:
        try:
            outcomes.append(write(db))
        except Refusal as refusal:
            outcomes.append(refusal)
    return outcomes


def begin(
    db: Session, *, token: str = "", day: date = TODAY, language: str = "vi", position: int = 0
) -> Attempt:
    return attempts.start(
        db,
        attempts.attempt_id(token or attempts.new_token()),
        day=day,
        theme="mixed",
        language=language,
        questions=QUESTIONS,
        position=position,
    )


def answer(db: Session, attempt: Attempt, question: str, chosen: str, score: int | None) -> None:
    attempts.save(
        db, attempt.id, question=question, revision="0a1b2c3d", chosen=chosen, score=score
    )


def take(
    db: Session,
    *,
    token: str = "",
    day: date = TODAY,
    language: str = "vi",
    answers: Mapping[str, tuple[str, int | None]] = ANSWERS,
    finished: bool = True,
) -> bytes:
    """Take a quiz to the end, and return the id of the attempt."""
    attempt = begin(db, token=token, day=day, language=language)
    for question, (chosen, score) in answers.items():
        answer(db, attempt, question, chosen, score)
    attempt.position = len(answers)
    attempt.finished = finished
    return attempt.id


def count(db: Session, model: type[Base]) -> int:
    return db.scalars(select(func.count()).select_from(model)).one()


def totals(db: Session) -> Tally:
    """Return the totals of everybody, added up from the rows without help of the program."""

    def added_up(table: str, of: str, *numbers: str) -> dict[Any, Any]:
        sums = ", ".join(f"CAST(sum({each}) AS integer)" for each in numbers)
        rows = db.execute(
            text(
                f"SELECT question, revision, {of}, {sums} FROM {table}"
                " JOIN batch ON batch.id = batch WHERE source != 'pool'"
                f" GROUP BY question, revision, {of}"
            )
        ).all()
        return {tuple(row[: -len(numbers)]): tuple(row[-len(numbers) :]) for row in rows}

    rests = added_up(
        "rest_tally", "option, score", "rest_tally.people", "rest_sum", "rest_square_sum"
    )
    return Tally(
        options={
            OptionKey(*key): n for key, (n,) in added_up("option_tally", "option", "count").items()
        },
        questions={
            QuestionKey(*key): n
            for key, (n,) in added_up("question_tally", "score", "count").items()
        },
        rests={RestKey(*key): RestSums(*sums) for key, sums in rests.items()},
    )


IMAGES, AUTHORITY, OTP = QUESTIONS


def totals_of(people):
    """Return what so many people who gave the usual answers add up to."""
    if not people:
        return Tally()
    return Tally(
        options={
            OptionKey(IMAGES, "0a1b2c3d", "tell-somebody"): people,
            OptionKey(AUTHORITY, "0a1b2c3d", "badge"): people,
        },
        questions={
            QuestionKey(IMAGES, "0a1b2c3d", 100): people,
            QuestionKey(AUTHORITY, "0a1b2c3d", 0): people,
        },
    )
