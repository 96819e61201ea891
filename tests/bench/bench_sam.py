"""A click, a box and a recipe's boxes with Segment Anything, beside the library's own predictor.

`python -m tests.bench.bench_sam [--encode]` makes vit_b weights (random: they cost what real ones
do) and prints a table; `--encode` adds a photo's encoding, which takes a while.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = str(Path(__file__).parents[2])
HEIGHT_PX, WIDTH_PX = 768, 1024
KEY = "photo"

# Of wholly random weights the masks would be thousands of specks: here they are a few blobs.
_MAKE = """
import sys
import torch
from segment_anything import sam_model_registry
torch.manual_seed(0)
sam = sam_model_registry["vit_b"]()
for layer in sam.mask_decoder.output_upscaling:
    if isinstance(layer, torch.nn.ConvTranspose2d):
        layer.weight.data = layer.weight.mean((2, 3), keepdim=True).expand_as(layer.weight).clone()
torch.save(sam.state_dict(), sys.argv[1])
"""

_MEASURE = """
import json, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from backends.offline import forbid_network
forbid_network(Path(sys.argv[2]))
from tests.bench.bench_sam import measured
print(json.dumps(measured(Path(sys.argv[1]), Path(sys.argv[2]), encode={encode!r})))
"""


def measure(folder: Path, *, encode: bool = False) -> dict[str, float]:
    """Milliseconds, megabytes and ratios, by name; in a process of its own."""
    weights = folder / "vit_b.pth"
    subprocess.run([sys.executable, "-c", _MAKE, str(weights)], check=True)
    code = _MEASURE.format(root=ROOT, encode=encode)
    command = [sys.executable, "-c", code, str(weights), str(folder / "cache")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def measured(weights: Path, cache: Path, *, encode: bool) -> dict[str, float]:
    """As `measure`, in this process, which is one that only decodes until it encodes."""
    from app.core.geometry import Box
    from app.core.segmentation import Click, Prompt
    from app.imaging.outlines import mask_outlines
    from backends.base import SegmenterSettings
    from backends.embedding_cache import Embedding, EmbeddingCache
    from backends.sam import SamSegmenter
    from backends.sam_weights import fingerprint

    maps = (smooth_features(),)
    kept = EmbeddingCache(cache, fingerprint(weights), limit_bytes=2**30)
    kept.put(KEY, Embedding(HEIGHT_PX, WIDTH_PX, maps))

    before_mb = anonymous_mb()
    start = time.perf_counter()
    ours = SamSegmenter(SegmenterSettings(weights, cache, device="cpu"))
    figures = {"load ms": 1000 * (time.perf_counter() - start)}
    click, box = Prompt(clicks=(Click(420, 390),)), Prompt(Box(300, 250, 560, 480))
    boxes = [Prompt(Box(x, y, x + 120, y + 90)) for x in range(50, 850, 160) for y in (80, 250)]
    figures["first click ms"] = took_ms(lambda: ours.segment([], KEY, [click]))
    figures["decoding process, MB over its libraries"] = anonymous_mb() - before_mb

    from segment_anything import SamPredictor, sam_model_registry

    theirs = SamPredictor(sam_model_registry["vit_b"](str(weights)))
    stand_in(theirs, maps[0])

    def bare(*, wants_all: bool, **prompt: np.ndarray) -> None:
        """The masks of the library's predictor, outlined as ours are."""
        for mask in theirs.predict(**prompt, multimask_output=wants_all)[0]:
            mask_outlines(mask)

    def bare_box(each: Prompt) -> None:
        bare(wants_all=False, box=np.array(each.box.corners))

    pairs = {
        "click": (
            lambda: ours.segment([], KEY, [click]),
            lambda: bare(
                wants_all=True, point_coords=np.array([[420, 390]]), point_labels=np.array([1])
            ),
        ),
        "box": (lambda: ours.segment([], KEY, [box], 1), lambda: bare_box(box)),
        "ten boxes": (
            lambda: ours.segment([], KEY, boxes, 1),
            lambda: [bare_box(each) for each in boxes],
        ),
    }
    masks_only = [took_ms(lambda: theirs.predict(box=np.array(box.box.corners))) for _ in range(9)]
    figures["box, bare masks without outlines ms"] = min(masks_only)
    for name, (mine, library) in pairs.items():
        figures |= compared(name, mine, library, repeats=9 if name == "ten boxes" else 15)
    if encode:
        photo = np.random.default_rng(0).integers(0, 256, (HEIGHT_PX, WIDTH_PX, 3), np.uint8)
        figures |= compared(
            "photo",
            lambda: ours.embed([photo], [str(time.perf_counter())]),
            lambda: theirs.set_image(photo),
            repeats=3,  # the first reads the encoder from the file
        )
    return figures


def smooth_features() -> np.ndarray:
    """What stands for an encoded photo with some large things in it."""
    import cv2

    coarse = np.random.default_rng(1).normal(size=(256, 8, 8)).astype(np.float32)
    side = (64, 64)
    maps = [cv2.resize(each, side, interpolation=cv2.INTER_CUBIC) for each in coarse]
    return np.array(maps, np.float16)


def stand_in(predictor, features: np.ndarray) -> None:
    """Gives the library's predictor features, as if it had encoded a photo."""
    import torch

    predictor.features = torch.from_numpy(features)[None].float()
    predictor.original_size = (HEIGHT_PX, WIDTH_PX)
    predictor.input_size = (HEIGHT_PX, WIDTH_PX)
    predictor.is_image_set = True


def compared(name: str, ours, theirs, *, repeats: int) -> dict[str, float]:
    """The best of each, taking turns; the ratio is 1 where both are as fast, more where we are."""
    times = [(took_ms(ours), took_ms(theirs)) for _ in range(repeats)]
    mine, bare = (min(each) for each in zip(*times, strict=True))
    return {f"{name} ms": mine, f"{name} bare ms": bare, f"{name} ratio": bare / mine}


def took_ms(work) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def anonymous_mb() -> float:
    """Memory that is this process's own: not what lies in files and can be dropped."""
    text = Path("/proc/self/status").read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encode", action="store_true")
    with tempfile.TemporaryDirectory() as folder:
        for name, value in measure(Path(folder), encode=parser.parse_args().encode).items():
            print(f"{name:42} {value:9.2f}")


if __name__ == "__main__":
    main()
