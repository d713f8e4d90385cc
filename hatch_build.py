"""What a build adds to the files in git: translations, and what lies beside the package."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Build(BuildHookInterface[Any]):
    """Runs before a wheel is built, and before an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every catalogue; give a wheel its migrations and the guide."""
        root = Path(self.root)
        for catalogue in sorted(root.glob("quiz/translations/*/LC_MESSAGES/messages.po")):
            compile_catalogue(catalogue)

        # An editable install reads them where they stand: a copy would soon be out of date.
        if version != "editable":
            included = build_data["force_include"]
            included[str(root / "migrations")] = "quiz/migrations"
            for guide in root.glob("docs/facilitating*.md"):
                included[str(guide)] = f"quiz/guide/{guide.name}"


def compile_catalogue(catalogue: Path) -> None:
    """Write the .mo file beside a .po file, without the sentences marked fuzzy."""
    with catalogue.open("rb") as source:
        messages = read_po(source, locale=catalogue.parent.parent.name, abort_invalid=True)
    with catalogue.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, messages)
