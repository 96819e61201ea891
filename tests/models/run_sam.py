"""What our model worker answers of the photos that make_sam.py left in CACHE, and of a fresh one.

Usage: python run_sam.py FOLDER KIND...; to be run in a process of its own. By kind there is then
the device, answers of what was kept and of a fresh photo, and the worker's id, in
FOLDER/answers.pickle.
"""

import pickle
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from make_sam import CACHE, PROMPTS, names_for, photo_key, prompt_for
from ten_photos import SIZES, ten_photos

from backends.base import SegmenterSettings
from backends.client import ModelWorker

FRESH = "upright"
"""The photo that is also seen by the worker; make_sam.py, too, saw it alone."""


def answered(folder, kind):
    settings = SegmenterSettings(folder / f"{kind}.weights", folder / CACHE, device="cpu")
    (pixels,) = ten_photos((FRESH,)).values()
    with ModelWorker(settings, "sam") as worker:

        def ask(photos, key, name):
            prompts = [prompt_for(each, *SIZES[name]) for each in PROMPTS]
            return worker.ask("segment", photos, key, prompts)

        return {
            "device": worker.device,
            "kept": {name: ask([], photo_key(kind, name), name) for name in names_for(kind)},
            "fresh": ask([pixels], "fresh", FRESH),
            "process": worker._process.pid,
        }


def main():
    folder = Path(sys.argv[1])
    told = {kind: answered(folder, kind) for kind in sys.argv[2:]}
    (folder / "answers.pickle").write_bytes(pickle.dumps(told))


if __name__ == "__main__":
    main()
