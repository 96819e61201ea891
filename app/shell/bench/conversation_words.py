"""What is wrong with a conversation, in the words of the screen."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from app.conversations.checks.findings import Finding, FindingKind
from app.conversations.writing.stages import Misplaced
from app.conversations.writing.staleness import Change, ChangeKind
from app.core.language import Language

translate = QCoreApplication.translate


def change_words(change: Change) -> str:
    """What became of the labels since the conversation was written."""
    words: Mapping[ChangeKind, str] = {
        "added": translate("Change", "{label} added"),
        "removed": translate("Change", "{label} removed"),
        "moved": translate("Change", "{label} moved"),
        "class": translate("Change", "a box became {label}"),
        "tags": translate("Change", "tag {label} changed"),
        "renamed": translate("Change", "class renamed to {label}"),
        "gone": translate("Change", "class {label} is gone"),
    }
    return words[change.kind].format(label=change.label)


def misplaced_words(misplaced: Misplaced, language: Language) -> str:
    """Why nothing is written of an image."""
    words = translate("Finding", "{label} never occurs at the stage “{tag}”")
    return words.format(label=misplaced.label_class.label(language), tag=misplaced.tag)


def finding_words(finding: Finding) -> str:
    """One line; words of the text stand in it as they are, in the language of the text."""
    words = {**_of_form(), **_of_image()}.get(finding.kind)
    if words is None:
        return finding.what
    said, expected = (
        " / ".join(_spoken().get(word, word) for word in text.split(" / "))
        for text in (finding.said, finding.expected)
    )
    return words.format(words=finding.words, said=said, expected=expected)


def _spoken() -> Mapping[str, str]:
    """Of the checker's own words, which are no language's."""
    return {
        "cause": translate("Finding", "cause"),
        "consequence": translate("Finding", "consequence"),
        "remedy": translate("Finding", "remedy"),
        "yes": translate("Finding", "yes"),
        "no": translate("Finding", "no"),
    }


def _of_form() -> Mapping[FindingKind, str]:
    return {
        "empty": translate("Finding", "There is no text."),
        "leftover": translate("Finding", "“{words}” is left over from a template."),
        "language": translate("Finding", "“{said}” is in another language."),
        "raw_box": translate("Finding", "“{words}” are numbers of a box, in a text for people."),
        "image_tag": translate("Finding", "<image> is put in by the export: take it out."),
        "not_only_boxes": translate("Finding", "Boxes are asked for, and nothing else."),
        "boxes": translate("Finding", "These are not all the boxes that are asked for."),
        "topic": translate("Finding", "Asked was the {expected}, this tells the {said}."),
        "other_class": translate("Finding", "Asked was {expected}, this speaks of {said}."),
        "other_knowledge": translate("Finding", "“{words}” is said of {said}, not of {expected}."),
        "repeated": translate("Finding", "“{words}” stands here twice."),
        "contradiction": translate("Finding", "“{said}” contradicts “{expected}” before it."),
    }


def _of_image() -> Mapping[FindingKind, str]:
    return {
        "absent_class": translate("Finding", "“{words}”: the labels hold no {said}."),
        "denied_class": translate("Finding", "“{words}” is denied; the labels hold {expected}."),
        "class_count": translate("Finding", "“{words}”: the labels hold {expected}."),
        "total": translate("Finding", "“{words}”: the labels hold {expected} in all."),
        "kinds": translate("Finding", "“{words}”: classes that the labels hold: {expected}."),
        "place": translate("Finding", "“{words}”: the labels say {expected}."),
        "size": translate("Finding", "“{words}”: by its area it is {expected}."),
        "incomplete": translate("Finding", "Not all of it is told: the labels hold {expected}."),
        "normal": translate("Finding", "“{words}”: the labels hold {expected} defects."),
        "yes_no": translate("Finding", "The labels say otherwise: {expected}."),
    }
