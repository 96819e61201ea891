"""Pre-labelling a project against the bare ultralytics loop: same photos, weights and engine.

`python -m tests.bench.bench_prelabel [WEIGHTS]` prints a table; without weights it makes some.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from app.services.import_photos import import_photos
from app.services.model_bench import Workers
from app.services.models import Model, find_model
from app.services.prelabel import PrelabelOptions, prelabel
from app.storage.project import Project
from tests.helpers.kept_workers import kept_workers

IOU = 0.6

# Reads "go" and answers with seconds, so that it can take turns with us.
_BARE_LOOP = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from backends.offline import forbid_network, settle_ultralytics
forbid_network(Path({cache!r}))
settle_ultralytics()
from ultralytics import YOLO
from backends.engines import compute_in_f32
model = YOLO({engine!r}, task="detect")
photos = {photos!r}
model.predict(photos[0], verbose=False, conf=0.25, iou={iou})
if {f32!r}:
    compute_in_f32(model.predictor.model.backend, Path({engine!r}))
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for photo in photos:
        model.predict(photo, verbose=False, conf=0.25, iou={iou})
    print(time.perf_counter() - start, flush=True)
"""

_MAKE = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from backends.offline import forbid_network, settle_ultralytics
forbid_network(Path({cache!r}))
settle_ultralytics()
from ultralytics import YOLO
YOLO("yolo11n.yaml").save({weights!r})
"""

ROOT = str(Path(__file__).parents[2])


def make_photos(folder: Path, count: int) -> list[Path]:
    """Grainy 1024x1024 JPEG photos."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(1)
    photos = []
    for number in range(count):
        grain = random.normal(120, 18, (1024, 1024, 3)).clip(0, 255).astype(np.uint8)
        photos.append(folder / f"{number:03}.jpg")
        cv2.imwrite(str(photos[-1]), cv2.GaussianBlur(grain, (0, 0), 1.2))
    return photos


def make_weights(folder: Path) -> Path:
    weights = folder / "random.pt"
    code = _MAKE.format(root=ROOT, cache=str(folder / "cache"), weights=str(weights))
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return weights


def through_prelabel(
    folder: Path, model: Model, cache: Path, workers: Workers
) -> tuple[float, str]:
    """Seconds for all photos of a new project, proposals saved, without loading the model."""
    shutil.rmtree(folder / "project", ignore_errors=True)
    with Project.create(folder / "project") as project:
        import_photos(project, folder / "photos")
        options = PrelabelOptions(cache, iou=IOU, device="cpu")
        report = prelabel(project, model, options, actor="bench", workers=workers)
    return report.elapsed_s, report.device


def measure(
    weights: Path, folder: Path, count: int, repeats: int, *, f32: bool = True
) -> dict[str, object]:
    """Photos a second of both, taking turns, and the ratio of their medians.

    `f32` says whether the bare loop computes as precisely as we do (the same engine), or in
    whatever OpenVINO chooses.
    """
    photos = make_photos(folder / "photos", count)
    cache = folder / "cache"
    model = find_model(str(weights), trust=True)
    with kept_workers() as workers:
        ours, theirs, device = _in_turns(model, folder, cache, photos, repeats, workers, f32=f32)
    prelabel_rate = count / statistics.median(ours)
    bare_rate = count / statistics.median(theirs)
    return {
        "device": device,
        "bare_loop_in_f32": f32,
        "photos": count,
        "repeats": repeats,
        "prelabel_photos_per_s": round(prelabel_rate, 2),
        "bare_photos_per_s": round(bare_rate, 2),
        "ratio": round(prelabel_rate / bare_rate, 3),
        "ratios": [round(b / a, 2) for a, b in zip(ours, theirs, strict=True)],
    }


def _in_turns(
    model: Model,
    folder: Path,
    cache: Path,
    photos: list[Path],
    repeats: int,
    workers: Workers,
    *,
    f32: bool,
) -> tuple[list[float], list[float], str]:
    """Seconds that we took, seconds that the bare loop took, and the device."""
    _, device = through_prelabel(folder, model, cache, workers)  # converts the weights
    (engine,) = (cache / "engines").glob("*_openvino_model")
    code = _BARE_LOOP.format(
        root=ROOT,
        cache=str(cache),
        engine=str(engine),
        f32=f32,
        iou=IOU,
        photos=[str(photo) for photo in photos],
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as bare:
        assert bare.stdin and bare.stdout
        assert bare.stdout.readline() == "ready\n"
        ours, theirs = [], []
        for _ in range(repeats):
            ours.append(through_prelabel(folder, model, cache, workers)[0])
            bare.stdin.write("go\n")
            bare.stdin.flush()
            theirs.append(float(bare.stdout.readline()))
    return ours, theirs, device


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="?")
    parser.add_argument("--photos", type=int, default=32)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--any-precision", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        weights = given.weights or make_weights(Path(folder))
        measured = measure(
            weights, Path(folder), given.photos, given.repeats, f32=not given.any_precision
        )
    if given.json:
        sys.stdout.write(json.dumps(measured) + "\n")
        return
    for name, value in measured.items():
        sys.stdout.write(f"{name:>22}  {value}\n")


if __name__ == "__main__":
    main()
