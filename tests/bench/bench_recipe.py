"""The powder-bed recipe against its members called by hand: same photos, models and process.

`python -m tests.bench.bench_recipe` prints a table. By hand means the bare libraries and no more:
the photo prepared, plain ultralytics on the same engine, its boxes handed to the segmenter.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.core.geometry import Box
from app.core.photo import Rgb
from app.core.segmentation import Prompt
from app.imaging.preparing import PREPARE
from app.samples.powder_bed import powder_bed_photo
from app.services.models import Model, starter_model
from app.services.recipes import shipped_recipe
from backends.base import BACKENDS, DetectorSettings, SegmenterSettings
from backends.engines import compute_in_f32, openvino_engine
from backends.loading import load_model
from backends.offline import forbid_network, settle_ultralytics
from backends.recipe import Member, RecipeSettings, SegmenterMember

KINDS = ("streaks", "parts", "bars", "wrinkle")


def make_photos(count: int, size_px: int) -> list[Rgb]:
    """Synthetic beds with something on each."""
    grey = [
        powder_bed_photo(n, size_px=size_px, kind=KINDS[n % len(KINDS)]).pixels
        for n in range(count)
    ]
    return [np.repeat(pixels[..., None], 3, axis=2) for pixels in grey]


def recipe_settings(cache: Path) -> RecipeSettings:
    """The shipped recipe on the CPU, in classes of their own names."""
    recipe, model = shipped_recipe("powder-bed"), starter_model()
    assert recipe.segmenter is not None
    settings = DetectorSettings(
        model.weights,
        cache,
        confidence=min(model.confidence.values()),
        iou=model.iou,
        image_size_px=model.image_size_px,
        max_detections=model.max_detections,
        device="cpu",
    )
    member = Member(
        model.name,
        model.family,
        settings,
        preprocess=model.preprocess,
        names={name: name for name in model.class_names},
        least_scores=model.confidence,
    )
    segmenter = SegmenterMember(
        recipe.segmenter, recipe.segmenter, SegmenterSettings(None, cache, "cpu")
    )
    return RecipeSettings(cache, (member,), recipe.fusion, segmenter, recipe.filters)


def by_hand(model: Model, settings: RecipeSettings) -> Callable[[Rgb], int]:
    """Finds and outlines what is on a photo, and says how many boxes that were."""
    from ultralytics import YOLO

    (member,) = settings.detectors
    engine = openvino_engine(model.weights, settings.cache)
    yolo = YOLO(str(engine), task="detect")
    asked = {
        "conf": member.settings.confidence,
        "iou": member.settings.iou,
        "imgsz": member.settings.image_size_px,
        "max_det": member.settings.max_detections,
        "verbose": False,
    }
    yolo.predict(np.zeros((64, 64, 3), np.uint8), **asked)
    compute_in_f32(yolo.predictor.model.backend, engine)
    assert settings.segmenter is not None
    assert isinstance(settings.segmenter.backend, str)
    segmenter = BACKENDS[settings.segmenter.backend].load(settings.segmenter.settings)
    least = [model.confidence[name] for name in model.class_names]

    def find(photo: Rgb) -> int:
        seen = PREPARE[model.preprocess](photo, longer_side_px=model.image_size_px)
        # It takes blue first, and gives red first to the model: as the starter was trained.
        boxes = yolo.predict(np.ascontiguousarray(seen[..., ::-1]), **asked)[0].boxes
        scale = photo.shape[1] / seen.shape[1]
        rows = zip(boxes.xyxy.tolist(), boxes.conf.tolist(), boxes.cls.tolist(), strict=True)
        prompts = [
            Prompt(Box(*corners).scaled(scale, scale))
            for corners, score, number in rows
            if score >= least[int(number)]
        ]
        if prompts:
            segmenter.segment([photo], "", prompts)
        return len(prompts)

    return find


def measure(cache: Path, count: int, repeats: int, size_px: int) -> dict[str, object]:
    """Photos a second of both, taking turns, and the ratio of their medians."""
    forbid_network(cache)
    settle_ultralytics()
    photos = make_photos(count, size_px)
    settings = recipe_settings(cache)
    recipe = load_model(BACKENDS["recipe"], settings)
    hand = by_hand(starter_model(), settings)
    ours, theirs = [], []
    for _ in range(repeats + 1):
        ours.append(_seconds(lambda: [recipe.detect([photo]) for photo in photos]))
        theirs.append(_seconds(lambda: [hand(photo) for photo in photos]))
    ours, theirs = ours[1:], theirs[1:]  # the first is slower: caches are cold
    recipe_rate, hand_rate = (count / statistics.median(times) for times in (ours, theirs))
    return {
        "device": recipe.device,
        "photos": count,
        "size_px": size_px,
        "repeats": repeats,
        "boxes": sum(len(recipe.detect([photo])[0]) for photo in photos),
        "boxes_by_hand": sum(map(hand, photos)),
        "recipe_photos_per_s": round(recipe_rate, 2),
        "by_hand_photos_per_s": round(hand_rate, 2),
        "ratio": round(recipe_rate / hand_rate, 3),
        "ratios": [round(b / a, 2) for a, b in zip(ours, theirs, strict=True)],
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=16)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--size", type=int, default=1024, help="pixels of a side")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), given.photos, given.repeats, given.size)
    if given.json:
        sys.stdout.write(json.dumps(measured) + "\n")
        return
    for name, value in measured.items():
        sys.stdout.write(f"{name:>22}  {value}\n")


if __name__ == "__main__":
    main()
