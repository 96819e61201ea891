"""What can't be loaded is refused in words, whatever the libraries raise over it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

# One process for all: importing the libraries is what takes long. What isn't a UserError ends it.
LOAD = """
import json, sys
from math import inf, nan
from pathlib import Path
from app.core.errors import UserError
from backends.base import BACKENDS, DetectorSettings
from backends.offline import forbid_network

cache = Path(sys.argv[1])
forbid_network(cache)
import numpy as np, torch
from ultralytics.engine.results import Results
BLACK = np.zeros((32, 32, 3), np.uint8)
told = {}
for name, (weights, device, fast) in json.loads(sys.argv[2]).items():
    settings = DetectorSettings(Path(weights), cache=cache, device=device, fast_engine=fast)
    try:
        detector = BACKENDS["ultralytics"].load(settings)
        if name == "memory":
            detector._predictor = lambda source: torch.empty(10**15)
            detector.detect([BLACK])
        if name == "overflow":
            rows = [[x, 1, y, 9, s, 0] for x, y, s in [(1, 9, 0.8), (nan, 9, 0.7), (1, inf, 0.6)]]
            seen = Results(BLACK, path="", names=detector._names, boxes=torch.tensor(rows))
            detector._predictor = lambda source: [seen]
            told[name] = [find.score for find in detector.detect([BLACK])[0]]
            continue
    except UserError as e:
        told[name] = e.what, e.hint
    else:
        told[name] = "loaded", ""
(cache / "told.json").write_text(json.dumps(told))
"""

SAVE = """
import sys, torch
torch.save({"a": torch.zeros(3)}, sys.argv[1] + "/state.pt")
torch.save([1, 2], sys.argv[1] + "/list.pt")
"""


@pytest.fixture(scope="module")
def told(made, tmp_path_factory):
    """What was said, (what, hint) by case; the cases are made here too."""
    folder = tmp_path_factory.mktemp("refused")
    spoil(made, folder)
    cases = {
        "classify": (made.weights("classify-pt"), "cpu", True),
        "device": (made.weights("detect-pt"), "cuda:77", True),
        "missing": (folder / "yolo11n.pt", "cpu", True),
        "foreign.onnx": (folder / "foreign.onnx", "cpu", True),
        "state.pt": (folder / "state.pt", "cpu", True),
        "list.pt": (folder / "list.pt", "cpu", True),
        "damaged.pt": (folder / "damaged.pt", "cpu", True),
        "damaged.pt, slow": (folder / "damaged.pt", "cpu", False),
        "damaged engine": (folder / "damaged_openvino_model", "cpu", True),
        "memory": (made.weights("detect-pt"), "cpu", False),
        "overflow": (made.weights("detect-pt"), "cpu", False),
    }
    given = json.dumps({name: (str(path), *rest) for name, (path, *rest) in cases.items()})
    subprocess.run([sys.executable, "-c", LOAD, str(folder), given], check=True, cwd=ROOT)
    return json.loads((folder / "told.json").read_text())


def spoil(made, folder):
    import onnx

    subprocess.run([sys.executable, "-c", SAVE, str(folder)], check=True)
    damaged = bytearray(made.weights("detect-pt").read_bytes())
    damaged[1000:3000] = b"\xff" * 2000
    (folder / "damaged.pt").write_bytes(damaged)
    model = onnx.load(str(made.weights("detect-onnx")))
    del model.metadata_props[:]
    onnx.save(model, str(folder / "foreign.onnx"))
    engine = folder / "damaged_openvino_model"
    engine.mkdir()
    (engine / "m.xml").write_text('<?xml version="1.0"?><net name="m"><layers><x/></layers></net>')
    (engine / "m.bin").write_bytes(b"\1" * 64)
    (engine / "metadata.yaml").write_text(
        "task: detect\nnames: {0: a}\nstride: 32\nimgsz: [64, 64]"
    )


def test_weights_that_draw_no_boxes(told):
    assert "classify model: it draws no boxes" in told["classify"][0]


def test_a_device_that_is_not_there(told):
    what, hint = told["device"]
    assert "'cuda:77'" in what
    assert "cpu" in hint


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("state.pt", "holds no named weights"),
        ("list.pt", "holds no named weights"),
        ("damaged.pt", "cut short or damaged"),
        ("damaged.pt, slow", "cut short or damaged"),
        ("damaged engine", "can't be loaded"),
    ],
)
def test_files_that_are_no_model(told, case, words):
    what, hint = told[case]
    assert words in what
    assert hint


def test_a_foreign_onnx(told):
    assert "not exported by ultralytics" in told["foreign.onnx"][0]


def test_missing_weights_are_not_searched_for(told):
    assert "no weights at" in told["missing"][0]


def test_memory_that_is_not_enough_on_a_cpu(told):
    what, hint = told["memory"]
    assert "memory of cpu (PyTorch) is not enough" in what
    assert "smaller image size" in hint


def test_boxes_that_half_precision_overflowed_in_are_no_finds(told):
    assert told["overflow"] == pytest.approx([0.8])
