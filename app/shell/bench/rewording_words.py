"""Why what a language model wrote wasn't taken, in the words of the screen."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from app.conversations.rewording.refusals import Refusal, RefusalKind
from app.shell.bench.conversation_words import finding_words

translate = QCoreApplication.translate


def refusal_words(refusal: Refusal) -> str:
    """One line; words of the text stand in it as they are."""
    if refusal.finding is not None:
        return finding_words(refusal.finding)
    words = {**_of_reply(), **_of_text()}.get(refusal.kind)
    return refusal.what if words is None else words.format(words=refusal.words)


def _of_reply() -> Mapping[RefusalKind, str]:
    return {
        "cut": translate("Refusal", "The reply was cut off before it ended."),
        "no_json": translate("Refusal", "The reply isn't in the form that was asked for."),
        "empty": translate("Refusal", "The reply is empty."),
        "unchanged": translate("Refusal", "It came back as it was."),
        "too_long": translate("Refusal", "It is more than four times as long."),
        "markdown": translate("Refusal", "“{words}” is no plain text."),
        "token": translate("Refusal", "“{words}” is a word of trainers and models."),
        "task": translate("Refusal", "“{words}” speaks of the task, not of the photo."),
        "script": translate("Refusal", "“{words}” is in another language or script."),
    }


def _of_text() -> Mapping[RefusalKind, str]:
    return {
        "number": translate("Refusal", "The number {words} was not there before."),
        "hedge": translate("Refusal", "“{words}” leaves open what is certain."),
        "question": translate("Refusal", "The question asks something else: “{words}”."),
        "lost": translate("Refusal", "It does not say “{words}” any more."),
        "added": translate("Refusal", "It adds “{words}”."),
    }
