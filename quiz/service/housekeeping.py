"""What the house does by itself: seal what is due."""

from __future__ import annotations

from datetime import date

from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.sealing import Sealed, seal_due


def seal(database: Database, bank: Bank, *, today: date) -> Sealed:
    """Turn the attempts of other days into totals and destroy them, exactly once.

    The one service that commits: what it deletes must be gone from the disk before it returns.
    """
    with database.writing() as db:
        sealed = seal_due(db, bank.questions, today=today)
        db.commit()
    database.forget_deleted()  # also what people who left have deleted since the last time
    return sealed
