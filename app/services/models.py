"""Models by the name people type: the starter that ships, or weights of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from app.core.photo import Preprocess
from backends.weights import check_weights, ensure_trusted, weights_hash

STARTER = "starter"
DEFAULT_CONFIDENCE = 0.25


@dataclass(frozen=True, slots=True)
class Model:
    """Weights ready to be opened, and how they want to be used. `name` tells models apart.

    `family` is a row of BACKENDS.
    `confidence` is the least score for a class of the model, DEFAULT_CONFIDENCE for one not in it.
    `class_names` are its classes in its own order, empty where only loading it can tell.
    """

    name: str
    weights: Path
    weights_hash: str
    preprocess: Preprocess = "none"
    image_size_px: int | None = None
    confidence: Mapping[str, float] = field(default_factory=dict)
    iou: float = 0.6
    max_detections: int = 300
    class_names: tuple[str, ...] = ()
    family: str = "ultralytics"


def find_model(
    name_or_path: str, *, trusted_folders: Sequence[Path] = (), trust: bool = False
) -> Model:
    """`name_or_path` is "starter", or a path of ultralytics weights.

    Raises UserError when there are no weights there, or when they are a pickle from a folder that
    is not trusted.
    """
    if name_or_path == STARTER:
        return starter_model()
    path = Path(name_or_path)
    check_weights(path)
    ensure_trusted(path, trusted_folders=[starter_folder(), *trusted_folders], trust=trust)
    return Model(path.stem, path.resolve(), weights_hash(path))


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
