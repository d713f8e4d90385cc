"""A class on paper: which questions it can be asked, and what its totals say.

On paper it is known how many chose what on each line of the answer sheet, and not who chose what
else. So where a question has several lines, as many as it has things to be matched, the sheets are
counted a second time: by score. Other questions are not asked on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import chain

from quiz.domain.question import Audience, PaperMark, Question
from quiz.domain.tally import OptionKey, QuestionKey, Tally, percent


def fit(ids: Iterable[str], bank: Mapping[str, Question]) -> tuple[str, ...]:
    """Return a quiz for paper: what does not work on it is replaced by what is most like it.

    A replacement has the same theme. What has none that is not asked already is left out.
    """
    wanted = [bank[id_] for id_ in ids if id_ in bank]
    taken = [question.id for question in wanted if question.paper_lines]
    found = []
    for question in wanted:
        if question.paper_lines:
            found.append(question.id)
            continue
        others = [
            other
            for other in bank.values()
            if other.paper_lines
            and other.theme is question.theme
            and other.audience is Audience.ALL
            and other.id not in taken
            and other.pair not in taken
        ]
        if others:
            nearest = min(others, key=lambda other: (distance(question, other), other.id))
            taken.append(nearest.id)
            found.append(nearest.id)
    return tuple(found)


def distance(question: Question, other: Question) -> int:
    """Return how unlike two questions are."""
    return (
        4 * (question.topic != other.topic)
        + 2 * (question.skill is not other.skill)
        + abs(question.level - other.level)
    )


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a facilitator counted: people, how often each mark was seen, and the scores.

    ``right`` says how many people had so many answers right; empty if that was not counted.
    """

    people: int = 0
    options: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    right: Mapping[int, int] = field(default_factory=dict)

    def count(self, question: Question, marks: Iterable[PaperMark]) -> int:
        """Return how often some marks of a question were counted."""
        counts = self.options.get(question.id, {})
        return sum(counts.get(mark.name, 0) for mark in marks)

    def points(self, question: Question, marks: Iterable[PaperMark]) -> Fraction:
        """Return the sum of the scores of some marks, each as often as it was counted."""
        return sum((mark.score * self.count(question, [mark]) for mark in marks), Fraction(0))

    def chosen(self, question: Question) -> int:
        """Return how many answered a question."""
        return self.count(question, question.paper_scores)

    def correct(self, question: Question) -> int:
        """Return how many answered a question right, on every line of it."""
        return self.count(question, [mark for mark in question.paper_scores if mark.score == 1])


class Mistake(StrEnum):
    """What does not fit together in an entry."""

    NOBODY = "nobody"
    TOO_MANY = "too-many"
    NO_SCORES = "no-scores"
    NO_LINES = "no-lines"
    OTHER_LINE = "other-line"
    OTHER_LINES_RIGHT = "other-lines-right"
    SCORES_OF_OTHERS = "scores-of-others"
    OTHER_SCORES = "other-scores"


@dataclass(frozen=True)
class Mismatch:
    """A mistake, the question and the line in which it is (or none), and what does not fit."""

    mistake: Mistake
    question: str | None = None
    is_: int = 0
    wanted: int = 0
    line: int | None = None


def mismatches(entry: Entry, questions: Sequence[Question]) -> Sequence[Mismatch]:
    """Return everything that does not fit together."""
    found = []
    if entry.people < 1:
        found.append(Mismatch(Mistake.NOBODY))
    found.extend(
        Mismatch(Mistake.TOO_MANY, question.id, entry.chosen(question), entry.people)
        for question in questions
        if entry.chosen(question) > entry.people
    )
    found.extend(each for question in questions for each in line_mismatches(entry, question))
    if any(entry.right.values()):
        scored = sum(entry.right.values())
        if scored != entry.people:
            found.append(Mismatch(Mistake.SCORES_OF_OTHERS, None, scored, entry.people))
        by_people = sum(right * people for right, people in entry.right.items())
        by_question = sum(entry.correct(question) for question in questions)
        if scored == entry.people and by_people != by_question:
            found.append(Mismatch(Mistake.OTHER_SCORES, None, by_people, by_question))
    return found


def line_mismatches(entry: Entry, question: Question) -> Iterator[Mismatch]:
    """Yield what does not fit between the lines of a question and its sheets counted by score."""
    sheets = entry.chosen(question)
    lines = [entry.count(question, line) for line in question.paper_lines]
    if any(lines) and not sheets:
        yield Mismatch(Mistake.NO_SCORES, question.id)
    elif sheets and not any(lines):
        yield Mismatch(Mistake.NO_LINES, question.id)
    elif {*lines} - {sheets}:
        for number, letters in enumerate(lines, start=1):
            if letters != sheets:
                yield Mismatch(Mistake.OTHER_LINE, question.id, letters, sheets, number)
    else:
        by_line = entry.points(question, chain.from_iterable(question.paper_lines)) * len(lines)
        by_sheet = entry.points(question, question.paper_scores) * len(lines)
        if by_line != by_sheet:
            yield Mismatch(Mistake.OTHER_LINES_RIGHT, question.id, int(by_line), int(by_sheet))


def tally(entry: Entry, questions: Sequence[Question]) -> Tally:
    """Return an entry as totals. What an answer has to do with others is not known: no rests.

    A question left blank, on any of its lines, counts nowhere: as one skipped on a phone.
    """
    options: dict[OptionKey, int] = {}
    scores: dict[QuestionKey, int] = {}
    for question in questions:
        key = (question.id, question.revision)
        for mark in question.paper_scores:
            if count := entry.count(question, [mark]):
                scored = QuestionKey(*key, percent(mark.score) or 0)
                scores[scored] = scores.get(scored, 0) + count
        for mark in chain.from_iterable(question.paper_lines):
            if count := entry.count(question, [mark]):
                options[OptionKey(*key, mark.name)] = count
    return Tally(options=options, questions=scores)
