"""``quiz bank``: check, report and preview, for those who write questions."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

import click

from quiz.cli.words import _, terminal_language
from quiz.domain import reading
from quiz.domain.kinds.story import stories
from quiz.domain.question import (
    FIRST_LANGUAGE,
    Kind,
    Question,
    Text,
    Theme,
    in_language,
)
from quiz.service.items import words_for
from quiz.store import bank
from quiz.store.bank import Bank, Fault, editorial, guessing, surface

if TYPE_CHECKING:
    from quiz.store.bank.learner import Finding

SUREST = 8
"""Questions shown of those in which the model was surest, and right."""

folder_argument = click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), default=bank.CONTENT
)


def load_bank() -> Bank:
    """Return the bank. Raises FaultyBank."""
    return bank.load(bank.CONTENT, today=today())


def today() -> date:
    """Return the day on which content is judged."""
    return datetime.now(UTC).date()


@click.group("bank")
def bank_group() -> None:
    """Look after the questions."""


# ── Check ─────────────────────────────────────────────────────────────────────────────────────────


@bank_group.command()
@folder_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
@click.option("--strict", is_flag=True, help="Let a warning without a reason fail, too.")
def check(folder: Path, form: str, *, strict: bool) -> None:
    """Check every question and contact, and print a table of the bank.

    Ends with 1 if anything is wrong. A warning may stay where the file says why, in a line such as
    "# kept stem.vi: everybody says it like that."
    """
    found, faults = bank.check(folder, today=today())
    errors = [fault for fault in faults if fault.severe]
    warnings = [fault for fault in faults if not fault.severe and not fault.reason]
    if form == "json":
        click.echo(json.dumps([as_json(fault) for fault in faults], ensure_ascii=False, indent=1))
    else:
        print_faults(faults)
        print_counts(found)
        click.echo(
            _("%(questions)s questions, %(errors)s errors, %(warnings)s warnings.")
            % {
                "questions": len(found.questions),
                "errors": len(errors),
                "warnings": len(warnings),
            }
        )
    if errors or (strict and warnings):
        sys.exit(1)


def as_json(fault: Fault) -> dict[str, str | bool]:
    """Return a fault for a program: the rule that is broken, and what to do."""
    rule, _stop, remedy = fault.message.partition(". ")
    return {
        "file": fault.file,
        "field": fault.field,
        "severity": "error" if fault.severe else "warning",
        "rule": rule,
        "remedy": remedy,
        "reason": fault.reason,
    }


def print_faults(faults: Sequence[Fault]) -> None:
    """Print one line for each fault: file, field, what to do. What has a reason is not repeated."""
    for fault in faults:
        if not fault.reason:
            mark = _("error") if fault.severe else _("warning")
            said = fault.message.in_language(terminal_language())
            click.echo(f"{fault.file}: {fault.field}: {mark}: {said}")


def print_counts(found: Bank) -> None:
    """Print how many questions there are by theme and kind."""
    counts = Counter((question.theme, question.kind) for question in found.questions.values())
    lines = [(theme.value, [counts[theme, kind] for kind in Kind]) for theme in Theme]
    lines.append(
        (_("all"), [sum(column) for column in zip(*(line for _name, line in lines), strict=True)])
    )
    click.echo(" " * 12 + "".join(f"{kind:>10}" for kind in (*Kind, _("all"))))
    for name, numbers in lines:
        click.echo(f"{name:<12}" + "".join(f"{n:>10}" for n in (*numbers, sum(numbers))))


# ── Report ────────────────────────────────────────────────────────────────────────────────────────


@bank_group.command()
@folder_argument
@click.option("--stories", is_flag=True, help="Print the stories instead: every way and its score.")
@click.option(
    "--reading",
    "reading_",
    is_flag=True,
    help="Print how long each question takes to read instead.",
)
@click.option(
    "--guessing",
    "guessing_",
    is_flag=True,
    help="Print how much can be guessed from the surface instead; ends with 1 if it is too much.",
)
def report(folder: Path, *, stories: bool, reading_: bool, guessing_: bool) -> None:
    """Print what an editor wants to know of the bank as a whole."""
    found, _faults = bank.check(folder, today=today())
    questions = list(found.questions.values())
    if guessing_:
        print_guessing(questions)
        return
    if stories:
        lines = story_lines(questions)
    elif reading_:
        lines = reading_lines({each.id: [each] for each in longest_first(questions)})
    else:
        lines = report_lines(folder, found, questions)
    for line in lines:
        click.echo(line)


def report_lines(folder: Path, found: Bank, questions: Sequence[Question]) -> Iterator[str]:
    """Yield the lines of the report."""
    yield from coverage_lines(editorial.coverage(found.questions, editorial.plan(folder)))
    yield ""
    yield _("Languages: complete questions; words in a sentence, a stem, an option")
    for each in editorial.languages(questions):
        yield (
            f"  {each.code}  {each.complete}/{each.questions}  {each.words_in_a_sentence:.1f}"
            f"  {each.words_in_a_stem:.1f}  {each.words_in_an_option:.1f}"
        )
    ages = editorial.ages(questions, today())
    if ages:
        yield ""
        yield _("Days since the sources were read: oldest %(oldest)s, middle %(middle)s") % {
            "oldest": ages[0],
            "middle": ages[len(ages) // 2],
        }
    yield ""
    yield from reading_lines(
        {kind: [each for each in questions if each.kind is kind] for kind in Kind}
        | {_("all"): questions}
    )
    yield ""
    yield _("Place of the best option in choice questions")
    for position, number in editorial.key_positions(questions).items():
        yield f"  {position}: {number}"
    yield ""
    yield from guessing_lines(questions)


def coverage_lines(found: editorial.Coverage) -> Iterator[str]:
    """Yield how the bank differs from the plan."""
    yield _("Planned: %(planned)s. Missing: %(missing)s. Not planned: %(unplanned)s.") % {
        "planned": found.planned,
        "missing": len(found.missing),
        "unplanned": len(found.unplanned),
    }
    for words, ids in (
        (_("missing"), found.missing),
        (_("not planned"), found.unplanned),
        (_("otherwise than planned"), found.different),
    ):
        yield from (f"  {words}: {id_}" for id_ in ids)


def guessing_lines(questions: Sequence[Question]) -> Iterator[str]:
    """Yield what rules of thumb score that know nothing."""
    yield _("Rules that know nothing: score, and points above chance (* too far)")
    for language in bank.LANGUAGES:
        for theme in (None, *Theme):
            these = [each for each in questions if theme in (None, each.theme)]
            yield f"  {language}  {theme or _('all')}"
            yield from map(score_line, guessing.scores(these, language))
    yield f"  {_('all')}"
    yield from map(score_line, guessing.blind(questions))


def score_line(score: guessing.Score) -> str:
    """Return what a rule scores, marked if that is too far from chance."""
    mark = " *" if guessing.is_too_far(score) else ""
    figures = f"{score.percent:>5.0f} % {score.above:>+6.1f}  ({score.contests})"
    return f"    {score.rule:<24}{figures}{mark}"


def print_guessing(questions: Sequence[Question]) -> None:
    """Print what can be guessed from the surface, and end with 1 if it is too much."""
    learnt = learn(questions)
    figures = list(surface.figures(questions, learnt))
    for line in (
        *learner_lines(learnt),
        "",
        *message_lines(questions),
        "",
        *figure_lines(figures),
    ):
        click.echo(line)
    if any(figure.is_over for figure in figures):
        sys.exit(1)


def learn(questions: Sequence[Question]) -> Sequence[Finding]:
    """Return what a model finds in each kind and language, if the library is there."""
    try:
        learner = import_module("quiz.store.bank.learner")
    except ImportError as missing:
        raise click.ClickException(
            _(
                "This report needs scikit-learn, which the quiz itself does not. "
                "“make .venv/test” installs it."
            )
        ) from missing
    return [each for code in bank.LANGUAGES for each in learner.findings(questions, code)]


def learner_lines(learnt: Sequence[Finding]) -> Iterator[str]:
    """Yield how often the model finds the key: by which cues, and where it was surest."""
    yield _("What a model finds that knows the surface of all other questions, and chance")
    for each in learnt:
        yield (
            f"  {each.kind:<10}{each.language:<4}{each.percent:>4.0f} %{each.chance:>5.0f} %"
            f"{each.above:>+6.1f}   95 %: {each.low:.0f}–{each.high:.0f}"
            f"  ({each.number}, {each.questions})"
        )
        yield f"      {'  '.join(each.cues)}"
        yield f"      {' '.join(each.found[:SUREST])}"


def message_lines(questions: Sequence[Question]) -> Iterator[str]:
    """Yield how many messages with each visible attribute are genuine, and fake."""
    yield _("Judged messages, by what is seen of them: genuine, fake")
    for language in bank.LANGUAGES:
        for each in surface.values(questions, language):
            counts = f"{len(each.genuine):>4}{len(each.fake):>4}"
            yield f"  {language}  {each.attribute:<18}{each.value:<12}{counts}"


def figure_lines(figures: Sequence[surface.Figure]) -> Iterator[str]:
    """Yield every figure that has a limit."""
    yield _("Figure, limit, what is let pass today (* above the limit, # above both)")
    for each in figures:
        mark = "#" if each.is_over else "*" if each.value > each.limit else ""
        numbers = f"{each.value:>6.1f}{each.limit:>5}{each.allowed:>5}"
        yield f"  {each.name:<42}{numbers} {mark:<2}{each.because}".rstrip()


def longest_first(questions: Sequence[Question]) -> Sequence[Question]:
    """Return the questions, those that take longest to read first."""
    return sorted(questions, key=lambda question: -reading.load(question).minutes())


def reading_lines(groups: Mapping[str, Sequence[Question]]) -> Iterator[str]:
    """Yield what there is to read in groups of questions, on the mean and in sum."""
    yield _("Reading: words asked, words explained, minutes, in each language; minutes in sum")
    yield " " * 42 + "".join(f"{code:>8}{'':>14}" for code in bank.LANGUAGES)
    for name, questions in groups.items():
        if questions:
            means = "".join(mean_load(questions, code) for code in bank.LANGUAGES)
            yield f"  {name:<40}{means}{reading.minutes(questions):>8.1f}"


def mean_load(questions: Sequence[Question], language: str) -> str:
    """Return what there is to read of a question, on the mean."""
    loads = [reading.load(question, language) for question in questions]
    asked, explained = fmean(load.asked for load in loads), fmean(load.explained for load in loads)
    minutes = fmean(load.minutes(language) for load in loads)
    return f"{asked:>8.0f}{explained:>6.0f}{minutes:>8.1f}"


def story_lines(questions: Sequence[Question]) -> Iterator[str]:
    """Yield every story: its scenes with what leads where, then every way with its score."""
    for story in stories(questions):
        yield f"{story.id}  {story.stem[FIRST_LANGUAGE]}"
        for node in story.nodes.values():
            yield f"  [{node.id}]" + ("  ■" if node.ending else "")
            for turn in node.choices:
                mark, words = editorial.MARKS[turn.quality], turn.text[FIRST_LANGUAGE]
                yield f"    {mark} {turn.id} → {turn.next}   {words}"
        for path in editorial.story_paths(story):
            yield f"  {path.percent:>4} %  {' '.join(path.turns)} ■ {path.ending}"
        yield ""


# ── Preview ───────────────────────────────────────────────────────────────────────────────────────


@bank_group.command()
@click.argument("id_", metavar="ID")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=bank.CONTENT)
@click.option("--language", multiple=True, help="vi or en (default: both), or any other there is.")
def preview(id_: str, folder: Path, language: tuple[str, ...]) -> None:
    """Print a question as people read it: what is asked, and what is said after each answer."""
    found, faults = bank.check(folder, today=today())
    print_faults([fault for fault in faults if Path(fault.file).stem == id_])
    if id_ not in found.questions:
        near = [known for known in found.questions if known.startswith(id_[:7])]
        raise click.ClickException(
            _("There is no valid question %(id)s. Near it: %(near)s")
            % {"id": id_, "near": ", ".join(near) or "–"}
        )
    for code in language or bank.LANGUAGES:
        for line in preview_lines(found.questions[id_], code):
            click.echo(line)


def preview_lines(question: Question, code: str) -> Iterator[str]:
    """Yield a question in one language."""

    def words(text: Text) -> str:
        mark = "" if text.get(code) else f"({_('not translated')}) "
        return mark + in_language(text, code)

    yield f"── {question.id} · {question.theme} · {question.kind} · {question.level} · {code} ──"
    yield f"# {words(question.title)}"
    if question.note:
        yield f"! {words(question.note)}"
    yield words(question.stem)
    message = getattr(question, "message", None)
    if message is not None:
        yield f"  [{message.channel}] {words(message.sender)}"
        yield from (f"  | {words(line.text)}" for line in message.lines)
    for node in question.scenes or (None,):
        if node is not None:
            yield f"  [{node.id}]"
            yield from (f"  | {words(line.text)}" for line in node.lines)
            if not node.ending:
                yield f"  {words(node.ask)}"
        for item in question.result_items(node):
            text = item.text or words_for(item.id)
            yield f"  {'✓' if item.right else '·'} {words(text)}" + (
                f" → {item.next}" if item.next else ""
            )
            if item.why:
                yield f"      {words(item.why)}"
    yield f"⇒ {words(question.why)}"
    yield from (f"• {words(step)}" for step in question.advice)
    yield f"? {words(question.discuss)}"
    yield f"({words(question.source_line)})"
    yield ""
