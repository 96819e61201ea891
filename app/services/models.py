"""Models by the name people type: the starter that ships, or weights of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from app.core.photo import Preprocess
from app.services.shelf import Shelf, ShelfModel
from app.services.shelf_model import ensure_usable
from app.services.shelf_names import CONTRAST, STARTER
from backends.base import BACKENDS
from backends.identify import identify
from backends.weights import ensure_trusted, weights_hash

_CONTRAST_VERSION = "contrast 1"  # to be raised when the same photo gets other outlines
__all__ = ["CONTRAST", "STARTER", "Model", "draws_boxes", "find_model"]

DEFAULT_CONFIDENCE = 0.25


@dataclass(frozen=True, slots=True)
class Model:
    """Weights ready to be opened, and how they want to be used. `name` tells models apart.

    `family` is a row of BACKENDS; `weights` is None for one that needs none.
    `confidence` is the least score for a class of the model, DEFAULT_CONFIDENCE for one not in it.
    `class_names` are its classes in its own order, empty where only loading it can tell.
    """

    name: str
    weights: Path | None
    weights_hash: str
    preprocess: Preprocess = "none"
    image_size_px: int | None = None
    confidence: Mapping[str, float] = field(default_factory=dict)
    iou: float = 0.6
    max_detections: int = 300
    class_names: tuple[str, ...] = ()
    family: str = "ultralytics"


def find_model(
    name_or_path: str,
    *,
    shelf: Shelf | None = None,
    trusted_folders: Sequence[Path] = (),
    trust: bool = False,
) -> Model:
    """`name_or_path` is "starter", "contrast", a name on the shelf, or a path of weights.

    Raises UserError when there are no weights there, when they are of no family that can be used
    here, or when opening them runs code that nobody vouched for.
    """
    if name_or_path in _SHIPPED:
        return _SHIPPED[name_or_path]()
    kept = None if shelf is None else shelf.find(name_or_path)
    if kept is not None:
        return _from_shelf(kept, trust=trust)
    if shelf is not None and _is_plain_name(name_or_path) and not Path(name_or_path).exists():
        raise shelf.unknown(name_or_path)
    facts = identify(Path(name_or_path))
    if facts.runs_code:
        folders = [starter_folder(), *trusted_folders]
        ensure_trusted(facts.weights, trusted_folders=folders, trust=trust)
    return Model(
        Path(name_or_path).stem,
        facts.weights.resolve(),
        weights_hash(facts.weights),
        class_names=facts.class_names,
        family=facts.family,
    )


def contrast_model() -> Model:
    """The segmenter that needs no weights."""
    return Model(CONTRAST, None, _CONTRAST_VERSION, family="contrast")


def draws_boxes(kept: ShelfModel) -> bool:
    """Whether it finds things by itself, and can be used as it stands on the shelf."""
    return not kept.problem and not kept.missing and BACKENDS[kept.family].role == "detector"


def starter_folder() -> Path:
    return Path(str(files("resources.starter")))


def starter_model() -> Model:
    """The model that ships, with the settings of its card."""
    card = starter_card()
    weights = starter_folder() / card["weights"]
    return Model(
        STARTER,
        weights,
        weights_hash(weights),
        preprocess=card["preprocess"],
        image_size_px=card["image_size_px"],
        confidence=card["confidence"],
        iou=card["iou"],
        max_detections=card["max_detections"],
        class_names=tuple(card["classes"]),
    )


def starter_card() -> Mapping[str, Any]:
    text = (starter_folder() / "starter.yaml").read_text("utf-8")
    card: Mapping[str, Any] = yaml.safe_load(text)
    return card


def _is_plain_name(text: str) -> bool:
    """Not a path: no file of weights is called so."""
    return Path(text).name == text and not Path(text).suffix


def _from_shelf(kept: ShelfModel, *, trust: bool) -> Model:
    ensure_usable(kept, trust=trust)
    return Model(
        kept.name,
        kept.weights,
        kept.weights_hash,
        class_names=kept.class_names,
        family=kept.family,
    )


_SHIPPED = {STARTER: starter_model, CONTRAST: contrast_model}
