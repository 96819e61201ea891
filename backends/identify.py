"""Which family a weight file or folder belongs to, told without running or loading any of it."""

from ast import literal_eval
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from app.core.errors import UserError
from backends.base import BACKENDS
from backends.bert_folder import BERT_FILES, BERT_FOLDER, language_model_beside
from backends.file_kinds import EXPECTED, damaged, foreign
from backends.hugging_face import DINO, identify_dino, model_type
from backends.onnx_file import read_onnx_properties
from backends.safetensors_file import tensor_names
from backends.tensor_names import Told, tell
from backends.torch_file import LEGACY_TORCH, TorchFile, read_torch_file
from backends.weights import (
    WeightsKind,
    check_filled,
    check_torch,
    check_weights,
    hugging_face_weights,
    readable,
)

_DRAWING_TASKS = ("detect", "segment", "obb")
_TASK_BY_END = {"Detection": "detect", "Segmentation": "segment", "Segment": "segment",
                "Seg": "segment", "OBB": "obb", "Classification": "classify",
                "Pose": "pose"}  # fmt: skip

_LOOSE_SUFFIXES = (".pt", ".pth", ".onnx", ".safetensors")


@dataclass(frozen=True, slots=True)
class WeightsFacts:
    """What weights are. `family` is a row of BACKENDS; `variant` says which of it.

    `weights` is what its loader is to be given: not always what the user pointed at.
    `runs_code`: opening them runs whatever code is inside, so somebody must vouch for them.
    `class_names` and `licence` are as the file states them, empty where it doesn't. `needs` is what
    it takes to run them, in words; `missing` what of that isn't there.
    """

    weights: Path
    family: str
    variant: str
    kind: WeightsKind
    runs_code: bool = False
    class_names: tuple[str, ...] = ()
    licence: str = ""
    needs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """In words: "Segment Anything vit_b"."""
        return f"{BACKENDS[self.family].title} {self.variant}".strip()


def identify(path: Path, *, expected: str | None = None) -> WeightsFacts:
    """What lies at `path`; `expected` is the only family that will do.

    Raises UserError, saying what it is and what was expected, for anything that no family here
    can use: another kind of file, another model, one that is cut short or lacks a part.
    """
    with readable(path):
        facts = _folder(path) if path.is_dir() else _file(path)
    if expected is not None and facts.family != expected:
        raise UserError(
            f"{path} is {facts.title}, not {BACKENDS[expected].title}.",
            hint=f"Give weights of {BACKENDS[expected].title} here.",
        )
    return facts


def _file(path: Path) -> WeightsFacts:
    check_filled(path)
    if path in hugging_face_weights(path.parent) and model_type(path.parent) == DINO:
        return _hugging_face(path.parent)
    match path.suffix.lower():
        case ".onnx":
            return _exported(path, check_weights(path), read_onnx_properties(path))
        case ".safetensors":
            return _told(path, tell(tensor_names(path)), WeightsKind.SAFETENSORS)
        case ".pt" | ".pth" | ".bin":
            check_torch(path)
            return _torch(path)
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith((b"PK\x03\x04", LEGACY_TORCH)):
        raise UserError(
            f"{path} may hold weights saved by torch, but its name doesn't end in .pt or .pth.",
            hint="If so, rename it: .pt for a model that ultralytics made, .pth for others.",
        )
    raise foreign(path, head, "a kind of weights that can be used here", EXPECTED)


def _torch(path: Path) -> WeightsFacts:
    file = read_torch_file(path)
    task = _ultralytics_task(file)
    if task is not None:
        kind = WeightsKind.TORCH
        if path.suffix.lower() != ".pt":
            raise UserError(
                f"{path} is a model that ultralytics made, which must be named .pt.",
                hint=f"Rename it to {path.with_suffix('.pt').name}.",
            )
        return _yolo(path, kind, task, file.names(), file.text_after("license"), runs_code=True)
    strange = _strange_globals(file)
    if strange:
        raise UserError(
            f"{path} was saved by another program: it holds objects of {strange[0]}, not "
            "weights that can be used here.",
            hint=EXPECTED,
        )
    return _told(path, tell(file.weight_names), WeightsKind.TORCH)


def _told(path: Path, told: Told, kind: WeightsKind) -> WeightsFacts:
    if told.family is None:
        raise UserError(f"{path} holds {told.words}.", hint=told.hint or EXPECTED)
    is_dino = told.family == DINO
    if is_dino and kind is WeightsKind.SAFETENSORS:
        raise UserError(
            f"{path} is GroundingDINO in its original form, but kept as safetensors.",
            hint="Give the .pth as its makers publish it, or a Hugging Face folder.",
        )
    lacks = BERT_FILES if is_dino and language_model_beside(path) is None else ()
    return WeightsFacts(
        path,
        told.family,
        told.variant,
        kind,
        needs=told.needs,
        missing=tuple(f"{BERT_FOLDER}/{name}" for name in lacks),
    )


def _ultralytics_task(file: TorchFile) -> str | None:
    """The task of the ultralytics model inside; None when there is none."""
    for name in sorted(file.globals):
        module, _, kind = name.partition(" ")
        if module.startswith("ultralytics.") and kind.endswith("Model"):
            end = kind.removesuffix("Model")
            return next((t for e, t in _TASK_BY_END.items() if end.endswith(e)), "detect")
    return None


def _strange_globals(file: TorchFile) -> list[str]:
    """Modules of objects in the file that are not tensors and their like."""
    harmless = ("torch", "collections", "numpy", "builtins", "__builtin__", "_codecs")
    modules = {name.split(" ")[0] for name in file.globals}
    return sorted(m for m in modules if m.split(".")[0] not in harmless)


def _yolo(
    path: Path,
    kind: WeightsKind,
    task: str,
    names: tuple[str, ...],
    licence: str,
    *,
    runs_code: bool = False,
) -> WeightsFacts:
    if task not in _DRAWING_TASKS:
        raise UserError(
            f"{path} is an ultralytics {task} model: it draws no boxes.",
            hint=f"Use a model for one of: {', '.join(_DRAWING_TASKS)}.",
        )
    engine = {WeightsKind.ONNX: "onnxruntime", WeightsKind.OPENVINO: "openvino"}.get(kind)
    needs = ("ultralytics", *([engine] if engine else []), "0.9 GB of memory")
    return WeightsFacts(path, "ultralytics", task, kind, runs_code, names, licence, needs)


def _exported(path: Path, kind: WeightsKind, stated: Mapping[str, Any]) -> WeightsFacts:
    if not {"names", "task"} <= stated.keys():
        raise UserError(
            f"{path} was not exported by ultralytics: it doesn't say what its classes are.",
            hint="Export it with ultralytics, which writes class names and task into it.",
        )
    names = stated["names"]
    try:
        by_number = literal_eval(names) if isinstance(names, str) else names
        classes = tuple(str(by_number[number]) for number in sorted(by_number))
    except (ValueError, SyntaxError, TypeError, LookupError):
        classes = ()  # loading it tells
    return _yolo(path, kind, str(stated["task"]), classes, str(stated.get("license", "")))


def _folder(path: Path) -> WeightsFacts:
    loose = sorted(f for f in path.iterdir() if f.suffix.lower() in _LOOSE_SUFFIXES)
    checkpoints = [f for f in loose if f.suffix.lower() == ".pth"]
    kind = model_type(path)
    # Beside an original checkpoint it may be the config of its language model.
    if kind is not None and not (checkpoints and kind == "bert"):
        return _hugging_face(path)
    if any(path.glob("*.xml")):
        engine = check_weights(path)
        return _exported(path, engine, _openvino_properties(path / "metadata.yaml"))
    if len(checkpoints) == 1:
        return _file(checkpoints[0])
    raise UserError(
        f"{path} is no folder of a model: it holds neither a config.json nor an .xml graph.",
        hint=f"Give the file that you mean: {', '.join(f.name for f in loose)}."
        if loose
        else EXPECTED,
    )


def _hugging_face(folder: Path) -> WeightsFacts:
    variant, kind = identify_dino(folder)
    return WeightsFacts(folder, DINO, variant, kind, needs=("transformers", "3 GB of memory"))


def _openvino_properties(file: Path) -> Mapping[str, Any]:
    try:
        stated = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        raise damaged(file) from e
    return stated if isinstance(stated, dict) else {}
