"""People who take the quiz alone. Say only what matters; everything else is sensible by itself."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quiz.domain.refusals import Refusal
from quiz.domain.tally import Tally
from quiz.store import attempts, tallies
from quiz.store.tables import Attempt, Batch, Table

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
    attempts.keep(
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


def count(db: Session, table: type[Table]) -> int:
    return db.scalars(select(func.count()).select_from(table)).one()


def totals(db: Session) -> Tally:
    """Return the totals of everybody."""
    batches = db.scalars(select(Batch).where(Batch.source != "pool")).all()
    return sum((tallies.of_batch(db, batch) for batch in batches), Tally())
