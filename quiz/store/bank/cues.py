"""What can be seen of an option or a message by somebody who does not understand it.

``Trial`` is one thing to find in one language: the best option, the signs of a message, the step
that comes first. Each candidate has its cues, and the rules of ``guessing`` and the model of
``learner`` see nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from quiz.domain.kinds import Choice, Flags, Judge, Match, Multiple, Order, Story
from quiz.domain.question import Message, Question
from quiz.store.bank import phrases
from quiz.store.bank.answer_cues import WORD, careful, content_words, words_in

Cues = Mapping[str, float]
Pair = tuple[int, int]
"""The positions of a better candidate and of a worse one."""

HELPERS = {language: phrases.any_of(words) for language, words in phrases.HELPERS.items()}
LINK = re.compile(r"https?://|\w\.example")
SHORTEST_IN_CAPITALS = 3
ABBREVIATIONS = {"AI", "OTP", "SMS", "THPT", "VND"}
MASKED = {"X"}
"""Letters of a word that stands for a number."""
SENTENCE_END = re.compile(r"[.!?](?:\s|$)")
LONG_MESSAGE = {"vi": 235, "en": 265}
"""Characters from which a message counts as long: the middle of the bank."""


@dataclass(frozen=True)
class Candidate:
    """Something that can be chosen: its words, and what is seen of it."""

    words: str
    cues: Cues


@dataclass(frozen=True)
class Trial:
    """One thing to find among candidates.

    ``pairs`` says what is better than what. Where ``single`` holds, one candidate is to be found,
    and chance finds one of their number; else each pair counts, and chance is right in half.
    What shares ``group`` is never learnt from: the twin of a question, and the scenes of a story.
    """

    id: str
    kind: str
    group: str
    candidates: Sequence[Candidate]
    pairs: Sequence[Pair]
    single: bool

    @property
    def chance(self) -> float:
        """What somebody scores who draws lots."""
        return 1 / len(self.candidates) if self.single else 0.5

    def points(self, scores: Sequence[float]) -> float:
        """Return what somebody scores, from 0 to 1, who follows these; equals share a point."""
        if self.single:
            tied = [at for at, score in enumerate(scores) if score == max(scores)]
            best = self.pairs[0][0]
            return (best in tied) / len(tied)
        return fmean(
            0.5 + 0.5 * ((scores[good] > scores[bad]) - (scores[good] < scores[bad]))
            for good, bad in self.pairs
        )


# ── One text ──────────────────────────────────────────────────────────────────────────────────────


def cues_of(words: str, language: str, stem: str = "") -> dict[str, float]:
    """Return what is seen of a text by itself, and of the words it shares with its stem."""
    return {
        "length": len(words),
        "commas": words.count(","),
        "sentences": len(SENTENCE_END.findall(words)),
        "quoted speech": float("“" in words),
        "question": float("?" in words),
        "colon": float(":" in words),
        "digits": float(any(letter.isdigit() for letter in words)),
        "capitals": float(in_capitals(words)),
        "link": float(bool(LINK.search(words))),
        "helper": float(bool(HELPERS[language].search(words))),
        "careful words": careful(words, language),
        "words of the stem": len(content_words(stem, language) & words_in(words)),
        **{
            name.replace("-", " "): float(bool(found[language].search(words)))
            for name, found in phrases.CUES.items()
        },
    }


def in_capitals(words: str) -> bool:
    """Whether a word stands in capitals that is not always written so."""
    return any(
        word.isupper()
        and len(word) >= SHORTEST_IN_CAPITALS
        and word not in ABBREVIATIONS
        and set(word) != MASKED
        for word in WORD.findall(words)
    )


def candidates(texts: Sequence[str], language: str, stem: str = "") -> list[Candidate]:
    """Return texts with what is seen of each, by itself and beside the others."""
    seen = [cues_of(text, language, stem) for text in texts]
    return [Candidate(text, with_others(at, seen)) for at, text in enumerate(texts)]


def with_others(at: int, seen: Sequence[dict[str, float]]) -> Cues:
    """Return the cues of a candidate, and those by which it differs from all others."""
    lengths = sorted(cues["length"] for cues in seen)
    length = seen[at]["length"]
    own = dict(seen[at])
    own["longest"] = float(length == lengths[-1])
    own["shortest"] = float(length == lengths[0])
    own["rank of length"] = lengths.index(length) / max(1, len(lengths) - 1)
    for name, value in seen[at].items():
        others = [cues[name] for place, cues in enumerate(seen) if place != at]
        if name != "length":
            own[f"only one: {name}"] = float(bool(value) and not any(others))
            own[f"only one without: {name}"] = float(not value and all(others))
    return own


# ── Trials of each kind ───────────────────────────────────────────────────────────────────────────


def trials(questions: Iterable[Question], language: str) -> Iterator[Trial]:
    """Yield all that can be guessed in these questions."""
    for question in questions:
        yield from OF_KIND[type(question)](question, language)


def group_of(question: Question) -> str:
    """Return the name that twins have in common."""
    return min(question.id, question.pair or question.id)


def best_first(right: int, number: int) -> Sequence[Pair]:
    """Return the pairs in which one candidate is better than each of the others."""
    return [(right, other) for other in range(number) if other != right]


def of_best(question: Choice | Story, language: str) -> Iterator[Trial]:
    """Yield the one choice of a question, or each of a story."""
    for node in [node for node in question.scenes if not node.ending] or (None,):
        items = [item for item in question.items(node) if item.text]
        told = [line.text[language] for line in node.lines] + [node.ask[language]] if node else []
        stem = " ".join(told) or question.stem[language]
        [right] = [at for at, item in enumerate(items) if item.right]
        yield Trial(
            id=f"{question.id}:{node.id}" if node else question.id,
            kind=question.kind.value,
            group=group_of(question),
            candidates=candidates(
                [item.text[language] for item in items if item.text], language, stem
            ),
            pairs=best_first(right, len(items)),
            single=True,
        )


def of_multiple(question: Multiple, language: str) -> Iterator[Trial]:
    """Yield each option to be ticked, against each that is not."""
    yield ticked(
        question, candidates(texts_of(question, language), language, question.stem[language])
    )


def of_flags(question: Flags, language: str) -> Iterator[Trial]:
    """Yield each warning sign against each harmless fragment; both stand where they stand."""
    found = candidates(texts_of(question, language), language, question.stem[language])
    placed = [
        Candidate(each.words, {**each.cues, **place(at, len(found))})
        for at, each in enumerate(found)
    ]
    yield ticked(question, placed)


def ticked(question: Question, found: Sequence[Candidate]) -> Trial:
    """Return the trial of a question in which several candidates are right."""
    items = question.items()
    pairs = [
        (good, bad)
        for good, one in enumerate(items)
        for bad, other in enumerate(items)
        if one.right and not other.right
    ]
    return Trial(question.id, question.kind.value, group_of(question), found, pairs, single=False)


def texts_of(question: Question, language: str) -> list[str]:
    """Return the words of what can be chosen."""
    return [item.text[language] for item in question.items() if item.text]


def place(at: int, number: int) -> Cues:
    """Return what is seen of where something stands, if it always stands there."""
    return {
        "place": at / (number - 1),
        "first": float(at == 0),
        "last": float(at == number - 1),
        "every second": float(at % 2),
        "in the middle": float(0 < at < number - 1),
    }


def of_order(question: Order, language: str) -> Iterator[Trial]:
    """Yield the steps; what comes first is better. They are shown mixed, so places say nothing."""
    texts = {step.id: step.text[language] for step in question.steps}
    where = {id_: at for at, id_ in enumerate(texts)}
    pairs = [(where[before], where[after]) for before, after in question.scored_pairs]
    found = candidates(list(texts.values()), language, question.stem[language])
    yield Trial(question.id, "order", group_of(question), found, pairs, single=False)


def of_match(question: Match, language: str) -> Iterator[Trial]:
    """Yield each thing with all partners."""
    ids = [partner.id for partner in question.partners]
    texts = [partner.text[language] for partner in question.partners]
    for thing in question.things:
        found = candidates(texts, language, thing.text[language])
        alike = cues_of(thing.text[language], language)
        joined = [
            Candidate(
                "",
                {
                    "words of the stem": each.cues["words of the stem"],
                    **{
                        f"as the thing: {name}": -abs(alike[name] - each.cues[name])
                        for name in alike
                    },
                },
            )
            for each in found
        ]
        pairs = best_first(ids.index(thing.partner), len(ids))
        yield Trial(
            f"{question.id}:{thing.id}", "match", group_of(question), joined, pairs, single=True
        )


def of_message(question: Judge, language: str) -> Iterator[Trial]:
    """Yield a message as it is read by who says genuine, and its opposite for who says fake."""
    words = " ".join(line.text[language] for line in question.message.lines)
    seen = {
        f"{name}: {value}": 1.0 for name, value in attributes(question.message, language).items()
    }
    seen |= {
        "characters": float(len(words)),
        **{f"count of {mark}": float(words.count(mark)) for mark in ",.!?"},
    }
    found = [Candidate(words, seen), Candidate("", {})]
    pairs = [(0, 1) if question.genuine else (1, 0)]
    yield Trial(question.id, "judge", group_of(question), found, pairs, single=False)


OF_KIND: Mapping[type[Question], Callable[..., Iterator[Trial]]] = {
    Choice: of_best,
    Story: of_best,
    Multiple: of_multiple,
    Flags: of_flags,
    Order: of_order,
    Match: of_match,
    Judge: of_message,
}


# ── Messages ──────────────────────────────────────────────────────────────────────────────────────


def attributes(message: Message, language: str) -> Mapping[str, str]:
    """Return what is seen of a message to be judged: the name of each attribute, and its value."""
    lines = [line.text[language] for line in message.lines]
    words = " ".join(lines)
    first = cues_of(lines[0] if lines else "", language)
    cues = cues_of(words, language)
    seen = {name: "yes" if cues[name] else "no" for name in YES_OR_NO}
    return {
        "channel": message.channel.value,
        "sender": sender(message.sender[language], language),
        "length": "long" if len(words) > LONG_MESSAGE[language] else "short",
        "comfort first": "yes" if first["comfort"] else "no",
        **seen,
    }


YES_OR_NO = (
    "capitals",
    "link",
    "money",
    "deadline",
    "phone number",
    "day",
    "somebody along",
    "refusals",
    "digits",
)


def sender(name: str, language: str) -> str:
    """Return what kind of sender a name seems to be."""
    found = (kind for kind, names in phrases.SENDERS.items() if names[language].search(name))
    return next(found, "person")
