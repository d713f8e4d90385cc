"""Rules saying no. Each class is one sentence that a person may read; the web chooses the words."""


class Refusal(Exception):
    """Something that was asked for may not be done."""


class NoAttempt(Refusal):
    """There is no quiz under way for this person: it was left, handed on, or sealed."""


class NoSuchQuestion(Refusal):
    """The question is not part of this attempt."""


class NotAnAnswer(Refusal):
    """What was sent is not something that the question offers."""


class NothingChosen(NotAnAnswer):
    """The question was sent without an answer."""


class PositionsMissing(NotAnAnswer):
    """Not every step was given a position."""


class PositionsRepeated(NotAnAnswer):
    """Two steps were given the same position."""


class AlreadyAnswered(Refusal):
    """The question has been answered and explained; the first answer stands."""


class NotFinished(Refusal):
    """The result was asked for while questions are still open."""
