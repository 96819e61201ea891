"""Multimodal records out of a project: what is asked for, and nothing that the labels don't say."""

import csv
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from app.conversations.targets.targets import TARGETS
from app.core.conversation import KINDS
from app.core.edit import ImageEdit
from app.core.errors import UserError
from app.core.progress import Cancelled, Progress
from app.core.splitting import Shares
from app.imaging.opencv import cv2
from app.imaging.pixels import read_pixels
from app.services.conversation_writing import writers_for
from app.services.converse import add_exchange, conversation_of, edit_exchange, take_words
from app.services.create import load_label_set
from app.services.export import ExportOptions, export
from app.services.import_photos import import_photos
from app.services.record_options import RecordExport
from app.storage.project import Project
from tests.helpers.bed_records import STREAK, WRINKLE, box, label, label_bed, rows, written
from tests.services.conftest import WritePhoto


@pytest.fixture
def bed(project: Project, photos: Path) -> Project:
    return label_bed(project, photos)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def listed(out: Path) -> list[dict[str, str]]:
    with (out / "records.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file()
    }


def test_each_image_has_its_records_and_photo(bed: Project, out: Path) -> None:
    report = written(bed, out, per_image=4)
    assert (report.images, report.normal, report.records) == (6, 3, 24)
    assert len(rows(out)) == 24
    photos = Counter(row["images"][0] for row in rows(out))
    assert photos == {str(bed.locate(image.path)): 4 for image in bed.images.all()}
    for row in rows(out):
        roles = [message["role"] for message in row["messages"]]
        assert roles == ["system"] + ["user", "assistant"] * (len(roles) // 2)
        assert sum(m["content"].count("<image>") for m in row["messages"]) == 1
        assert row["messages"][1]["content"].startswith("<image>")


def test_boxes_in_rows_are_those_of_the_labels(bed: Project, out: Path) -> None:
    written(bed, out, kinds=("where",), noise=0.0, per_image=10)
    there = {str(bed.locate(image.path)): image.id for image in bed.images.all()}
    seen = set()
    for row in rows(out):
        standing = bed.annotations.of_image(there[row["images"][0]])
        known = {tuple(round(c, 4) for c in a.box.corners): a.uid for a in standing}
        seen |= {known[tuple(corners)] for corners in row["objects"]["bbox"]}
        text = "".join(m["content"] for m in row["messages"])
        assert text.count("<bbox>") == len(row["objects"]["bbox"])
    assert seen


def test_the_same_project_and_seed_give_the_same_files(bed: Project, out: Path) -> None:
    written(bed, out, languages=("en", "zh"), noise=0.5)
    first = files(out)
    written(bed, out, languages=("en", "zh"), noise=0.5)
    assert files(out) == first
    written(bed, out, languages=("en", "zh"), noise=0.5, seed=7)
    other = files(out)
    assert other["train.jsonl"] != first["train.jsonl"]
    written(bed, out, languages=("en", "zh"), noise=0.5)  # the project has kept the seed
    assert files(out) == other
    written(bed, out, languages=("en", "zh"), noise=0.5, seed=0)
    assert files(out) == first


def test_every_line_is_listed_and_wrong_ones_are_marked(bed: Project, out: Path) -> None:
    report = written(bed, out, languages=("en", "zh"), noise=1.0, per_image=5)
    lines = listed(out)
    assert len(lines) == report.records == len(rows(out))
    assert [int(line["line"]) for line in lines] == list(range(1, len(lines) + 1))
    for line, row in zip(lines, rows(out), strict=True):
        assert line["photo"] == row["images"][0]
        assert bed.locate(line["image"]) == Path(line["photo"])
        text = row["messages"][1]["content"]
        assert (line["language"] == "zh") == any("\u4e00" <= c <= "\u9fff" for c in text)
    faults = [line for line in lines if line["fault"]]
    assert 0 < len(faults) < len(lines)
    assert f"{len(faults)} records are told something wrong on purpose" in " ".join(report.notes)
    card = (out / "README.md").read_text("utf-8")
    told = Counter(line["fault"] for line in faults)
    assert f"| records with a fault: missed | {told['missed']} |" in card
    written(bed, out, languages=("en", "zh"), noise=0.0, per_image=5)
    assert not any(line["fault"] for line in listed(out))


def test_records_that_a_model_worded_name_it(bed: Project, out: Path) -> None:
    image, writers = bed.images.get(1), writers_for(bed, ["en"])
    conversation = conversation_of(bed, image, "en", writers)
    before = conversation.stored.exchanges[0]
    words = replace(before, reworded_by="qwen2.5-72b")
    take_words(bed, conversation, index=0, before=before, after=words)
    written(bed, out, per_image=20)
    named = {line["image"] for line in listed(out) if line["reworded_by"] == "qwen2.5-72b"}
    assert named == {image.path}
    assert {line["reworded_by"] for line in listed(out)} == {"", "qwen2.5-72b"}


def test_only_the_kinds_and_languages_asked_for(bed: Project, out: Path) -> None:
    written(bed, out, kinds=("presence", "cause"), languages=("zh",), system=False)
    assert {line["language"] for line in listed(out)} == {"zh"}
    asked = {kind for line in listed(out) for kind in line["kinds"].split()}
    assert asked <= {"presence", "cause"}
    assert {row["messages"][0]["role"] for row in rows(out)} == {"user"}
    written(bed, out, per_image=20)
    assert {kind for line in listed(out) for kind in line["kinds"].split()} == set(KINDS)


def test_splits_go_to_files_of_their_own(bed: Project, out: Path) -> None:
    options = ExportOptions(shares=Shares(0.5, 0.5), records=RecordExport(noise=1.0))
    export(bed, "jsonl", out, actor="lead", options=options)
    # What a model is judged by is never told something wrong.
    assert {line["file"] for line in listed(out) if line["fault"]} == {"train.jsonl"}
    split_of = {str(bed.locate(i.path)): i.label.split for i in bed.images.all()}
    for split in ("train", "val"):
        assert {split_of[row["images"][0]] for row in rows(out, split)} == {split}
    assert not (out / "test.jsonl").exists()


@pytest.mark.parametrize(("share", "normal", "others"), [(0.5, 3, 3), (0.25, 1, 3), (0.75, 3, 1)])
def test_a_normal_share_leaves_out_the_surplus(
    bed: Project, out: Path, share: float, normal: int, others: int
) -> None:
    report = written(bed, out, normal_share=share)
    left_out = 6 - normal - others
    assert any(f"{left_out} training images were left out" in n for n in report.notes) == bool(
        left_out
    )
    taken = {row["images"][0] for row in rows(out)}
    numbers = [i.id for i in bed.images.all() if str(bed.locate(i.path)) in taken]
    assert (report.images, report.normal) == (normal + others, normal)
    assert not any("stand beside" in note for note in report.notes)
    assert sum(number >= 4 for number in numbers) == normal
    assert sum(number < 4 for number in numbers) == others
    first = files(out)
    written(bed, out, normal_share=share)
    assert files(out) == first


def test_a_share_that_cannot_be_had_is_refused(bed: Project, out: Path) -> None:
    for image_id in (4, 5, 6):
        label(bed, image_id, box(STREAK, 10, 10, 20, 60))
    with pytest.raises(UserError, match="no normal images"):
        written(bed, out, normal_share=0.5)
    assert not out.exists()
    report = written(bed, out)
    assert any("0 normal images stand beside 6" in note for note in report.notes)


def test_a_share_is_taken_of_training_images_only(bed: Project, out: Path) -> None:
    images = {i.id: i.label for i in bed.images.all()}
    bed.apply(
        [
            ImageEdit(i, images[i], replace(images[i], split="train" if i in (2, 3, 6) else "val"))
            for i in range(1, 7)
        ],
        actor="li",
    )
    written(bed, out, normal_share=0.0)
    assert {row["images"][0] for row in rows(out)} == {
        str(bed.locate(bed.images.get(i).path)) for i in (2, 3)
    }
    assert len({row["images"][0] for row in rows(out, "val")}) == 3


def test_images_of_rare_classes_are_taken_again_with_other_records(
    project: Project, tmp_path: Path, write_photo: WritePhoto, out: Path
) -> None:
    for number in range(17):
        write_photo(tmp_path / "photos" / f"{number:02}.png", seed=number)
    project.add_classes(load_label_set("powder-bed").classes, actor="lead")
    import_photos(project, tmp_path / "photos")
    for image_id in range(1, 17):
        label(project, image_id, box(STREAK, 10, 10, 20, 60))
    label(project, 17, box(WRINKLE, 10, 10, 90, 60))
    report = written(project, out, balance=True, per_image=2)
    assert any("1 training images were taken more than once" in note for note in report.notes)
    taken = Counter(row["images"][0] for row in rows(out))
    # Half of 17 images is what each of two classes would have: sqrt(8.5) is 2.9.
    rare = taken.pop(str(project.locate(project.images.get(17).path)))
    assert rare in (4, 6)
    assert set(taken.values()) == {2}
    texts = [json.dumps(row["messages"]) for row in rows(out)[-rare:]]
    assert len(set(texts)) == rare


def test_rotated_and_deep_photos_are_copied_as_people_see_them(
    project: Project, tmp_path: Path, out: Path
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.linear_gradient("L").resize((80, 40)).save(photos / "a.jpg", exif=exif)
    deep = (np.arange(60 * 50, dtype=np.uint16) * 20).reshape(50, 60)
    (photos / "b.png").write_bytes(cv2.imencode(".png", deep)[1].tobytes())
    Pillow.linear_gradient("L").save(photos / "c.png")
    project.add_classes(load_label_set("powder-bed").classes, actor="lead")
    import_photos(project, photos)
    label(project, 1, box(STREAK, 5, 10, 20, 60))
    label(project, 2, box(STREAK, 5, 10, 20, 40))
    label(project, 3)
    written(project, out)
    used = list(dict.fromkeys(row["images"][0] for row in rows(out)))
    assert used == [str(out / "images/a.jpg"), str(out / "images/b.png"), str(photos / "c.png")]
    for name, photo in (("a.jpg", photos / "a.jpg"), ("b.png", photos / "b.png")):
        with Pillow.open(out / "images" / name) as copy:
            pixels = np.asarray(copy.convert("RGB")).astype(int)
        meant = read_pixels(photo)
        assert pixels.shape == meant.shape
        assert np.abs(pixels - meant).mean() < 1


@pytest.mark.parametrize("target", ["ms-swift/qwen2.5-vl", "llama-factory/qwen3-vl"])
@pytest.mark.parametrize(("width_px", "height_px"), [(9, 7), (1500, 20), (640, 480), (1333, 2001)])
def test_baked_photos_are_of_a_size_that_fits_and_boxes_follow(
    project: Project,
    tmp_path: Path,
    write_photo: WritePhoto,
    out: Path,
    target: str,
    width_px: int,
    height_px: int,
) -> None:
    write_photo(tmp_path / "photos" / "a.png", width_px=width_px, height_px=height_px)
    project.add_classes(load_label_set("powder-bed").classes, actor="lead")
    import_photos(project, tmp_path / "photos")
    drawn = box(STREAK, width_px * 0.25, height_px * 0.5, width_px * 0.5, height_px)
    label(project, 1, drawn)
    written(project, out, target=target, bake=True, kinds=("where",), noise=0.0, per_image=9)
    factor_px = TARGETS[target].vlm.factor_px
    with Pillow.open(out / "images" / "a.png") as copy:
        assert copy.mode == "RGB"
        size = copy.size
    assert all(side % factor_px == 0 for side in size) and size[0] * size[1] <= 589_824
    full = (1000, 1000) if "qwen3" in target else size
    for row in rows(out):
        assert row["images"] == [str(out / "images" / "a.png")]
        answer = row["messages"][-1]["content"]
        for found in json.loads(answer) if answer.startswith("[{") else []:
            left, top, right, bottom = found["bbox_2d"]
            assert left == pytest.approx(full[0] * 0.25, abs=1)
            assert right == pytest.approx(full[0] * 0.5, abs=1)
            assert top == pytest.approx(full[1] * 0.5, abs=1)
            assert bottom == pytest.approx(full[1], abs=1)
    assert list((out / "images").iterdir()) == [out / "images" / "a.png"]


def test_the_card_tells_who_shows_copies_as_they_are(bed: Project, out: Path) -> None:
    for target, as_they_are in (("ms-swift/qwen3-vl", True), ("ms-swift/internvl", False)):
        written(bed, out, target=target, bake=True)
        card = (out / "README.md").read_text("utf-8")
        assert ("shows them as they are" in card) is as_they_are
        assert ("cutting them into tiles" in card) is not as_they_are


def test_copies_that_no_trainer_shows_as_they_are_are_refused(bed: Project, out: Path) -> None:
    with pytest.raises(UserError, match="fewer than 65,536 pixels"):
        written(bed, out, target="ms-swift/qwen3-vl", bake=True, max_pixels=20_000)
    assert not out.exists()


def test_a_photo_may_be_as_thin_as_its_vlm_takes_it(project: Project, tmp_path: Path) -> None:
    folder, out = tmp_path / "strips", tmp_path / "out"
    folder.mkdir()
    pixels = np.full((12, 4200), 90, np.uint8)
    (folder / "strip.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    project.add_classes(load_label_set("powder-bed").classes, actor="lead")
    import_photos(project, folder)
    label(project, 1, box(STREAK, 2100, 6, 3150, 12))
    written(project, out, target="messages/kimi-vl", bake=True, kinds=("where",), noise=0.0)
    with Pillow.open(out / "images" / "strip.png") as copy:
        assert copy.size == (4200, 28)
    assert '"bbox_2d\\": [0.500, 0.500, 0.750, 1.000]' in (out / "train.jsonl").read_text("utf-8")
    with pytest.raises(UserError) as refused:
        written(project, out, target="messages/qwen3-vl", bake=True)
    assert "too long and thin" in refused.value.hint


def test_llama_factory_finds_its_list_of_data_sets(bed: Project, out: Path) -> None:
    report = written(bed, out, target="llama-factory/qwen2.5-vl")
    assert report.notes[-1].startswith("Train with: llamafactory-cli train")
    info = json.loads((out / "dataset_info.json").read_text("utf-8"))
    assert info["train"]["file_name"] == "train.jsonl"
    assert info["train"]["tags"]["system_tag"] == "system"
    assert "objects" not in rows(out)[0]
    assert "llamafactory-cli train" in (out / "README.md").read_text("utf-8")


def test_an_unreadable_photo_or_another_one_is_left_out_and_told(
    bed: Project, out: Path, write_photo: WritePhoto
) -> None:
    bed.locate(bed.images.get(2).path).write_bytes(b"\x89PNG\r\n\x1a\n cut off")
    write_photo(bed.locate(bed.images.get(3).path), seed=3, width_px=50)
    report = written(bed, out)
    assert len({row["images"][0] for row in rows(out)}) == 4
    (note,) = (note for note in report.notes if "2 images were left out" in note)
    assert "layer_1.png" in note and "was 200 x 100 when it was labelled" in note


def test_an_image_too_thin_for_the_trainers_is_left_out(
    bed: Project, tmp_path: Path, out: Path, write_photo: WritePhoto
) -> None:
    write_photo(tmp_path / "photos" / "thin.png", width_px=2100, height_px=10)
    import_photos(bed, tmp_path / "photos")
    label(bed, 7, box(STREAK, 10, 1, 300, 9))
    for bake in (False, True):
        report = written(bed, out, bake=bake)
        assert len({row["images"][0] for row in rows(out)}) == 6
        assert any("1 images were left out" in note and "thin.png" in note for note in report.notes)


def test_turns_by_people_go_out_while_the_labels_bear_them_out(bed: Project, out: Path) -> None:
    image = bed.images.get(2)
    writers = writers_for(bed, ["en"])
    seen = conversation_of(bed, image, "en", writers)
    seen = add_exchange(
        bed,
        seen,
        kind="presence",
        question="Does the recoater leave a trace here?",
        answer="Yes, there is one streak.",
        person="wang",
    )
    written(bed, out, per_image=50)
    assert "Does the recoater leave a trace here?" in (out / "train.jsonl").read_text("utf-8")
    label(bed, 2, box(STREAK, 20, 10, 30, 90))
    report = written(bed, out, per_image=50)
    assert "Does the recoater leave a trace here?" not in (out / "train.jsonl").read_text("utf-8")
    (note,) = (note for note in report.notes if "turns that people wrote" in note)
    assert note.startswith("1 turns") and "layer_1.png (en): Does the recoater" in note


def test_an_edited_turn_that_contradicts_the_labels_is_left_out(bed: Project, out: Path) -> None:
    writers = writers_for(bed, ["en"])
    seen = conversation_of(bed, bed.images.get(2), "en", writers)
    place = next(n for n, e in enumerate(seen.stored.exchanges) if e.section == "presence")
    question = seen.stored.exchanges[place].question
    seen = edit_exchange(
        bed, seen, place, question=question, answer="There are two wrinkles.", person="wang"
    )
    # What was written of wrinkles, that there are none, contradicts it in turn.
    later = {finding.kind for finding in seen.findings if finding.turn // 2 != place}
    assert any(finding.turn // 2 == place for finding in seen.findings)
    assert later <= {"contradiction"}
    report = written(bed, out, per_image=50)
    assert "two wrinkles" not in (out / "train.jsonl").read_text("utf-8")
    assert any("1 turns that people wrote" in note for note in report.notes)


def test_an_export_without_any_record_is_refused(bed: Project, out: Path) -> None:
    *others, wrinkle = sorted(bed.classes.all(), key=lambda c: c.id == WRINKLE)
    for each in others:
        bed.change_class(replace(each, en=replace(each.en, causes=())), actor="lead")
    report = written(bed, out, kinds=("cause",))
    assert any("images have no record" in note for note in report.notes)
    bed.change_class(replace(wrinkle, en=replace(wrinkle.en, causes=())), actor="lead")
    before = files(out)
    with pytest.raises(UserError, match="no record to write"):
        written(bed, out, kinds=("cause",))
    assert files(out) == before


def test_an_export_counts_each_image_once(bed: Project, out: Path) -> None:
    told: list[Progress] = []
    options = ExportOptions(records=RecordExport(seed=3))
    export(bed, "jsonl", out, options=options, on_progress=told.append)
    images = sum(bed.images.count().values())
    assert {each.total for each in told} == {images}
    done = [each.done for each in told]
    assert done == sorted(done) and (done[0], done[-1]) == (images // 2, images)


def test_a_stopped_export_leaves_the_old_one(bed: Project, out: Path) -> None:
    written(bed, out)
    before = files(out)

    def stop(progress: Progress) -> None:
        if progress.done > progress.total / 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        export(
            bed,
            "jsonl",
            out,
            options=ExportOptions(records=RecordExport(seed=3, bake=True)),
            on_progress=stop,
        )
    assert files(out) == before
    assert not list(out.parent.glob("*.partial"))


def test_what_there_is_not_is_refused(bed: Project, out: Path) -> None:
    for options in ({"target": "ms-swift/gpt"}, {"questions": "no such"}):
        with pytest.raises(UserError, match="here is no"):
            written(bed, out, **options)
        assert not out.exists()
    for wrong in (
        {"noise": 1.5}, {"normal_share": -0.1}, {"languages": ()}, {"per_image": 0},
        {"least_iou": 1.01},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"must|least"):
            RecordExport(**wrong)
