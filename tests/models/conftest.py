import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import cv2
import pytest
from make_models import SETTINGS
from several_models import InOneProcess

from backends.base import DetectorSettings

CASES = (
    "detect-pt",
    "detect-onnx",
    "segment-pt",
    "segment-onnx",
    "obb-pt",
    "nmsfree-pt",
    "classify-pt",
)


class Made:
    """Small models, photos, and what plain ultralytics finds on them.

    A case is HEAD-ENGINE; HEAD-openvino is HEAD-pt on the fast engine, which must find the same.
    """

    def __init__(self, folder):
        self.folder = folder
        made = json.loads((folder / "made.json").read_text())
        self.cases, self.followed = made["cases"], made["followed"]
        self.photos = {
            path.stem: cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
            for path in sorted(folder.glob("*.png"))
        }

    def weights(self, case):
        return Path(self._case(case)["weights"])

    def finds(self, case):
        return self._case(case)["finds"]

    def settings(self, case, **more):
        given = {
            "confidence": SETTINGS["conf"],
            "iou": SETTINGS["iou"],
            "max_detections": SETTINGS["max_det"],
            "image_size_px": SETTINGS["imgsz"],
            "device": "cpu",
            "fast_engine": case.endswith("-openvino"),
            "weights": self.weights(case),
            "cache": self.folder / "cache",
        }
        return DetectorSettings(**(given | more))

    def _case(self, case):
        return self.cases[case.replace("-openvino", "-pt")]


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Made in another process: exporting warns, and pytest stays without torch."""
    folder = tmp_path_factory.mktemp("models")
    script = Path(__file__).with_name("make_models.py")
    done = subprocess.run(
        [sys.executable, str(script), str(folder), *CASES],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Made(folder)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    """Loads a model by its settings, in a process that has held others; see `InOneProcess`."""
    with closing(InOneProcess(tmp_path_factory.mktemp("several"))) as loaded:
        yield loaded
