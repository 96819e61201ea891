"""Multimodal records through the real command line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.services.create import create_project, load_label_set
from app.services.import_photos import import_photos
from tests.e2e.conftest import Flawmark
from tests.helpers.drawn_photos import noise_photos


@pytest.fixture
def bed(tmp_path: Path) -> Path:
    """A project of four photos: a streak on each of the first two, and two normal ones."""
    photos = noise_photos(tmp_path / "photos", 4)
    folder = tmp_path / "bed"
    with create_project(folder, load_label_set("powder-bed"), actor="li") as project:
        import_photos(project, photos)
        for image in project.images.all():
            is_normal = image.id > 2
            before = image.label
            after = replace(before, state="submitted", annotator="li", is_normal=is_normal)
            drawn = Annotation(new_uid(), 1, Box(80, 5, 90, 85), author="li")
            boxes = [] if is_normal else [AnnotationEdit(image.id, None, drawn)]
            project.apply([*boxes, ImageEdit(image.id, before, after)], actor="li")
    return folder


@pytest.mark.slow
def test_records_are_exported_and_checked(bed: Path, tmp_path: Path, flawmark: Flawmark) -> None:
    listed = {target["target"] for target in flawmark("targets", "--json").json}
    assert {"ms-swift/qwen2.5-vl", "llama-factory/qwen3-vl", "messages/internvl"} <= listed
    out = tmp_path / "out"
    target = ("--target", "llama-factory/qwen3-vl")
    wanted = ("--bake", "--lang", "zh,en", "--kinds", "where,presence", "--records", "2")
    chosen = ("--normal-share", "0.5", "--noise", "0", "--no-system", "--seed", "4", "--balance")
    report = flawmark("export", bed, "--to", "jsonl", *target, *wanted, *chosen, out, "--json").json
    assert (report["images"], report["records"]) == (4, 16)
    rows = [json.loads(line) for line in (out / "train.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 16
    assert {Path(row["images"][0]).parent for row in rows} == {out / "images"}
    checking = ("check", bed, "--records", out / "train.jsonl", *target)
    assert "0 errors, 0 warnings." in flawmark(*checking).out
    spoiled = (out / "train.jsonl").read_text("utf-8").replace("bbox_2d", "bbox")
    (out / "train.jsonl").write_text(spoiled, "utf-8")
    assert "record_" in flawmark(*checking, code=1).out


@pytest.mark.slow
def test_conversations_are_written_shown_and_checked(bed: Path, flawmark: Flawmark) -> None:
    written = flawmark("converse", bed, "--lang", "en,zh", "--seed", "4", "--json").json
    assert (written["written"], written["kept"]) == (8, 0)
    said = flawmark("converse", bed).out
    assert "0 conversations written, 4 kept as they were." in said
    shown = flawmark("converse", bed, "--show", "layer_1.png").out
    assert "layer_1.png (en, powder-bed)" in shown
    assert "[streak (80, 5, 90, 85)]" in shown
    found = flawmark("check", bed, "--conversations", "--json").json
    assert {f["severity"] for f in found} <= {"warning"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--to", "yolo", "--noise", "0.1"), "--noise is for --to jsonl"),
        (("--to", "yolo", "--least-iou", "0.98"), "--least-iou is for --to jsonl"),
        (("--to", "coco", "--no-system"), "--system is for --to jsonl"),
        (("--to", "jsonl", "--lang", "de"), "--lang wants some of en, zh, not de"),
        (("--to", "jsonl", "--copy"), "--copy is not for --to jsonl"),
        (("--to", "jsonl", "--no-enlarge"), "--enlarge and --no-enlarge are for --bake"),
    ],
)
def test_an_option_that_means_nothing_there_is_refused(
    bed: Path, tmp_path: Path, flawmark: Flawmark, options: tuple[str, ...], words: str
) -> None:
    refused = flawmark("export", bed, tmp_path / "out", *options, code=2)
    assert words in refused.err
    assert not (tmp_path / "out").exists()
