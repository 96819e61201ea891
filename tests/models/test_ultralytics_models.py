"""The model worker against plain ultralytics, with real models of every head and engine."""

import sys
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
import ten_photos
from comparing import assert_same, with_area
from make_models import OTHERS

from app.core.geometry import Box
from app.core.progress import Cancelled
from backends.base import BackendSpec
from backends.client import ModelWorker

pytestmark = pytest.mark.slow

ENGINES = {"pt": "PyTorch", "onnx": "ONNX Runtime", "openvino": "OpenVINO"}


@pytest.mark.parametrize(
    "case", ["detect-pt", "detect-onnx", "detect-openvino", "nmsfree-pt", "nmsfree-openvino"]
)
def test_boxes_are_those_of_plain_ultralytics(made, loaded, case):
    """All photos in one batch: neither a neighbour nor its shape may change a photo's finds."""
    model = loaded(made.settings(case))
    assert model.device == f"cpu ({ENGINES[case.split('-')[1]]})"
    assert [note for note in model.notes if "done only once" not in note] == []
    assert model.class_names[:2] == ("缺陷 0", "缺陷 1")
    results = model.detect(list(made.photos.values()))
    alone = model.detect([made.photos["upright"]])[0]
    assert len(results) == 10 and all(results)
    for (name, photo), ours in zip(made.photos.items(), results, strict=True):
        assert_same(ours, with_area(made.finds(case)[name]), photo)
        assert all(find.box.inside(photo.shape[1], photo.shape[0]) for find in ours)
        assert all(find.polygon is None for find in ours)
    assert alone == results[list(made.photos).index("upright")]


def test_photos_that_go_through_together_are_answered_as_if_alone(made, loaded):
    wide = made.photos["wide"]
    kin = [wide, wide[:, ::-1], wide[::-1], wide[::-1, ::-1], 255 - wide, made.photos["odd"]]
    backend = BackendSpec("YOLO", "batching_yolo:Batching")
    model = loaded(made.settings("segment-pt"), backend)
    together = model.detect(kin)
    alone = [model.detect([photo])[0] for photo in kin]
    assert all(together)
    for photo, finds, others in zip(kin, together, alone, strict=True):
        expected = [
            {"class": find.class_name, "score": find.score, "box": find.box.corners}
            for find in others
        ]
        assert_same(finds, expected, photo)


@pytest.mark.parametrize("case", ["segment-pt", "segment-onnx", "segment-openvino"])
def test_masks_become_outlines_in_place(made, loaded, case):
    model = loaded(made.settings(case))
    results = model.detect(list(made.photos.values()))
    compared = 0
    for (name, photo), ours in zip(made.photos.items(), results, strict=True):
        theirs = with_area(made.finds(case)[name])
        assert_same(ours, theirs, photo)
        for find, other in zip(ours, theirs, strict=True):
            area, *corners = other["mask"]
            outline = np.array(find.polygon, np.float32)
            assert Box.around(find.polygon).inside(photo.shape[1], photo.shape[0])
            if area < 300:
                continue  # of tiny parts, which is the largest hangs on single pixels
            holes_allowed = 0.97 * area - 2 * cv2.arcLength(outline, True)
            if Box.around(find.polygon).corners == pytest.approx(corners, abs=1):
                compared += 1
            assert cv2.contourArea(outline) >= holes_allowed
    assert compared >= 20


@pytest.mark.parametrize("case", ["obb-pt", "obb-openvino"])
def test_oriented_boxes_become_polygons_cut_at_the_edge(made, loaded, case):
    model = loaded(made.settings(case))
    results = model.detect(list(made.photos.values()))
    whole = cut = 0
    for (name, photo), ours in zip(made.photos.items(), results, strict=True):
        height, width = photo.shape[:2]
        frame = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        theirs = [f for f in made.finds(case)[name] if visible(f, frame) > 1e-3]
        assert len(ours) == len(theirs)
        for find, other in zip(ours, theirs, strict=True):
            assert find.class_name == other["class"]
            assert find.score == pytest.approx(other["score"], abs=1e-3)
            assert find.box == Box.around(find.polygon)
            assert find.box.inside(width, height)
            area = cv2.contourArea(np.array(find.polygon, np.float32))
            assert area == pytest.approx(visible(other, frame), rel=0.01, abs=0.5)
            if Box.around(map(tuple, other["corners"])).inside(width, height):
                whole += 1
                expected = [c for corner in other["corners"] for c in corner]
                assert [c for p in find.polygon for c in p] == pytest.approx(expected, abs=0.05)
            else:
                cut += 1
    assert whole >= 5 and cut >= 5


def visible(find, frame):
    return cv2.intersectConvexConvex(np.array(find["corners"], np.float32), frame)[0]


def test_settings_are_followed(made, loaded):
    """Each matters here: were any of them ignored, plain ultralytics would find something else."""
    expected = made.followed["all"]
    assert all(made.followed[name] != expected for name in OTHERS)
    settings = made.settings(
        "detect-openvino",
        confidence=OTHERS["conf"],
        iou=OTHERS["iou"],
        max_detections=OTHERS["max_det"],
        image_size_px=OTHERS["imgsz"],
    )
    found = [name for name, finds in expected.items() if with_area(finds)]
    model = loaded(settings)
    results = model.detect([made.photos[name] for name in found])
    assert len(found) > 1
    for name, ours in zip(found, results, strict=True):
        assert_same(ours, with_area(expected[name]), made.photos[name])


def test_photos_of_extreme_shapes(made, loaded):
    shapes = [(1, 1, 3), (3, 2000, 3), (2000, 3, 3), (31, 33, 3)]
    model = loaded(made.settings("segment-pt", confidence=0.01))
    results = model.detect([np.full(shape, 90, np.uint8) for shape in shapes])
    assert any(results)
    for (height, width, _), finds in zip(shapes, results, strict=True):
        assert all(find.box.inside(width, height) for find in finds)
        assert all(Box.around(find.polygon).inside(width, height) for find in finds)


def test_large_photos_in_tiles_and_what_fixed_weights_cannot_follow(made):
    """At so low a score something is found everywhere, whatever the weights were made with."""
    settings = made.settings(
        "segment-onnx",
        image_size_px=640,
        tile_px=700,
        tile_overlap=0.1,
        confidence=0.05,
        max_detections=200,
    )
    large = ten_photos.photo(1500, 2100, 3)
    with ModelWorker(settings) as worker:
        (note,) = worker.notes
        (finds,) = worker.detect([large])
    assert "320x320, not 640" in note
    assert 0 < len(finds) <= settings.max_detections
    assert all(find.box.inside(large.shape[1], large.shape[0]) for find in finds)
    assert max(find.box.right for find in finds) > 1400
    assert max(find.box.bottom for find in finds) > 800


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_cancel_while_a_real_model_computes(made):
    """Had it waited for the model, the finds would have come instead of Cancelled."""
    worker = ModelWorker(made.settings("segment-pt", image_size_px=1280))
    worker.start()
    process = worker._process
    seen = []

    def work():
        try:
            seen.append(worker.detect([made.photos["large"]] * 24))
        except Cancelled:
            seen.append("cancelled")

    thread = threading.Thread(target=work)
    before = cpu_s(process.pid)
    thread.start()
    while cpu_s(process.pid) < before + 0.5:
        assert thread.is_alive()
        time.sleep(0.02)
    worker.cancel()
    thread.join()
    assert seen == ["cancelled"]
    assert not Path(f"/proc/{process.pid}").exists()
    with worker:
        assert worker.detect([made.photos["wide"]])[0]


def cpu_s(pid):
    """Seconds of computing that a process has had."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / 100
