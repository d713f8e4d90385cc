"""A small bank without a fault, and ways to break it."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from shutil import copytree, ignore_patterns

from quiz.store.bank import Fault, check

TODAY = date(2026, 11, 23)
SOUND = Path(__file__).parent / "sound"
BROKEN = Path(__file__).parent / "broken"

# one of each kind, and a pair
CHOICE = "questions/abduction/abd-authority-order-a.toml"
PARTNER = "questions/abduction/abd-authority-order-b.toml"
MULTIPLE = "questions/harassment/har-control-signs.toml"
JUDGE = "questions/literacy/lit-messages-own-otp.toml"
FLAGS = "questions/literacy/lit-payments-homestay-deposit.toml"
ORDER = "questions/harassment/har-sextortion-first-steps.toml"
STORY = "questions/abduction/abd-story-third-call.toml"
CONTACTS = "contacts.toml"
FACTS = "facts.toml"


def sound_copy(desk: Path) -> Path:
    """Return a copy of the sound content, to be changed."""
    return copytree(SOUND, desk / "content", ignore=ignore_patterns("__pycache__"))


def change(content: Path, file: str, old: str, new: str) -> None:
    """Put new words in the place of old ones that must be there."""
    text = (content / file).read_text(encoding="utf-8")
    assert old in text, f"{file} does not hold {old}"
    (content / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def said_of(content: Path, file: str | None = None, *, today: date = TODAY) -> list[str]:
    """Return what an editor reads: E for a severe fault, W for another; of one file or of all."""
    _, faults = check(content, today=today)
    return lines(fault for fault in faults if file in (None, fault.file))


def lines(faults: Iterable[Fault]) -> list[str]:
    """Return faults as lines without their files."""
    return [f"{'E' if fault.severe else 'W'} {fault.field}: {fault.message}" for fault in faults]


def said_after(desk: Path, file: str, old: str, new: str) -> list[str]:
    """Return what an editor reads of a file after one change to it."""
    content = sound_copy(desk)
    change(content, file, old, new)
    return said_of(content, file)
