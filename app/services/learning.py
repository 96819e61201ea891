"""What a label set knows of the classes that a project has, brought into the project."""

from dataclasses import fields, replace
from typing import Any

from app.core.knowledge import Knowledge
from app.core.label_class import LabelClass, find_class
from app.formats.label_set import LabelSet
from app.storage.project import Project


def learn(project: Project, label_set: LabelSet, *, actor: str) -> list[LabelClass]:
    """Fills what the classes lack of Chinese name, definition and knowledge; returns those changed.

    Classes are the same when their names are, but for case, spaces, hyphens and underscores.
    Nothing that stands there is touched.
    """
    changed = []
    with project.transaction():
        for standing in project.classes.all():
            known = find_class(standing.name, label_set.classes)
            taught = standing if known is None else _taught(standing, known)
            if taught != standing:
                project.change_class(taught, actor=actor)
                changed.append(taught)
    return changed


def _taught(standing: LabelClass, known: LabelClass) -> LabelClass:
    return replace(
        standing,
        name_zh=standing.name_zh or known.name_zh,
        definition=standing.definition or known.definition,
        en=_filled(standing.en, known.en),
        zh=_filled(standing.zh, known.zh),
    )


def _filled(standing: Knowledge, known: Knowledge) -> Knowledge:
    empty: dict[str, Any] = {
        field.name: getattr(known, field.name)
        for field in fields(Knowledge)
        if not getattr(standing, field.name)
    }
    if standing.noun or standing.plural:
        # One is the plural of the other: half of another's pair would count two things as one.
        empty = {name: each for name, each in empty.items() if name not in ("noun", "plural")}
    return replace(standing, **empty)
