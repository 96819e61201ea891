"""Classes renamed, put in order, merged and removed: all that speaks of them follows."""

import json
from pathlib import Path

import pytest

from app.cli import command_line
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.core.recipe import DetectorStep, Recipe
from app.services.check import check
from app.services.check_conversations import check_conversations
from app.services.classes import Merged, change_class, merge_class, order_classes, remove_class
from app.services.conversation_writing import writers_for
from app.services.converse import conversation_of, edit_exchange, write_conversations
from app.services.import_photos import import_photos
from app.services.merge import merge
from app.services.people import change_person
from app.services.quality import count_some, figures
from app.services.recipes import get_recipe, put_recipe
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.helpers.copies import copied

STREAK, SLAG, BURR = 1, 2, 3
BOX = Box(10, 10, 40, 40)


@pytest.fixture
def filled(project: Project, photos: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Six images; a streak of li's on 1, slags on 1 and 2, nothing of burr."""
    monkeypatch.setenv("FLAWMARK_USER", "lead")
    names = ("streak", "slag", "burr")
    project.add_classes([LabelClass(name, name_zh=f"{name}中") for name in names], actor="lead")
    import_photos(project, photos)
    for image_id, uid, class_id in ((1, "a", STREAK), (1, "b", SLAG), (2, "c", SLAG)):
        box = Annotation(uid, class_id, BOX, author="li")
        project.apply([AnnotationEdit(image_id, None, box)], actor="li")
    return project


def names(project: Project) -> list[str]:
    return [c.name for c in project.classes.all()]


def told(project: Project, command: str, *rest: str) -> None:
    arguments = ["classes", command, str(project.folder), *rest]
    command_line().main(arguments, "flawmark", standalone_mode=False)


def mapping(to: str) -> Recipe:
    step = DetectorStep("best", classes={"x": to, "dust": None}, phrases={to: ("thin line",)})
    return Recipe("ours", (step,))


def test_a_lead_changes_a_class_and_nobody_else(filled: Project) -> None:
    changed = change_class(filled, SLAG, name=" dross ", name_zh="渣", colour="#ABCDEF", by="lead")
    assert (changed.name, changed.name_zh, changed.colour) == ("dross", "渣", "#abcdef")
    assert filled.classes.all()[1] == changed
    for change in (
        lambda: change_class(filled, SLAG, name="x", by="li"),
        lambda: order_classes(filled, [3, 2, 1], by="li"),
        lambda: merge_class(filled, SLAG, STREAK, by="li"),
        lambda: remove_class(filled, BURR, by="li"),
    ):
        with pytest.raises(UserError, match="li doesn't lead"):
            change()
    assert names(filled) == ["streak", "dross", "burr"]


@pytest.mark.parametrize("bad", [{"name": " "}, {"name": "a\nb"}, {"colour": "red"}])
def test_what_no_class_can_have_is_refused(filled: Project, bad: dict[str, str]) -> None:
    with pytest.raises(UserError):
        change_class(filled, SLAG, by="lead", **bad)
    assert names(filled) == ["streak", "slag", "burr"]


def test_a_key_is_one_classs(filled: Project) -> None:
    assert change_class(filled, SLAG, hotkey="y", by="lead").hotkey == "y"
    for taken in ("y", "Y"):
        with pytest.raises(UserError, match="'slag'"):
            change_class(filled, STREAK, hotkey=taken, by="lead")
    change_class(filled, STREAK, hotkey="2", by="lead")  # slag has a key without it
    with pytest.raises(UserError, match="'burr'"):
        change_class(filled, SLAG, hotkey="3", by="lead")
    assert change_class(filled, SLAG, hotkey="", by="lead").hotkey == ""


@pytest.mark.parametrize("bad", ["ab", " ", "\t"])
def test_what_is_no_key_is_refused(filled: Project, bad: str) -> None:
    with pytest.raises(UserError, match="one letter, digit or sign"):
        change_class(filled, SLAG, hotkey=bad, by="lead")


def test_recipes_follow_a_name_and_a_merge(filled: Project) -> None:
    put_recipe(filled, mapping("slag"), actor="lead")
    change_class(filled, SLAG, name="dross", by="lead")
    assert get_recipe(filled, "ours") == mapping("dross")
    merge_class(filled, SLAG, STREAK, by="lead")
    assert get_recipe(filled, "ours") == mapping("streak")


def test_merging_tells_what_it_did(filled: Project) -> None:
    done = merge_class(filled, SLAG, STREAK, by="lead")
    assert (done.gone.name, done.into.name, done.boxes, done.images) == ("slag", "streak", 2, 2)
    assert isinstance(done, Merged)
    with pytest.raises(UserError, match="no longer"):
        merge_class(filled, SLAG, STREAK, by="lead")
    with pytest.raises(UserError, match="itself"):
        merge_class(filled, STREAK, STREAK, by="lead")
    kinds = {finding.kind for finding in check(filled)}
    assert kinds == {"class_without_boxes", "duplicated_box"}, (
        "a streak and a slag lay in one place"
    )


def test_records_are_stale_and_say_why(filled: Project) -> None:
    writers = writers_for(filled, ["en"])
    image = filled.images.get(1)
    write_conversations(filled, [image], writers)
    change_class(filled, SLAG, name="dross", by="lead")
    (finding,) = (f for f in check(filled) if f.kind.startswith("stale"))
    assert finding.image == image.path and "dross" in finding.what
    words = " ".join(
        e.answer
        for e in conversation_of(filled, image, "en", writers_for(filled, ["en"])).stored.exchanges
    )
    assert "dross" in words and "slag" not in words
    merge_class(filled, SLAG, STREAK, by="lead")
    after = conversation_of(filled, image, "en", writers_for(filled, ["en"])).stored.exchanges
    assert "dross" not in " ".join(e.question + e.answer for e in after)


def test_a_turn_that_a_person_wrote_of_a_class_that_goes_stays_and_is_read(
    filled: Project,
) -> None:
    writers = writers_for(filled, ["en"])
    image = filled.images.get(1)
    seen = conversation_of(filled, image, "en", writers)
    asked = ((i, e.class_id) for i, e in enumerate(seen.stored.exchanges) if e.class_id)
    index, class_id = next((i, c) for i, c in asked if c == BURR)
    edit_exchange(*(filled, seen, index), question="Any burr?", answer="No, no burr.", person="li")
    with pytest.raises(UserError, match=r"in use: turns that people wrote \(1\)"):
        remove_class(filled, class_id, by="lead")
    merge_class(filled, class_id, STREAK, by="lead")
    now = conversation_of(filled, image, "en", writers_for(filled, ["en"]))
    assert ("Any burr?", "li") in {(e.question, e.author) for e in now.stored.exchanges}
    told = {finding.kind for finding in check_conversations(filled)}
    assert "stale_conversation" not in told


def test_only_what_nothing_speaks_of_is_removed(filled: Project) -> None:
    with pytest.raises(UserError, match=r"'slag' is in use: boxes \(2\)") as refused:
        remove_class(filled, SLAG, by="lead")
    assert "Merge it" in (refused.value.hint or "")
    put_recipe(filled, mapping("burr"), actor="lead")
    with pytest.raises(UserError, match="in use: recipe 'ours'"):
        remove_class(filled, BURR, by="lead")
    put_recipe(filled, mapping("streak"), actor="lead")
    assert remove_class(filled, BURR, by="lead").name == "burr"
    assert names(filled) == ["streak", "slag"]
    filled.undo("lead")
    assert names(filled) == ["streak", "slag", "burr"]


def test_a_class_of_which_a_box_was_is_in_the_history(filled: Project) -> None:
    box = Annotation("d", BURR, BOX, author="li")
    filled.apply([AnnotationEdit(3, None, box)], actor="li")
    filled.undo("li")
    with pytest.raises(UserError, match=r"history it is \(1\)"):
        remove_class(filled, BURR, by="lead")
    merge_class(filled, BURR, SLAG, by="lead")
    filled.redo("li")
    assert [a.class_id for a in filled.annotations.of_image(3)] == [SLAG]


def test_figures_know_one_class_where_a_model_said_the_other(filled: Project) -> None:
    with filled.transaction():
        run = filled.runs.open(
            RunKey("model", "m", "w", {"classes": {"s": STREAK, "g": SLAG}}), actor="lead"
        )
        filled.runs.mark_seen(run, [3])
    proposed = Annotation("p", SLAG, BOX, score=0.9, run_id=run)
    filled.apply([AnnotationEdit(3, None, proposed)], actor="lead", kind="prelabel")
    mine = Annotation("p", STREAK, BOX, score=0.9, run_id=run, author="li")
    handed_in = ImageLabel("submitted", annotator="li")
    label = filled.images.get(3).label
    filled.apply([AnnotationEdit(3, proposed, mine), ImageEdit(3, label, handed_in)], actor="li")
    while count_some(filled):
        pass
    (fates,) = [each for each in figures(filled).proposals if each.run_id == run]
    assert fates.counts["relabelled"] == 1
    merge_class(filled, SLAG, STREAK, by="lead")
    while count_some(filled):
        pass
    (fates,) = [each for each in figures(filled).proposals if each.run_id == run]
    assert fates.class_id == STREAK and fates.counts["accepted"] == 1


def test_a_copy_brings_its_labels_whatever_classes_are_called_here(
    filled: Project, tmp_path: Path
) -> None:
    with copied(filled, tmp_path / "theirs") as theirs:
        change_class(filled, STREAK, name="line", by="lead")
        merge_class(filled, SLAG, STREAK, by="lead")
        change_class(theirs, STREAK, name="stripe", by="lead")
        for image_id, uid, class_id in ((4, "x", SLAG), (5, "y", STREAK)):
            box = Annotation(uid, class_id, BOX, author="li")
            theirs.apply([AnnotationEdit(image_id, None, box)], actor="li")
        report = merge(filled, theirs, actor="lead")
    assert (report.images, report.conflicts, report.refused) == (2, [], [])
    assert names(filled) == ["line", "burr"]
    assert [a.class_id for i in (4, 5) for a in filled.annotations.of_image(i)] == [STREAK] * 2


def test_a_copy_where_classes_were_merged_brings_what_was_drawn_since(
    filled: Project, tmp_path: Path
) -> None:
    with copied(filled, tmp_path / "theirs") as theirs:
        merge_class(theirs, SLAG, STREAK, by="lead")
        box = Annotation("x", STREAK, BOX, author="li")
        theirs.apply([AnnotationEdit(4, None, box)], actor="li")
        was = next(a for a in theirs.annotations.of_image(2))
        moved = Annotation(was.uid, was.class_id, Box(50, 10, 80, 40), author="li")
        theirs.apply([AnnotationEdit(2, was, moved)], actor="li")
        report = merge(filled, theirs, actor="lead")
        assert report.images == 1 and len(report.refused) == 1  # 2 is a slag here as yet
        merge_class(filled, SLAG, STREAK, by="lead")
        report = merge(filled, theirs, actor="lead")
    assert (report.images, report.refused) == (1, [])
    assert [(a.class_id, a.box.left) for a in filled.annotations.of_image(2)] == [(STREAK, 50)]


def test_on_the_command_line(
    filled: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(filled, "rename", "slag中", "dross", "--chinese", "渣")
    told(filled, "colour", "dross", "#1E90FF")
    told(filled, "key", "dross", "Y")
    assert "y picks dross now." in capsys.readouterr().out
    with pytest.raises(UserError, match="does “Next image”"):
        told(filled, "key", "dross", "d")
    told(filled, "order", "burr", "dross")
    capsys.readouterr()
    told(filled, "list", "--json")
    listed = json.loads(capsys.readouterr().out)
    assert [(c["index"], c["id"], c["name"]) for c in listed] == [
        (0, BURR, "burr"),
        (1, SLAG, "dross"),
        (2, STREAK, "streak"),
    ]
    assert (listed[1]["name_zh"], listed[1]["colour"], listed[1]["boxes"]) == ("渣", "#1e90ff", 2)
    assert listed[1]["hotkey"] == "y"
    told(filled, "key", "dross", "")
    assert "dross has no key of its own now." in capsys.readouterr().out
    told(filled, "rename", "burr", "normal")
    assert "It is no word for a defect: ordinary en sentences" in capsys.readouterr().out
    told(filled, "rename", "normal", "burr")
    told(filled, "merge", "dross", "streak")
    assert "streak has 2 boxes on 2 images more; dross is gone." in capsys.readouterr().out
    told(filled, "remove", "burr")
    told(filled, "list")
    assert "streak" in capsys.readouterr().out
    assert names(filled) == ["streak"]
    with pytest.raises(UserError, match="no class 'burr'"):
        told(filled, "remove", "burr")
    change_person(filled, "ann", role="annotator", by="lead")
    monkeypatch.setenv("FLAWMARK_USER", "ann")
    with pytest.raises(UserError, match="ann doesn't lead"):
        told(filled, "rename", "streak", "x")


def test_the_command_leaves_a_class_its_digit_where_its_key_does_something_else(
    filled: Project,
) -> None:
    filled.add_classes([LabelClass("dent", hotkey="d")], actor="lead")
    with pytest.raises(UserError, match="picks the class 'dent'"):
        told(filled, "key", "slag", "4")
    told(filled, "key", "dent", "y")
    told(filled, "key", "slag", "4")
    assert [c.hotkey for c in filled.classes.all()] == ["", "4", "", "y"]
