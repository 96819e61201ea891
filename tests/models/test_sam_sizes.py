"""Every published size of Segment Anything is built anew from nothing but its tensors' shapes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

# On torch's device without memory: only shapes count, and the largest have gigabytes.
BUILD = """
import json, sys
from functools import partial
from pathlib import Path
from backends.offline import forbid_network, settle_ultralytics

forbid_network(Path(sys.argv[1]))
settle_ultralytics()
import torch
from segment_anything import sam_model_registry
from ultralytics.models.sam import build
from backends.sam_original import OriginalSam
from backends.sam_ultralytics import MobileSam, Sam2

# Read off while the libraries build, which tensors without memory don't allow.
torch.linspace = partial(torch.linspace, device="cpu")
FAMILIES = [
    (OriginalSam, [sam_model_registry[size] for size in ("vit_b", "vit_l", "vit_h")]),
    (MobileSam, [build.build_mobile_sam]),
    (Sam2, [build.build_sam2_t, build.build_sam2_s, build.build_sam2_b, build.build_sam2_l]),
]

def plain(model):
    \"\"\"What its modules are, and the numbers that leave no trace in their tensors.\"\"\"
    numbers = (bool, int, float, str, tuple)
    return {
        name: (type(each).__name__, {
            key: value for key, value in vars(each).items()
            if isinstance(value, numbers) and key != "training"
        })
        for name, each in model.named_modules()
    }

told = []
with torch.device("meta"):
    for engine, sizes in FAMILIES:
        for make in sizes:
            model = make()
            built = engine(model.state_dict(), "meta")
            shapes, ours = ({n: t.shape for n, t in m.state_dict().items()}
                            for m in (model, built._model))
            theirs, rebuilt = plain(model), plain(built._model)
            differing = [name for name in theirs if theirs[name] != rebuilt.get(name)]
            told.append([built.title, shapes == ours, differing[:3]])
print(json.dumps(told))
"""


def test_all_published_sizes(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [
        [title, True, []]
        for title in (
            "SAM vit_b",
            "SAM vit_l",
            "SAM vit_h",
            "MobileSAM",
            "SAM 2 tiny",
            "SAM 2 small",
            "SAM 2 base plus",
            "SAM 2 large",
        )
    ]
