"""The model worker against the bare ultralytics loop: same photos, weights and engine.

`python -m tests.bench.bench_worker [WEIGHTS]` prints a table; without weights it makes random ones.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from backends.base import DetectorSettings
from backends.client import ModelWorker

_BATCH = 4
_AHEAD = 3

# Reads "go" and answers with seconds, so that it can take turns with the worker.
_BARE_LOOP = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from backends.offline import forbid_network, settle_ultralytics
forbid_network(Path({cache!r}))
settle_ultralytics()
from ultralytics import YOLO
from backends.engines import compute_in_f32
model = YOLO({engine!r}, task={task!r})
photos = {photos!r}
model.predict(photos[0], verbose=False, conf=0.25, iou=0.6)
if {f32!r}:
    compute_in_f32(model.predictor.model.backend, Path({engine!r}))
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for photo in photos:
        model.predict(photo, verbose=False, conf=0.25, iou=0.6)
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


def read(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def through_worker(worker: ModelWorker, photos: list[Path]) -> float:
    """Seconds for all photos, decoded ahead in a thread, two batches under way."""
    start = time.perf_counter()
    batches = [photos[i : i + _BATCH] for i in range(0, len(photos), _BATCH)]
    with ThreadPoolExecutor(1) as pool:
        decoded = [pool.submit(lambda b: [read(p) for p in b], b) for b in batches[:_AHEAD]]
        tickets = []
        for number in range(len(batches)):
            tickets.append(worker.submit(decoded[number].result()))
            if number + _AHEAD < len(batches):
                following = batches[number + _AHEAD]
                decoded.append(pool.submit(lambda b: [read(p) for p in b], following))
            if number:
                worker.result(tickets[number - 1])
        worker.result(tickets[-1])
    return time.perf_counter() - start


def measure(
    weights: Path, folder: Path, count: int, repeats: int, *, f32: bool = True
) -> dict[str, object]:
    """Photos a second of both, taking turns, and the ratio of their medians.

    `f32` says whether the bare loop computes as precisely as the worker does (the same engine), or
    in whatever OpenVINO chooses.
    """
    photos = make_photos(folder, count)
    settings = DetectorSettings(weights, cache=folder / "cache", device="cpu")
    with ModelWorker(settings) as worker:
        worker.detect([read(photos[0])])
        (engine,) = (folder / "cache" / "engines").glob("*_openvino_model")
        code = _BARE_LOOP.format(
            root=ROOT,
            cache=str(folder / "cache"),
            engine=str(engine),
            task="detect",
            f32=f32,
            photos=[str(photo) for photo in photos],
        )
        with subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as bare:
            assert bare.stdin and bare.stdout
            assert bare.stdout.readline() == "ready\n"
            ours, theirs = [], []
            for _ in range(repeats):
                ours.append(through_worker(worker, photos))
                bare.stdin.write("go\n")
                bare.stdin.flush()
                theirs.append(float(bare.stdout.readline()))
        device = worker.device
    worker_rate = count / statistics.median(ours)
    bare_rate = count / statistics.median(theirs)
    return {
        "device": device,
        "bare_loop_in_f32": f32,
        "photos": count,
        "repeats": repeats,
        "worker_photos_per_s": round(worker_rate, 2),
        "bare_photos_per_s": round(bare_rate, 2),
        "ratio": round(worker_rate / bare_rate, 3),
        "ratios": [round(b / a, 2) for a, b in zip(ours, theirs, strict=True)],
    }


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
