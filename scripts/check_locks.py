"""Say where a lock file no longer matches what pyproject.toml asks for."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^([\w.-]+)==([^ ;\\]+)")
ASKED_FOR_BY_US = "vung-tam (pyproject.toml"


def main() -> int:
    """Print every fault; return how many there are."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"run": project["project"]["dependencies"], **project["dependency-groups"]}

    faults = [
        f"requirements/{group}.txt {fault}: run 'make lock'."
        for group, asked in groups.items()
        for fault in compare([Requirement(line) for line in asked], *read(group))
    ]
    if groups["build"] != project["build-system"]["requires"]:
        faults.append("pyproject.toml: the group 'build' is not what [build-system] requires.")

    print(*faults or ["The lock files match pyproject.toml."], sep="\n")
    return len(faults)


def read(group: str) -> tuple[dict[str, list[str]], set[str]]:
    """Return the versions a lock file holds, and the packages in it that are ours by choice."""
    pinned: dict[str, list[str]] = {}
    ours = set()
    name = ""
    for line in (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8").splitlines():
        if pin := PIN.match(line):
            name = canonicalize_name(pin[1])
            pinned.setdefault(name, []).append(pin[2])
        elif ASKED_FOR_BY_US in line:
            ours.add(name)
    return pinned, ours


def compare(asked: list[Requirement], pinned: dict[str, list[str]], ours: set[str]) -> list[str]:
    """Return in words how a lock file differs from what was asked for."""
    names = {canonicalize_name(requirement.name) for requirement in asked}
    return [
        *(f"does not hold {name}" for name in sorted(names - pinned.keys())),
        *(f"still holds {name}" for name in sorted(ours - names)),
        *(
            f"holds {requirement.name} {version}, and not {requirement.specifier}"
            for requirement in asked
            for version in pinned.get(canonicalize_name(requirement.name), [])
            if version not in requirement.specifier
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
