"""Answers of a live class: all that are waiting are read together and kept together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from quiz.domain.question import Chosen, Node, Posted, Question
from quiz.domain.refusals import QuestionClosed, Refusal, RoomClosed
from quiz.domain.room import Mode, Stage
from quiz.domain.tally import percent
from quiz.service.live.room_view import RoomView, votes_at
from quiz.store import attempts, rooms
from quiz.store.bank import Bank
from quiz.store.rooms import RoomRow
from quiz.store.tables import Room


@dataclass(frozen=True, kw_only=True)
class AnswerIn:
    """A form that somebody sent as an answer, and the step of the question that it showed."""

    token: str
    question: str
    step: int = 0
    posted: Posted


@dataclass(frozen=True)
class SavedAnswer:
    """What was kept as an answer to what is asked, and the version of the room that asked it."""

    room: int
    version: int
    chosen: Chosen


@dataclass(frozen=True)
class CurrentQuestion:
    """What a room asks: a question, or one step of a story."""

    question: Question
    step: int
    node: Node | None
    votes: dict[bytes, Chosen]
    """What each attempt has voted so far in a story."""


def save_answers(
    bank: Bank, db: Session, sent: Sequence[AnswerIn]
) -> Sequence[SavedAnswer | Refusal]:
    """Keep answers to what is asked; a later one takes the place of an earlier, until the reveal.

    Returns for each what was kept, or why it was not: RoomClosed, QuestionClosed, or NotAnAnswer
    or one of its children. A whole class answers at once; so all are found by one statement and
    kept by one. Nothing is committed.
    """
    ids = [attempts.attempt_id(each.token) for each in sent]
    found = rooms.of_attempts(db, ids)
    asking = {room.id: what_is_asked(db, bank, room, ids) for room in set(found.values())}
    rows: dict[tuple[bytes, str], attempts.NewAnswer] = {}
    outcomes: list[SavedAnswer | Refusal] = []
    for id, each in zip(ids, sent, strict=True):
        try:
            room = found.get(id)
            if room is None:
                raise RoomClosed
            asked = asking[room.id]
            if asked is None or (asked.question.id, asked.step) != (each.question, each.step):
                raise QuestionClosed
            given = accept(asked, id, each)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        rows[id, each.question] = new_answer(asked, id, given)
        outcomes.append(SavedAnswer(room.id, room.version, given))
    if rows:
        attempts.save_all(db, list(rows.values()))
    return outcomes


def what_is_asked(
    db: Session, bank: Bank, room: RoomRow, ids: Collection[bytes]
) -> CurrentQuestion | None:
    """Return what a room asks, with what these attempts have voted there; None if nothing."""
    if Stage(room.stage) is not Stage.ASKING or room.mode != Mode.LIVE:
        return None
    questions, revisions = room.questions.split(), room.revisions.split()
    question = rooms.edition(db, bank, questions[room.position], revisions[room.position])
    node = None
    if question.scenes:
        node = question.node_after(RoomView(db, bank, db.get_one(Room, room.id)).path)
    if node is None:
        return CurrentQuestion(question, room.step, None, {})
    return CurrentQuestion(question, room.step, node, attempts.chosen_by(db, ids, question.id))


def accept(asked: CurrentQuestion, id: bytes, sent: AnswerIn) -> Chosen:
    """Return what is accepted as an answer. Raises NotAnAnswer or one of its children."""
    question, node = asked.question, asked.node
    if node is None:
        return question.read(sent.posted)
    vote = question.read_vote(sent.posted, node)
    before = asked.votes.get(id, ())
    replaced = votes_at(node, before)
    asked.votes[id] = (*(each for each in before if each not in replaced), *vote)
    return vote


def new_answer(asked: CurrentQuestion, id: bytes, given: Chosen) -> attempts.NewAnswer:
    """Return an answer as it is stored: where a class goes step by step, the votes at all."""
    question = asked.question
    if asked.node is not None:
        given = asked.votes[id]
    return attempts.NewAnswer(
        attempt=id,
        question=question.id,
        revision=question.revision,
        chosen=" ".join(given),
        score=percent(question.score_in_class(given)),
    )
