"""Ultralytics YOLO models with boxes, masks or oriented boxes, on their weights' engine."""

import logging
import math
import pickle
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from ultralytics import YOLO
from ultralytics.engine.predictor import BasePredictor
from ultralytics.engine.results import Results
from ultralytics.models.yolo.segment import SegmentationPredictor
from ultralytics.nn.autobackend import AutoBackend
from ultralytics.nn.backends.base import BaseBackend
from ultralytics.utils import ops

from app.core.detection import Detection
from app.core.errors import UserError
from app.core.geometry import Box, Polygon
from app.core.photo import Rgb
from app.core.text_query import TextQuery
from app.imaging.outlines import clipped_polygon, mask_outline
from backends.base import DetectorSettings
from backends.devices import choose_device, computes_in_half, photos_at_once
from backends.engines import compute_in_f32, finish_in_f32, openvino_engine, openvino_folder
from backends.identify import identify
from backends.memory_errors import device_in_words, device_told
from backends.offline import settle_ultralytics
from backends.weights import WeightsKind

_LOG = logging.getLogger(__name__)

_TASKS = {"detect": "boxes", "segment": "masks", "obb": "oriented boxes"}
_ON_GPU = 16  # photos at once
_MASK_PIXELS_AT_ONCE = 64_000_000
_ENGINE_TITLES = {"pt": "PyTorch", "onnx": "ONNX Runtime", "openvino": "OpenVINO"}

# What unpickling, parsing or compiling a file that is no such model has been seen to raise.
_LOAD_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
)


class UltralyticsDetector:
    """One loaded YOLO model.

    Weights whose head needs no suppression (yolo26) ignore `iou`. Weights exported for one fixed
    photo size ignore `image_size_px`; `notes` then says so. Raises UserError for weights that
    can't be loaded, for a head that draws no boxes, and for a device that isn't there.
    """

    class_names: tuple[str, ...]
    device: str
    notes: tuple[str, ...]

    def __init__(self, settings: DetectorSettings) -> None:
        settle_ultralytics()
        kind = identify(settings.weights, expected="ultralytics").kind
        device = choose_device(settings.device)
        notes: list[str] = []
        weights = settings.weights.absolute()
        if kind is WeightsKind.OPENVINO:
            weights = openvino_folder(weights, settings.cache)
        elif kind is WeightsKind.TORCH and device == "cpu" and settings.fast_engine:
            weights = _fast_or_same(weights, settings.cache, notes)
        self._predictor = _start(weights, settings, device)
        model = self._predictor.model
        self._names: dict[int, str] = model.names
        self.class_names = tuple(self._names[i] for i in sorted(self._names))
        self.device = f"{device_in_words(str(model.device))} ({_engine_in_words(model)})"
        self._at_once = photos_at_once(str(model.device), on_cuda=_ON_GPU, on_mps=_ON_GPU)
        self.notes = (*notes, *_ignored(settings, device, model))

    def detect(
        self, photos: Sequence[Rgb], query: TextQuery | None = None
    ) -> list[list[Detection]]:
        """One list of finds for each photo (HxWx3 uint8 RGB), best first, in pixels of that photo.

        Raises UserError when the device's memory doesn't suffice.
        """
        found: list[list[Detection]] = []
        for batch in _batches(photos, self._at_once):
            blue_first = [cv2.cvtColor(photo, cv2.COLOR_RGB2BGR) for photo in batch]
            with device_told(self.device):
                results = self._predictor(source=blue_first)
                found.extend(self._finds(result) for result in results)
        return found

    def _finds(self, result: Results) -> list[Detection]:
        height, width = result.orig_shape
        read = _oriented if result.obb is not None else _upright
        finds = [
            Detection(self._names[number], box, score, polygon)
            for number, score, box, polygon in read(result, width, height)
        ]
        return sorted(finds, key=lambda find: -find.score)


class _OutlinePredictor(SegmentationPredictor):  # type: ignore[misc]
    """Turns masks into outlines a few at a time: all of a large photo's can take gigabytes."""

    def construct_result(
        self,
        pred: torch.Tensor,
        img: torch.Tensor,
        orig_img: Rgb,
        img_path: str,
        proto: torch.Tensor,
    ) -> Results:
        height, width = orig_img.shape[:2]
        pred[:, :4] = ops.scale_boxes(img.shape[2:], pred[:, :4], orig_img.shape)
        result = Results(orig_img, path=img_path, names=self.model.names, boxes=pred[:, :6])
        result.outlines = []
        for part in torch.split(pred, max(1, _MASK_PIXELS_AT_ONCE // (height * width))):
            if len(part):
                masks = ops.process_mask_native(proto, part[:, 6:], part[:, :4], (height, width))
                boxes = part[:, :4].cpu().numpy()
                result.outlines += map(_outline, masks.cpu().numpy(), boxes)
        return result


def _fast_or_same(weights: Path, cache: Path, notes: list[str]) -> Path:
    told = f"{weights.name} was converted for OpenVINO as it was loaded. That is done only once."
    try:
        return openvino_engine(weights, cache, on_made=lambda: notes.append(told))
    except _LOAD_FAILURES as e:
        # Weights that can't be opened at all fail again, with better words, when they are started.
        _LOG.warning("conversion of %s for OpenVINO failed", weights, exc_info=True)
        notes.append(
            f"{weights.name} could not be converted for OpenVINO ({_reason(e)}); it runs on "
            "PyTorch, which is slower."
        )
        return weights


def _start(weights: Path, settings: DetectorSettings, device: str) -> BasePredictor:
    """An ultralytics predictor that has already answered once."""
    try:
        with device_told(device):
            return _predictor(weights, settings, device)
    except _LOAD_FAILURES as e:
        _LOG.warning("loading %s failed", settings.weights, exc_info=True)
        raise UserError(
            f"{settings.weights} can't be loaded as an ultralytics model: {_reason(e)}",
            hint="Use weights that ultralytics made (training or export), in a version no newer "
            "than the one installed here.",
        ) from e


def _predictor(weights: Path, settings: DetectorSettings, device: str) -> BasePredictor:
    model, image_size = _open(weights)
    openvino = weights.is_dir()
    model.predict(
        np.zeros((64, 64, 3), np.uint8),
        predictor=_OutlinePredictor if model.task == "segment" else None,
        conf=settings.confidence,
        iou=settings.iou,
        max_det=settings.max_detections,
        imgsz=settings.image_size_px or image_size,
        quantize=precision_bits(weights, device),
        # Its "cpu" lets OpenVINO choose an Intel GPU.
        device="intel:cpu" if openvino else device,
        verbose=False,
    )
    backend = model.predictor.model.backend
    if openvino:
        compute_in_f32(backend, weights)
    elif _is_half(model.predictor.model):
        finish_in_f32(backend.model)
    return model.predictor


def precision_bits(weights: Path, device: str) -> int | None:
    """16, half precision, where it is faster; None where the weights or the device have their own.

    An export keeps the precision that it was made with, and a CPU has no half precision.
    """
    return 16 if weights.suffix.lower() == ".pt" and computes_in_half(device) else None


def _engine_in_words(model: AutoBackend) -> str:
    return _ENGINE_TITLES[model.format] + (", half precision" if _is_half(model) else "")


def _is_half(model: AutoBackend) -> bool:
    """An export may be, too, but says nothing of it, and nothing can be done about it here."""
    return model.format == "pt" and bool(model.fp16)


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _open(weights: Path) -> tuple[YOLO, int | list[int]]:
    """The model and the photo size, in pixels or [height, width], that it was made for."""
    metadata = {} if weights.suffix.lower() == ".pt" else BaseBackend.read_metadata(weights)
    if weights.suffix.lower() != ".pt" and not {"names", "task"} <= metadata.keys():
        raise UserError(
            f"{weights} was not exported by ultralytics: it doesn't say what its classes are.",
            hint="Export it with ultralytics, which writes class names and task into it.",
        )
    task = metadata.get("task")
    if task is None or task in _TASKS:
        model = YOLO(str(weights), task=task)
        task = model.task
    if task not in _TASKS:
        raise UserError(
            f"{weights} is a {task} model: it draws no boxes.",
            hint=f"Use a model that draws one of: {', '.join(_TASKS.values())}.",
        )
    size = metadata.get("imgsz") or model.overrides.get("imgsz") or 640
    if isinstance(size, str):  # ONNX metadata hold only text: "[640, 640]"
        size = [int(part) for part in size.strip("[]()").split(",")]
    return model, size


def _ignored(settings: DetectorSettings, device: str, model: AutoBackend) -> Iterator[str]:
    """What was asked for and these weights can't do."""
    fixed = model.format != "pt" and not getattr(model, "dynamic", False)
    size = settings.image_size_px
    if fixed and size is not None and set(model.imgsz) != {size}:
        height, width = model.imgsz
        yield f"These weights were exported for photos scaled to {width}x{height}, not {size}."
    if torch.device(model.device).type != torch.device(device).type:
        yield f"{_ENGINE_TITLES[model.format]} can't use {device} here; it runs on the CPU."


def _batches(photos: Sequence[Rgb], size: int) -> Iterator[list[Rgb]]:
    """Neighbours of one shape: of mixed shapes ultralytics would pad all to a square."""
    batch: list[Rgb] = []
    for photo in photos:
        if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3:
            raise ValueError(f"not an HxWx3 uint8 photo: {photo.shape} {photo.dtype}")
        if batch and (len(batch) == size or batch[0].shape != photo.shape):
            yield batch
            batch = []
        batch.append(photo)
    if batch:
        yield batch


_Find = tuple[int, float, Box, Polygon | None]


def _upright(result: Results, width: int, height: int) -> Iterator[_Find]:
    rows = result.boxes.data.cpu().tolist()
    outlines = getattr(result, "outlines", None)
    for i, (left, top, right, bottom, score, number) in enumerate(rows):
        # Half precision may overflow. An empty mask means no find, as in ultralytics itself.
        if not _is_finite(rows[i]) or (outlines is not None and outlines[i] is None):
            continue
        if left >= right or top >= bottom:
            continue
        box = Box(left, top, right, bottom).clipped(width, height)
        if box is not None:
            yield int(number), score, box, outlines[i] if outlines is not None else None


def _oriented(result: Results, width: int, height: int) -> Iterator[_Find]:
    corners = result.obb.xyxyxyxy.cpu().tolist()
    for row, quad in zip(result.obb.data.cpu().tolist(), corners, strict=True):
        if not _is_finite(row):
            continue
        polygon = clipped_polygon(tuple((x, y) for x, y in quad), width, height)
        if polygon is None:
            continue
        xs, ys = zip(*polygon, strict=True)
        if min(xs) < max(xs) and min(ys) < max(ys):
            yield int(row[6]), row[5], Box.around(polygon), polygon


def _is_finite(numbers: Iterable[float]) -> bool:
    return all(map(math.isfinite, numbers))


def _outline(mask: NDArray[np.uint8], box: NDArray[np.float32]) -> Polygon | None:
    if not _is_finite(box):
        return None
    height, width = mask.shape
    left, top = max(int(box[0]), 0), max(int(box[1]), 0)
    right, bottom = min(int(box[2]) + 2, width), min(int(box[3]) + 2, height)
    if left >= right or top >= bottom:
        return None
    part = np.ascontiguousarray(mask[top:bottom, left:right])
    return mask_outline(part, left=left, top=top)
