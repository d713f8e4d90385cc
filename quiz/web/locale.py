"""The language of a page stands in its address: ``/a`` is Vietnamese, ``/en/a`` English.

No cookie is needed, a mid-quiz switch is a link that keeps place and answers, and the landing
page can be shared in either language. Views do not know: the prefix is taken off before Flask
sees the path, and ``url_for`` puts it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from babel import Locale
from babel.support import Translations
from flask import Flask, Request, current_app, g, request
from flask.ctx import RequestContext
from flask_babel import Babel, force_locale, get_translations
from werkzeug.test import create_environ

from quiz.domain import question
from quiz.domain.question import Text

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FIRST = question.FIRST_LANGUAGE
SOURCE = "en"  # the language of the message ids
TRANSLATIONS = Path(__file__).parent.parent / "translations"


def languages() -> tuple[str, ...]:
    """Return the codes of all languages: the first, the second, then any further catalogue."""
    folders = {folder.parent.name for folder in TRANSLATIONS.glob("*/LC_MESSAGES")}
    return (FIRST, SOURCE, *sorted(folders - {FIRST, SOURCE}))


class LanguagePrefix:
    """Move a language from the front of the path into the script name."""

    def __init__(self, app: WSGIApplication, codes: Iterable[str]) -> None:
        self.app = app
        self.codes = frozenset(codes) - {FIRST}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve the request in the language of its path."""
        code, _, rest = environ["PATH_INFO"].removeprefix("/").partition("/")
        if code in self.codes:
            environ["PATH_INFO"] = f"/{rest}"
            speak(environ, code)
        return self.app(environ, start_response)


def speak(environ: WSGIEnvironment, code: str) -> None:
    """Let a request be answered in a language."""
    if code != FIRST:
        environ["SCRIPT_NAME"] += f"/{code}"
        environ["quiz.language"] = code


def context(app: Flask, path: str, code: str) -> RequestContext:
    """Return the context in which a page is rendered that nobody has asked for, in a language."""
    environ = create_environ(path)
    speak(environ, code)
    return app.request_context(environ)


def init(app: Flask) -> None:
    """Teach the application its languages."""
    codes = languages()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = FIRST
    for code in codes:
        own_name(code)  # Babel reads all that it knows of a language, now and not in a class
    app.extensions["languages"] = codes
    app.extensions["catalogues"] = {}
    Babel(app, locale_selector=language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda words: catalogue().ugettext(words),
        ngettext=lambda one, many, n: catalogue().ungettext(one, many, n),
        newstyle=True,
    )
    app.add_template_filter(in_language, "t")
    app.add_template_global(each_spoken, "spoken")

    @app.context_processor
    def describe() -> dict[str, Any]:
        return {"language": language(), "language_links": language_links}


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Let a part of a page be in another language than the rest."""
    before = language()
    request.environ["quiz.language"] = code
    try:
        with force_locale(code):
            yield
    finally:
        request.environ["quiz.language"] = before


def each_spoken(codes: Iterable[str]) -> Iterator[str]:
    """Yield languages; what is drawn until the next one is asked for is in the last that was."""
    for code in codes:
        with speaking(code):
            yield code


def language() -> str:
    """Return the language of this page."""
    return language_of(request)


def language_of(sent: Request) -> str:
    """Return the language in which a request is answered."""
    code: str = sent.environ.get("quiz.language", FIRST)
    return code


def catalogue() -> Translations:
    """Return the catalogue of this page. Babel looks for it anew for each of sixty sentences."""
    catalogues: dict[str, Translations] = current_app.extensions["catalogues"]
    code = language()
    if code not in catalogues:
        catalogues[code] = get_translations()
    return catalogues[code]


def in_language(text: Text, code: str | None = None) -> str:
    """Return a text of the bank in a language, that of this page if none is named."""
    return question.in_language(text, code or language())


def language_links() -> list[tuple[str, str, str]]:
    """Return code, own name and address of this page in each language.

    A page may name another address in ``g.language_path``, and what to ask in it in
    ``g.language_query``.
    """
    path = quote(g.get("language_path", request.path))
    if query := g.get("language_query"):
        path += f"?{query}"
    return [
        (code, own_name(code), path if code == FIRST else f"/{code}{path}")
        for code in current_app.extensions["languages"]
    ]


@cache
def own_name(code: str) -> str:
    """Return what a language calls itself."""
    name = Locale.parse(code).get_language_name(code) or code
    return name[0].upper() + name[1:]
