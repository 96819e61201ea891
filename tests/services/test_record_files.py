import csv
import json
from dataclasses import replace

import pytest

from app.conversations.targets.targets import TARGETS, Shown
from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import Image
from app.core.label_class import LabelClass
from app.services import record_files as record_files_module
from app.services.export import export
from app.services.import_photos import import_photos
from app.services.record_files import LIST_NAME, record_files
from tests.helpers.made_records import dialogue, facts_with

NORMAL = facts_with([], 640, 480)
MARKED = facts_with([Box(10, 20, 300, 400)], 640, 480)


def written(folder, target, all_facts):
    """Exports images 0, 1, ...; gives the names of their photos, in the order of the file."""
    folder.mkdir()
    with record_files(folder) as files:
        for n, facts in enumerate(all_facts):
            shown = Shown(f"/{n}.png", 640, 480)
            record = dialogue(facts, "en")
            row = TARGETS[target].line(record, facts, shown)
            image = Image(n, f"{n}.png", str(n), 640, 480)
            files.add_image(image, shown.path, frozenset(), [(record, row)])
    lines = (folder / "train.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    with (folder / LIST_NAME).open(encoding="utf-8", newline="") as file:
        listed = [(int(told["line"]), told["photo"]) for told in csv.DictReader(file)]
    assert listed == [(line, row["images"][0]) for line, row in enumerate(rows, start=1)]
    return [row["images"][0] for row in rows]


@pytest.mark.parametrize(
    ("target", "order"),
    [
        # Of a file that begins with 10 MB of empty `objects` ms-swift could read no box.
        ("ms-swift/qwen2.5-vl", ["/3.png", "/0.png", "/1.png", "/2.png", "/4.png"]),
        ("llama-factory/qwen2.5-vl", ["/0.png", "/1.png", "/2.png", "/3.png", "/4.png"]),
    ],
)
def test_a_row_that_tells_the_types_comes_first_where_it_would_come_late(
    tmp_path, monkeypatch, target, order
):
    monkeypatch.setattr(record_files_module, "_EARLY_BYTES", 500)
    facts = [NORMAL, NORMAL, NORMAL, MARKED, NORMAL]
    assert written(tmp_path / "out", target, facts) == order


def test_rows_keep_their_order_where_one_that_tells_the_types_comes_early(tmp_path):
    facts = [NORMAL, NORMAL, MARKED, NORMAL, MARKED]
    order = [f"/{n}.png" for n in range(5)]
    assert written(tmp_path / "out", "ms-swift/qwen2.5-vl", facts) == order


def test_rows_without_boxes_are_written_where_no_other_ever_comes(tmp_path):
    photos = written(tmp_path / "out", "ms-swift/qwen3-vl", [NORMAL, NORMAL])
    assert photos == ["/0.png", "/1.png"]


def test_rows_that_wait_on_the_disk_are_written_in_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(record_files_module, "_HELD_BYTES", 1)
    monkeypatch.setattr(record_files_module, "_EARLY_BYTES", 1)
    photos = written(tmp_path / "out", "ms-swift/qwen3-vl", [NORMAL, NORMAL, NORMAL, MARKED])
    assert photos == ["/3.png", "/0.png", "/1.png", "/2.png"]
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [LIST_NAME, "train.jsonl"]


def test_a_class_named_like_a_word_of_the_trainers_is_refused(project, photos, tmp_path):
    project.add_classes([LabelClass("streak"), LabelClass("a <bbox>")], actor="lead")
    import_photos(project, photos)
    before = project.images.get(1).label
    normal = replace(before, state="submitted", annotator="li", is_normal=True)
    project.apply([ImageEdit(1, before, normal)], actor="li")
    with pytest.raises(UserError, match="'<bbox>' for a word of their own"):
        export(project, "jsonl", tmp_path / "out")
    assert not (tmp_path / "out").exists()
