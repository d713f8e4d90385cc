"""Say which sentences of the interface still miss a translation, or hold a wrong one."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).parent.parent / "quiz" / "translations"


def main() -> int:
    """Print every fault; return 1 if there is one."""
    sentences = read(TRANSLATIONS / "messages.pot")
    catalogues = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
    faults = [
        f"{path.parent.parent.name}: {fault}"
        for path in catalogues
        for fault in compare(sentences, read(path, locale=path.parent.parent.name))
    ]
    if not catalogues:
        faults.append("There is no catalogue in quiz/translations.")

    print(*faults or [f"All {len(sentences)} sentences are translated."], sep="\n")
    return bool(faults)


def read(path: Path, locale: str | None = None) -> Catalog:
    """Return a catalogue; it has to be well-formed."""
    with path.open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


def compare(sentences: Catalog, catalogue: Catalog) -> list[str]:
    """Return in words what is wrong with a catalogue."""
    wanted = {(message.id, message.context): message for message in sentences if message.id}
    given = {(message.id, message.context): message for message in catalogue if message.id}
    return [
        *(f"missing, run 'make messages': {name[0]}" for name in wanted if name not in given),
        *(f"unused, run 'make messages': {name[0]}" for name in given if name not in wanted),
        *(
            f"{fault}: {message.id}"
            for name, message in given.items()
            if name in wanted
            for fault in look(message, catalogue)
        ),
    ]


def look(message: Message, catalogue: Catalog) -> list[str]:
    """Return what is wrong with one translation."""
    strings = [message.string] if isinstance(message.string, str) else message.string
    if not strings or not all(strings):
        return ["not translated"]
    if message.fuzzy:
        return ["marked fuzzy: read it, and take the mark away"]
    return [str(fault) for fault in message.check(catalogue)]


if __name__ == "__main__":
    sys.exit(main())
