"""Every state of every page that a participant can meet."""

from collections.abc import Iterator
from random import Random

from playwright.sync_api import Page

from quiz.domain.question import Kind
from quiz.store.bank import Bank
from tests.browser.quiz_page import Reader


def states(page: Page, bank: Bank, language: str) -> Iterator[str]:
    """Open every state of every page that a participant can meet, and yield its name."""
    reader = Reader(page, bank, language)
    for path in ("/a", "/no-such-page", "/help", "/notes", "/about", "/accessibility", "/"):
        reader.visit(path)
        yield f"before the quiz {path}"
    reader.visit("/s")
    yield "themes"
    reader.choose_theme("mixed")
    yield "notice"
    reader.press("begin")
    met: set[Kind] = set()
    while reader.under_way or met != {*Kind}:
        if not reader.under_way:
            reader.begin_again()
        elif (kind := reader.question.kind) in met:
            reader.press("skip")
        else:
            met.add(kind)
            yield from question_states(reader)
            reader.press("on")
    yield "result"
    for path in ("/c", "/v", "/k", "/s", "/help"):
        reader.visit(path)
        open_details(page)
        yield f"after the quiz {path}"


def question_states(reader: Reader) -> Iterator[str]:
    """Ask one question, send it empty, answer it less well than one could, explain it."""
    question, page = reader.question, reader.page
    yield f"asking {question.kind}"
    if question.kind != "story":
        page.locator("button[value=order], button[value=answer]").first.click()
        page.locator(".errors").wait_for()
        yield f"nothing chosen for {question.kind}"
    match question.kind:
        case "choice":
            wrong = next(id_ for id_ in question.arrange(Random(0)) if id_ not in question.best)
            reader.answer(wrong)
        case "multiple" | "flags":
            reader.answer(question.best[0])
        case "match":
            reader.answer(*exchanged(question.best))
        case "order":
            reader.press("unsure")
        case "story":
            reader.press(question.best[0])
            yield "in the middle of a story"
            for step in question.best[1:]:
                reader.press(step)
        case _:
            reader.answer()
    open_details(page)
    yield f"explaining {question.kind}"


def exchanged(pairs: tuple[str, ...]) -> list[str]:
    """Return pairs of which the first two have each other's partner."""
    (one, partner), (two, other), *rest = (pair.split(":") for pair in pairs)
    return [f"{one}:{other}", f"{two}:{partner}", *map(":".join, rest)]


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
