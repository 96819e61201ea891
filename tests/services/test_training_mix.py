"""Balance of what is exported: repeats in the list, caps, changed copies of training photos."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.annotation import Annotation, new_uid
from app.core.augmentation import AUGMENT_KINDS, USUAL_KINDS
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image import ImageLabel, Split
from app.core.label_class import LabelClass
from app.formats.base import LabelFormat, LabelledImage, Size
from app.formats.coco import Coco
from app.formats.yolo import Yolo
from app.imaging.pixels import read_pixels
from app.services.export import ExportOptions, ExportReport, export
from app.services.export_set import Mix
from app.services.import_photos import import_photos
from app.services.record_options import RecordExport
from app.storage.project import Project
from tests.services.conftest import WritePhoto

BOX = Box(20, 10, 60.5, 40)
OUTLINE = ((20.0, 10.0), (60.5, 10.0), (60.5, 40.0))
COMMON, RARE = 12, 1


@pytest.fixture
def uneven(project: Project, tmp_path: Path, write_photo: WritePhoto) -> Project:
    """Twelve training images with a streak, one with slag, two to validate on with slag."""
    project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="lead")
    for number in range(COMMON + RARE + 2):
        write_photo(tmp_path / "photos" / f"layer_{number:02}.png", seed=number)
    import_photos(project, tmp_path / "photos")
    edits: list[AnnotationEdit | ImageEdit] = []
    for image in project.images.all():
        is_common = image.id <= COMMON
        drawn = Annotation(new_uid(), 1 if is_common else 2, BOX, OUTLINE, author="li")
        edits.append(AnnotationEdit(image.id, None, drawn))
        edits.append(ImageEdit(image.id, ImageLabel(), ImageLabel("in_progress")))
    project.apply(edits, actor="li")
    set_splits(project, {i.id: _split(i.id) for i in project.images.all()})
    return project


def set_splits(project: Project, splits: dict[int, Split | None]) -> None:
    edits = [
        ImageEdit(i.id, i.label, replace(i.label, split=splits[i.id])) for i in project.images.all()
    ]
    project.apply(edits, actor="li", kind="split")


def _split(image_id: int) -> Split:
    return "train" if image_id <= COMMON + RARE else "val"


def written(project: Project, out: Path, target: str = "yolo", **mix: object) -> ExportReport:
    return export(project, target, out, options=ExportOptions(mix=Mix(**mix)))  # type: ignore[arg-type]


def listed(out: Path, name: str = "train.txt") -> Counter[str]:
    return Counter(Path(row).name for row in (out / name).read_text().splitlines())


def read_back(label_format: LabelFormat, out: Path) -> dict[str, LabelledImage]:
    photos = {}
    for path in out.rglob("*.png"):
        height, width = read_pixels(path).shape[:2]
        photos[path.resolve()] = Size(width, height)
    return {image.path.name: image for image in label_format.read(out, photos, pytest.fail)}


def test_repeats_stand_in_the_list_and_validation_stays(uneven: Project, tmp_path: Path) -> None:
    report = written(uneven, tmp_path / "out", balance=True)

    # f = 1/13 of the images with a box, t = 1/2: sqrt(13 / 2) = 2.55 times.
    rows = listed(tmp_path / "out")
    assert rows.pop("layer_12.png") in (2, 3)
    assert set(rows.values()) == {1} and len(rows) == COMMON
    assert "val: images/val" in (tmp_path / "out" / "data.yaml").read_text()
    assert any("taken more than once" in note for note in report.notes)
    assert report.images == COMMON + RARE + 2


def test_without_a_wish_there_is_no_list(uneven: Project, tmp_path: Path) -> None:
    written(uneven, tmp_path / "out")

    assert not (tmp_path / "out" / "train.txt").exists()


def test_a_cap_leaves_out_the_frequent(uneven: Project, tmp_path: Path) -> None:
    report = written(uneven, tmp_path / "out", cap=5)

    photos = [p.parent.name for p in (tmp_path / "out" / "images").rglob("*.png")]
    assert Counter(photos) == {"train": 5 + RARE, "val": 2}
    assert report.images == 5 + RARE + 2
    assert any("7 training images were left out" in note for note in report.notes)


def test_records_are_capped_alike(uneven: Project, tmp_path: Path) -> None:
    options = ExportOptions(records=RecordExport(cap=5))
    report = export(uneven, "jsonl", tmp_path / "out", options=options)

    rows = [json.loads(row) for row in (tmp_path / "out" / "train.jsonl").read_text().splitlines()]
    assert len({row["images"][0] for row in rows}) == 5 + RARE
    assert any("7 training images were left out" in note for note in report.notes)


@pytest.mark.parametrize("kinds", [USUAL_KINDS, AUGMENT_KINDS, ("mirror",)])
def test_copies_are_marked_and_of_training_photos_alone(
    uneven: Project, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    written(uneven, tmp_path / "out", balance=True, augment=kinds)

    copies = [p for p in (tmp_path / "out").rglob("*~aug*") if p.suffix == ".png"]
    assert copies
    assert {p.parent.name for p in copies} == {"train"}
    assert all(p.name.startswith("layer_12~aug") for p in copies)
    rows = listed(tmp_path / "out")
    assert all(rows[p.name] == 1 for p in copies)
    assert 2 <= sum(n for name, n in rows.items() if name.startswith("layer_12")) <= 3


def test_labels_of_a_copy_fit_its_pixels(uneven: Project, tmp_path: Path) -> None:
    """The box's content on the photo, and on its mirrored copy, are mirror images."""
    written(uneven, tmp_path / "out", balance=True, augment=("mirror",))

    found = read_back(Yolo(), tmp_path / "out")
    copy = found["layer_12~aug1-mirror.png"]
    (shape,) = copy.shapes
    assert shape.box.corners == pytest.approx((200 - 60.5, 10, 180, 40), abs=1e-4)
    whole = read_pixels(tmp_path / "photos" / "layer_12.png")
    mirrored = read_pixels(tmp_path / "out" / "images" / "train" / copy.path.name)
    assert (mirrored == whole[:, ::-1]).all()


def test_outlines_go_along_where_a_format_has_them(uneven: Project, tmp_path: Path) -> None:
    written(uneven, tmp_path / "out", "coco", balance=True, augment=("mirror",))

    found = read_back(Coco(), tmp_path / "out")
    (shape,) = found["layer_12~aug1-mirror.png"].shapes
    assert shape.polygon == ((180.0, 10.0), (139.5, 10.0), (139.5, 40.0))


def test_a_set_without_validation_is_validated_on_what_is_no_copy(
    uneven: Project, tmp_path: Path
) -> None:
    set_splits(uneven, dict.fromkeys(range(1, 100)))
    written(uneven, tmp_path / "out", balance=True, augment=("mirror",))

    validated = listed(tmp_path / "out", "val.txt")
    assert not [name for name in validated if "~aug" in name]
    assert set(validated.values()) == {1} and len(validated) == COMMON + RARE + 2
    assert [name for name in listed(tmp_path / "out") if "~aug" in name]


def test_the_same_export_is_the_same(uneven: Project, tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(uneven, tmp_path / name, balance=True, cap=4, augment=USUAL_KINDS)

    def files(name: str) -> dict[str, bytes]:
        root = tmp_path / name
        return {
            p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()
        }

    assert files("one") == files("two")


def test_what_makes_no_sense_is_refused() -> None:
    for wrong in ({"cap": 0}, {"normal_share": 1.5}):
        with pytest.raises(ValueError, match="must be"):
            Mix(**wrong)  # type: ignore[arg-type]
