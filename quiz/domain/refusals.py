"""Rules saying no. Each class is one sentence that a person may read; the web chooses the words."""


class Refusal(Exception):
    """Something that was asked for may not be done."""


class NoAttempt(Refusal):
    """There is no quiz under way for this person: it was left, handed on, or sealed."""


class InLiveClass(Refusal):
    """The attempt is in a live class, where the class decides what is asked and when."""


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


class PartnersMissing(NotAnAnswer):
    """Not every thing was given a partner."""


class PartnersRepeated(NotAnAnswer):
    """Two things were given the same partner."""


class AlreadyAnswered(Refusal):
    """The question has been answered and explained; the first answer stands."""


class NoStory(Refusal):
    """There is no story in that theme."""


class NotFinished(Refusal):
    """The result was asked for while questions are still open."""


class NoSuchRoom(Refusal):
    """No open room has this code."""


class NotACode(Refusal):
    """What was typed is not six digits."""


class RoomLocked(Refusal):
    """The facilitator lets nobody else in."""


class NoSuchColleague(Refusal):
    """Nobody else who can lead classes has this address."""


class RoomFull(Refusal):
    """Many more have joined than were expected: nobody else can, until the facilitator says so."""


class QuestionClosed(Refusal):
    """The answer came when the question was no longer asked. It changes nothing."""


class RoomClosed(Refusal):
    """The answer came when the room was closed. It is in no total."""


class StaleVersion(Refusal):
    """The room was moved from another tab or device since the page was shown."""


class FewAnswers(Refusal):
    """A reveal while most of the class have not answered: whoever means it says so."""


class NotReminded(Refusal):
    """The room cannot be opened before every reminder has been ticked."""


class NotPrepared(Refusal):
    """Only a room that has not been opened can be changed or deleted."""


class NotWaiting(Refusal):
    """Only a class that is in no report yet can be withheld."""


class TooFewQuestions(Refusal):
    """A room needs at least one question."""


class TooManyQuestions(Refusal):
    """A room has more questions than a class can be asked."""


class NameMissing(Refusal):
    """What is to be kept has no name, or one that is too long."""


class NotAnEmail(Refusal):
    """What was typed is not an e-mail address."""


class EmailTaken(Refusal):
    """Somebody of the staff has this e-mail address already."""


class NoSuchPerson(Refusal):
    """Nobody of the staff is meant."""


class UnfitPassword(Refusal):
    """The password cannot be chosen."""


class PasswordTooShort(UnfitPassword):
    """The password is too easy to try out."""


class PasswordTooLong(UnfitPassword):
    """The password is longer than anybody types."""


class PasswordCommon(UnfitPassword):
    """Many people use this password, or one that differs by a few figures."""


class PasswordLikeEmail(UnfitPassword):
    """The password is little more than the e-mail address, or our name."""


class SignInFailed(Refusal):
    """E-mail address and password do not belong together; which of them is not said."""


class WrongPassword(Refusal):
    """Somebody who is signed in gave another password than her own."""


class WrongCode(Refusal):
    """The code of the second factor is another one, or was used before."""


class LinkExpired(Refusal):
    """The link was used, is too old, or never was."""


class LastAdmin(Refusal):
    """Without this person nobody could manage the staff."""


class TooManyTries(Refusal):
    """Too much has failed; ``wait`` is the number of seconds until the next try."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class TooManyCodes(TooManyTries):
    """Too many wrong class codes came from this address."""


class HoldsTotals(Refusal):
    """There are totals already, and simulated ones would be taken for real."""
