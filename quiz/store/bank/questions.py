"""Reading question files, each on its own and then each beside its partner."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePosixPath

from quiz.domain.question import Question, Theme
from quiz.store.bank.common import Context, check_common, check_people
from quiz.store.bank.kinds import MODULES
from quiz.store.bank.lengths import TITLE
from quiz.store.bank.parsed_file import ParsedFile, parse
from quiz.store.bank.shapes import validate
from quiz.store.bank.stems import warn_stem
from quiz.store.bank.titles import check_discuss, check_title, check_titles
from quiz.store.bank.wording import check_text

FIRST_PARTS = {Theme.HARASSMENT: "har", Theme.ABDUCTION: "abd", Theme.LITERACY: "lit"}
LONGEST_ID = 40
SHARED = {name: name for name in ("theme", "topic", "skill", "kind", "level")}
SHARED["truth"] = "genuine"
"""What the halves of a pair have in common: the field of the file, and its name in the domain."""


NOT_WORDING = {"title", "sign", "discuss"}
"""What names a question, and what is right in it, and what follows. None changes what an answer
to it means."""

GENERAL_PROMPT = {
    "vi": "Một người bạn có thể làm gì trong mười phút đầu?",
    "en": "What could a friend do here, in the first ten minutes?",
}
"""What was asked after every question before each had a prompt of its own."""


def read_questions(folder: Path, context: Context) -> Sequence[ParsedFile]:
    """Return every question file under a folder of content, with its faults."""
    names = sorted(
        file.relative_to(folder).as_posix()
        for file in (folder / "questions").rglob("*")
        if file.suffix.lower() == ".toml"
    )
    files = [read_file(folder, name, context) for name in names]
    check_pairs({file.id: file for file in files})
    check_titles(files)
    return files


def read_file(folder: Path, name: str, context: Context) -> ParsedFile:
    """Return one question file, with its question if that has the right shape."""
    file = parse(folder, name)
    check_name(file)
    if file.values is not None and (question := read_question(file, file.values)):
        file.question = question
        home = PurePosixPath(name).parent
        if home != PurePosixPath("questions", question.theme):
            file.error("theme", "folder", folder=home.name)
        check_common(question, file, context)
        check_title(question, file)
        check_discuss(question, file)
        if question.sign:
            check_text(file, "sign", question.sign, TITLE)
        warn_stem(question, file)
        MODULES[question.kind].check(question, file)
        if not file.has_error():
            check_people(question, file)
    return file


def read_question(file: ParsedFile, values: Mapping[str, object]) -> Question | None:
    """Return the question of a file, or None if it has not the shape of its kind."""
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in MODULES:
        file.error("kind", "enum", names=", ".join(MODULES))
        return None
    model = validate(MODULES[kind].Model, values, file, kind)
    return model and model.question(file.id, revision(values))


def read_edition(id_: str, revision: str, source: str) -> Question:
    """Return a question as it was when its source was saved under a revision.

    It was sound then; contacts and facts that it leans on may have changed since.
    """
    values = json.loads(source)
    values = {"title": values["stem"], "discuss": GENERAL_PROMPT, **values}
    model = MODULES[values["kind"]].Model
    values["checked"] = date.fromisoformat(values["checked"])
    question: Question = model.model_validate(values).question(id_, revision)
    return question


def check_name(file: ParsedFile) -> None:
    """Add a file name that cannot be an id of its theme."""
    path = PurePosixPath(file.name)
    parts = {theme.value: part for theme, part in FIRST_PARTS.items()}
    first = parts.get(path.parent.name, "abd")
    allowed = first if path.parent.name in parts else "|".join(parts.values())
    is_id = re.fullmatch(rf"(?:{allowed})(?:-[a-z0-9]+){{2,6}}", path.stem)
    if not is_id or path.suffix != ".toml" or len(path.stem) > LONGEST_ID:
        file.error("file name", "file-name", part=first)


def check_pairs(files: Mapping[str, ParsedFile]) -> None:
    """Add what is wrong between a question and the one that it names as its partner."""
    for file in files.values():
        if not file.question or (pair := file.question.pair) is None:
            continue
        if pair not in files:
            file.error("pair", "no-partner", name=pair)
            continue
        if {file.id[-2:], pair[-2:]} != {"-a", "-b"} or file.id[:-2] != pair[:-2]:
            file.error("pair", "pair-names")
        partner = files[pair]
        if partner.question is None:
            continue
        if partner.question.pair != file.id:
            file.error("pair", "pair-one-way", name=pair)
        for field, name in SHARED.items():
            mine, theirs = getattr(file.question, name, None), getattr(partner.question, name, None)
            # A field that is itself at fault says nothing about the pair.
            if mine != theirs and not file.has_error(field) and not partner.has_error(field):
                file.error("pair", "pair-differs", field=field)


def serialize(values: Mapping[str, object], *, sort_keys: bool = False) -> str:
    """Return the content of a file in one line; the order of options and scenes is kept."""
    return json.dumps(
        values, default=str, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys
    )


def revision(values: Mapping[str, object]) -> str:
    """Return a short name for exactly this wording, however it is laid out in the file."""
    wording = {name: value for name, value in values.items() if name not in NOT_WORDING}
    return sha256(serialize(wording, sort_keys=True).encode()).hexdigest()[:8]
