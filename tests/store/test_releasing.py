"""What is released, when, and that nothing else is."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import correlation

import pytest
from sqlalchemy import func, select

from quiz.service.live import moves
from quiz.store import reports
from quiz.store.releasing import release_due
from quiz.store.sealing import seal_due, seal_room
from quiz.store.tables import Batch, Cell, ItemUnit, ItemUnitOption, RestTally
from tests.classes import REVISION, add_facilitator, hold_class, seat_class
from tests.databases import QUERIES
from tests.store.participants import TODAY, TOMORROW, take

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
IMAGES, AUTHORITY, OTP = "har-images-class-chat", "abd-authority-order-a", "lit-messages-own-otp"
SIX = [IMAGES, AUTHORITY, OTP, "lit-a", "lit-b", "lit-c"]
RIGHT, WRONG = ("leave", 100), ("badge", 0)


@pytest.fixture(params=QUERIES)
def backend(request):
    return request.param


@pytest.fixture
def facilitator(database):
    with database.writing() as db:
        found = add_facilitator(db, NOW)
        db.commit()
    return found


def cells(db):
    rows = select(Cell.question, Cell.answers).where(Cell.released).order_by(Cell.question)
    return [tuple(row) for row in db.execute(rows)]


# ── Classes ──


def test_a_class_is_released_on_the_next_day(database, facilitator):
    with database.writing() as db:
        room = seat_class(db, facilitator, [{IMAGES: RIGHT}] * 12, today=TODAY)
        room.batch = seal_room(db, room, {}).id
        release_due(db, today=TODAY)
        assert cells(db) == []
        release_due(db, today=TOMORROW)
        assert cells(db) == [(IMAGES, 12)]
        assert db.scalars(select(Batch.released)).all() == ["2026-11"]


def test_a_class_that_was_opened_yesterday_is_not_released_on_the_day_it_ends(
    database, bank, facilitator
):
    with database.writing() as db:
        room = seat_class(db, facilitator, [{IMAGES: RIGHT}] * 12, today=TODAY, bank=bank)
        room.stage, room.opened, room.code = "lobby", NOW, "123456"
        room.told_optional = room.told_parents = room.knows_disclosure = True
        moves.close(db, bank, room, today=TOMORROW)
        release_due(db, today=TOMORROW)
        assert cells(db) == []
        assert db.scalars(select(Batch.month)).all() == ["2026-11"]
        release_due(db, today=TOMORROW + timedelta(days=1))
        assert cells(db) == [(IMAGES, 12)]


def test_a_question_that_one_of_twelve_reached_is_left_out_of_everything(database, facilitator):
    everybody = {IMAGES: RIGHT, AUTHORITY: WRONG}
    people = [everybody] * 11 + [{**everybody, OTP: RIGHT}]
    with database.writing() as db:
        hold_class(db, facilitator, people, today=TODAY)
        found = reports.tally(db, *reports.EVERYTHING.conditions)
        assert {key[0] for key in (*found.cells, *found.options, *found.questions)} == {
            IMAGES,
            AUTHORITY,
        }
        [batch] = reports.batches(db, *reports.EVERYTHING.conditions)
        assert (batch.answers, batch.points) == (24, 1200)


def test_phones_that_answer_nothing_make_no_class_of_ten(database, facilitator):
    """One pupil, and nine phones that joined twice or looked on."""
    silent = {IMAGES: ("skip", None)}
    with database.writing() as db:
        hold_class(db, facilitator, [{IMAGES: RIGHT}] * 9 + [silent] * 30, today=TODAY)
        assert db.scalars(select(Batch.people)).all() == [9]
        assert cells(db) == []
        hold_class(db, facilitator, [silent] * 30, today=TODAY)
        assert db.scalars(select(Batch.people)).all() == [9]


# ── People alone ──


def day(number):
    return TODAY + timedelta(days=number)


def live_a_day(db, number, *answers, language="vi"):
    """Let people take a quiz alone, and the next day come."""
    for each in answers:
        take(db, day=day(number), answers=each, language=language)
    seal_due(db, {}, today=day(number + 1))
    release_due(db, today=day(number + 1))


def people(db):
    rows = db.execute(
        select(Batch.month, Batch.people, Batch.released.is_not(None)).order_by(Batch.id)
    )
    return [tuple(row) for row in rows]


def test_answers_alone_are_released_question_by_question_ten_at_a_time(database):
    with database.writing() as db:
        live_a_day(db, 0, *[{IMAGES: RIGHT}] * 4, *[{AUTHORITY: RIGHT}] * 5)
        assert cells(db) == []
        live_a_day(db, 1, *[{IMAGES: RIGHT}] * 3)
        assert people(db) == [("2026-11", 0, False), ("2026-11", 12, True)]
        assert cells(db) == []  # seven and five answers
        live_a_day(db, 2, *[{IMAGES: RIGHT, AUTHORITY: WRONG}] * 3)
        assert cells(db) == [(IMAGES, 10)]
        assert people(db) == [("2026-11", 3, False), ("2026-11", 12, True)]
        live_a_day(db, 3, *[{IMAGES: RIGHT, AUTHORITY: WRONG}] * 9)
        assert cells(db) == [(AUTHORITY, 17), (IMAGES, 10)]
        assert people(db) == [("2026-11", 0, False), ("2026-11", 24, True)]
        live_a_day(db, 4, {IMAGES: RIGHT})
        assert cells(db) == [(AUTHORITY, 17), (IMAGES, 20)]


def test_every_month_and_language_has_a_batch_of_its_own(database):
    with database.writing() as db:
        live_a_day(db, 0, *[{IMAGES: RIGHT}] * 12)
        live_a_day(db, 0, *[{IMAGES: RIGHT}] * 11, language="en")
        live_a_day(db, 10, *[{IMAGES: RIGHT}] * 13)
        found = reports.batches(db, *reports.EVERYTHING.conditions)
    assert sorted((each.month, each.language, each.people, each.answers) for each in found) == [
        ("2026-11", "en", 11, 11),
        ("2026-11", "vi", 12, 12),
        ("2026-12", "vi", 13, 13),
    ]


def test_whatever_grows_grows_by_ten(database):
    """Random days, and after each of them every figure is compared with the one before."""
    chance = Random(16)
    before: dict[tuple[int, str], int] = {}
    with database.writing() as db:
        for number in range(60):
            live_a_day(
                db,
                number,
                *(
                    {each: chance.choice([RIGHT, WRONG]) for each in chance.sample(SIX, 3)}
                    for _ in range(chance.choice([0, 1, 2, 5, 14]))
                ),
                language=chance.choice(["vi", "en"]),
            )
            now = {
                (cell.batch, cell.question): cell.answers
                for cell in db.scalars(select(Cell).where(Cell.released))
            }
            now |= {
                (batch.id, ""): batch.people
                for batch in db.scalars(select(Batch).where(Batch.released.is_not(None)))
            }
            assert set(before) <= set(now)
            grown = {now[key] - before.get(key, 0) for key in now} - {0}
            assert not grown or min(grown) >= 10
            before = now
            db.expire_all()
    assert len(before) > 20


# ── Units ──


def random_people(chance, number, bank):
    """Return people who know more or less, each answering six questions with two options."""
    found = []
    for _ in range(number):
        able = chance.random()
        found.append(
            {
                id_: (best, 100) if chance.random() < able else (other, 0)
                for id_, (best, other) in bank.items()
            }
        )
    return found


@pytest.fixture
def choices(bank):
    """Six questions of the bank with the best option, and another one, of each."""
    ids = [id_ for id_ in sorted(bank.questions) if bank.questions[id_].kind == "choice"][:6]
    return {
        id_: (
            bank.questions[id_].best[0],
            next(
                each
                for each in bank.questions[id_].arrange(Random(1))
                if each not in bank.questions[id_].best
            ),
        )
        for id_ in ids
    }


def test_a_unit_is_made_once_of_three_classes_and_its_sums_are_gone(
    database, bank, facilitator, choices
):
    chance = Random(3)
    people = []
    with database.writing() as db:
        for size in (20, 25, 30):
            assert db.scalars(select(ItemUnit)).all() == []
            everybody = random_people(chance, size, choices)
            people += everybody
            hold_class(db, facilitator, everybody, today=TODAY, bank=bank)
        assert db.scalar(select(func.count()).select_from(RestTally)) == 0
        units = db.scalars(select(ItemUnit)).all()
        assert {unit.question for unit in units} == set(choices)
        for unit in units:
            own = [answers[unit.question][1] for answers in people]
            rest = [
                round(sum(score for _, score in answers.values()) - mine) / 5
                for answers, mine in zip(people, own, strict=True)
            ]
            assert unit.people == 70
            assert unit.discrimination == pytest.approx(100 * correlation(own, rest), abs=1)
            options = db.scalars(
                select(ItemUnitOption.correlation).where(ItemUnitOption.unit == unit.id)
            ).all()
            assert sorted(map(abs, options)) == [abs(unit.discrimination)] * 2
        frozen = [(unit.id, unit.people, unit.discrimination) for unit in units]
        hold_class(db, facilitator, random_people(chance, 90, choices), today=TODAY, bank=bank)
        db.expire_all()
        again = db.scalars(select(ItemUnit)).all()
        assert [(unit.id, unit.people, unit.discrimination) for unit in again] == frozen


@pytest.mark.parametrize("sizes", [(40, 40), (60, 20, 20), (16, 16, 16)])
def test_too_few_classes_people_or_one_with_most_make_no_unit(
    database, bank, facilitator, choices, sizes
):
    with database.writing() as db:
        for size in sizes:
            hold_class(
                db, facilitator, random_people(Random(3), size, choices), today=TODAY, bank=bank
            )
        assert db.scalars(select(ItemUnit)).all() == []


def test_simulated_and_real_people_are_in_no_unit_together(database, bank, facilitator, choices):
    """What was simulated follows from its seed, and could be taken from what is told of both."""
    with database.writing() as db:
        for size in (20, 25, 30):
            hold_class(
                db, facilitator, random_people(Random(3), size, choices), today=TODAY, bank=bank
            )
            first = db.scalars(select(Batch).order_by(Batch.id)).first()
            first.simulated = True
            db.flush()
        assert db.scalars(select(ItemUnit)).all() == []
        hold_class(db, facilitator, random_people(Random(4), 20, choices), today=TODAY, bank=bank)
        assert {(unit.people, unit.simulated) for unit in db.scalars(select(ItemUnit))} == {
            (70, False)
        }


def test_what_fewer_than_ten_answered_is_in_no_unit(database, bank, facilitator, choices):
    """Nine of a class who reached a question leave no sum of what they answered besides."""
    last = [*choices][-1]
    with database.writing() as db:
        for size in (20, 25, 30):
            everybody = random_people(Random(3), size, choices)
            for answers in everybody[9:]:
                del answers[last]
            hold_class(db, facilitator, everybody, today=TODAY, bank=bank)
        assert {unit.question for unit in db.scalars(select(ItemUnit))} == {*choices} - {last}
        assert db.scalar(select(func.count()).select_from(RestTally)) == 0


def test_real_data_take_the_place_of_simulated_ones(database, facilitator):
    with database.writing() as db:
        hold_class(db, facilitator, [{IMAGES: RIGHT}] * 12, today=TODAY)
        db.scalars(select(Batch)).one().simulated = True
        db.flush()
        [simulated] = reports.batches(db, *reports.EVERYTHING.conditions)
        assert simulated.simulated
        hold_class(db, facilitator, [{IMAGES: RIGHT}] * 13, today=date(2026, 11, 24))
        [real] = reports.batches(db, *reports.EVERYTHING.conditions)
        assert (real.simulated, real.people) == (False, 13)
        assert reports.tally(db, *reports.EVERYTHING.conditions).answers == {(IMAGES, REVISION): 13}


# ── Numbers of groups ──


def test_a_class_that_was_withheld_gets_the_number_of_its_other_half(database, facilitator):
    with database.writing() as db:
        before = seat_class(db, facilitator, [{IMAGES: RIGHT}] * 12, today=TODAY, phase="before")
        before.batch = seal_room(db, before, {}).id
        db.get_one(Batch, before.batch).withheld = "tried-out"
        after = hold_class(
            db, facilitator, [{IMAGES: RIGHT}] * 11, today=TODAY, phase="after", after=before
        )
        number = db.get_one(Batch, after.batch).number
        assert db.get_one(Batch, before.batch).number is None
        db.get_one(Batch, before.batch).withheld = None
        release_due(db, today=day(9))
        assert db.get_one(Batch, before.batch).number == number


class TwiceTheSame(Random):
    """Chance that says everything twice before it says something else."""

    def __init__(self):
        self.said = iter(number for number in range(123456, 123500) for _ in range(2))

    def choice(self, numbers):
        return next(number for number in self.said if number in numbers)


def test_no_two_groups_have_the_same_number(database, facilitator):
    with database.writing() as db:
        for number in (12, 13, *(4,) * 6):
            room = seat_class(db, facilitator, [{IMAGES: RIGHT}] * number, today=TODAY)
            room.batch = seal_room(db, room, {}).id
        for _ in range(15):
            take(db, day=TODAY, answers={IMAGES: RIGHT})
        seal_due(db, {}, today=TOMORROW)
        release_due(db, today=TOMORROW, chance=TwiceTheSame())
        found = db.scalars(select(Batch.number).where(Batch.number.is_not(None))).all()
        assert sorted(found) == [123456, 123457, 123458, 123459]
