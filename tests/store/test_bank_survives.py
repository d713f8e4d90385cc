"""Whatever stands in the files, the bank is read to its end and says what it found."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.store.bank import check
from tests.proof import length
from tests.store.content import SOUND, TODAY, sound_copy

FILES = sorted(path.relative_to(SOUND).as_posix() for path in SOUND.rglob("*.toml"))

ANYTHING = st.sampled_from(
    [
        "1",
        "-0.5",
        "nan",
        "true",
        '""',
        '" "',
        '"genuine"',
        '"choice"',
        '"\\u0000"',
        "[]",
        "[[]]",
        "[1, true]",
        '["leave", "leave"]',
        '[["stop", "keep"]]',
        "[{}]",
        "{}",
        '{ vi = "…", en = 1 }',
        "{ why = [] }",
        "2026-11-23",
        "2026-11-23T10:00:00Z",
        "10:00:00",
        "9" * 5000,
        "[" * 2000 + "]" * 2000,
        "{" + ".".join("a" * 2000) + " = 1}",
        "not toml",
    ]
)
TABLES = st.sampled_from(
    [
        "[stem]",
        "[[stem]]",
        "[options]",
        "[nodes.call]",
        "[[nodes]]",
        "[advice]",
        "[contact]",
        "[x.y]",
    ]
)


@st.composite
def mangled(draw: st.DrawFn, text: str) -> str:
    """Return a file in which some lines were lost, moved, doubled or given another value."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        position = draw(st.integers(0, len(lines) - 1))
        line = lines.pop(position)
        key = line.partition(" = ")[0]
        match draw(st.sampled_from(["lose", "move", "double", "change", "table", "letters"])):
            case "move":
                lines.insert(draw(st.integers(0, len(lines))), line)
            case "double":
                lines[position:position] = [line, line]
            case "change":
                lines.insert(position, f"{key} = {draw(ANYTHING)}")
            case "table":
                lines[position:position] = [line, draw(TABLES)]
            case "letters":
                lines.insert(position, line + draw(st.text(max_size=5)))
    return "\n".join(lines)


def check_with(file: str, content: bytes) -> None:
    """Check a bank in which one file holds something else."""
    with TemporaryDirectory() as desk:
        folder = sound_copy(Path(desk))
        (folder / file).write_bytes(content)

        bank, faults = check(folder, today=TODAY)

    for fault in faults:
        assert f"{fault}".startswith(f"{fault.file}: {fault.field}: ")
    severe = {fault.file for fault in faults if fault.severe}
    for name in FILES:
        if name.startswith("questions/"):
            assert (Path(name).stem in bank.questions) == (name not in severe)


@pytest.mark.slow
@settings(max_examples=length(40, 100), deadline=None)
@given(st.data(), st.sampled_from(FILES))
def test_a_file_with_lines_out_of_place_is_sound_or_has_faults(data, file):
    text = (SOUND / file).read_text(encoding="utf-8")
    check_with(file, data.draw(mangled(text)).encode("utf-8", "surrogatepass"))


@settings(max_examples=length(15, 40), deadline=None)
@given(st.sampled_from(FILES), st.binary(max_size=200))
def test_a_file_of_anything_is_sound_or_has_faults(file, content):
    check_with(file, content)
