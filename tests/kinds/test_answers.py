"""What counts as an answer, and what it scores, for each kind."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.kinds import Choice, Flags, Match, Multiple, Order, Story
from quiz.domain.question import NOT_SURE, SKIPPED, Question, in_language
from quiz.domain.refusals import (
    NotAnAnswer,
    NothingChosen,
    PartnersMissing,
    PartnersRepeated,
    PositionsMissing,
    PositionsRepeated,
)
from tests.questions import (
    make_choice,
    make_flags,
    make_judge,
    make_match,
    make_multiple,
    make_order,
    make_story,
    one_of_each,
    posted,
)

every_kind = pytest.mark.parametrize("question", one_of_each(), ids=lambda each: each.kind)

CHOICE, MULTIPLE, ORDER, STORY = make_choice(), make_multiple(), make_order(), make_story()
FREE = make_order(free=[("bank", "keep")])


def answers(question: Question) -> st.SearchStrategy[tuple[str, ...]]:
    """Return complete answers that the question offers."""
    match question:
        case Choice():
            return st.sampled_from([(option.id,) for option in question.options])
        case Multiple() | Flags():
            return st.sets(st.sampled_from(list(question.arrange(Random(0)))), min_size=1).map(
                tuple
            )
        case Order():
            return st.permutations(question.correct).map(tuple)
        case Match():
            partners = [partner.id for partner in question.partners]
            return st.permutations(partners).map(
                lambda order: tuple(
                    f"{thing.id}:{partner}"
                    for thing, partner in zip(question.things, order, strict=False)
                )
            )
        case Story():
            qualities = st.sampled_from(["best", "ok", "risky"])
            nodes = [name for name in question.nodes if not question.nodes[name].ending]
            return st.tuples(*(qualities.map(f"{node}:{{}}".format) for node in nodes))
    raise AssertionError(question)


questions_with_answers = st.sampled_from(one_of_each()).flatmap(
    lambda question: st.tuples(st.just(question), answers(question))
)


@given(questions_with_answers)
def test_every_answer_scores_between_nothing_and_one(pair):
    question, chosen = pair
    score = question.score(question.accept(chosen))
    assert score is not None
    assert 0 <= score <= 1


@given(questions_with_answers)
def test_the_best_answer_scores_more_than_any_other(pair):
    question, chosen = pair
    accepted = question.accept(chosen)
    assert question.score(question.best) == 1
    assert (question.score(accepted) == 1) == (accepted == question.best)


@given(questions_with_answers)
def test_accepting_twice_changes_nothing(pair):
    question, chosen = pair
    accepted = question.accept(chosen)
    assert question.accept(accepted) == accepted
    assert question.accept(" ".join(accepted).split()) == accepted


@every_kind
def test_not_being_sure_scores_nothing_and_skipping_leaves_the_mean_alone(question):
    assert question.score(question.accept(NOT_SURE)) == 0
    assert question.score(question.accept(SKIPPED)) is None
    assert question.counted(NOT_SURE) == NOT_SURE
    assert question.counted(SKIPPED) == SKIPPED


@every_kind
def test_an_empty_answer_is_refused(question):
    with pytest.raises(NothingChosen):
        question.accept(())


@every_kind
@given(chosen=st.lists(st.text(max_size=8), min_size=1, max_size=8))
def test_what_is_not_offered_is_refused(question, chosen):
    with pytest.raises(NotAnAnswer):
        question.accept([*chosen, "no-such-option"])


@every_kind
@given(seed=st.integers())
def test_everything_is_offered_once_and_the_same_chance_gives_the_same_order(question, seed):
    order = question.arrange(Random(seed))
    assert order == question.arrange(Random(seed))
    assert len(order) == len(set(order))


@pytest.mark.parametrize("question", [CHOICE, MULTIPLE, ORDER, STORY], ids=lambda each: each.kind)
def test_the_order_of_options_varies(question):
    assert len({tuple(question.arrange(Random(seed))) for seed in range(30)}) > 5


def test_the_parts_of_a_message_and_genuine_and_fake_keep_their_places():
    flags, judge = make_flags(), make_judge()
    assert {tuple(flags.arrange(Random(seed))) for seed in range(20)} == {
        tuple(fragment.id for fragment in flags.fragments)
    }
    assert {tuple(judge.arrange(Random(seed))) for seed in range(20)} == {("genuine", "fake")}


@given(st.integers())
def test_steps_are_never_shown_in_the_right_order(seed):
    assert ORDER.score(tuple(ORDER.arrange(Random(seed)))) != 1


@pytest.mark.parametrize("chosen", [("leave", "badge"), ("leave", "leave")])
def test_a_choice_takes_one_option(chosen):
    with pytest.raises(NotAnAnswer):
        CHOICE.accept(chosen)


@pytest.mark.parametrize(
    ("chosen", "score"),
    [
        ("password location show", 1),
        ("password location", Fraction(2, 3)),
        ("password location show home", Fraction(2, 3)),
        ("password home", 0),
        ("home photo sad", 0),
        ("home password photo location sad show", 0),
    ],
)
def test_wrong_ones_are_taken_off_right_ones_but_never_below_nothing(chosen, score):
    assert MULTIPLE.score(MULTIPLE.accept(chosen.split())) == score


@given(st.data())
def test_selecting_everything_in_a_well_made_question_scores_nothing(data):
    wrong = data.draw(st.integers(2, 4))
    right = data.draw(st.integers(2, wrong))
    flags = make_flags([f"flag-{n}" for n in range(right)], [f"calm-{n}" for n in range(wrong)])
    assert flags.score(tuple(flags.arrange(Random(0)))) == 0


def kendall(correct, chosen):
    """Return the share of pairs in order less the share that is not, counted one by one."""
    pairs = list(combinations(chosen, 2))
    agree = [correct.index(first) < correct.index(second) for first, second in pairs]
    return Fraction(sum(1 if each else -1 for each in agree), len(pairs))


@pytest.mark.parametrize("chosen", list(permutations(ORDER.correct)))
def test_an_order_scores_its_rank_correlation_but_never_below_nothing(chosen):
    assert ORDER.score(chosen) == max(kendall(ORDER.correct, chosen), 0)


def test_pairs_that_may_stand_either_way_are_not_scored():
    assert FREE.score(("stop", "keep", "bank", "police")) == 1
    assert FREE.score(("keep", "stop", "bank", "police")) == Fraction(3, 5)
    assert FREE.misplaced(("stop", "keep", "bank", "police")) == set()
    assert FREE.misplaced(("keep", "stop", "bank", "police")) == {"keep", "stop"}


@pytest.mark.parametrize(
    ("positions", "refusal"),
    [
        ({"stop": None, "bank": None, "keep": None, "police": None}, NothingChosen),
        ({"stop": 1, "bank": None, "keep": 3, "police": 4}, PositionsMissing),
        ({"stop": 1, "bank": 1, "keep": 3, "police": 4}, PositionsRepeated),
        ({"stop": 1, "bank": 2, "keep": 3, "police": 4, "more": 5}, NotAnAnswer),
    ],
)
def test_positions_that_make_no_order_are_refused(positions, refusal):
    with pytest.raises(refusal):
        ORDER.read(positions_sent(positions))


def positions_sent(positions):
    return {f"place-{step}": [str(number or "")] for step, number in positions.items()}


def test_positions_make_an_order():
    positions = {"police": 4, "keep": 2, "stop": 1, "bank": 3}
    assert ORDER.read(positions_sent(positions)) == ("stop", "keep", "bank", "police")


def test_an_order_is_counted_by_step_and_position():
    assert ORDER.counted(("bank", "stop", "keep", "police")) == (
        "bank:1",
        "stop:2",
        "keep:3",
        "police:4",
    )


def test_a_story_is_open_until_an_ending_is_reached():
    path = ("call:ok", "again:best")
    assert not STORY.is_complete(path)
    assert STORY.score(path) is None
    assert STORY.node_after(path).id == "door"
    assert STORY.is_complete((*path, "door:risky"))
    assert STORY.score((*path, "door:risky")) == Fraction(1, 3)


@pytest.mark.parametrize(
    "path", [["again:best"], ["call:best", "call:best"], ["call"], ["call:no"]]
)
def test_a_path_that_leaves_the_story_is_refused(path):
    with pytest.raises(NotAnAnswer):
        STORY.accept(path)


def test_a_text_that_is_not_written_in_a_language_is_read_in_the_first():
    text = {"vi": "Câu hỏi", "en": "Question", "fr": ""}
    assert [in_language(text, code) for code in ("vi", "en", "fr", "km")] == [
        "Câu hỏi",
        "Question",
        "Câu hỏi",
        "Câu hỏi",
    ]


def test_a_match_gives_every_thing_a_partner_of_its_own():
    match = make_match()
    assert match.accept(["secret:prize", "link:fake-page", "haste:pressure"]) == (
        "link:fake-page", "haste:pressure", "secret:prize",
    )  # fmt: skip
    with pytest.raises(PartnersRepeated):
        match.accept(["link:prize", "haste:prize", "secret:isolation"])
    for chosen in (["link:prize"], ["link:fake-page", "link:prize", "haste:pressure"]):
        with pytest.raises(NotAnAnswer):
            match.accept(chosen)
    sent = {"partner-link": ["fake-page"], "partner-haste": [""], "partner-secret": [""]}
    with pytest.raises(PartnersMissing):
        match.read(sent)
    with pytest.raises(NothingChosen):
        match.read(dict.fromkeys(sent, ""))
    with pytest.raises(NotAnAnswer):
        match.read({**posted(match, match.best), "partner-more": ["prize"]})


@pytest.mark.parametrize(
    ("partners", "score"),
    [
        ("fake-page pressure isolation", 1),
        ("fake-page pressure prize", Fraction(2, 3)),
        ("pressure fake-page isolation", Fraction(1, 3)),
        ("pressure isolation fake-page", 0),
    ],
)
def test_a_match_scores_the_share_of_right_pairs(partners, score):
    pairs = map("{}:{}".format, ("link", "haste", "secret"), partners.split())
    assert make_match().score(tuple(pairs)) == score


def test_a_story_knows_how_long_its_ways_are_from_where_one_stands():
    call, again, door, end = make_story().nodes.values()
    short = replace(call.choices[0], next=door.id)
    forked = replace(call, choices=(short, *call.choices[1:]))
    nodes = {each.id: each for each in (forked, again, door, end)}
    story = replace(make_story(), nodes=nodes)
    assert story.lengths(()) == (2, 3)
    assert story.lengths((f"call:{short.id}",)) == (2, 2)
    assert story.lengths((f"call:{call.choices[1].id}",)) == (3, 3)
