"""Splits of a project: given once, whole by build, locked by an export, and checked for leaks."""

import json
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.commands.split import split as split_command
from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import Image, Split
from app.core.label_class import LabelClass
from app.core.progress import Progress
from app.core.splitting import Shares
from app.services.check import check
from app.services.export import ExportOptions, export
from app.services.import_labels import LabelImport, import_labels
from app.services.import_photos import import_photos
from app.services.leaks import find_leaks, leak_notes
from app.services.people import change_person
from app.services.splits import (
    SplitOptions,
    labelled_images,
    read_splits,
    set_build_pattern,
    split_for_export,
    split_images,
    split_notes,
    unlock_splits,
)
from app.storage.images import NewImage
from app.storage.project import Project
from tests.services.conftest import WritePhoto

HALVES = Shares(0.5, 0.5)
THIRDS = Shares(0.6, 0.2, 0.2)


def add_builds(project: Project, sizes: dict[str, int]) -> None:
    """Images without photo files, half of them with one class, half with both."""
    first = project.images.newest() + 1
    paths = [
        f"../photos/{build}/layer_{n}.png" for build, size in sizes.items() for n in range(size)
    ]
    with project.transaction():
        project.images.add(NewImage(path, path, 1, 1, 100, 100) for path in paths)
    draw_on(project, range(first, first + len(paths)))


def draw_on(project: Project, image_ids: Sequence[int]) -> None:
    with project.transaction():
        project.people.meet("li")
    edits: list[AnnotationEdit | ImageEdit] = [
        AnnotationEdit(i, None, Annotation(new_uid(), c, Box(1, 1, 9, 9), author="li"))
        for i in image_ids
        for c in ((1,) if i % 2 else (1, 2))
    ]
    labels = [(i, project.images.get(i).label) for i in image_ids]
    edits += [ImageEdit(i, label, replace(label, state="in_progress")) for i, label in labels]
    project.apply(edits, actor="li")


@pytest.fixture
def classed(project: Project) -> Project:
    project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="li")
    return project


def divide_all(project: Project, shares: Shares = THIRDS, **options: bool) -> None:
    wanted = SplitOptions(shares, **options)  # type: ignore[arg-type]
    split_images(project, labelled_images(project), wanted, actor="li")


def splits(project: Project) -> dict[int, Split | None]:
    return {image.id: image.label.split for image in project.images.all()}


def by_build(project: Project) -> dict[str, set[Split | None]]:
    found: dict[str, set[Split | None]] = {}
    builds = {image.id: image.build for image in project.images.all()}
    for image_id, split in splits(project).items():
        found.setdefault(builds[image_id].rpartition("/")[2], set()).add(split)
    return found


def test_builds_stay_whole_and_the_log_has_it(classed: Project) -> None:
    add_builds(classed, {f"b{n}": 10 for n in range(10)})
    divide_all(classed)
    assert all(len(there) == 1 for there in by_build(classed).values())
    report = read_splits(classed)
    assert report.images == {"train": 60, "val": 20, "test": 20}
    assert report.deviations == () and report.spread == ()
    last = classed.log.get(classed.log.newest())
    assert (last.kind, last.actor, len(last.edits)) == ("split", "li", 100)
    assert all(e.after.split for e in last.edits if isinstance(e, ImageEdit))
    divide_all(classed, HALVES)
    assert classed.log.newest() == last.id


def test_a_pattern_says_what_a_build_is(classed: Project) -> None:
    add_builds(classed, {"all": 30})
    set_build_pattern(classed, r"layer_(\d)\d*\.png", by="li")
    divide_all(classed, HALVES)
    assert len(by_build(classed)) == 10
    assert all(len(there) == 1 for there in by_build(classed).values())
    with pytest.raises(UserError, match="no regular expression"):
        set_build_pattern(classed, "(", by="li")
    set_build_pattern(classed, "", by="li")
    assert set(by_build(classed)) == {"all"}


def test_a_gap_stays_a_gap_and_is_told(classed: Project) -> None:
    add_builds(classed, {"only": 100})
    divide_all(classed)
    report = read_splits(classed)
    before = splits(classed)
    assert report.left_out == sum(split is None for split in before.values()) > 0
    assert report.spread == ("../photos/only",)
    divide_all(classed, HALVES)
    assert splits(classed) == before
    told = " ".join(split_notes(report, classed.classes.all()))
    assert f"Images that belong to no split: {report.left_out}" in told
    divide_all(classed, HALVES, again=True)
    assert set(splits(classed).values()) <= {"train", "val", None}


def halve(project: Project, tmp_path: Path) -> None:
    export(project, "yolo", tmp_path / "out", actor="li", options=ExportOptions(shares=HALVES))


def test_only_what_is_exported_is_locked_and_sqlite_holds_it(
    classed: Project, tmp_path: Path, photos: Path
) -> None:
    import_photos(classed, photos)
    draw_on(classed, range(1, 5))
    halve(classed, tmp_path)
    assert classed.splits.locked() == {1, 2, 3, 4}
    before = splits(classed)
    divide_all(classed, Shares(0, 1), again=True)
    assert splits(classed) == before
    label = classed.images.get(1).label
    other: Split = "val" if label.split == "train" else "train"
    with pytest.raises((sqlite3.IntegrityError, UserError), match="locked"):
        classed.apply([ImageEdit(1, label, replace(label, split=other))], actor="li")
    assert splits(classed) == before


def test_what_went_out_without_a_split_is_trained_on_for_good(
    classed: Project, tmp_path: Path, photos: Path
) -> None:
    import_photos(classed, photos)
    monday = [i.id for i in classed.images.all() if "monday" in i.path]
    tuesday = [i.id for i in classed.images.all() if "tuesday" in i.path]
    draw_on(classed, monday[:2])
    report = export(classed, "yolo", tmp_path / "out")
    assert any("2 images have no split: from now on" in note for note in report.notes)
    assert set(splits(classed).values()) == {None}
    assert read_splits(classed).went_out == 2
    draw_on(classed, [*monday[2:], *tuesday])
    with pytest.raises((sqlite3.IntegrityError, UserError), match="locked"):
        give(classed, {monday[0]: "val"})
    wanted = SplitOptions(Shares(0.1, 0.9), again=True)
    _, told = split_images(classed, labelled_images(classed), wanted, actor="li")
    now = splits(classed)
    assert {now[i] for i in monday} == {"train"} and {now[i] for i in tuesday} == {"val"}
    words = " ".join(split_notes(told, classed.classes.all()))
    assert "Images that went out in an export without a split: 2" in words
    assert read_splits(classed).went_out == 0 and read_splits(classed).locked["train"] == 2
    assert unlock_splits(classed, "nobody trained on it", actor="li") == 2
    divide_all(classed, Shares(0, 1), again=True)
    assert set(splits(classed).values()) == {"val"}


def test_shares_are_kept_only_where_somebody_got_a_split(classed: Project) -> None:
    add_builds(classed, {f"b{n}": 10 for n in range(10)})
    divide_all(classed)
    with classed.transaction():
        classed.splits.lock(range(1, 101), "li", "yolo out")
    divide_all(classed, Shares(0.3, 0.4, 0.3), again=True)
    assert read_splits(classed).deviations == ()


def test_only_a_lead_divides(classed: Project, tmp_path: Path, photos: Path) -> None:
    import_photos(classed, photos)
    draw_on(classed, range(1, 7))
    change_person(classed, "wang", role="reviewer", by="li")
    halves = ExportOptions(shares=HALVES)
    for divide in (
        lambda: set_build_pattern(classed, "layer", by="wang"),
        lambda: unlock_splits(classed, "for me", actor="wang"),
        lambda: split_images(classed, labelled_images(classed), SplitOptions(HALVES), actor="wang"),
        lambda: export(classed, "yolo", tmp_path / "out", actor="wang", options=halves),
    ):
        with pytest.raises(UserError, match="wang doesn't lead"):
            divide()
    assert set(splits(classed).values()) == {None}
    export(classed, "yolo", tmp_path / "out", actor="wang")


def test_an_import_leaves_a_locked_split(classed: Project, tmp_path: Path, photos: Path) -> None:
    import_photos(classed, photos)
    draw_on(classed, range(1, 5))
    halve(classed, tmp_path)
    before = splits(classed)
    other = {"train": "val", "val": "train"}
    for image_id in (5, 6):
        assert before[image_id] is None
    for image in classed.images.all():
        split = other.get(image.label.split or "", "val")
        place = photos / split / f"{image.id}.png"
        place.parent.mkdir(exist_ok=True)
        shutil.move(classed.locate(image.path), place)
        place.with_suffix(".txt").write_text("0 0.5 0.5 0.2 0.2\n")
    (photos / "classes.txt").write_text("streak\nslag\n")
    import_photos(classed, photos)
    import_labels(classed, LabelImport(photos, "proposals", "yolo"), actor="li")
    assert {i: splits(classed)[i] for i in (1, 2, 3, 4)} == {i: before[i] for i in (1, 2, 3, 4)}
    assert {splits(classed)[i] for i in (5, 6)} == {"val"}


def test_a_lock_opens_for_a_reason_that_is_kept(classed: Project, tmp_path: Path) -> None:
    add_builds(classed, {"a": 5, "b": 5})
    divide_all(classed, HALVES)
    with classed.transaction():
        classed.splits.lock(range(1, 11), "li", "yolo out")
    with pytest.raises(UserError, match="for a reason"):
        unlock_splits(classed, "  ", actor="li")
    with pytest.raises(UserError, match="no build"):
        unlock_splits(classed, "why not", actor="li", build="c")
    assert unlock_splits(classed, "val too small", actor="li", build="../photos/a") == 5
    assert classed.splits.locked() == set(range(6, 11))
    (told,) = classed.splits.unlockings()
    assert (told.person, told.reason, told.images) == ("li", "val too small", 5)
    b_split = splits(classed)[6]
    divide_all(classed, Shares(1, 0), again=True)
    assert splits(classed) == {i: "train" if i < 6 else b_split for i in range(1, 11)}


def test_new_images_of_a_build_follow_it_at_any_export(
    classed: Project, tmp_path: Path, photos: Path, write_photo: WritePhoto
) -> None:
    import_photos(classed, photos)
    draw_on(classed, [1, 4])
    halve(classed, tmp_path)
    write_photo(photos / "wednesday" / "layer_0.png", seed=99)
    import_photos(classed, photos)
    draw_on(classed, [2, 5, 7])
    report = export(classed, "yolo", tmp_path / "out")
    now = splits(classed)
    assert (now[2], now[5], now[7]) == (now[1], now[4], None)
    assert classed.splits.locks()[7] == "train"
    assert any("1 images of new builds have no split" in note for note in report.notes)
    divide_all(classed, Shares(0.1, 0.9))
    assert splits(classed)[7] == "train"


def test_an_export_of_some_states_knows_where_the_others_lie(
    classed: Project, tmp_path: Path, photos: Path
) -> None:
    import_photos(classed, photos)
    draw_on(classed, range(1, 7))
    divide_all(classed, HALVES)
    with classed.transaction():
        first = classed.images.get(1).label
        gone = ImageEdit(1, first, replace(first, split=None))
        classed.splits.write([gone], actor="li")
    chosen = [classed.images.get(1)]
    split_images(classed, chosen, SplitOptions(Shares(0.1, 0.9)), actor="li")
    assert splits(classed)[1] == splits(classed)[2] == splits(classed)[3]


def test_leaks_are_listed_nearest_first_and_in_the_check(
    classed: Project, tmp_path: Path, write_photo: WritePhoto
) -> None:
    folder = tmp_path / "photos"
    for build in range(4):
        for n in range(3):
            write_photo(folder / f"b{build}" / f"{n}.png", seed=10 * build + n)
    shutil.copy(folder / "b0" / "1.png", folder / "b3" / "1.png")
    import_photos(classed, folder)
    draw_on(classed, range(1, 13))
    assert find_leaks(classed).checked == 0
    give(classed, {i: "train" if i < 10 else "val" for i in range(1, 13)})
    (leak,) = find_leaks(classed).twins
    assert (leak.path, leak.twin, leak.bits) == ("../photos/b3/1.png", "../photos/b0/1.png", 0)
    assert len(classed.splits.looks()) == 12
    assert find_leaks(classed).neighbours == ()
    kinds = [f.kind for f in check(classed)]
    assert kinds.count("near_duplicate_across_splits") == 1
    report = export(classed, "yolo", tmp_path / "out")
    assert any("1 photos of val or test look like one" in note for note in report.notes)


def test_an_export_tells_how_far_it_has_looked_for_leaks(
    classed: Project, tmp_path: Path, photos: Path
) -> None:
    import_photos(classed, photos)
    ids = [image.id for image in classed.images.all()]
    draw_on(classed, ids)
    give(classed, {i: "val" if i == ids[0] else "train" for i in ids})
    told: list[Progress] = []
    export(classed, "yolo", tmp_path / "out", on_leak_check=told.append)
    assert (told[-1].done, told[-1].total) == (len(ids), len(ids))
    told.clear()
    export(classed, "yolo", tmp_path / "out", on_leak_check=told.append)
    assert told == []  # each photo is looked at once


def test_what_goes_out_without_a_split_is_trained_on_and_looked_at(
    classed: Project, tmp_path: Path, photos: Path
) -> None:
    shutil.copytree(photos / "monday", photos / "copies")
    import_photos(classed, photos)
    draw_on(classed, range(1, 10))
    copies = [i.id for i in classed.images.all() if "copies" in i.path]
    tuesday = [i.id for i in classed.images.all() if "tuesday" in i.path]
    give(classed, dict.fromkeys(copies, "val") | dict.fromkeys(tuesday, "train"))
    assert find_leaks(classed).twins == ()
    report = export(classed, "yolo", tmp_path / "out")
    assert any("3 photos of val or test look like one" in note for note in report.notes)


def test_neighbours_across_splits_and_photos_that_are_gone_are_told(
    classed: Project, photos: Path
) -> None:
    import_photos(classed, photos)
    draw_on(classed, range(1, 7))
    give(classed, {1: "train", 2: "val", 3: "val", 4: "test", 5: "test", 6: "test"})
    classed.locate(classed.images.get(5).path).unlink()
    report = find_leaks(classed)
    (leak,) = report.neighbours
    assert (leak.path, leak.twin) == (
        "../photos/monday/layer_1.png",
        "../photos/monday/layer_0.png",
    )
    assert len(report.unread) == 1 and report.checked == 5
    assert any("photos that could not be looked at: 1" in note for note in leak_notes(report))


def give(project: Project, wanted: dict[int, Split]) -> None:
    images: list[Image] = [project.images.get(i) for i in wanted]
    edits = [ImageEdit(i.id, i.label, replace(i.label, split=wanted[i.id])) for i in images]
    with project.transaction():
        project.splits.write(edits, actor="li")


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_is_done_locked_splits_stay_and_builds_are_whole(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    with Project.create(tmp_path_factory.mktemp("split") / "project") as project:
        project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="li")
        add_builds(project, {f"first{n}": data.draw(st.integers(1, 6)) for n in range(3)})
        divide_all(project)
        locked: dict[int, Split] = {}
        for step in range(data.draw(st.integers(1, 5))):
            before = splits(project)
            done = data.draw(st.sampled_from(["come", "grow", "split", "again", "lock", "unlock"]))
            if done == "come":
                add_builds(project, {f"new{step}": data.draw(st.integers(1, 6))})
            elif done == "grow":
                name = data.draw(st.sampled_from(sorted(by_build(project))))
                add_more(project, name, data.draw(st.integers(1, 4)), step)
            elif done in ("split", "again"):
                divide_all(
                    project, data.draw(st.sampled_from([THIRDS, HALVES])), again=done == "again"
                )
            elif done == "lock":
                some = [i for i in project.images.all() if i.id % data.draw(st.integers(1, 4)) == 0]
                listed = project.images.listed(image.id for image in some)
                out, _ = split_for_export(project, listed, None, actor="li")
                with project.transaction():
                    project.splits.lock({image.id for image in out}, "li", "out")
                locked = project.splits.locks()
            else:
                unlock_splits(project, "a reason", actor="li")
                locked = {}
            now = splits(project)
            had_none = done not in ("split", "again")
            assert all(now[i] == s or (had_none and now[i] is None) for i, s in locked.items())
            if done != "again":
                assert all(now[i] == split for i, split in before.items() if split)
            assert all(len(there - {None}) <= 1 for there in by_build(project).values())


def add_more(project: Project, build: str, count: int, step: int) -> None:
    first = project.images.newest() + 1
    paths = [f"../photos/{build}/more_{step}_{n}.png" for n in range(count)]
    with project.transaction():
        project.images.add(NewImage(path, path, 1, 1, 100, 100) for path in paths)
    draw_on(project, range(first, first + count))


def test_the_command(classed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAWMARK_USER", "li")
    add_builds(classed, {"a": 7, "b": 2, "c": 1})

    def run(*args: str, code: int = 0) -> str:
        alone = typer.Typer()
        alone.command()(split_command)
        done = CliRunner().invoke(alone, [str(classed.folder), *args], catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done.stdout

    told = json.loads(run("0.7,0.2,0.1", "--json"))
    assert told["images"] == {"train": 7, "val": 2, "test": 1} and told["given"] == 10
    assert told["counts"]["train"]["streak"] == 7
    assert "70.0%" in run()
    with classed.transaction():
        classed.splits.lock([1], "li", "out")
    assert "Free to change their split: 1 image." in run("--unlock", "--reason", "a mistake")
    assert "unlocked by li" in run()
    for wrong in (["0.7,0.2"], ["--again"], ["--reason", "x"], ["0.5,0.5", "--unlock"]):
        run(*wrong, code=2)
    assert "Photos that could not be looked at: 10" in run("--check")
