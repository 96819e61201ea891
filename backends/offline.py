"""Keeps the model libraries off the network and on all cores that the user lets them have; for the
worker to call first.
"""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

_ENVIRONMENT = {
    "YOLO_OFFLINE": "true",
    "YOLO_AUTOINSTALL": "false",
    "YOLO_VERBOSE": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
}

_FONTS = ("Arial.ttf", "Arial.Unicode.ttf")  # the latter is asked for when a class name isn't ASCII

_REPORTERS = ("clearml", "comet", "dvc", "mlflow", "raytune", "tensorboard", "wandb")


def forbid_network(cache: Path) -> None:
    """Sets up this process so that no model library reaches for the network.

    To be called before torch, ultralytics, openvino or transformers are imported;
    `settle_ultralytics` does what is only possible afterwards. ultralytics' own files go to
    `cache`/ultralytics.
    Raises OSError when that folder can't be written.
    """
    config = cache.absolute() / "ultralytics"
    _put_fonts(config / "Ultralytics")
    os.environ.update(_ENVIRONMENT, YOLO_CONFIG_DIR=str(config))
    # Otherwise ultralytics sets it to 1 when imported.
    os.environ.setdefault("OMP_NUM_THREADS", str(core_count()))
    # Else torch's threads wait for each other by spinning: where others want the cores too, the
    # person at the window first of all, ten small photos took 64 s instead of 3.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # openvino takes its own do-nothing stand-in when this import fails; the documented opt-out
    # writes into the user's home instead, and a missing file there counts as consent.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]


def settle_ultralytics() -> None:
    """Imports ultralytics, turns its reporting off and gives it as many threads as it may have.

    Raises ImportError when it isn't installed.
    """
    import torch
    from ultralytics import utils
    from ultralytics.utils import torch_utils

    wanted = {"sync": False} | dict.fromkeys(_REPORTERS, False)
    if any(utils.SETTINGS[name] != value for name, value in wanted.items()):
        utils.SETTINGS.update(wanted)
    utils.NUM_THREADS = torch_utils.NUM_THREADS = thread_count()
    torch.set_num_threads(thread_count())


def thread_count() -> int:
    """How many threads a model computes on: what OMP_NUM_THREADS says, or else one for each core.

    Of a list, which OpenMP knows for threads that begin threads, the first number counts.
    """
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return int(wanted) if wanted.isdecimal() and int(wanted) else core_count()


def core_count() -> int:
    """How many cores this process may use, which in a container is fewer than the machine has."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _put_fonts(folder: Path) -> None:
    """ultralytics takes any font of the right name there and downloads one where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [folder / name for name in _FONTS if not (folder / name).is_file()]
    if not missing:
        return
    source = _dejavu()
    for font in missing:
        beside = font.with_name(f"{font.name}.{os.getpid()}")
        shutil.copyfile(source, beside)
        beside.replace(font)


def _dejavu() -> Path:
    """The font that matplotlib ships, found without the cost of importing matplotlib."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("matplotlib, which ultralytics needs", name="matplotlib")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
