"""Every model and the whole powder-bed recipe beside the bare library doing the same: one table.

`python -m tests.bench.bench_models [ROW ...]` prints photos a second; each row in a process of its
own, in which we and the library take turns on the same photos, weights and threads. Weights that
are not shipped are random: they cost what real ones do, except those of GroundingDINO, whose
language model and transformer are small (its image network is that of Swin-T).

The contrast segmenter has no library below it. Beside it stands what OpenCV has from a box to a
mask, GrabCut, on the same pieces of the photo: the answers differ, only their time is compared.

The peers were measured in batches of YOLO11n 640 on photos of 1024 x 1024, and in nothing else that
a row here does.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from app.core.geometry import Box
from app.core.photo import Rgb
from app.core.segmentation import Prompt
from app.core.text_query import TextQuery
from app.imaging.opencv import cv2
from app.services.models import starter_model
from backends.base import BACKENDS, DetectorSettings, SegmenterSettings
from backends.engines import compute_in_f32, openvino_engine
from backends.loading import load_model
from backends.offline import forbid_network, settle_ultralytics
from tests.bench import bench_prelabel, bench_recipe, bench_sam

ROOT = Path(__file__).parents[2]
MAKERS = ROOT / "tests" / "models"
SIZE_PX = 1024
CONFIDENCE, IOU = 0.25, 0.6


@dataclass(frozen=True)
class Rate:
    """Photos a second of us and of the bare library; `peer` is what others were measured at."""

    ours: float
    bare: float
    peer: str = "no peer figure"

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


def in_turns(
    ours: Callable[[Rgb], object], bare: Callable[[Rgb], object], *, count: int, repeats: int
) -> Rate:
    """Medians over `repeats` rounds through `count` photos, after one that warms both up."""
    photos = bench_recipe.make_photos(count, SIZE_PX)
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(repeats + 1):
        for work, kept in zip((ours, bare), times, strict=True):
            begun = time.perf_counter()
            for photo in photos:
                work(photo)
            if number:
                kept.append(time.perf_counter() - begun)
    mine, theirs = (count / statistics.median(each) for each in times)
    return Rate(mine, theirs)


def yolo(weights: Path, folder: Path, *, image_size_px: int, fast: bool) -> Rate:
    """The detector alone, on decoded photos."""
    from ultralytics import YOLO

    cache = folder / "cache"
    settle_ultralytics()
    settings = DetectorSettings(
        weights,
        cache,
        confidence=CONFIDENCE,
        iou=IOU,
        image_size_px=image_size_px,
        device="cpu",
        fast_engine=fast,
    )
    ours = load_model(BACKENDS["ultralytics"], settings)
    engine = openvino_engine(weights, cache) if fast else weights
    model = YOLO(str(engine), task="detect")
    asked = {"conf": CONFIDENCE, "iou": IOU, "imgsz": image_size_px, "verbose": False}
    model.predict(np.zeros((64, 64, 3), np.uint8), **asked)
    if fast:
        compute_in_f32(model.predictor.model.backend, engine)

    def bare(photo: Rgb) -> object:
        return model.predict(np.ascontiguousarray(photo[..., ::-1]), **asked)

    return in_turns(lambda photo: ours.detect([photo]), bare, count=8, repeats=5)


def starter(folder: Path, *, fast: bool) -> Rate:
    model = starter_model()
    assert model.image_size_px is not None
    return yolo(model.weights, folder, image_size_px=model.image_size_px, fast=fast)


def yolo11n(folder: Path) -> Rate:
    rate = yolo(bench_prelabel.make_weights(folder), folder, image_size_px=640, fast=False)
    return Rate(rate.ours, rate.bare, "8.0 bare ultralytics, one thread")


def prelabelled(folder: Path) -> Rate:
    """From JPEG files to saved proposals, with OpenVINO, beside the loop of the bare library."""
    measured = bench_prelabel.measure(bench_prelabel.make_weights(folder), folder, 16, 5)
    ours, bare = measured["prelabel_photos_per_s"], measured["bare_photos_per_s"]
    assert isinstance(ours, float) and isinstance(bare, float)
    return Rate(ours, bare, "15.6 X-AnyLabeling, 18.8 bare OpenVINO")


def grounding_dino(folder: Path) -> Rate:
    """As trained, its shorter side 800 pixels."""
    subprocess.run([sys.executable, str(MAKERS / "make_grounding_dino.py"), folder], check=True)
    sys.path.insert(0, str(MAKERS))
    from groundingdino.datasets import transforms
    from groundingdino.util import inference
    from make_grounding_dino import BOX_THRESHOLD, CAPTION, PHRASES, TEXT_THRESHOLD
    from PIL import Image

    weights = folder / "original" / "tiny.pth"
    settings = DetectorSettings(weights, folder / "cache", device="cpu")
    ours = load_model(BACKENDS["grounding-dino"], settings)
    query = TextQuery(PHRASES, BOX_THRESHOLD, TEXT_THRESHOLD)
    model = inference.load_model(str(folder / "library" / "tiny.py"), str(weights), device="cpu")
    prepare = transforms.Compose(
        [
            transforms.RandomResize([800], max_size=1333),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )

    def bare(photo: Rgb) -> object:
        pixels, _ = prepare(Image.fromarray(photo), None)
        return inference.predict(
            model, pixels, CAPTION, BOX_THRESHOLD, TEXT_THRESHOLD, device="cpu"
        )

    return in_turns(lambda photo: ours.detect([photo], query), bare, count=2, repeats=3)


def encoding(folder: Path, kind: str, known_as: str, predictor: str) -> Rate:
    """A photo's encoding, which all boxes and clicks on it share; kept on disk by us."""
    maker = [sys.executable, str(MAKERS / "make_sam.py"), str(folder), f"{kind}-weights"]
    subprocess.run(maker, check=True)
    weights = folder / known_as  # the library knows it by this name
    shutil.copy(folder / f"{kind}.weights", weights)
    sys.path.insert(0, str(MAKERS))
    settle_ultralytics()
    from make_sam import ultralytics_predictor

    settings = SegmenterSettings(weights, folder / "cache", device="cpu")
    ours = load_model(BACKENDS["sam"], settings)
    set_image, _, _ = ultralytics_predictor(weights, predictor)
    return in_turns(
        lambda photo: ours.embed([photo], [str(time.perf_counter())]),
        set_image,
        count=2,
        repeats=3,
    )


def mobile_sam(folder: Path) -> Rate:
    return encoding(folder, "mobile", "mobile_sam.pt", "Predictor")


def sam2_tiny(folder: Path) -> Rate:
    return encoding(folder, "sam2", "sam2.1_t.pt", "SAM2Predictor")


def vit_b(folder: Path) -> dict[str, Rate]:
    """A photo's encoding; and boxes, with an outline each, on a photo that is encoded."""
    figures = bench_sam.measure(folder, encode=True)
    return {
        "SAM vit_b, encoding": Rate(*(1e3 / figures[f"photo{of} ms"] for of in ("", " bare"))),
        "SAM vit_b, boxes": Rate(*(1e4 / figures[f"ten boxes{of} ms"] for of in ("", " bare"))),
    }


def contrast(folder: Path) -> Rate:
    """Ten boxes on each photo, things and thin streaks."""
    ours = load_model(BACKENDS["contrast"], SegmenterSettings(None, folder / "cache"))
    compact = [Box.from_centre(150 + 180 * n, 300, 60, 40) for n in range(5)]
    boxes = compact + [Box.from_centre(150 + 180 * n, 700, 12, 400) for n in range(5)]
    prompts = tuple(map(Prompt, boxes))
    return in_turns(
        lambda photo: ours.segment([photo], "", prompts, 1),
        lambda photo: [by_grab_cut(photo, box) for box in boxes],
        count=4,
        repeats=5,
    )


def by_grab_cut(photo: Rgb, box: Box) -> Sequence[object]:
    """Contours of what is in the box, within half its size around, reduced to 96 pixels a side."""
    width, height = box.width, box.height
    piece = photo[
        max(int(box.top - height / 2), 0) : int(box.bottom + height / 2),
        max(int(box.left - width / 2), 0) : int(box.right + width / 2),
    ]
    size = (min(96, piece.shape[1]), min(96, piece.shape[0]))
    piece = cv2.resize(piece, size, interpolation=cv2.INTER_AREA)
    inner = (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2)
    mask, behind, before = np.zeros(piece.shape[:2], np.uint8), np.zeros(65), np.zeros(65)
    cv2.grabCut(piece, mask, inner, behind, before, 5, cv2.GC_INIT_WITH_RECT)
    found = np.asarray(mask & 1, np.uint8)  # both "surely" and "probably" the thing are odd
    return cv2.findContours(found, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]


def recipe(folder: Path) -> Rate:
    measured = bench_recipe.measure(folder / "cache", 12, 5, SIZE_PX)
    ours, bare = measured["recipe_photos_per_s"], measured["by_hand_photos_per_s"]
    assert isinstance(ours, float) and isinstance(bare, float)
    return Rate(ours, bare)


ROWS: dict[str, Callable[[Path], Rate | dict[str, Rate]]] = {
    "starter, OpenVINO": lambda folder: starter(folder, fast=True),
    "starter, PyTorch": lambda folder: starter(folder, fast=False),
    "YOLO11n .pt, PyTorch": yolo11n,
    "YOLO11n, pre-labelling": prelabelled,
    "GroundingDINO, small": grounding_dino,
    "MobileSAM, encoding": mobile_sam,
    "SAM 2 tiny, encoding": sam2_tiny,
    "SAM vit_b": vit_b,
    "contrast, ten boxes": contrast,
    "powder-bed recipe": recipe,
}


def measure(row: str) -> dict[str, Rate]:
    """One row, or several that belong together, in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.bench_models", "--here", row]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return {k: Rate(**each) for k, each in json.loads(done.stdout.splitlines()[-1]).items()}


def measured_here(row: str) -> dict[str, Rate]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        forbid_network(folder / "cache")
        found = ROWS[row](folder)
    return found if isinstance(found, dict) else {row: found}


def print_rows(rows: Sequence[str]) -> None:
    print(f"{'':26s}{'ours':>8s} {'bare':>8s} {'ratio':>6s}  peers, photos a second")
    for row in rows:
        for name, rate in measure(row).items():
            figures = f"{rate.ours:8.2f} {rate.bare:8.2f} {rate.ratio:6.2f}"
            print(f"{name:26s}{figures}  {rate.peer}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", help=", ".join(ROWS))
    parser.add_argument("--here", choices=ROWS, help="in this process, as JSON")
    given = parser.parse_args()
    if given.here is None:
        print_rows(given.rows or list(ROWS))
        return
    found = measured_here(given.here)
    print(json.dumps({name: asdict(rate) for name, rate in found.items()}))


if __name__ == "__main__":
    main()
