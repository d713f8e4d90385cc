"""Match: give each thing its partner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from random import Random

from quiz.domain.kinds.common import fields_after, shuffled
from quiz.domain.question import (
    Chosen,
    Item,
    Kind,
    Node,
    Option,
    PaperMark,
    Posted,
    Question,
    Text,
    in_language,
)
from quiz.domain.refusals import NotAnAnswer, NothingChosen, PartnersMissing, PartnersRepeated

PARTNER_FIELD = "partner-"
"""What the name of a field begins with that takes the partner of a thing."""


@dataclass(frozen=True, kw_only=True)
class Thing(Option):
    """Something, and the id of its partner; ``why`` says what joins them."""

    partner: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Match(Question):
    """Give each thing its partner. Chosen are ``thing:partner`` pairs, one for each thing.

    There may be partners that belong to nothing; partners have no ``why``.
    """

    kind = Kind.MATCH
    has_material = True

    things: tuple[Thing, ...]
    partners: tuple[Option, ...]

    @property
    def best(self) -> Chosen:
        return tuple(f"{thing.id}:{thing.partner}" for thing in self.things)

    @property
    def chance_score(self) -> float:
        return 1 / len(self.partners)

    @property
    def paper_lines(self) -> Sequence[Sequence[PaperMark]]:
        """Return a line for each thing; on paper a partner may be given to several of them."""
        one = Fraction(1, len(self.things))
        return [
            [
                PaperMark(f"{thing.id}:{partner.id}", one * (partner.id == thing.partner))
                for partner in self.partners
            ]
            for thing in self.things
        ]

    @property
    def paper_scores(self) -> Sequence[PaperMark]:
        """Return the numbers of right pairs: they do not follow from what is on each line."""
        number = len(self.things)
        return [PaperMark(str(right), Fraction(right, number)) for right in range(number, -1, -1)]

    @cached_property
    def texts_by_id(self) -> Mapping[str, Text | None]:
        pairs = super().texts_by_id
        return {**pairs, **{partner.id: partner.text for partner in self.partners}}

    def partner_chosen(self, chosen: Chosen, thing: str) -> str:
        """Return the partner that an answer gives a thing."""
        return next(partner_of(pair) for pair in chosen if thing_of(pair) == thing)

    def items(self, node: Node | None = None) -> Sequence[Item]:
        """Return each thing with each partner."""
        return [
            Item(
                id=f"{thing.id}:{partner.id}",
                offered=partner.id,
                tally_name=f"{thing.id}:{partner.id}",
                text=joined(thing.text, partner.text),
                why=thing.why,
                right=thing.partner == partner.id,
                position=position,
            )
            for thing in self.things
            for position, partner in enumerate(self.partners, start=1)
        ]

    def option_texts(self) -> Iterator[Text]:
        """Yield the words of things and partners, of which those of pairs are made."""
        yield from (each.text for each in (*self.things, *self.partners))

    def simulate(self, knows: float, chance: Random) -> Chosen:
        """Exchange the partners of two things, unless the pairs are known."""
        partners = [thing.partner for thing in self.things]
        if chance.random() > knows:
            one, two = chance.sample(range(len(partners)), 2)
            partners[one], partners[two] = partners[two], partners[one]
        return self.accept(
            [f"{thing.id}:{partner}" for thing, partner in zip(self.things, partners, strict=True)]
        )

    def arrange(self, chance: Random) -> Sequence[str]:
        """Return the partners, mixed; the things keep their order."""
        return shuffled([partner.id for partner in self.partners], chance)

    def _read(self, posted: Posted, before: Chosen) -> Chosen:
        """Return the pairs meant by a partner for each thing."""
        fields = fields_after(PARTNER_FIELD, posted)
        given = {thing: partner for thing, partner in fields.items() if partner}
        if not given:
            raise NothingChosen
        if len(given) < len(self.things):
            raise PartnersMissing
        return self.accept([f"{thing}:{partner}" for thing, partner in given.items()])

    def _accept(self, chosen: Chosen) -> Chosen:
        pairs = [item.id for item in self.items() if item.id in chosen]
        if len(pairs) != len(chosen) or len({*map(thing_of, pairs)}) != len(self.things):
            raise NotAnAnswer
        if len({*map(partner_of, pairs)}) < len(pairs):
            raise PartnersRepeated
        return tuple(pairs)

    def _score(self, chosen: Chosen) -> Fraction:
        return Fraction(len({*self.best}.intersection(chosen)), len(self.things))


def thing_of(pair: str) -> str:
    """Return the thing of a pair."""
    return pair.partition(":")[0]


def partner_of(pair: str) -> str:
    """Return the partner of a pair."""
    return pair.partition(":")[2]


def joined(thing: Text, partner: Text) -> Text:
    """Return the words of a pair, in each language of the thing."""
    return {code: f"{words} → {in_language(partner, code)}" for code, words in thing.items()}
