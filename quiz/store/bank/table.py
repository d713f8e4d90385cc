"""A table of a TOML file, read field by field.

Whatever a file holds, reading goes on to its end, so that an editor sees all faults at once.
What is missing or of the wrong type is noted as a fault and something harmless is returned in
its place; nothing made from a file with severe faults is ever used.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from unicodedata import is_normalized

from quiz.domain.question import FIRST_LANGUAGE, Text
from quiz.store.bank.faults import Faults, quoted

LANGUAGES = (FIRST_LANGUAGE, "en")
"""The languages in which every text must be written, the first one first."""

MISSING = {
    "vi": "missing. Write this text in Vietnamese.",
    "en": "missing. Write this text in English.",
}
NOT_COMPOSED = "not in Unicode NFC. Save the file with composed Vietnamese letters."

LANGUAGE_CODE = re.compile("[a-z]{2,3}")
FIELDS_LIKE_LANGUAGES = {"why", "ask", "by"}
WORD_ID = re.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
HTTPS_ADDRESS = re.compile(r"https://[\w-]+(?:\.[\w-]+)+(?:/\S*)?")

Name = TypeVar("Name", bound=StrEnum)


class Table:
    """One table: it knows where in the file it stands, and which of its fields were read."""

    def __init__(self, values: Mapping[str, object], faults: Faults, at: str = "") -> None:
        self.values = values
        self.faults = faults
        self.at = at
        self._known: set[str] = set()
        self._inner: list[Table] = []

    # ------------------------------------------------------------ where it stands
    def field(self, key: str) -> str:
        """Return the name by which a message calls a field of this table, or the table itself."""
        return ".".join(filter(None, (self.at, key)))

    def stop(self, key: str, message: str) -> None:
        """Note a severe fault in a field."""
        self.note(key, message, severe=True)

    def warn(self, key: str, message: str) -> None:
        """Note a fault in a field that leaves the file usable."""
        self.note(key, message, severe=False)

    def note(self, key: str, message: str, *, severe: bool) -> None:
        """Note a fault in a field."""
        self.faults.note(self.field(key), message, severe=severe)

    def at_fault(self, key: str) -> bool:
        """Whether a severe fault was found in a field."""
        return self.faults.has(self.field(key))

    def stop_unknown(self, message: str) -> None:
        """Note every field, here and further in, that nobody has read."""
        for key in self.values:
            if key not in self._known:
                self.stop(key, message)
        for table in self._inner:
            table.stop_unknown(message)

    # ------------------------------------------------------------ single values
    def take(self, key: str) -> object:
        """Return a value as it is, or None."""
        self._known.add(key)
        return self.values.get(key)

    def string(self, key: str, missing: str) -> str:
        """Return a text that is the same in every language."""
        value = self.take(key)
        if isinstance(value, str):
            return value
        self.stop(key, missing if value is None else "must be a text in quotation marks.")
        return ""

    def find_string(self, key: str) -> str | None:
        """Return a text that need not be there."""
        return self.string(key, "") if self.take(key) is not None else None

    def filled(self, key: str, missing: str) -> str:
        """Return a text that may not be blank."""
        value = self.string(key, missing)
        if value.isspace() or self.values.get(key) == "":
            self.stop(key, missing)
        return value

    def find_one_of(self, key: str, names: Iterable[Name]) -> Name | None:
        """Return the name that is written here, or None."""
        allowed = {name.value: name for name in names}
        value = self.take(key)
        if isinstance(value, str) and value in allowed:
            return allowed[value]
        self.stop(key, f"must be one of: {', '.join(allowed)}.")
        return None

    def one_of(self, key: str, names: type[Name]) -> Name:
        """Return the name that is written here."""
        return self.find_one_of(key, names) or next(iter(names))

    def truth(self, key: str, default: bool | None = None) -> bool:
        """Return true or false; what is missing is a fault unless there is a default."""
        value = self.take(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            self.stop(key, "must be true or false.")
        return value is True

    def day(self, key: str, missing: str) -> date:
        """Return a date without a time."""
        value = self.take(key)
        if type(value) is date:
            return value
        self.stop(key, missing)
        return date.min

    def find_day(self, key: str) -> date | None:
        """Return a date that need not be there."""
        if self.take(key) is None:
            return None
        return self.day(key, "must be a date without quotation marks, such as 2026-11-23.")

    def names(self, key: str, missing: str) -> tuple[str, ...]:
        """Return a list of names, each once."""
        value = self.take(key)
        if value is None:
            self.stop(key, missing)
            return ()
        names = strings(value)
        if names is None:
            self.stop(key, "must be a list in square brackets, each entry in quotation marks.")
            return ()
        for name in repeated(names):
            self.stop(key, f"{quoted(name)} stands twice.")
        return tuple(names)

    # ------------------------------------------------------------ tables
    def table(self, key: str) -> Table:
        """Return a table inside this one; a missing one is read as empty."""
        return self._table(self.take(key), self.field(key))

    def tables(self, key: str) -> dict[str, Table]:
        """Return the tables inside a table by their word ids, in the order of the file."""
        outer = self.table(key)
        found = {}
        for id_ in outer.values:
            found[id_] = outer.table(id_)
            if not WORD_ID.fullmatch(id_):
                outer.stop(id_, "must be a short English word in small letters and hyphens.")
        return found

    def list_of_tables(self, key: str) -> list[Table]:
        """Return the tables written one after the other under the same name, counted from 1."""
        values = self.take(key)
        if values is None:
            return []
        if not isinstance(values, list):
            self.stop(key, f"must be written as [[{self.field(key)}]].")
            return []
        return [
            self._table(value, f"{self.field(key)}[{place}]")
            for place, value in enumerate(values, start=1)
        ]

    def _table(self, value: object, at: str) -> Table:
        if value is None or isinstance(value, dict):
            table = Table(value or {}, self.faults, at)
            self._inner.append(table)
            return table
        self.faults.stop(at, "must be a table of its own.")
        # Everything in it would be missing too. That is said already.
        return Table({}, Faults(self.faults.file), at)

    # ------------------------------------------------------------ texts
    def text(self, *, may_be_empty: bool = False) -> Text:
        """Return the text whose languages are fields of this table, beside any other fields.

        Languages beyond those of LANGUAGES may be there, complete or not.
        """
        read = self.string if may_be_empty else self.filled
        text = {language: read(language, MISSING[language]) for language in LANGUAGES}
        for key, value in self.values.items():
            is_language = LANGUAGE_CODE.fullmatch(key) and key not in FIELDS_LIKE_LANGUAGES
            if is_language and isinstance(value, str):
                text[key] = self.string(key, "")
        for language, words in text.items():
            if not is_normalized("NFC", words):
                self.stop(language, NOT_COMPOSED)
        return text


def read_table(folder: Path, name: str, faults: Faults) -> Table | None:
    """Return the table that is a whole file, or None if nothing can be read from it."""
    try:
        # Some editors put a byte order mark before the first letter; utf-8-sig forgives it.
        written = (folder / name).read_bytes().decode("utf-8-sig")
        return Table(tomllib.loads(written), faults)
    except FileNotFoundError:
        faults.stop("file", "missing.")
    except OSError as error:
        faults.stop("file", f"cannot be read ({error.strerror}).")
    except UnicodeDecodeError as error:
        faults.stop("file", f"not UTF-8 (byte {error.start + 1}). Save the file in UTF-8.")
    except (ValueError, RecursionError) as error:
        faults.stop(
            "file",
            f"not valid TOML ({error}). "
            "Top-level fields such as correct must stand above the first [table].",
        )
    return None


def strings(value: object) -> Sequence[str] | None:
    """Return a list of strings, or None if it is anything else."""
    if not isinstance(value, list):
        return None
    found = [entry for entry in value if isinstance(entry, str)]
    return found if len(found) == len(value) else None


def repeated(names: Sequence[str]) -> Sequence[str]:
    """Return the names that stand in a list more than once."""
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]
