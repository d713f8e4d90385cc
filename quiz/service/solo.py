"""The quiz taken alone: start, answer, finish, leave.

Each function takes the session of one request first. Nothing here commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from random import Random
from statistics import fmean
from typing import TypeAlias

from sqlalchemy.orm import Session

from quiz.domain import attempt as rules
from quiz.domain import reading
from quiz.domain.attempt import AttemptStage, Result, Verdict
from quiz.domain.contact import Contact
from quiz.domain.kinds.story import stories
from quiz.domain.question import SKIPPED, Chosen, Posted, Question, Theme, parse_non_answer
from quiz.domain.quiz import Length, assemble_alone
from quiz.domain.refusals import (
    InLiveClass,
    NoStory,
    NoSuchQuestion,
    NotAnAnswer,
    NotFinished,
    Refusal,
)
from quiz.domain.room import Mode
from quiz.domain.tally import percent
from quiz.store import attempts
from quiz.store.bank import Bank
from quiz.store.tables import Attempt, Room

MIXED = "mixed"

CONTACTS_SHOWN = 3
"""How many contacts a result names; the help page has them all."""

ADVICE_SHOWN = 3
"""How many ideas a result gives to take along."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which quiz somebody wants; without a theme, a mixed one."""

    theme: Theme | None = None
    length: Length = Length.FIVE


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where in a quiz somebody is: question ``number`` of ``total``, ``done`` of them settled."""

    number: int
    total: int
    done: int


@dataclass(frozen=True, kw_only=True)
class InQuiz:
    """What every page of a quiz says: whether its class is only tried out."""

    rehearsal: bool = False


@dataclass(frozen=True, kw_only=True)
class Notice(InQuiz):
    """The attempt has begun, and the privacy notice has not been read."""

    total: int


@dataclass(frozen=True, kw_only=True)
class Asking(InQuiz):
    """A question is open. ``chosen`` is the way through a story so far.

    ``again`` is how many questions of the quiz were seen before, as nothing else was left.
    """

    question: Question
    progress: Progress
    offered: Sequence[str]
    chosen: Chosen
    again: int
    practice: bool


@dataclass(frozen=True, kw_only=True)
class Explaining(InQuiz):
    """A question was answered, and is explained."""

    question: Question
    progress: Progress
    offered: Sequence[str]
    chosen: Chosen
    score: Fraction


@dataclass(frozen=True, kw_only=True)
class Finished(InQuiz):
    """The quiz is over."""

    result: Result
    total: int
    practice: bool
    advice: Sequence[Question]
    contacts: Sequence[Contact]


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A question of a finished quiz with what was chosen; nothing if it was skipped."""

    question: Question
    offered: Sequence[str]
    chosen: Chosen
    score: Fraction
    verdict: Verdict


PageState = Notice | Asking | Explaining | Finished
"""What somebody sees now."""

Action: TypeAlias = "Callable[[Session], AttemptState]"
"""What a button of a quiz does, when it is given a session: one of the functions below."""


def handle_all(db: Session, actions: Sequence[Action]) -> Sequence[AttemptState | Refusal]:
    """Do what several people have pressed, and return where each stands then.

    Each of them reads before it writes, so that whoever is refused has written nothing. Nothing is
    committed.
    """
    outcomes: list[AttemptState | Refusal] = []
    for action in actions:
        try:
            outcomes.append(action(db))
        except Refusal as refusal:
            outcomes.append(refusal)
    return outcomes


def start(
    db: Session,
    bank: Bank,
    *,
    token: str,
    wanted: Wanted,
    language: str,
    today: date,
    chance: Random,
    previous: str | None = None,
) -> AttemptState:
    """Begin an attempt under a new token, with questions that the earlier ones did not show.

    Returns where it stands. The previous attempt is left if it was unfinished; the notice is not
    shown twice. Raises NoStory if the quiz is to be a story and the theme has none.
    """
    seen: set[str] = set()
    notice_read = False
    if previous and (before := attempts.find(db, attempts.attempt_id(previous))):
        seen = seen_until(before)
        notice_read = before.position is not None
    questions = assemble_alone(
        bank.questions.values(), chance, length=wanted.length, theme=wanted.theme, avoid=seen
    )
    if not questions:
        raise NoStory
    if previous:
        leave(db, previous)
    attempt = attempts.start(
        db,
        id=attempts.attempt_id(token),
        day=today,
        theme=wanted.theme or MIXED,
        language=language,
        questions=questions,
        position=0 if notice_read else None,
    )
    attempt.seen = " ".join(sorted(seen)) or None
    return AttemptState(db, bank, token)


def practise(
    db: Session, bank: Bank, *, token: str, previous: str, language: str, today: date
) -> AttemptState:
    """Begin an attempt with what the finished one before missed. Returns where it stands.

    All of it was seen and explained, so this is practice, and is never counted. Raises NoAttempt,
    InLiveClass, NotFinished if the one before is not finished or has missed nothing.
    """
    before = AttemptState(db, bank, previous)
    missed = rules.result(before.quiz, before.answers).missed
    if before.standing is not AttemptStage.FINISHED or not missed:
        raise NotFinished
    attempt = attempts.start(
        db,
        id=attempts.attempt_id(token),
        day=today,
        theme=before.attempt.theme,
        language=language,
        questions=[question.id for question in missed],
        position=0,
    )
    attempt.seen = " ".join(sorted(seen_until(before.attempt)))
    leave(db, previous)
    return AttemptState(db, bank, token)


def seen_until(attempt: Attempt) -> set[str]:
    """Return the questions that this phone has shown, with those of the attempt."""
    return {*(attempt.seen or "").split(), *reached(attempt)}


def story_minutes(bank: Bank) -> int:
    """Return how many minutes a story takes, on the mean."""
    minutes = [reading.load(story).minutes() for story in stories(bank.questions.values())]
    return round(fmean(minutes)) if minutes else 0


def reached(attempt: Attempt) -> Sequence[str]:
    """Return the questions that an attempt has shown. In a class she may have seen all of them."""
    if attempt.room is not None:
        return attempt.questions.split()
    return attempt.questions.split()[: 0 if attempt.position is None else attempt.position + 1]


def current_page(db: Session, bank: Bank, token: str) -> PageState:
    """Return what somebody sees now. Raises NoAttempt, InLiveClass."""
    return page_of(AttemptState(db, bank, token))


def page_of(way: AttemptState) -> PageState:
    """Return what somebody sees who stands there. Nothing is read for it."""
    return replace(page_at(way), rehearsal=way.rehearsal)


def page_at(way: AttemptState) -> PageState:
    """Return what is shown at the stage of an attempt."""
    match way.standing:
        case AttemptStage.NOTICE:
            return Notice(total=len(way.quiz))
        case AttemptStage.ASKING:
            return Asking(
                question=way.question,
                progress=way.progress(),
                offered=way.offered(way.question),
                chosen=way.chosen(),
                again=way.again,
                practice=way.practice,
            )
        case AttemptStage.EXPLAINING:
            return Explaining(
                question=way.question,
                progress=way.progress(settled=1),
                offered=way.offered(way.question),
                chosen=way.chosen(),
                score=way.question.score(way.chosen()) or Fraction(0),
            )
        case AttemptStage.FINISHED:
            return finished(way)


def stands(db: Session, token: str) -> AttemptStage | None:
    """Return whether an attempt is under way or finished; None if there is none."""
    attempt = attempts.find(db, attempts.attempt_id(token))
    if attempt is None:
        return None
    if attempt.position is None:
        return AttemptStage.NOTICE
    is_over = attempt.position >= len(attempt.questions.split())
    return AttemptStage.FINISHED if is_over else AttemptStage.ASKING


def read_notice(db: Session, bank: Bank, token: str) -> AttemptState:
    """Remember that the notice was read. Raises NoAttempt, InLiveClass."""
    way = AttemptState(db, bank, token)
    if way.position is None:
        way.move_to(0)
    return way


def answer(
    db: Session,
    bank: Bank,
    token: str,
    question_id: str,
    posted: Posted,
    language: str,
    turns: int = 0,
) -> AttemptState:
    """Save the answer that a form sent. The same answer again changes nothing.

    Returns where the attempt stands then. ``turns`` is how many steps of the question the page
    showed as taken; from a page that was left, nothing changes. Raises NoAttempt, InLiveClass,
    NoSuchQuestion if the attempt is elsewhere, NotAnAnswer or one of its children, and
    AlreadyAnswered if the question has been explained: the first answer stands.
    """
    way = AttemptState(db, bank, token)
    question = way.find(question_id)
    taken = way.path(question)
    if len(taken) == turns or parse_non_answer(posted):
        try:
            chosen = question.read(posted, taken)
        except NotAnAnswer:
            if way.stands_at(question):
                raise
            raise NoSuchQuestion from None  # a page left behind: nothing to mend on the present one
        way.answer(question, chosen, language)
    return way


def skip(db: Session, bank: Bank, token: str, question_id: str) -> AttemptState:
    """Leave a question out and go on. A question that was answered stays answered."""
    way = AttemptState(db, bank, token)
    question = way.find(question_id)
    if way.stands_at(question) and way.standing is AttemptStage.ASKING:
        way.save(question, SKIPPED)
        way.go_on()
    return way


def go_on(db: Session, bank: Bank, token: str, question_id: str) -> AttemptState:
    """Go on from a question that was explained; from any other, stay."""
    way = AttemptState(db, bank, token)
    if way.stands_at(way.find(question_id)) and way.standing is AttemptStage.EXPLAINING:
        way.go_on()
    return way


def go_back(db: Session, bank: Bank, token: str, question_id: str, turns: int = 0) -> AttemptState:
    """Go back one step: to the turn before in a story, else to the question before.

    ``turns`` is how many turns of a story the page showed: pressed twice, it counts once.
    """
    way = AttemptState(db, bank, token)
    question = way.find(question_id)
    if not way.stands_at(question):
        return way
    taken = way.path(question)
    if way.standing is AttemptStage.ASKING and (taken or turns):
        if len(taken) == turns:
            way.save(question, taken[:-1])
    else:
        way.move_to(max((way.position or 0) - 1, 0))
    return way


def leave(db: Session, token: str) -> None:
    """Forget an unfinished attempt. A finished one stays until it is sealed."""
    attempts.leave(db, attempts.attempt_id(token))


def certificate(db: Session, bank: Bank, token: str) -> int:
    """Return how many situations somebody has answered. Raises NoAttempt, NotFinished."""
    way = AttemptState(db, bank, token)
    answered = sum(way.answers.get(question.id, SKIPPED) != SKIPPED for question in way.quiz)
    if way.standing is not AttemptStage.FINISHED or not answered:
        raise NotFinished
    return answered


def review(db: Session, bank: Bank, token: str) -> Sequence[Reviewed]:
    """Return all questions of a finished quiz with the answers. Raises NoAttempt, NotFinished."""
    way = AttemptState(db, bank, token)
    if way.standing is not AttemptStage.FINISHED:
        raise NotFinished
    return [
        Reviewed(
            question=question,
            offered=way.offered(question),
            chosen=chosen,
            score=question.score(chosen) or Fraction(0),
            verdict=rules.verdict(question, chosen),
        )
        for question in way.quiz
        for chosen in [way.answers.get(question.id, SKIPPED)]
    ]


class AttemptState:
    """One attempt with its questions and answers, as read in one request.

    Questions that have left the bank since the attempt began are passed over, and an answer to an
    earlier revision of a question does not count: the question is asked again.
    """

    def __init__(self, db: Session, bank: Bank, token: str) -> None:
        """Read the attempt. Raises NoAttempt, InLiveClass."""
        self.db = db
        self.bank = bank
        self.attempt: Attempt = attempts.enter(db, attempts.attempt_id(token))
        room = db.get_one(Room, self.attempt.room) if self.attempt.room else None
        if room and Mode(room.mode) is Mode.LIVE:
            raise InLiveClass
        self.rehearsal = room is not None and room.rehearsal
        self.frozen = self.attempt.questions.split()
        self.quiz = [bank.questions[id_] for id_ in self.frozen if id_ in bank.questions]
        self.answers: dict[str, Chosen] = {
            id_: tuple(answer.chosen.split())
            for id_, answer in attempts.answers(db, self.attempt).items()
            if id_ in bank.questions and answer.revision == bank.questions[id_].revision
        }
        self.position: int | None = None
        if self.attempt.position is not None:
            passed = self.frozen[: self.attempt.position]
            self.position = sum(id_ in bank.questions for id_ in passed)

    @property
    def standing(self) -> AttemptStage:
        """Where the attempt stands."""
        return rules.standing(self.position, self.quiz, self.answers)

    @property
    def question(self) -> Question:
        """The question at the position."""
        return self.quiz[self.position or 0]

    @property
    def again(self) -> int:
        """How many questions of the quiz earlier quizzes on this phone have shown."""
        return len({*(self.attempt.seen or "").split()}.intersection(self.frozen))

    @property
    def practice(self) -> bool:
        """Whether earlier quizzes have shown and explained all of it: so it measures nothing."""
        return self.again == len({*self.frozen})

    def find(self, question_id: str) -> Question:
        """Return a question of this quiz that has been reached. Raises NoSuchQuestion."""
        position = -1 if self.position is None else self.position
        for question in self.quiz[: position + 1]:
            if question.id == question_id:
                return question
        raise NoSuchQuestion

    def progress(self, settled: int = 0) -> Progress:
        """Return the number of the question, and how many are done."""
        position = self.position or 0
        return Progress(number=position + 1, total=len(self.quiz), done=position + settled)

    def chosen(self) -> Chosen:
        """Return what was chosen for the question; nothing if it was skipped."""
        chosen = self.answers.get(self.question.id, ())
        return () if chosen == SKIPPED else chosen

    def path(self, question: Question) -> Chosen:
        """Return what was chosen at the steps of a question so far."""
        return question.path(self.answers.get(question.id, ()))

    def offered(self, question: Question) -> Sequence[str]:
        """Return what can be chosen, in an order that stays the same within the attempt."""
        seed = self.attempt.id + question.id.encode()
        return question.arrange(Random(seed))  # noqa: S311 - an order is no secret

    def answer(self, question: Question, chosen: Sequence[str], language: str) -> None:
        """Save an answer unless it is there already. Raises as the function ``answer`` does."""
        accepted = question.accept(chosen)
        before = self.answers.get(question.id)
        rules.check_open(question, before, accepted)
        if before != accepted:
            if not self.stands_at(question):
                raise NoSuchQuestion
            self.save(question, accepted)
            self.attempt.language = language

    def save(self, question: Question, chosen: Chosen) -> None:
        """Save an answer with its score."""
        attempts.save(
            self.db,
            self.attempt.id,
            question=question.id,
            revision=question.revision,
            chosen=" ".join(chosen),
            score=percent(question.score(chosen)),
        )
        self.answers[question.id] = chosen

    def stands_at(self, question: Question) -> bool:
        """Whether the attempt is at this question, and not at one before or after."""
        position = self.position
        return position is not None and self.quiz[position : position + 1] == [question]

    def go_on(self) -> None:
        """Move to the next question, or to the end."""
        self.move_to((self.position or 0) + 1)

    def move_to(self, position: int) -> None:
        """Move to a question of the quiz; its position is stored in the frozen order."""
        self.position = position
        is_over = position >= len(self.quiz)
        self.attempt.position = (
            len(self.frozen) if is_over else self.frozen.index(self.quiz[position].id)
        )
        self.attempt.finished = is_over and not self.practice  # only what is finished is counted


def finished(way: AttemptState) -> Finished:
    """Return what the end of a quiz shows: the result, what to take along, and who can help."""
    outcome = rules.result(way.quiz, way.answers)
    worth = outcome.missed or way.quiz
    return Finished(
        result=outcome,
        total=len(way.quiz),
        practice=way.practice,
        advice=worth[:ADVICE_SHOWN],
        contacts=matching_contacts(way.bank, worth),
    )


def matching_contacts(bank: Bank, questions: Sequence[Question]) -> Sequence[Contact]:
    """Return the contacts that these questions name most often, first-named first."""
    weights: Counter[str] = Counter()
    for question in questions:
        for position, contact in enumerate(question.help):
            weights[contact] += max(4 - position, 1)
    named = [bank.contacts[id_] for id_, _ in weights.most_common()]
    return [contact for contact in named if contact.published][:CONTACTS_SHOWN]
