"""Static files under names that change with their content, so that browsers may keep them for ever.

They are built when the application starts, into a folder of the data directory, because the
package itself may not be writable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple

from webassets.bundle import Bundle
from webassets.env import Environment
from webassets.version import HashVersion

STATIC = Path(__file__).parent / "static"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NEEDLESS_SPACE = re.compile(r"\s*([{};>])\s*|([:,])\s+")


class Built(NamedTuple):
    """The bytes of each built file by its file name, and the address of each by its own name."""

    contents: Mapping[str, bytes]
    urls: Mapping[str, str]


@dataclass(frozen=True)
class Assets:
    """The built files: the folder they lie in, and the address of each."""

    folder: Path
    urls: Mapping[str, str]

    def url(self, name: str) -> str:
        """Return the address of a file: ``site.css`` lies at ``/static/site.0a1b2c3d.css``."""
        return self.urls[name]


def build(target: Path) -> Assets:
    """Put every built file into ``target``, and clear away those of earlier versions."""
    target.mkdir(parents=True, exist_ok=True)
    built = built_files()
    present = {file.name: file for file in target.iterdir() if file.is_file()}
    # Processes that start together write each for itself; what they move is whole, and the same.
    with TemporaryDirectory(dir=target) as folder:
        for name in built.contents.keys() - present.keys():
            whole = Path(folder) / name
            whole.write_bytes(built.contents[name])
            whole.replace(target / name)
    for name in present.keys() - built.contents.keys():
        with suppress(OSError):  # an older process may still be reading it
            present[name].unlink()
    return Assets(target, built.urls)


@cache
def built_files() -> Built:
    """Return the built files; however many applications a process makes, it builds once."""
    with TemporaryDirectory() as folder:
        urls = dict(build_each(folder))
        contents = {file.name: file.read_bytes() for file in Path(folder).iterdir()}
    return Built(contents, urls)


def build_each(folder: str) -> Iterator[tuple[str, str]]:
    """Build each file into a folder, and yield its name and address."""
    environment = Environment(
        folder.replace("%", "%%"),  # a whole path is formatted with the version of a file
        "/static",
        load_path=[str(STATIC)],
        versions=HashVersion(hash=sha256),
        auto_build=False,
        cache=False,
        manifest=False,
        updater=False,
    )
    for name, sources in sources_of_each().items():
        stem, _, ending = name.partition(".")
        output = f"{stem}.%(version)s.{ending}"
        bundle = Bundle(*sources, filters=FILTERS[ending], output=output)
        environment.add(bundle)
        bundle.build()
        [url] = bundle.urls()
        yield name, url


def sources_of_each() -> dict[str, list[str]]:
    """Return the name of each built file, and what it is made of.

    ``tokens.css`` comes first because it names the cascade layers. Within a layer no rule relies on
    coming after a rule of another file, so the other stylesheets follow by name. Pages of staff
    load ``staff.css`` after ``site.css``, so that it weighs on no phone.
    """
    scripts = {file.name: [f"js/{file.name}"] for file in (STATIC / "js").glob("*.js")}
    for name in (
        "live-updates.js",
        "submit.js",
        "session-warning.js",
        "paper-counts.js",
        "choose-questions.js",
    ):
        scripts[name].insert(0, "js/shared/request.js")
    scripts |= {file.name: [f"js/kinds/{file.name}"] for file in (STATIC / "js/kinds").glob("*.js")}
    return {
        "site.css": stylesheets("css", first="tokens.css"),
        "staff.css": stylesheets("css/staff"),
        "favicon.svg": ["favicon.svg"],
        **scripts,
    }


def stylesheets(folder: str, *, first: str = "") -> list[str]:
    """Return the stylesheets of a folder by name, except that one may come first."""
    names = sorted(
        (file.name for file in (STATIC / folder).glob("*.css")),
        key=lambda name: (name != first, name),
    )
    return [f"{folder}/{name}" for name in names]


def tighten(source: IO[str], out: IO[str]) -> None:
    """Leave out comments, which are all written as ``/* … */``, and the space around lines."""
    out.write(unindented(COMMENT.sub("", source.read())))


def unindented(text: str) -> str:
    """Return a text without the space around its lines, which says nothing and has to travel."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def tighten_styles(source: IO[str], out: IO[str]) -> None:
    """Leave out the space around punctuation as well: no string in a stylesheet has any."""
    tighten(source, tight := StringIO())
    out.write(NEEDLESS_SPACE.sub(r"\1\2", tight.getvalue()))


FILTERS = {"css": tighten_styles, "js": "rjsmin", "svg": tighten}
"""What makes each kind of file smaller; rJSmin comes with webassets."""
