"""Makes the starter model: draws sample photos, trains a nano detector on them, keeps the weights.

Only drawn photos are trained on. Run from the root of the source tree:
`python resources/starter/train.py --out /somewhere/outside`.
"""

import argparse
import os
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.imaging.flat_field import flat_field_streaks
from app.samples.powder_bed import CLASS_NAMES, powder_bed_photo

HELD_OUT_SEED = 50_000_000
"""Photos from this seed on are never trained on."""

KEPT_PX = 640
"""Side of the pictures that every stage is reduced from."""

THREADS = 2


def main() -> None:
    arguments = _arguments()
    out = Path(arguments.out).resolve()
    photos = write_photos(out / "photos", arguments.sets)
    weights = arguments.start
    for number, (size_px, epochs) in enumerate(arguments.stages):
        began = time.monotonic()
        folder = out / f"stage{number}"
        data = write_reduced(photos, folder / "photos", size_px)
        weights = train(data, weights, folder, size_px, epochs, arguments)
        print(f"stage {number}: {size_px} px, {epochs} epochs, {time.monotonic() - began:.0f} s")
    keep(weights, out / "starter.pt")
    print(out / "starter.pt")


def write_photos(folder: Path, sets: list[tuple[int, int]]) -> Path:
    """Draws `sets` of (seed, count) as model input of KEPT_PX with YOLO labels; their folder."""
    for kind in ("images", "labels"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    jobs = [(folder, seed * 1_000_000 + n) for seed, count in sets for n in range(count)]
    with ProcessPoolExecutor(THREADS) as pool:
        list(pool.map(_write_photo, jobs, chunksize=16))
    return folder


def write_reduced(photos: Path, folder: Path, size_px: int) -> Path:
    """Writes all photos at `size_px` beside their labels; the data.yaml of them."""
    images = folder / "train" / "images"
    images.mkdir(parents=True, exist_ok=True)
    shutil.copytree(photos / "labels", folder / "train" / "labels", dirs_exist_ok=True)
    for path in sorted((photos / "images").iterdir()):
        kept = cv2.imread(str(path))
        if kept is None:
            raise ValueError(f"{path} can't be read: remove it, and it is drawn again")
        small = cv2.resize(kept, (size_px, size_px), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(images / path.name), small, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    # The library wants a validation set; none is run, score.py does that better.
    description: dict[str, Any] = {"path": str(folder), "train": "train/images"}
    description |= {"val": "train/images", "names": dict(enumerate(CLASS_NAMES))}
    path = folder / "data.yaml"
    path.write_text(yaml.safe_dump(description), encoding="utf-8")
    return path


def _write_photo(job: tuple[Path, int]) -> None:
    folder, seed = job
    name = f"{seed:09d}"
    image = folder / "images" / f"{name}.png"
    if image.exists():
        return
    cv2.setNumThreads(1)
    photo = powder_bed_photo(seed)
    side = photo.pixels.shape[0]
    small = cv2.resize(photo.pixels, (KEPT_PX, KEPT_PX), interpolation=cv2.INTER_AREA)
    lines = []
    for defect in photo.defects:
        x, y = defect.box.centre
        index = CLASS_NAMES.index(defect.class_name)
        numbers = (x / side, y / side, defect.box.width / side, defect.box.height / side)
        lines.append(f"{index} " + " ".join(f"{number:.6f}" for number in numbers))
    (folder / "labels" / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")
    cv2.imwrite(str(image), flat_field_streaks(np.asarray(small, np.uint8)))


def train(
    data: Path, weights: str, folder: Path, size_px: int, epochs: int, arguments: argparse.Namespace
) -> str:
    """One stage of training; the path of its weights."""
    model = quiet_ultralytics(folder.parent / "settings").YOLO(weights)
    model.train(
        data=str(data),
        imgsz=size_px,
        epochs=epochs,
        time=arguments.hours,
        batch=arguments.batch,
        # One step a batch: the library would else gather 64 photos for each, too few steps here.
        nbs=arguments.batch,
        seed=arguments.seed,
        project=str(folder),
        name="run",
        exist_ok=True,
        device=arguments.device,
        workers=arguments.workers,
        amp=False,
        plots=False,
        cache="ram",
        val=False,
        optimizer="AdamW",
        lr0=arguments.learning_rate,
        lrf=0.05,
        warmup_epochs=0.2,
        warmup_bias_lr=0.0,
        cos_lr=True,
        # The three channels are measurements, not colours, and direction is part of the class.
        hsv_h=0.0,
        hsv_s=0.0,
        hsv_v=0.0,
        degrees=0.0,
        fliplr=0.5,
        scale=0.2,
        translate=0.06,
        mosaic=0.0,
        box=7.5,
        cls=0.5,
    )
    return str(folder / "run" / "weights" / "last.pt")


def quiet_ultralytics(folder: Path) -> ModuleType:
    """The library, with its settings in `folder` and without a way to the network."""
    fonts = folder / "Ultralytics"
    fonts.mkdir(parents=True, exist_ok=True)
    os.environ |= {"YOLO_OFFLINE": "true", "YOLO_AUTOINSTALL": "false"}
    os.environ["YOLO_CONFIG_DIR"] = str(folder)
    import matplotlib

    plain = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    shutil.copy(plain, fonts / "Arial.ttf")
    import torch
    import ultralytics
    import ultralytics.utils
    import ultralytics.utils.torch_utils

    ultralytics.settings.update({"sync": False})
    # It would otherwise leave one core idle.
    ultralytics.utils.NUM_THREADS = THREADS
    ultralytics.utils.torch_utils.NUM_THREADS = THREADS
    torch.set_num_threads(THREADS)
    library: ModuleType = ultralytics
    return library


def keep(weights: str, target: Path) -> None:
    """The averaged weights alone, in half precision."""
    from ultralytics.utils.torch_utils import strip_optimizer

    shutil.copy(weights, target)
    strip_optimizer(str(target))


def _pairs(text: str) -> list[tuple[int, int]]:
    return [(int(first), int(second)) for first, second in (p.split(":") for p in text.split(","))]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True, help="folder for photos, runs and weights")
    parser.add_argument("--start", default="yolo11n.yaml", help="architecture or weights")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sets", type=_pairs, default="1:800,2:979", help="seed:photos, …")
    parser.add_argument("--stages", type=_pairs, default="320:6,416:4", help="pixels:epochs, …")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--hours", type=float, help="stop each stage after this long")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--device", default="cpu")
    return parser.parse_args()


if __name__ == "__main__":
    main()
