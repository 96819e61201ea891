"""New projects, with a label set or without."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from app.core.errors import UserError
from app.formats.label_set import LabelSet, parse_label_set
from app.storage.project import Project


def shipped_label_sets() -> list[str]:
    folder = files("resources.label_sets")
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def load_label_set(name_or_file: str) -> LabelSet:
    """A set that ships, by name, or one from a YAML file. Raises UserError when it is neither."""
    if name_or_file in shipped_label_sets():
        return _shipped(name_or_file)
    try:
        text = Path(name_or_file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise UserError(
            f"There is no label set {name_or_file!r}: it is neither one that ships nor a file.",
            hint=f"Sets that ship: {', '.join(shipped_label_sets())}. Or give a YAML file.",
        ) from e
    return parse_label_set(text, source=name_or_file)


@cache
def _shipped(name: str) -> LabelSet:
    text = (files("resources.label_sets") / f"{name}.yaml").read_text("utf-8")
    return parse_label_set(text, source=name)


def create_project(folder: Path, label_set: LabelSet | None, *, actor: str) -> Project:
    """Without a label set the project has no classes: the first import brings them."""

    def furnish(project: Project) -> None:
        if label_set is not None:
            project.add_classes(label_set.classes, actor=actor)
            project.add_tags((tag.name, tag.name_zh) for tag in label_set.tags)

    return Project.create(folder, furnish)
