"""How long questions take to read: words between spaces, at a stated pace.

Counted is what a page shows of a question before anything is unfolded, first as it is asked and
then as it is explained. The words of the interface are not: they are the same on every page, and
the seconds for an answer leave time for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from quiz.domain.question import FIRST_LANGUAGE, Chosen, Question, Text, in_language

PACE: Mapping[str, int] = {"vi": 180, "en": 175}
"""Words between spaces that a calm reader takes in within a minute; in Vietnamese, syllables.

English: most adults read non-fiction in silence at 175 to 300 words a minute (Brysbaert 2019,
doi:10.1016/j.jml.2019.104047); the slow end of that is taken. Vietnamese: an assumption, as no
measurement was found. A Vietnamese text has more syllables than its English has words, so whoever
reads 180 of them reads still more slowly. A language without a pace is read at that of Vietnamese.
"""

SECONDS_FOR_AN_ANSWER = 5
"""Time to decide and to tap, for each question, and for each scene of a story: an assumption."""

IN_CLASS = 3.5
"""How many times as long as reading it a question takes in a class: the slowest are waited for,
and the answer is talked about. An assumption: eight mixed questions then fill about 40 minutes."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What there is to read of a question, in words between spaces, and how often she answers.

    Numbers are means over two ways: right at every step, and wrong.
    """

    asked: float
    explained: float
    answers: float

    def minutes(self, language: str = FIRST_LANGUAGE) -> float:
        """Return how long a calm reader takes."""
        pace = PACE.get(language, PACE[FIRST_LANGUAGE])
        return (self.asked + self.explained) / pace + self.answers * SECONDS_FOR_AN_ANSWER / 60


@lru_cache(maxsize=1024)  # a bank is asked for its minutes whenever a quiz begins
def load(question: Question, language: str = FIRST_LANGUAGE) -> Load:
    """Return the load of a question in a language."""
    both = ways(question)
    return Load(
        asked=sum(count(question.texts_asked(way), language) for way in both) / len(both),
        explained=sum(count(question.texts_explained(way), language) for way in both) / len(both),
        answers=sum(len(question.path(way)) or 1 for way in both) / len(both),
    )


def ways(question: Question) -> tuple[Chosen, Chosen]:
    """Return the right answer, and one that somebody gives who knows nothing: always the same."""
    return question.best, question.simulate(0, Random(0))  # noqa: S311 - what is made up is no secret


def minutes(questions: Iterable[Question], language: str = FIRST_LANGUAGE) -> float:
    """Return how long a calm reader takes for several questions."""
    return sum(load(question, language).minutes(language) for question in questions)


def class_minutes(questions: Iterable[Question], language: str = FIRST_LANGUAGE) -> int:
    """Return about how long questions take in a class: from ten minutes on, in steps of five."""
    found = IN_CLASS * minutes(questions, language)
    return round(found) if found < 10 else 5 * round(found / 5)


def count(texts: Iterable[Text], language: str) -> int:
    """Return the number of words between spaces."""
    return sum(len(in_language(text, language).split()) for text in texts if text)
