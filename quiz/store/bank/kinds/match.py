"""Match: its model and its editorial rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from quiz.domain.kinds import Match
from quiz.domain.kinds.match import Thing
from quiz.domain.question import Option
from quiz.store.bank import answer_cues as cues
from quiz.store.bank.common import QuestionModel
from quiz.store.bank.kinds import options as offered
from quiz.store.bank.lengths import OPTION, PARTNER
from quiz.store.bank.parsed_file import ParsedFile
from quiz.store.bank.shapes import EMPTY, Filled, ReadBy, TextModel
from quiz.store.bank.wording import check_text


class ThingModel(offered.OptionModel):
    """A thing, and the id of its partner."""

    partner: Filled

    def option(self, id_: str) -> Thing:
        """Return the thing."""
        return Thing(id=id_, text=self.text, why=self.why, partner=self.partner)


def make_partners(models: Mapping[str, TextModel]) -> tuple[Option, ...]:
    """Return the partners, in the order of the file."""
    return tuple(Option(id=id_, text=model.text, why={}) for id_, model in models.items())


Things = dict[offered.OptionId, ThingModel]
Partners = dict[offered.OptionId, TextModel]


class Model(QuestionModel):
    """Things, and partners of which each belongs to one of them or to none."""

    makes = Match

    things: Annotated[tuple[Thing, ...], ReadBy(Things, offered.make_options)] = EMPTY
    partners: Annotated[tuple[Option, ...], ReadBy(Partners, make_partners)] = EMPTY


def check(question: Match, file: ParsedFile) -> None:
    """Add what is wrong with the pairs, and what gives them away."""
    things, partners = question.things, question.partners
    offered.check_number(file, "things", things, "match", 3, 4)
    offered.check_number(file, "partners", partners, "match", len(things), len(things) + 1)
    offered.check_options(file, "things", things, lambda _thing: OPTION)
    cues.warn_full_stops(file, "things", things)
    cues.warn_full_stops(file, "partners", partners)
    ids = [partner.id for partner in partners]
    for partner in partners:
        check_text(file, f"partners.{partner.id}", partner.text, PARTNER)
    for position, thing in enumerate(things):
        field = f"things.{thing.id}.partner"
        if thing.partner not in ids:
            file.error(field, "not-offered", name=thing.partner, things="partners")
        if thing.partner in {other.partner for other in things[:position]}:
            file.error(field, "same-partner", name=thing.partner)
        if thing.id in ids:
            file.error(f"partners.{thing.id}", "id-of-a-thing")
        cues.warn_shared_words(file, f"things.{thing.id}", thing, thing.partner, partners)
    in_file = [partner for partner in ids if partner in {thing.partner for thing in things}]
    if in_file == [thing.partner for thing in things]:
        file.error("partners", "not-mixed")
