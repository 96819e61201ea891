"""Weights converted for OpenVINO: once, whole, and with the finds of the weights themselves."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from comparing import assert_same, with_area

from app.core.geometry import match_one_to_one
from app.imaging.preparing import PREPARE
from app.samples.powder_bed import PHOTO_KINDS, powder_bed_photo
from app.services.models import starter_model
from backends.base import DetectorSettings
from backends.client import ModelWorker
from backends.worker import LOG_NAME

pytestmark = pytest.mark.slow


def test_the_starter_finds_the_same_on_both_engines(tmp_path):
    """In bfloat16, which OpenVINO chooses where the CPU can, one find in twenty would differ."""
    model = starter_model()
    settings = DetectorSettings(
        model.weights,
        cache=tmp_path,
        confidence=0.2,
        iou=model.iou,
        image_size_px=model.image_size_px,
        device="cpu",
    )
    prepare = PREPARE[model.preprocess]
    photos = []
    for seed, kind in enumerate(2 * sorted(PHOTO_KINDS)):
        grey = powder_bed_photo(seed, size_px=512, kind=kind).pixels
        photo = np.stack([grey] * 3, axis=-1)
        photos.append(prepare(photo, longer_side_px=model.image_size_px))
    with ModelWorker(settings) as fast, ModelWorker(replace(settings, fast_engine=False)) as plain:
        assert (fast.device, plain.device) == ("cpu (OpenVINO)", "cpu (PyTorch)")
        results = list(zip(fast.detect(photos), plain.detect(photos), strict=True))
    assert sum(len(theirs) for _, theirs in results) >= 20
    for ours, theirs in results:
        pairs = match_one_to_one([f.box for f in ours], [f.box for f in theirs], iou=0.99)
        assert len(pairs) == len(ours) == len(theirs)
        for i, j in pairs:
            assert ours[i].class_name == theirs[j].class_name
            assert ours[i].score == pytest.approx(theirs[j].score, abs=1e-3)
            assert ours[i].box.corners == pytest.approx(theirs[j].box.corners, abs=0.05)


def test_it_is_made_once_and_nothing_is_written_beside_the_weights(made, tmp_path):
    weights, cache = tmp_path / "my weights.pt", tmp_path / "c"
    shutil.copy(made.weights("detect-pt"), weights)
    settings = made.settings("detect-openvino", weights=weights, cache=cache)
    with ModelWorker(settings) as worker:
        assert worker.device == "cpu (OpenVINO)"
        assert worker.notes == (
            "my weights.pt was converted for OpenVINO as it was loaded. That is done only once.",
        )
    assert [path.name for path in tmp_path.iterdir() if path != cache] == ["my weights.pt"]
    (engine,) = (cache / "engines").iterdir()
    stamps = {file: file.stat().st_mtime_ns for file in engine.iterdir()}
    with ModelWorker(replace(settings, image_size_px=256)) as again:
        assert (again.device, again.notes) == ("cpu (OpenVINO)", ())
    assert {file: file.stat().st_mtime_ns for file in engine.iterdir()} == stamps

    # The same folder, under a name that hides from ultralytics what it is.
    folder = tmp_path / "engine.pt"
    shutil.copytree(engine, folder)
    with ModelWorker(replace(settings, weights=folder)) as worker:
        assert worker.device == "cpu (OpenVINO)"
        (ours,) = worker.detect([made.photos["large"]])
    assert_same(ours, with_area(made.finds("detect-pt")["large"]), made.photos["large"])


def test_a_failed_conversion_is_told_and_the_weights_run_as_they_are(made, tmp_path):
    (tmp_path / "engines").write_text("in the way of the folder")
    with ModelWorker(made.settings("detect-openvino", cache=tmp_path)) as worker:
        assert worker.device == "cpu (PyTorch)"
        (note,) = worker.notes
        assert "could not be converted" in note
        assert worker.detect([made.photos["tiny"]])[0]
    log = (tmp_path / LOG_NAME).read_text()
    assert "model worker" in log and "FileExistsError" in log
