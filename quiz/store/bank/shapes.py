"""Shapes of content: the pydantic types of which the models of files are made.

A model says what a file must hold. What an editor reads of a value that does not fit stands in
``sentences.toml``, by the type of pydantic's error and by the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Self, TypeVar
from unicodedata import is_normalized

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    Strict,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema

from quiz.domain.question import Text
from quiz.store.bank.faults import Sentence, sentences
from quiz.store.bank.languages import LANGUAGES
from quiz.store.bank.parsed_file import ParsedFile

LANGUAGE_CODE = re.compile("[a-z]{2,3}")
FIELDS_LIKE_LANGUAGES = {"why", "ask", "by"}
WORD_ID = re.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
HTTPS_ADDRESS = re.compile(r"https://[\w-]+(?:\.[\w-]+)+(?:/\S*)?")

EMPTY: Any = {}
"""The default of a table: a missing one is read as empty, so that each of its fields is named."""

LIST: Any = []
"""The default of a list that may be left out."""

NONE: Any = ""
"""The default of a value that must be there, where a missing one is told like a wrong one."""

UNKNOWN = PydanticCustomError("extra_forbidden", "unknown field")
IS_MISSING = PydanticCustomError("missing", "missing")

Model = TypeVar("Model", bound=BaseModel)


def wrong(rule: str, /, **values: object) -> PydanticCustomError:
    """Return the error by which a validator says a sentence of ours."""
    return PydanticCustomError("sentence", "{sentence}", {"sentence": Sentence(rule, **values)})


class Shape(BaseModel):
    """A table. Fields that are not in its model are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


# ── Values ────────────────────────────────────────────────────────────────────────────────────────


def filled(value: object) -> object:
    """Return a value that is not blank; a blank one is as good as none."""
    if value in ("", [], {}) or (isinstance(value, str) and value.isspace()):
        raise IS_MISSING
    return value


def word_id(key: str) -> str:
    """Return an id that is a word."""
    if not WORD_ID.fullmatch(key):
        raise wrong("word-id")
    return key


def names(value: object) -> object:
    """Return a list of texts of which none stands twice."""
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise wrong("list")
    for entry in value:
        if value.count(entry) > 1:
            raise wrong("twice", name=entry)
    return value


Day = Annotated[date, Strict()]
"""A date without a time."""

Filled = Annotated[str, BeforeValidator(filled)]
WordId = Annotated[str, AfterValidator(word_id)]
Names = Annotated[tuple[str, ...], BeforeValidator(names)]


# ── Texts ─────────────────────────────────────────────────────────────────────────────────────────


def composed(words: str) -> str:
    """Return a text whose letters are composed."""
    if not is_normalized("NFC", words):
        raise wrong("not-composed")
    return words


def language_code(key: str) -> str:
    """Return the code of a further language."""
    if not LANGUAGE_CODE.fullmatch(key) or key in FIELDS_LIKE_LANGUAGES:
        raise UNKNOWN
    return key


def translation(words: object) -> object:
    """Return a text in a further language."""
    if not isinstance(words, str):
        raise UNKNOWN
    return words


Words = Annotated[str, AfterValidator(composed)]


class TextModel(Shape):
    """A table that holds a text in every language, beside any other fields.

    Languages beyond those of LANGUAGES may be there, complete or not.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[
        Annotated[str, AfterValidator(language_code)],
        Annotated[Words, BeforeValidator(translation)],
    ]

    vi: Annotated[Words, BeforeValidator(filled)]
    en: Annotated[Words, BeforeValidator(filled)]

    @property
    def text(self) -> Text:
        """The text in every language."""
        return {"vi": self.vi, "en": self.en, **self.__pydantic_extra__}


class OptionalText(TextModel):
    """A text that may be empty, if it is empty in both languages."""

    vi: Words
    en: Words

    @model_validator(mode="after")
    def check_both(self) -> Self:
        """Find the language that is missing."""
        empty = [language for language in LANGUAGES if not self.text[language].strip()]
        if len(empty) == 1:
            raise errors_at({(empty[0],): IS_MISSING})
        return self


class ReadBy:
    """An annotation: the value is made of what another shape reads."""

    def __init__(self, shape: Any, make: Callable[[Any], object]) -> None:
        self.shape = shape
        self.make = make

    def __get_pydantic_core_schema__(
        self, _source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        read = handler.generate_schema(self.shape)
        return core_schema.no_info_after_validator_function(self.make, read)


def text_of(model: TextModel) -> Text:
    """Return the text of a table that holds nothing else."""
    return model.text


RequiredText = Annotated[Text, ReadBy(TextModel, text_of)]


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────


def validate(
    model: type[Model], values: object, file: ParsedFile, kind: str, *, at: str = ""
) -> Model | None:
    """Return what a model makes of values, or None; what is wrong is added to the file."""
    try:
        return model.model_validate(values, context=file)
    except ValidationError as found:
        for error in found.errors(include_url=False, include_input=False):
            loc = [part for part in error["loc"] if part != "[key]"]
            whole = f"field-{loc[0]}" if loc else ""
            if whole in sentences() and error["type"] != UNKNOWN.type:
                file.error(path(at, loc[:1]), whole)
            else:
                field = path(at, loc)
                file.add(field, sentence(error, field, kind), severe=True)
        return None


def sentence(error: ErrorDetails, field: str, kind: str) -> Sentence:
    """Return what is said of an error: the first sentence that there is, of the narrowest on."""
    context = error.get("ctx", {})
    if isinstance(own := context.get("sentence"), Sentence):
        return own
    type_, name = error["type"], field.rpartition(".")[2]
    rules = (f"{type_}-{name}-{kind}", f"{type_}-{name}", f"{type_}-{kind}", type_)
    rule = next((rule for rule in rules if rule in sentences()), "other")
    names = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
    return Sentence(rule, field=field, kind=kind, names=names)


def path(at: str, loc: Sequence[str | int]) -> str:
    """Return the name by which an editor finds a field; entries of lists are counted from 1."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc)
    return "".join((at, *parts)).removeprefix(".")


def errors_at(errors: Mapping[tuple[str, ...], PydanticCustomError]) -> ValidationError:
    """Return errors of several fields, to be raised by one validator."""
    return ValidationError.from_exception_data(
        "errors", [{"type": error, "loc": at, "input": None} for at, error in errors.items()]
    )
