"""Weights made ready in the cache for their engine: converted once, or under the name it wants."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from backends.weights import weights_hash

if TYPE_CHECKING:
    from ultralytics.nn.backends import OpenVINOBackend
    from ultralytics.nn.tasks import BaseModel

_FOLDER_END = "_openvino_model"  # ultralytics tells OpenVINO by the end of the folder's name
_WORK_PREFIX = ".making-"
_STALE_S = 24 * 3600


def openvino_engine(
    weights: Path, cache: Path, *, on_made: Callable[[], object] = lambda: None
) -> Path:
    """The folder of `weights` (.pt) converted for OpenVINO, from the cache or made now and kept.

    `on_made` is called when it was made now.

    The engine takes any photo shape and size, so one serves all settings. Nothing is written
    beside `weights`, and a killed conversion leaves no half engine. Making it opens the pickle.
    What can go wrong in a conversion is whatever torch, openvino and the disk raise.
    """
    engines = _engines(cache)
    name = f"{weights_hash(weights)[:32]}-ultralytics-{version('ultralytics')}{_FOLDER_END}"
    engine = engines / name
    if engine.is_dir():
        return engine
    _sweep(engines)
    with tempfile.TemporaryDirectory(prefix=_WORK_PREFIX, dir=engines) as work:
        made = _export(weights, Path(work))
        for file in made.iterdir():
            _flush(file)
        _keep(made, engine)
    on_made()
    return engine


def openvino_folder(folder: Path, cache: Path) -> Path:
    """`folder` itself, or, where its name hides what it is, a link to it (or copy) in the cache."""
    if folder.name.endswith(_FOLDER_END):
        return folder
    alias = _engines(cache) / f"{weights_hash(folder)[:32]}{_FOLDER_END}"
    if alias.is_dir() and weights_hash(alias) == weights_hash(folder):
        return alias
    alias.unlink(missing_ok=True)
    try:
        alias.symlink_to(folder.absolute(), target_is_directory=True)
    except OSError:  # Windows lets only some users make links
        with tempfile.TemporaryDirectory(prefix=_WORK_PREFIX, dir=alias.parent) as work:
            _keep(Path(shutil.copytree(folder, Path(work) / "copy")), alias)
    return alias


def compute_in_f32(backend: "OpenVINOBackend", folder: Path) -> None:
    """Has a loaded OpenVINO engine compute in f32 on the CPU; `folder` is what it was loaded from.

    Left alone, OpenVINO computes in bfloat16 on CPUs that can. With the starter model on 40 real
    photos that took 14 ms a photo instead of 18, but made 5 of 121 finds appear or vanish and moved
    others by up to 16 of the model's pixels; in f32 all are those of the .pt weights to 0.001 px.
    Raises RuntimeError when OpenVINO can't compile the graph.
    """
    config = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    core = backend.ov.Core()
    # ultralytics calls it again, for each photo size, where a quantised graph needs that.
    backend.compile_model = partial(core.compile_model, device_name="CPU", config=config)
    (graph,) = folder.glob("*.xml")
    backend.ov_compiled_model = backend.compile_model(core.read_model(graph))


def finish_in_f32(network: "BaseModel") -> None:
    """Has the last layer of a half-precision network, which reads boxes out, compute in f32.

    In half it rounds their edges to a quarter of a pixel or more. With the starter model on 40
    drawn photos, half precision simulated on a CPU, 47 % of 226 boxes then overlapped by less than
    0.99 with those of f32, and scores moved by up to 0.22; with the last layer in f32 it is one
    box, and 0.004.
    """
    head = network.model[-1]
    head.float()
    head.register_forward_pre_hook(lambda _, given: _in_f32(given))


def _in_f32(given: object) -> object:
    import torch

    if isinstance(given, torch.Tensor):
        return given.float() if given.is_floating_point() else given
    if isinstance(given, list | tuple):
        return type(given)(_in_f32(each) for each in given)
    return given


def _export(weights: Path, work: Path) -> Path:
    from ultralytics import YOLO

    copy = work / "weights.pt"
    shutil.copyfile(weights, copy)
    model = YOLO(str(copy))
    return Path(model.export(format="openvino", dynamic=True, device="cpu", verbose=False))


def _engines(cache: Path) -> Path:
    engines = cache.absolute() / "engines"
    engines.mkdir(parents=True, exist_ok=True)
    return engines


def _keep(made: Path, engine: Path) -> None:
    try:
        made.rename(engine)
    except OSError:
        if not engine.is_dir():  # otherwise another process made the same one first
            raise


def _flush(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _sweep(engines: Path) -> None:
    """Removes what conversions that were killed long ago have left."""
    for left in engines.glob(f"{_WORK_PREFIX}*"):
        if time.time() - left.stat().st_mtime > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)
