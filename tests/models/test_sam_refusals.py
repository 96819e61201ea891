"""What is no Segment Anything model says what it is and what was expected."""

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
from pathlib import Path
from app.core.errors import UserError
from backends.base import BACKENDS, SegmenterSettings
from backends.offline import forbid_network

folder = Path(sys.argv[1])
forbid_network(folder / "cache")

import numpy as np
import torch
from backends import sam

class Evil:
    def __reduce__(self):
        return Path.touch, (folder / "was run",)

state = torch.load(folder / "original.weights", weights_only=True)
def saved(name, content, **how):
    torch.save(content, folder / name, **how)

saved("objects.pt", {"model": Evil()})
saved("list.pt", [torch.zeros(2)])
saved("other.pth", {"backbone.conv.weight": torch.zeros(3), "head.bias": torch.zeros(1)})
saved("lacking.pth", {name: each for name, each in state.items() if "iou_token" not in name})
saved("grown.pth", state | {"image_encoder.extra": torch.zeros(2)})
saved("reshaped.pth", state | {"mask_decoder.iou_token.weight": torch.zeros(1, 32)})
saved("no_decoder.pth", {n: each for n, each in state.items() if n.startswith("image_encoder")})
saved("unknown_sam2.pt", {"image_encoder.trunk.patch_embed.proj.weight": torch.zeros(100, 3, 7, 7)})
saved("legacy.pth", state, _use_new_zipfile_serialization=False)
saved("half.pth", {name: each.half() for name, each in state.items()})
from safetensors.torch import save_file
save_file(state, folder / "original.safetensors")

whole = (folder / "original.weights").read_bytes()
(folder / "cut.pth").write_bytes(whole[: len(whole) // 2])
(folder / "cut.safetensors").write_bytes((folder / "original.safetensors").read_bytes()[:5000])
(folder / "empty.pth").write_bytes(b"")
(folder / "text.pth").write_text("<!DOCTYPE html> not found")
(folder / "photo.pth").write_bytes(b"\\xff\\xd8\\xff\\xe0" + bytes(500))

told = {}
for path in sorted(folder.glob("*.*")) + [folder / "missing.pth"]:
    try:
        model = BACKENDS["sam"].load(SegmenterSettings(path, folder / "cache", device="cpu"))
    except UserError as e:
        told[path.name] = e.what, e.hint
    else:
        told[path.name] = "loaded", model.device
try:
    path = folder / "original.weights"
    BACKENDS["sam"].load(SegmenterSettings(path, folder / "cache", device="cuda:77"))
except UserError as e:
    told["device"] = e.what, e.hint
for name, make in {"numpy": np.zeros, "torch": torch.zeros}.items():
    try:
        with sam.device_told("cpu"):
            make(2**50)
    except UserError as e:
        told[name] = e.what, e.hint
(folder / "told.json").write_text(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What was said, (what, hint) by file name."""
    folder = tmp_path_factory.mktemp("refused")
    script = Path(__file__).with_name("make_sam.py")
    subprocess.run([sys.executable, str(script), str(folder), "original-weights"], check=True)
    subprocess.run([sys.executable, "-c", LOAD, str(folder)], check=True, cwd=ROOT)
    assert not (folder / "was run").exists(), "code in a weight file was run"
    return json.loads((folder / "told.json").read_text())


@pytest.mark.parametrize(
    "name", ["original.weights", "legacy.pth", "half.pth", "original.safetensors"]
)
def test_the_same_model_however_it_was_saved(told, name):
    assert told[name] == ["loaded", "cpu (PyTorch, SAM ViT 3x96)"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.pth", "no weights at"),
        ("empty.pth", "is empty"),
        ("cut.pth", "cut short or damaged"),
        ("cut.safetensors", "cut short or damaged"),
        ("text.pth", "it is a web page"),
        ("photo.pth", "it is a JPEG photo"),
        ("objects.pt", "holds Python objects, not only tensors"),
        ("list.pt", "holds no named tensors"),
        ("other.pth", "holds 2 tensors, such as backbone.conv.weight, head.bias"),
        ("unknown_sam2.pt", "no SAM 2 has 0 blocks of width 100"),
        ("lacking.pth", "mask_decoder.iou_token.weight"),
        ("grown.pth", "image_encoder.extra"),
        ("reshaped.pth", "mask_decoder.iou_token.weight"),
        ("no_decoder.pth", "prompt_encoder.no_mask_embed.weight"),
    ],
)
def test_what_is_no_such_model(told, name, words):
    what, hint = told[name]
    assert name in what and words in what
    assert "Segment Anything" in hint or "arrived whole" in hint


def test_a_device_that_is_not_there(told):
    what, hint = told["device"]
    assert "'cuda:77'" in what and "cpu" in hint


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_out_of_memory(told, library):
    what, hint = told[library]
    assert "memory of cpu" in what and "smaller weights" in hint


def test_no_case_is_forgotten(told):
    assert len(told) == 4 + 14 + 1 + 2
