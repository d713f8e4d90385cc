"""A separate process renders the same files of reports as this process."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.support import Translations
from sqlalchemy import URL

from quiz.service import demo_data
from quiz.service.reports import figures, formats, worker
from quiz.service.reports.worker import Job
from quiz.store.bank import Bank
from quiz.store.database import Database
from quiz.store.reports import Filter
from quiz.web.locale import TRANSLATIONS
from tests.conftest import Opener
from tests.proof import FULL

JobOf = Callable[..., Job]


@pytest.fixture
def filled(location: Path | URL, opener: Opener, bank: Bank, simulated: Path) -> Iterator[Database]:
    if isinstance(location, Path):
        shutil.copy(simulated, location)
    with closing(opener()) as database:
        if not isinstance(location, Path):
            with database.writing() as db:
                demo_data.fill(db, bank, today=date(2026, 11, 24))
                db.commit()
        yield database


@pytest.fixture
def job_of(location: Path | URL) -> JobOf:
    def job(name: str, chosen: Filter, language: str = "vi") -> Job:
        return Job.create(
            location,
            chosen,
            name=name,
            month="2026-11",
            version="0.1.0",
            language=language,
            translations=str(TRANSLATIONS),
        )

    return job


@pytest.mark.parametrize(
    ("backend", "language"),
    [("sqlite", "vi"), pytest.param("postgresql", "en", marks=pytest.mark.slow)],
)
def test_the_worker_renders_what_this_process_would_render(
    filled: Database, bank: Bank, job_of: JobOf, language: str
) -> None:
    chosen = Filter(phase="before", province="Huế")
    with filled.reading() as db:
        export = formats.Export(
            report=figures.build_report(db, bank, chosen),
            version="0.1.0",
            month="2026-11",
            language=language,
            translate=Translations.load(TRANSLATIONS, [language]).gettext,
        )
    names = ["report.xlsx", "questions.csv", *(["report.zip", "report.json"] if FULL else [])]
    for name in names:
        rendered = worker.render_in_process(job_of(name, chosen, language))
        assert rendered == formats.render(export, name)
        assert rendered


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("name", ["report.exe", "nothing.csv"])
def test_a_file_that_does_not_exist_is_empty(job_of: JobOf, name: str) -> None:
    assert worker.render_in_process(job_of(name, Filter())) == b""


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (sys, {"executable": "/no/such/program"}),
        (sys, {"executable": "/bin/false"}),
        (worker, {"TIMEOUT": 0.01}),
    ],
)
def test_a_worker_that_fails_or_is_too_slow_returns_none(
    database: Database,
    job_of: JobOf,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    what: dict[str, Any],
) -> None:
    for name, value in what.items():
        monkeypatch.setattr(where, name, value)
    assert worker.render_in_process(job_of("themes.csv", Filter())) is None


@pytest.mark.parametrize("name", ["babel.py", "json.py", "pickle.py"])
def test_a_file_in_the_current_folder_is_not_taken_for_a_library(
    database: Database, job_of: JobOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    planted = f"open({str(tmp_path / 'ran')!r}, 'w').close()\nraise SystemExit(3)\n"
    (tmp_path / name).write_text(planted)
    monkeypatch.chdir(tmp_path)
    assert worker.render_in_process(job_of("report.json", Filter(), "en"))
    assert not (tmp_path / "ran").exists()
