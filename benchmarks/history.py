"""A history of classes, written in SQL: what an installation holds after some years."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

CLASSES = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :classes)
INSERT OR IGNORE INTO batch
    (source, phase, month, people, released, number, province, chapter, simulated)
SELECT 'room', 'single', '2024-01', 30, '2024-02', 100000 + n, '', 'history', 0 FROM number
"""

QUESTIONS = """
WITH RECURSIVE question(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM question WHERE n < 10)
INSERT INTO cell (batch, question, revision, answers, points, released, pooled)
SELECT id, 'old-' || n, '0a1b2c3d', 30, 1500, 1, 0
FROM batch CROSS JOIN question WHERE chapter = 'history'
"""

OPTIONS = """
WITH RECURSIVE option(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM option WHERE n < 4)
INSERT INTO option_tally (batch, question, revision, option, count)
SELECT batch, question, revision, 'option-' || n, 5 + n
FROM cell JOIN batch ON batch.id = cell.batch CROSS JOIN option WHERE chapter = 'history'
"""

TALLIES_OF_A_CLASS = 40


def add_history(db: Session, tallies: int) -> None:
    """Add classes of other years with so many tallies, on SQLite."""
    connection = db.connection()
    connection.execute(text(CLASSES), {"classes": tallies // TALLIES_OF_A_CLASS})
    connection.execute(text(QUESTIONS))
    connection.execute(text(OPTIONS))
