"""The question sets that ship and those of a project: which one asks, and their way in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from app.conversations.writing.templates import Templates
from app.conversations.writing.trying import faults
from app.core.errors import UserError
from app.core.label_class import LabelClass, find_class, same_name
from app.core.language import LANGUAGES, Language
from app.core.questions import QuestionSet
from app.formats.files import UnreadableError, read_text
from app.formats.question_yaml import question_set_from_yaml
from app.services.create import load_label_set, shipped_label_sets
from app.storage.project import Project

GENERAL = "surface"
"""The set for any kind of surface: it asks where no other is known to fit."""

_NAME_SETTING = "question_set"
_SEED_SETTING = "question_seed"
_MOST_SEED = 2**63 - 1
_LIMIT_BYTES = 2**20
_KNOWING = "powder-bed"
_NAMED = 5

_Key = tuple[str, Language]


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A set by name and language; who changed it last and when, None for one as it ships."""

    name: str
    language: Language
    changed_by: str | None = None
    changed_at: str | None = None


def shipped() -> Mapping[_Key, QuestionSet]:
    """By name and language."""
    return {key: _parsed(_shipped_yaml(*key), ".".join(key)) for key in shipped_names()}


@cache
def shipped_names() -> tuple[_Key, ...]:
    """Of those that ship: name and language, in that order."""
    there = {file.name for file in files("resources.questions").iterdir()}
    keys = [
        (name.removesuffix(f".{language}.yaml"), language)
        for name in there
        for language in LANGUAGES
        if name.endswith(f".{language}.yaml")
    ]
    return tuple(sorted(keys))


def ships(questions: QuestionSet) -> bool:
    """Whether it is one that ships, word for word."""
    key = questions.name, questions.language
    return key in shipped_names() and questions == _parsed(_shipped_yaml(*key), ".".join(key))


def _sample_classes(questions: QuestionSet) -> tuple[LabelClass, ...]:
    """Of the label set of that name, or of one that knows causes and remedies in both languages."""
    name = questions.name if questions.name in shipped_label_sets() else _KNOWING
    return tuple(replace(c, id=n) for n, c in enumerate(load_label_set(name).classes, start=1))


def list_questions(project: Project | None = None) -> list[QuestionEntry]:
    """By name and language; a project's own stand for those that ship under the same name."""
    entries = {key: QuestionEntry(*key) for key in shipped_names()}
    for kept in project.question_sets.all() if project else ():
        key = kept.name, kept.language
        entries[key] = QuestionEntry(*key, kept.changed_by, kept.changed_at)
    return [entries[key] for key in sorted(entries)]


def questions_for(project: Project, language: Language, name: str | None = None) -> QuestionSet:
    """The set of that name, or the one that the project asks by.

    The project's own come before those that ship. Raises UserError when there is none of that
    name in that language.
    """
    name = chosen_name(project) if name is None else name
    return _parsed(questions_yaml(name, language, project), f"{name}.{language}")


def questions_yaml(name: str, language: Language, project: Project | None = None) -> str:
    """As it was written, to edit and add again. Raises UserError when there is none."""
    kept = project.question_sets.get(name, language) if project else None
    if kept is not None:
        return kept.yaml
    if (name, language) in shipped_names():
        return _shipped_yaml(name, language)
    known = ", ".join(f"{entry.name} ({entry.language})" for entry in list_questions(project))
    raise UserError(
        f"There is no question set {name!r} in the language {language}.",
        hint=f"There is: {known}. Or add one with `flawmark questions add PROJECT FILE`.",
    )


def chosen_name(project: Project) -> str:
    """Of the set that the project asks by: the one chosen, or the one that fits its classes."""
    chosen: str | None = project.settings.get(_NAME_SETTING)
    return fitting_name(project.classes.all()) if chosen is None else chosen


def chosen_seed(project: Project) -> int:
    """What phrasings are chosen with, beside the image itself; 0 until another is set."""
    seed: int | None = project.settings.get(_SEED_SETTING)
    return seed or 0


def fitting_name(classes: list[LabelClass]) -> str:
    """Of the label set that ships and has most of these classes, if it has half of them.

    `GENERAL` where none does, or two have as many.
    """
    names = {name for name, _ in shipped_names()}
    sets = [load_label_set(name) for name in shipped_label_sets() if name in names]
    shared = {
        known.name: sum(find_class(c.name, known.classes) is not None for c in classes)
        for known in sets
    }
    most = max(shared.values(), default=0)
    best = [label_set for label_set, count in shared.items() if count == most]
    return best[0] if len(best) == 1 and 2 * most >= max(len(classes), 1) else GENERAL


def choose(project: Project, name: str, *, seed: int | None = None) -> None:
    """Makes the project ask by that set from now on; without a seed, with the same as before.

    Raises UserError for a set that there is in no language, or a seed that can't be kept.
    """
    known = {entry.name for entry in list_questions(project)}
    if name not in known:
        raise UserError(
            f"There is no question set {name!r}.", hint=f"There is: {', '.join(sorted(known))}."
        )
    if seed is not None and not 0 <= seed <= _MOST_SEED:
        raise UserError(f"{seed} is no seed.", hint=f"Give a whole number from 0 to {_MOST_SEED}.")
    with project.transaction():
        project.settings.put(_NAME_SETTING, name)
        if seed is not None:
            project.settings.put(_SEED_SETTING, seed)


def read_questions(file: Path) -> str:
    """The text of a file that may be a question set. Raises UserError when it can't be read."""
    try:
        return read_text(file, limit_bytes=_LIMIT_BYTES)
    except UnreadableError as e:
        raise UserError(
            f"The question set {file} {e}.",
            hint="Give a YAML file as `flawmark questions show` prints it.",
        ) from e


def checked_questions(yaml: str, *, source: str) -> QuestionSet:
    """With every template looked into, and what it says compared with made-up images.

    Raises UserError that names the source, the line and what is wrong in it.
    """
    questions = question_set_from_yaml(yaml, source=source)
    Templates(questions)
    found = sorted(faults(questions, _sample_classes(questions)), key=lambda f: f.phrasing.line)
    if found:
        first, *others = found
        boxes = "1 box" if first.boxes == 1 else f"{first.boxes} boxes"
        lines = ", ".join(str(each.phrasing.line) for each in others[:_NAMED])
        more = f" {len(others)} more are wrong, first in line {lines}." if others else ""
        raise UserError(
            f"{source}, line {first.phrasing.line}, {first.phrasing.text!r} is wrong of an image"
            f" with {boxes}: {first.finding.what}.",
            hint=f"Say it otherwise: exports leave out what contradicts the labels.{more}",
        )
    return questions


def strange_to(project: Project, questions: QuestionSet) -> list[str]:
    """In words, the tags and classes of a set's stages that the project doesn't have."""
    tags = {name for name, _ in project.tags()}
    classes = project.classes.all()
    strange = []
    for stage in questions.stages:
        if stage.tag not in tags:
            strange.append(f"The project has no tag {stage.tag!r}, which a stage is for.")
        for name in stage.never:
            if not any(same_name(c.name, name) for c in classes):
                strange.append(
                    f"The stage {stage.tag!r} never shows {name!r}, which is no class of the"
                    " project."
                )
    return strange


def add_questions(project: Project, yaml: str, *, source: str, actor: str) -> QuestionSet:
    """Keeps it in the project, in the place of any other of its name and language.

    Raises UserError as `checked_questions` does.
    """
    questions = checked_questions(yaml, source=source)
    project.question_sets.put(questions.name, questions.language, yaml, person=actor)
    return questions


def remove_questions(project: Project, name: str, language: Language) -> None:
    """Takes the project's own out; one that ships under that name then counts again.

    Raises UserError when the project has none of that name in that language, or asks by it and
    there is no other of its name.
    """
    with project.transaction():
        if not project.question_sets.remove(name, language):
            raise UserError(
                f"The project has no question set of its own named {name!r} in {language}.",
                hint="`flawmark questions list --project PROJECT` tells whose each is.",
            )
        left = {entry.name for entry in list_questions(project)}
        if chosen_name(project) == name and name not in left:
            raise UserError(
                f"The project asks by the question set {name!r}.",
                hint=f"Choose another first: `flawmark questions use PROJECT {GENERAL}`.",
            )


@lru_cache(maxsize=32)
def _parsed(yaml: str, source: str) -> QuestionSet:
    return question_set_from_yaml(yaml, source=source)


def _shipped_yaml(name: str, language: Language) -> str:
    return (files("resources.questions") / f"{name}.{language}.yaml").read_text("utf-8")
