"""Ultralytics takes what we export, unchanged, and counts what the project counts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.imaging.opencv import cv2
from app.samples.powder_bed import CLASS_NAMES, powder_bed_photo
from tests.e2e.conftest import ROOT, Flawmark

TRAIN = """
import json, sys
from pathlib import Path
from backends.offline import forbid_network
forbid_network(Path(sys.argv[2]))
from ultralytics import YOLO
from ultralytics.data import YOLODataset
from ultralytics.data.utils import check_det_dataset

data = check_det_dataset(sys.argv[1])
counts = {}
for split in ("train", "val"):
    labels = YOLODataset(img_path=data[split], data=data, task="detect", imgsz=64).get_labels()
    counts[split] = {"images": len(labels), "boxes": sum(len(each["cls"]) for each in labels)}
model = YOLO("yolo11n.yaml")
model.train(data=sys.argv[1], epochs=1, imgsz=64, batch=8, workers=0, device="cpu", amp=False,
            plots=False, project=sys.argv[2], verbose=False)
print(json.dumps({"names": list(data["names"].values()), **counts}))
"""


@pytest.fixture
def labelled_photos(tmp_path: Path) -> Path:
    """Sample photos with their true boxes as YOLO labels, normal ones among them."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "classes.txt").write_text("\n".join(CLASS_NAMES))
    for seed in range(24):
        sample = powder_bed_photo(seed, size_px=256)
        (folder / f"{seed:02}.png").write_bytes(cv2.imencode(".png", sample.pixels)[1].tobytes())
        rows = []
        for defect in sample.defects:
            x, y = defect.box.centre
            size = (x, y, defect.box.width, defect.box.height)
            values = " ".join(f"{each / 256:.8f}" for each in size)
            rows.append(f"{CLASS_NAMES.index(defect.class_name)} {values}")
        (folder / f"{seed:02}.txt").write_text("\n".join(dict.fromkeys(rows)))
    return folder


@pytest.mark.slow
def test_one_epoch_on_an_export_counts_the_same_boxes(
    tmp_path: Path, labelled_photos: Path, flawmark: Flawmark
) -> None:
    project, out = tmp_path / "project", tmp_path / "out"
    flawmark("new", project, "--labels", "powder-bed")
    flawmark("import", project, labelled_photos, "--as", "approved")
    report = flawmark("export", project, "--to", "yolo", out, "--split", "0.75,0.25", "--json").json
    status = flawmark("status", project, "--json").json
    assert status["normal"] > 0

    done = subprocess.run(
        [sys.executable, "-c", TRAIN, str(out / "data.yaml"), str(tmp_path / "runs")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    counted = json.loads(done.stdout.strip().splitlines()[-1])

    assert counted["names"] == list(CLASS_NAMES)
    # One folder is cut, with a layer left out where train and val meet.
    assert counted["train"]["images"] + counted["val"]["images"] == report["images"] >= 20
    boxes = counted["train"]["boxes"] + counted["val"]["boxes"]
    assert boxes == report["boxes"] > 20
