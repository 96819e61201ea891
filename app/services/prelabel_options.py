"""How a model is to be run over a project, and which of it makes a run another one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.core.label_class import LabelClass
from app.services.models import DEFAULT_CONFIDENCE, Model
from app.storage.runs import RunKey
from backends.base import DetectorSettings


@dataclass(frozen=True, slots=True)
class PrelabelOptions:
    """None leaves a setting to the model. `mapping`: model class → label class, None for neither.

    `image_ids` are the images to go over, None for all. `classes` are the model's classes that are
    wanted, None for all; proposals of the others are left as they are. A class's least score is
    that of `confidence_by_class`, else `confidence`, else the model's own. `again` goes over images
    that this model has seen with these settings before.
    """

    cache: Path
    confidence: float | None = None
    confidence_by_class: Mapping[str, float] = field(default_factory=dict)
    iou: float | None = None
    image_size_px: int | None = None
    device: str = "auto"
    tile_px: int | None = None
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    image_ids: frozenset[int] | None = None
    classes: frozenset[str] | None = None
    again: bool = False
    fast_engine: bool = True


def least_score(model: Model, options: PrelabelOptions, class_name: str) -> float:
    own = options.confidence_by_class.get(class_name, options.confidence)
    return model.confidence.get(class_name, DEFAULT_CONFIDENCE) if own is None else own


def detector_settings(model: Model, options: PrelabelOptions) -> DetectorSettings:
    """What the model process is started with: the least of all scores, so that none is lost."""
    general = options.confidence
    if general is None:
        general = min([DEFAULT_CONFIDENCE, *model.confidence.values()])
    return DetectorSettings(
        weights=model.weights,
        cache=options.cache,
        confidence=min([general, *options.confidence_by_class.values()]),
        iou=model.iou if options.iou is None else options.iou,
        image_size_px=options.image_size_px or model.image_size_px,
        max_detections=model.max_detections,
        device=options.device,
        tile_px=options.tile_px,
        fast_engine=options.fast_engine,
    )


def run_key(model: Model, options: PrelabelOptions, mapped: Mapping[str, LabelClass]) -> RunKey:
    """Where it ran, and on which images, doesn't make it another run; what could change a box does.

    `mapped`: the model's classes that are wanted → label class.
    """
    settings = detector_settings(model, options)
    return RunKey(
        "model",
        model.name,
        model.weights_hash,
        {
            "confidence": {name: least_score(model, options, name) for name in mapped},
            "iou": settings.iou,
            "image_size_px": settings.image_size_px,
            "max_detections": settings.max_detections,
            "preprocess": model.preprocess,
            "tile_px": settings.tile_px,
            "classes": {name: label_class.id for name, label_class in mapped.items()},
        },
    )
