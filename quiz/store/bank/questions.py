"""Reading question files, each on its own and then each beside its partner."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePosixPath

from quiz.domain.kinds import Judge
from quiz.domain.question import Kind, Question, Theme
from quiz.store.bank.common import Common, Shelf, read_common
from quiz.store.bank.faults import Faults, quoted
from quiz.store.bank.kinds.choice import read_choice, read_multiple, read_order
from quiz.store.bank.kinds.judge import read_flags, read_judge
from quiz.store.bank.kinds.story import read_story
from quiz.store.bank.stems import warn_stem
from quiz.store.bank.table import Table, read_table

READERS: Mapping[Kind, Callable[[Table, Common], Question]] = {
    Kind.CHOICE: read_choice,
    Kind.MULTIPLE: read_multiple,
    Kind.JUDGE: read_judge,
    Kind.FLAGS: read_flags,
    Kind.ORDER: read_order,
    Kind.STORY: read_story,
}

FIRST_PARTS = {Theme.HARASSMENT: "har", Theme.ABDUCTION: "abd", Theme.LITERACY: "lit"}
LONGEST_ID = 40
KEPT = re.compile(r"^# kept (\S+): (\S.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Draft:
    """One file as it was read. The question is to be used only if no fault is severe."""

    file: PurePosixPath
    faults: Faults
    question: Question | None
    source: str
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id that the file name gives."""
        return self.file.stem

    @property
    def sound(self) -> Question | None:
        """The question, if it may be used."""
        return None if self.faults.severe else self.question


def read_questions(folder: Path, shelf: Shelf) -> Sequence[Draft]:
    """Return every question file under a folder of content, with its faults."""
    files = sorted(
        PurePosixPath(file.relative_to(folder).as_posix())
        for file in (folder / "questions").rglob("*")
        if file.suffix.lower() == ".toml"
    )
    drafts = [read_draft(folder, file, shelf) for file in files]
    check_pairs(drafts)
    return drafts


def read_draft(folder: Path, file: PurePosixPath, shelf: Shelf) -> Draft:
    """Return one question file."""
    faults = Faults(str(file))
    check_name(file, faults)
    table = read_table(folder, str(file), faults)
    question = read_question(table, file, shelf) if table else None
    source = ""
    if table and question and not faults.severe:
        source = written(table.values)
        question = replace(question, revision=revision(table.values))
    return Draft(file, faults, question, source, read_reasons(folder, file))


def read_reasons(folder: Path, file: PurePosixPath) -> Mapping[str, str]:
    """Return why warnings about fields may stay: comments such as ``# kept stem.vi: …``."""
    written = (folder / file).read_bytes().decode("utf-8", errors="replace")
    return {found[1]: found[2] for found in KEPT.finditer(written)}


def read_edition(id_: str, source: str) -> Question:
    """Return a question as it was when its source was kept.

    It was sound then; contacts and facts that it leans on may have changed since.
    """
    values = json.loads(source)
    number = revision(values)
    values["checked"] = date.fromisoformat(values["checked"])
    theme = {part: theme for theme, part in FIRST_PARTS.items()}[id_.partition("-")[0]]
    file = PurePosixPath("questions", theme, f"{id_}.toml")
    question = read_question(Table(values, Faults(str(file))), file, Shelf(None, None, date.max))
    if question is None:
        raise ValueError(f"no edition of {id_}")
    return replace(question, revision=number)


def read_question(table: Table, file: PurePosixPath, shelf: Shelf) -> Question | None:
    """Return the question of a file, or None if nothing says what kind it is."""
    common = read_common(table, file.stem, shelf)
    at_home = file.parent == PurePosixPath("questions", common["theme"])
    if not at_home and not table.at_fault("theme"):
        table.stop("theme", f"the file lies in {file.parent.name}/. Move it or change theme.")
    kind = table.find_one_of("kind", Kind)
    if kind is None:
        return None
    warn_stem(table, common["stem"], kind)
    question = READERS[kind](table, common)
    table.stop_unknown(f"unknown field for kind {kind}. Check the spelling.")
    return question


def check_name(file: PurePosixPath, faults: Faults) -> None:
    """Note a file name that cannot be an id of its theme."""
    parts = {theme.value: part for theme, part in FIRST_PARTS.items()}
    first = parts.get(file.parent.name, "abd")
    allowed = first if file.parent.name in parts else "|".join(parts.values())
    is_id = re.fullmatch(rf"(?:{allowed})(?:-[a-z0-9]+){{2,6}}", file.stem)
    if not is_id or file.suffix != ".toml" or len(file.stem) > LONGEST_ID:
        faults.stop(
            "file name",
            f"must be {first}-topic-words.toml in small letters, at most 40 characters.",
        )


def check_pairs(drafts: Sequence[Draft]) -> None:
    """Note pairs that do not fit together."""
    by_id = {draft.id: draft for draft in drafts}
    for draft in drafts:
        if draft.question and draft.question.pair is not None:
            for message in faults_of_pair(draft, draft.question.pair, by_id):
                draft.faults.stop("pair", message)


def faults_of_pair(draft: Draft, pair: str, by_id: Mapping[str, Draft]) -> Iterator[str]:
    """Yield what is wrong between a question and the one that it names as its partner."""
    if pair not in by_id:
        yield f"no question {quoted(pair)}."
        return
    if {draft.id[-2:], pair[-2:]} != {"-a", "-b"} or draft.id[:-2] != pair[:-2]:
        yield "paired files have the same name ending in -a and -b."
    partner = by_id[pair]
    if draft.question is None or partner.question is None:
        return
    if partner.question.pair != draft.id:
        yield f"{quoted(pair)} does not point back."
    mine, theirs = shared(draft.question), shared(partner.question)
    for name in mine.keys() & theirs.keys():
        # A field that is itself at fault says nothing about the pair.
        misread = draft.faults.has(name) or partner.faults.has(name)
        if not misread and mine[name] != theirs[name]:
            yield f"differs from its partner in {name}."


def shared(question: Question) -> Mapping[str, object]:
    """Return what the two halves of a pair have in common, by the field that says it."""
    fields = {
        "theme": question.theme,
        "topic": question.topic,
        "skill": question.skill,
        "kind": question.kind,
        "level": question.level,
    }
    return {**fields, "truth": question.correct} if isinstance(question, Judge) else fields


def written(values: Mapping[str, object], *, sort_keys: bool = False) -> str:
    """Return the content of a file in one line; the order of options and scenes is kept."""
    return json.dumps(
        values, default=str, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys
    )


def revision(values: Mapping[str, object]) -> str:
    """Return a short name for exactly this content, however it is laid out in the file."""
    return sha256(written(values, sort_keys=True).encode()).hexdigest()[:8]
