"""What one pass over a project asks of the model process, whether of one model or of several."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.photo import Rgb
from app.core.text_query import TextQuery
from app.imaging.preparing import PREPARE
from app.services.models import DEFAULT_CONFIDENCE, Model
from app.services.prelabel_options import PrelabelOptions
from app.storage.runs import RunKey
from backends.base import BACKENDS, DetectorSettings, WorkerSettings

TEXT_CONFIDENCE = 0.35
"""The box threshold that GroundingDINO's authors use in their examples."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`backend`, a family of BACKENDS, is loaded with `settings` and asked `query`, if in words.

    `name` and `weights_hash` tell models apart. `class_names` are those it answers with, in its own
    order, empty where only loading it can tell. `least_scores` (0..1): those of a class, else
    `least_score`. `identity` is JSON-ready: what else could change a box. `prepare` is called on
    each photo before it is sent.
    """

    name: str
    weights_hash: str
    backend: str
    settings: WorkerSettings
    identity: Mapping[str, object]
    prepare: Callable[[Rgb], Rgb]
    class_names: tuple[str, ...] = ()
    least_score: float = 0.0
    least_scores: Mapping[str, float] = field(default_factory=dict)
    query: TextQuery | None = None
    members: tuple[str, ...] = ()
    """Hashes of the weights that a recipe is made of: what they proposed alone, it replaces."""

    def least_score_of(self, class_name: str) -> float:
        return self.least_scores.get(class_name, self.least_score)

    def run_key(self, mapped: Mapping[str, LabelClass]) -> RunKey:
        """Where it ran, and on which images, doesn't make it another run; what changes a box does.

        `mapped`: the model's classes that are wanted → label class.
        """
        settings = {
            **self.identity,
            "confidence": {name: self.least_score_of(name) for name in mapped},
            "classes": {name: label_class.id for name, label_class in mapped.items()},
        }
        return RunKey("model", self.name, self.weights_hash, settings)


def plan_for(model: Model, options: PrelabelOptions, classes: Sequence[LabelClass]) -> Plan:
    """`classes` are those of the project: a model that reads text is asked for them.

    Raises UserError when there are none to ask for, or the model draws no boxes.
    """
    spec = BACKENDS[model.family]
    if spec.role != "detector":
        raise UserError(
            f"{model.name} ({spec.title}) draws outlines of what it is pointed at; by itself it "
            "finds nothing.",
            hint="Choose a detector, or a recipe in which this one follows a detector.",
        )
    return _asked(model, options, classes) if spec.reads_text else _trained(model, options)


def detector_settings(model: Model, options: PrelabelOptions) -> DetectorSettings:
    """What the model process is started with: the least of all scores, so that none is lost."""
    assert model.weights is not None  # every detector has some
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


def text_query(options: PrelabelOptions, classes: Sequence[LabelClass]) -> TextQuery:
    """The phrases that are given, else the prompts of the classes, else their names.

    Raises UserError when there is nothing to ask for.
    """
    phrases = options.phrases or {c.name: c.prompts or (_in_words(c.name),) for c in classes}
    wanted = {
        name: words
        for name, words in phrases.items()
        if words and (options.classes is None or name in options.classes)
    }
    if not wanted:
        raise UserError(
            "This model is told in words what to look for, and the project has no classes yet.",
            hint="Create it with a label set (`flawmark new --labels powder-bed`), or add classes.",
        )
    return TextQuery(
        wanted,
        box_threshold=TEXT_CONFIDENCE if options.confidence is None else options.confidence,
        text_threshold=options.text_threshold,
        class_thresholds={n: s for n, s in options.confidence_by_class.items() if n in wanted},
    )


def _trained(model: Model, options: PrelabelOptions) -> Plan:
    settings = detector_settings(model, options)
    own = {} if options.confidence is not None else dict(model.confidence)
    # Tiles are cut from the whole photo, so nothing reduces it before.
    reduced_to = None if options.tile_px else settings.image_size_px
    return Plan(
        model.name,
        model.weights_hash,
        model.family,
        settings,
        identity=_identity(settings) | {"preprocess": model.preprocess},
        prepare=partial(PREPARE[model.preprocess], longer_side_px=reduced_to),
        class_names=model.class_names,
        least_score=DEFAULT_CONFIDENCE if options.confidence is None else options.confidence,
        least_scores=own | dict(options.confidence_by_class),
    )


def _asked(model: Model, options: PrelabelOptions, classes: Sequence[LabelClass]) -> Plan:
    query = text_query(options, classes)
    # The query holds the scores: a process that is kept need not be started again for others.
    settings = detector_settings(model, options.without_scores())
    return Plan(
        model.name,
        model.weights_hash,
        model.family,
        settings,
        identity=_identity(settings)
        | {"phrases": dict(query.phrases), "text_threshold": query.text_threshold},
        prepare=partial(PREPARE["none"], longer_side_px=None),
        class_names=tuple(query.phrases),
        least_score=query.box_threshold,
        least_scores=query.class_thresholds,
        query=query,
    )


def _identity(settings: DetectorSettings) -> dict[str, object]:
    return {
        "iou": settings.iou,
        "image_size_px": settings.image_size_px,
        "max_detections": settings.max_detections,
        "tile_px": settings.tile_px,
    }


def _in_words(class_name: str) -> str:
    return class_name.replace("_", " ").replace("-", " ")
