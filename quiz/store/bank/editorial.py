"""What an editor wants to know of the bank as a whole: what is missing, old or long."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from statistics import fmean
from typing import TypeAlias

from quiz.domain.kinds import Story
from quiz.domain.question import Node, Quality, Question, Text
from quiz.store.bank.languages import LANGUAGES
from quiz.store.bank.lengths import count_words, sentences

Words: TypeAlias = Callable[[Text], str]
"""Says a text in one language."""


@dataclass(frozen=True)
class Coverage:
    """How the bank differs from the plan: what is missing, not planned, or planned otherwise."""

    planned: int
    missing: Sequence[str]
    unplanned: Sequence[str]
    different: Sequence[str]


def plan(folder: Path) -> Mapping[str, Mapping[str, object]]:
    """Return what the bank is to hold, question by question; nothing if there is no plan."""
    file = folder / "blueprint.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def coverage(
    questions: Mapping[str, Question], planned: Mapping[str, Mapping[str, object]]
) -> Coverage:
    """Return how the bank differs from the plan."""
    return Coverage(
        planned=len(planned),
        missing=[id_ for id_ in planned if id_ not in questions],
        unplanned=[id_ for id_ in questions if id_ not in planned],
        different=[
            f"{id_}: {name} is {is_}, planned {wanted[name]}"
            for id_, wanted in planned.items()
            if id_ in questions
            for name, is_ in traits(questions[id_]).items()
            if name in wanted and wanted[name] != is_
        ],
    )


def traits(question: Question) -> Mapping[str, object]:
    """Return what a plan says of a question."""
    found: dict[str, object] = {
        "theme": question.theme.value,
        "topic": question.topic,
        "skill": question.skill.value,
        "kind": question.kind.value,
        "level": question.level,
    }
    if question.genuine is not None:
        found["truth"] = "genuine" if question.genuine else "fake"
    return found


@dataclass(frozen=True)
class Language:
    """How complete and how long the texts of a language are."""

    code: str
    complete: int
    questions: int
    words_in_a_sentence: float
    words_in_a_stem: float
    words_in_an_option: float


def languages(questions: Sequence[Question]) -> Sequence[Language]:
    """Return every language that is found, those that must be complete first."""
    codes = {code for question in questions for text in question.texts() for code in text}
    return [language(code, questions) for code in (*LANGUAGES, *sorted(codes - set(LANGUAGES)))]


def language(code: str, questions: Sequence[Question]) -> Language:
    """Return how complete and how long the texts of one language are."""
    texts = [text[code] for question in questions for text in question.texts() if text.get(code)]
    said = [sentence for words in texts for sentence in sentences(words)]
    options = [text.get(code, "") for question in questions for text in question.option_texts()]
    return Language(
        code=code,
        complete=sum(all(text.get(code) for text in question.texts()) for question in questions),
        questions=len(questions),
        words_in_a_sentence=mean_words(said),
        words_in_a_stem=mean_words([question.stem.get(code, "") for question in questions]),
        words_in_an_option=mean_words(options),
    )


def mean_words(texts: Sequence[str]) -> float:
    """Return the mean number of words, in Vietnamese of syllables."""
    lengths = [count_words(words) for words in texts if words]
    return fmean(lengths) if lengths else 0.0


def ages(questions: Sequence[Question], today: date) -> Sequence[int]:
    """Return how many days ago each question was checked, the oldest first."""
    return sorted(((today - question.checked).days for question in questions), reverse=True)


def key_positions(questions: Sequence[Question]) -> Mapping[int, int]:
    """Return how often the best option of a choice stands at each position, counted from 1."""
    positions = Counter(
        position
        for question in questions
        if question.has_single_best and not question.scenes
        for position, item in enumerate(question.items(), start=1)
        if item.right
    )
    return dict(sorted(positions.items()))


MARKS = {Quality.BEST: "B", Quality.OK: "o", Quality.RISKY: "r"}
"""How good a turn of a story is, in one letter."""


@dataclass(frozen=True)
class StoryPath:
    """One way through a story: its turns with their marks, its ending, and its score in percent."""

    turns: Sequence[str]
    ending: str
    percent: int


def story_paths(story: Story) -> Iterator[StoryPath]:
    """Yield every way through a story."""
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        path = waiting.pop()
        node = story.node_after(path)
        if node.ending:
            turns = [f"{MARKS[turn.quality]}·{turn.id}" for _node, turn in story.walk(path)]
            yield StoryPath(turns, node.id, round(100 * (story.score(path) or Fraction(0))))
        else:
            waiting.extend((*path, f"{node.id}:{turn.id}") for turn in reversed(node.choices))


def layers(story: Story) -> Sequence[Sequence[Node]]:
    """Return the scenes by the longest way that leads to each, and the endings last."""
    depth = {story.start: 0}
    waiting = [story.start]
    while waiting:
        node = story.nodes[waiting.pop()]
        for turn in node.choices:
            if depth[node.id] >= depth.get(turn.next, 0):
                depth[turn.next] = depth[node.id] + 1
                waiting.append(turn.next)
    last = max(depth.values())
    return [
        [
            node
            for node in story.nodes.values()
            if (last if node.ending else depth[node.id]) == layer
        ]
        for layer in range(last + 1)
    ]
