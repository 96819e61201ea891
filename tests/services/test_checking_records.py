"""Records and conversations are compared with the labels, whoever wrote or changed them."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from app.conversations.targets.targets import TARGETS
from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.services.check import Finding
from app.services.check_conversations import check_conversations
from app.services.check_records import check_records
from app.services.conversation_writing import writers_for
from app.services.converse import conversation_of, edit_exchange, write_conversations
from app.services.create import load_label_set
from app.services.export import ExportOptions, export
from app.services.import_photos import import_photos
from app.services.record_options import RecordExport
from app.storage.project import Project

Row = dict[str, Any]
SLAG = 2


@pytest.fixture
def bed(project: Project, photos: Path) -> Project:
    """Slag in the top left of image 1, and two pieces at the bottom of image 2; 3 is normal."""
    project.add_classes(load_label_set("powder-bed").classes, actor="lead")
    import_photos(project, photos)
    boxes = {1: [(10, 10, 30, 25)], 2: [(90, 80, 110, 95), (80, 70, 86, 99)], 3: []}
    for image_id, corners in boxes.items():
        label = project.images.get(image_id).label
        drawn = [Annotation(new_uid(), SLAG, Box(*each), author="li") for each in corners]
        project.apply(
            [
                *(AnnotationEdit(image_id, None, each) for each in drawn),
                ImageEdit(
                    image_id,
                    label,
                    replace(label, state="submitted", annotator="li", is_normal=not corners),
                ),
            ],
            actor="li",
        )
    return project


def exported(project: Project, out: Path, **options: Any) -> Path:
    records = RecordExport(**options)
    export(project, "jsonl", out, options=ExportOptions(records=records))
    return out / "train.jsonl"


def checked(project: Project, file: Path, target: str = "ms-swift/qwen2.5-vl") -> list[Finding]:
    return check_records(project, file, TARGETS[target])


def changed(file: Path, change: Callable[[Row], bool]) -> int:
    """The number of the first line that `change` changes."""
    lines = file.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        row = json.loads(line)
        if change(row):
            lines[number] = json.dumps(row, ensure_ascii=False)
            file.write_text("\n".join(lines) + "\n", "utf-8")
            return number + 1
    raise AssertionError("no line to change")


@pytest.mark.parametrize(
    ("target", "bake"),
    [*((t, False) for t in TARGETS), *((t, True) for t in TARGETS if "/qwen2.5-vl" in t)],
)
def test_what_was_exported_is_read_back_without_a_finding(
    bed: Project, tmp_path: Path, target: str, bake: bool
) -> None:
    options = {"target": target, "bake": bake, "languages": ("zh",), "per_image": 5}
    file = exported(bed, tmp_path / "out", **options, kinds=("where",))
    assert checked(bed, file, target) == []


@pytest.mark.parametrize(
    ("copies", "is_listed"),
    [
        ({}, True),
        ({}, False),
        # Which photo a copy is of, the list alone says.
        ({"bake": True}, True),
        ({"bake": True, "enlarge": False}, True),
        ({"bake": True, "max_pixels": 50_176}, True),
    ],
)
def test_a_report_that_is_wrong_on_purpose_is_no_finding(
    bed: Project, tmp_path: Path, copies: dict[str, Any], is_listed: bool
) -> None:
    file = exported(bed, tmp_path / "out", noise=1.0, kinds=("presence",), per_image=9, **copies)
    if not is_listed:
        (tmp_path / "out" / "records.csv").unlink()
    assert checked(bed, file) == []


def test_a_moved_box_is_found_with_line_turn_and_image(bed: Project, tmp_path: Path) -> None:
    file = exported(bed, tmp_path / "out", kinds=("where",), noise=0.0, per_image=9)

    def move(row: Row) -> bool:
        boxes = row["objects"]["bbox"]
        if boxes:
            boxes[0][0] += 40
        return bool(boxes)

    number = changed(file, move)
    found = checked(bed, file)
    assert found and all(f.severity == "error" for f in found)
    assert all(f"line {number}, turn " in f.what for f in found)
    assert {f.image for f in found} <= {
        "../photos/monday/layer_0.png",
        "../photos/monday/layer_1.png",
    }


def test_a_word_by_a_model_that_the_labels_deny_is_found(bed: Project, tmp_path: Path) -> None:
    file = exported(bed, tmp_path / "out", kinds=("presence",), noise=0.0)

    def rephrase(row: Row) -> bool:
        row["messages"][-1]["content"] = "Three wrinkles run across the top."
        return True

    number = changed(file, rephrase)
    (first, *_) = checked(bed, file)
    assert f"line {number}, turn 3 (assistant): “" in first.what
    assert "wrinkle" in first.what


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: is not JSON"),
        ("[]", "line 1: is not a JSON object"),
        ('{"messages": [], "images": ["/nowhere.png"]}', "is no photo of the project"),
        ('{"messages": [], "images": []}', "names 0 photos"),
    ],
)
def test_a_line_that_is_no_record_is_told(
    bed: Project, tmp_path: Path, line: str, words: str
) -> None:
    (tmp_path / "any.jsonl").write_text(line + "\n\n", "utf-8")
    (finding,) = checked(bed, tmp_path / "any.jsonl")
    assert finding.kind == "record_not_read" and words in finding.what


def test_a_file_that_cannot_be_read_is_told(bed: Project, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read"):
        checked(bed, tmp_path / "nowhere.jsonl")


@pytest.mark.parametrize("broken", ["2", "2,a,b,de,where,", "two,a,b,en,where,"])
def test_a_broken_line_in_the_list_is_passed_over(
    bed: Project, tmp_path: Path, broken: str
) -> None:
    file = exported(bed, tmp_path / "out", noise=0.0)
    listed = file.with_name("records.csv")
    lines = listed.read_text("utf-8").splitlines()
    lines[2] = f"train.jsonl,{broken}"
    listed.write_text("\n".join(lines), "utf-8")
    assert checked(bed, file) == []


def test_someone_elses_list_beside_the_file_is_left_alone(bed: Project, tmp_path: Path) -> None:
    file = exported(bed, tmp_path / "out", kinds=("where",))
    (tmp_path / "other").mkdir()
    shutil.copy(file, tmp_path / "other" / file.name)
    (tmp_path / "other" / "records.csv").write_bytes(b"a,b\n1,\xff\n")
    assert checked(bed, tmp_path / "other" / file.name) == []


def test_every_conversation_is_compared_with_the_labels(bed: Project) -> None:
    images = [bed.images.get(i) for i in (1, 2, 3)]
    writers = writers_for(bed, ["en", "zh"])
    write_conversations(bed, images, writers)
    before = {asdict(f)["what"] for f in check_conversations(bed)}
    seen = conversation_of(bed, images[0], "en", writers)
    index = next(n for n, e in enumerate(seen.stored.exchanges) if e.section == "presence")
    question = seen.stored.exchanges[index].question
    edit_exchange(
        bed, seen, index, question=question, answer="There are two wrinkles.", person="wang"
    )
    found = [f for f in check_conversations(bed) if f.what not in before]
    assert found and all(f.severity == "error" for f in found)
    assert {f.image for f in found} == {images[0].path}
    assert any(f"en, answer {index + 1}: “" in f.what and "wrinkle" in f.what for f in found)
