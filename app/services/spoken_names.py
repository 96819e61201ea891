"""Class names that no sentence can be about: told before records are made of them."""

from collections.abc import Iterable, Iterator

from app.conversations.writing.class_names import NameFault, name_faults
from app.core.language import LANGUAGES, Language
from app.services.create import load_label_set, shipped_label_sets
from app.services.questions import GENERAL, chosen_name, questions_for, shipped_names
from app.storage.project import Project

_NAMED = 5


def unspoken_names(project: Project, languages: Iterable[Language]) -> Iterator[NameFault]:
    """Of the project's classes, language by language.

    They are tried in the question set that the project asks by where that ships; a team's own may
    well name classes, so `GENERAL` stands in for it.
    """
    chosen, classes = chosen_name(project), project.classes.all()
    for language in languages:
        name = chosen if (chosen, language) in shipped_names() else GENERAL
        known = load_label_set(name).classes if name in shipped_label_sets() else ()
        yield from name_faults(questions_for(project, language, name), classes, known)


def unspoken_name(project: Project, class_id: int) -> NameFault | None:
    """What is wrong with the names of that class, in the first language where anything is."""
    found = unspoken_names(project, LANGUAGES)
    return next((each for each in found if each.label_class.id == class_id), None)


def what_is_wrong(fault: NameFault) -> str:
    if fault.kind == "common":
        return f"ordinary {fault.language} sentences read as if they spoke of it: “{fault.text}”"
    return f"nobody can tell that {fault.text!r} speaks of it ({fault.language})"


def name_notes(project: Project, languages: Iterable[Language]) -> Iterator[str]:
    """One line for all, where there are any."""
    found = list(unspoken_names(project, languages))
    if found:
        told = [f"{each.label_class.name!r}: {what_is_wrong(each)}" for each in found[:_NAMED]]
        more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        yield (
            f"Classes whose names are no words for a defect make sentences that say something else"
            f" ({'; '.join(told)}{more}). {how_to_name(found[0].language)}"
        )


def how_to_name(language: Language) -> str:
    """What to do about a class that is no word for a defect in that language."""
    return (
        f"Give the class a word of its own in a label set, as `{language}: {{name: …}}`, and bring"
        " it in with `flawmark questions learn PROJECT FILE`."
    )
