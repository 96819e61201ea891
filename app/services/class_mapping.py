"""Which label class each class of a model stands for."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.core.errors import UserError
from app.core.label_class import LabelClass, find_class
from app.formats.plain_yaml import load_plain

Ask = Callable[[str, Sequence[LabelClass]], LabelClass | None]
"""Asks a person which class a model's class stands for; None leaves its finds out."""


def read_mapping(path: Path) -> dict[str, str | None]:
    """A YAML file of lines `model class: label class`; an empty right side leaves the class out.

    Raises UserError when it is not that.
    """
    content = _read_lines(path, like="`scratch: streak`, one for each class of the model")
    return {name: None if v in _NOTHING else str(v) for name, v in content.items()}


def read_phrases(path: Path) -> dict[str, tuple[str, ...]]:
    """A YAML file of lines `label class: [phrase, phrase]`, or `label class: phrase`.

    Raises UserError when it is not that.
    """
    like = "`streak: [thin line, powder streak]`, one for each class to look for"
    phrases = {}
    for name, said in _read_lines(path, like=like).items():
        words = [str(word).strip() for word in (said if isinstance(said, list) else [said])]
        if not words or not all(words):
            raise _bad(path, f"{name} has no phrase, or a blank one", like)
        phrases[name] = tuple(words)
    return phrases


def _read_lines(path: Path, *, like: str) -> dict[str, object]:
    try:
        content = load_plain(path.read_text("utf-8"))
    except OSError as e:
        raise _bad(path, e.strerror or str(e), like) from e
    except ValueError as e:  # no UTF-8, or no YAML
        raise _bad(path, str(e), like) from e
    if not isinstance(content, dict):
        raise _bad(path, "it is not made of `name: …` lines", like)
    return {str(name): value for name, value in content.items()}


_NOTHING = ("", "~", "null")


def map_classes(
    model_names: Sequence[str],
    classes: Sequence[LabelClass],
    *,
    given: Mapping[str, str | None] | None = None,
    ask: Ask | None = None,
) -> dict[str, LabelClass]:
    """Model class → label class, for those whose finds are wanted.

    A name in `given` wins, then the same name or Chinese name, then what `ask` says. Raises
    UserError when a class is left over and nobody can be asked, or `given` names a class that the
    project or the model doesn't have.
    """
    given = dict(given or {})
    _refuse_strangers(given, model_names)
    mapped: dict[str, LabelClass] = {}
    left_over = []
    for name in model_names:
        if name in given:
            wanted = given[name]
            found = None if wanted is None else _named(wanted, classes)
        else:
            found = find_class(name, classes)
            if found is None and ask is not None:
                found = ask(name, classes)
            elif found is None:
                left_over.append(name)
        if found is not None:
            mapped[name] = found
    if left_over:
        raise UserError(
            f"The model's classes {', '.join(left_over)} are no classes of the project.",
            hint="Give `--map FILE` with lines like `scratch: streak` (nothing after the colon"
            " leaves that class out).",
        )
    return mapped


def _named(name: str, classes: Sequence[LabelClass]) -> LabelClass:
    found = find_class(name, classes)
    if found is None:
        raise UserError(
            f"The mapping names a class {name!r} that the project doesn't have.",
            hint=f"Its classes are: {', '.join(c.name for c in classes) or 'none'}.",
        )
    return found


def _refuse_strangers(given: Mapping[str, str | None], model_names: Sequence[str]) -> None:
    strangers = [name for name in given if name not in model_names]
    if strangers:
        raise UserError(
            f"The mapping names {', '.join(strangers)}, which the model doesn't know.",
            hint=f"The model's classes are: {', '.join(model_names)}.",
        )


def _bad(path: Path, why: str, like: str) -> UserError:
    return UserError(f"{path} can't be used: {why}.", hint=f"Write lines like {like}.")
