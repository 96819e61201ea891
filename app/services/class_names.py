"""What classes a model has, kept in the cache, so that it need not be loaded to be asked."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from app.core.label_class import LabelClass, find_class
from app.core.prelabelling import ModelClass, ModelFacts


class Named(Protocol):
    """A model, or a plan for one or more."""

    @property
    def class_names(self) -> tuple[str, ...]: ...

    @property
    def weights_hash(self) -> str: ...


def class_names(model: Named, cache: Path) -> tuple[str, ...] | None:
    """The model's classes in its own order; None when that can't be told without loading it."""
    if model.class_names:
        return model.class_names
    try:
        names = json.loads(_file(model, cache).read_text("utf-8"))
    except (OSError, ValueError):
        return None  # never loaded here, or the cache was cleared or damaged: loading tells it
    if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        return tuple(names)
    return None


def remember_class_names(model: Named, names: Sequence[str], cache: Path) -> None:
    """Called with what the loaded model says; of no use where `model` itself says them."""
    if model.class_names or class_names(model, cache) == tuple(names):
        return
    file = _file(model, cache)
    beside = file.with_name(f"{file.name}.{uuid4().hex[:8]}.partial")
    with suppress(OSError):  # a full disk only costs loading it once more
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(list(names), ensure_ascii=False), "utf-8")
        beside.replace(file)


def matched_classes(facts: ModelFacts, classes: Sequence[LabelClass]) -> list[ModelClass]:
    """The model's classes with the label classes of the same name, as `map_classes` finds them."""
    rows = []
    for name in facts.class_names:
        found = find_class(name, classes)
        rows.append(ModelClass(name, facts.confidence.get(name), found.name if found else None))
    return rows


def _file(model: Named, cache: Path) -> Path:
    return cache / "class-names" / f"{model.weights_hash}.json"
