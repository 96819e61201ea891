"""A photo labelled a second time is one of many to whoever gets it, and not there to anybody else.

By the command line, and models whose finds are known.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.cli import command_line
from app.core.annotation import Annotation
from app.core.corrections import accepted, drawn, submitted
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.image import Image
from app.core.label_class import LabelClass
from app.core.queue import QueueFilter, natural_keys
from app.core.shape import Shape
from app.core.sheet import edited
from app.imaging.opencv import cv2
from app.services import converse
from app.services.carry_over import carry_over
from app.services.conversation_writing import writers_for
from app.services.import_photos import import_photos
from app.services.model_bench import ModelBench
from app.services.models import Model
from app.services.own_view import OwnView
from app.services.people import change_person
from app.services.prelabel import PrelabelOptions, prelabel
from app.services.quality import count_changed, figures
from app.services.similar import find_similar_in
from app.services.splits import set_build_pattern
from app.storage.project import Project
from backends.base import BackendSpec
from tests.helpers.scripted_models import FINDS, PLAIN_GREY

EACH = 6
MINE = QueueFilter(assigned_to="bo")
Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line, as lee."""
    monkeypatch.setenv("FLAWMARK_USER", "lee")

    def run(*args: object) -> str:
        command_line().main([str(a) for a in args], "flawmark", standalone_mode=False)
        return capsys.readouterr().out

    return run


@pytest.fixture
def bench() -> Iterator[ModelBench]:
    bench = ModelBench(
        {"ultralytics": BackendSpec("Scripted", "tests.helpers.scripted_models:Finder")}
    )
    yield bench
    bench.close()


@pytest.fixture
def look(tmp_path: Path, bench: ModelBench) -> Callable[[Project], object]:
    """A model goes over all of a project."""
    model = Model("scripted", tmp_path / "scripted.onnx", "scripted hash")
    options = PrelabelOptions(tmp_path / "cache")
    return lambda project: prelabel(project, model, options, actor="lee", workers=bench.lend)


@pytest.fixture
def project(tmp_path: Path, run: Run) -> Iterator[Project]:
    """Six photos of build_1, which ann labels, and six of build_2, which bo does."""
    for build in (1, 2):
        folder = tmp_path / "photos" / f"build_{build}"
        folder.mkdir(parents=True)
        for n in range(EACH):
            pixels = np.full((100, 100), PLAIN_GREY, np.uint8)
            pixels[90:, :] = 10 * build + n  # so that no two are the same photo
            content = cv2.imencode(".png", pixels)[1].tobytes()
            (folder / f"layer_{n + 1:04}.png").write_bytes(content)
    with Project.create(tmp_path / "bed") as project:
        project.add_classes([LabelClass("scratch"), LabelClass("pit")], actor="lee")
        import_photos(project, tmp_path / "photos")
        for name in ("ann", "bo"):
            change_person(project, name, by="lee")
        run("assign", project.folder, "--to", "ann", "--to", "bo")
        yield project


def of(project: Project, person: str) -> list[Image]:
    return [image for image in project.images.all() if image.label.assigned_to == person]


def hand_in(project: Project, person: str, image_id: int) -> None:
    """Every proposal is taken, one box is drawn, and so it goes to review."""
    view = OwnView(project, person)
    sheet = view.sheet(view.image(image_id))
    edits = accepted(sheet, [a.uid for a in sheet.proposals], person=person)
    sheet = edited(sheet, edits)
    edits += drawn(sheet, [(1, Shape(Box(1, 1, 9, 9), None))], person=person)[0]
    edits += submitted(edited(sheet, edits), unseen=(), person=person)
    project.apply(edits, actor=person, unseen_refused=True)


@pytest.fixture
def given(project: Project, look: Callable[[Project], object], run: Run) -> Project:
    """A model has looked at all; ann has handed in hers, and two of them are bo's a second time."""
    look(project)
    for image in of(project, "ann"):
        hand_in(project, "ann", image.id)
    share = 2 / EACH
    said = run("second", "give", project.folder, "--to", "bo", "--twice", share)
    assert said == "2 of 2 given out.\n"
    return project


def second_of(project: Project) -> list[int]:
    return sorted(project.second.given_to("bo"))


def test_it_stands_among_the_persons_own_as_one_of_them(given: Project) -> None:
    view = OwnView(given, "bo")
    rows = view.rows(view.ids(replace(MINE, sort="name")))
    assert len(rows) == EACH + 2
    assert {row.path.rpartition("/")[0] for row in rows} == {"../photos/build_2"}
    assert [row.path.rpartition("/")[2] for row in rows] == [
        f"layer_{n:04}.png" for n in range(1, EACH + 3)
    ]
    assert {(row.state, row.boxes, row.proposals, row.assigned_to) for row in rows} == {
        ("prelabelled", len(FINDS), len(FINDS), "bo")
    }
    assert not any(row.annotator or row.reason or row.tags for row in rows)


def test_nothing_of_it_is_left_in_the_others_build(given: Project) -> None:
    view = OwnView(given, "bo")
    left = view.ids(QueueFilter(text="build_1/"))
    assert len(left) == EACH - 2
    assert left == view.ids(QueueFilter(build="../photos/build_1"))
    assert len(view.ids(QueueFilter(build="../photos/build_2"))) == EACH + 2
    assert set(view.ids(QueueFilter(states=frozenset({"submitted"})))) == set(left)


@pytest.mark.parametrize("falls", [False, True])
def test_by_name_and_as_they_came_in_it_stands_where_its_name_belongs(
    given: Project, falls: bool
) -> None:
    view = OwnView(given, "bo")
    for sort in ("name", "added"):
        rows = view.rows(view.ids(QueueFilter(sort=sort, descending=falls)))
        paths = [row.path for row in rows]
        keys = natural_keys(paths)
        assert keys == sorted(keys, reverse=falls)


@pytest.mark.parametrize("sort", ["state", "boxes", "lowest_score", "highest_score", "label_next"])
def test_in_every_order_it_stands_with_its_like(given: Project, sort: str) -> None:
    view = OwnView(given, "bo")
    for falls in (False, True):
        rows = view.rows(view.ids(QueueFilter(sort=sort, descending=falls)))
        states = [row.state for row in rows]
        assert states in (sorted(states), sorted(states, reverse=True))


def test_its_photo_and_thumbnail_are_its_own(given: Project) -> None:
    view = OwnView(given, "bo")
    for row in view.rows(view.ids(MINE)):
        photo = view.locate(row.path)
        assert photo == given.locate(given.images.get(row.id).path)
        assert photo.is_file()
        assert given.images.get(row.id).content_hash == row.content_hash


def test_by_the_projects_pattern_too_it_is_in_their_build(
    project: Project, look: Callable[[Project], object], run: Run
) -> None:
    """Where every build lies in one folder, and its number comes last in the name."""
    moves = []
    for image in project.images.all():
        build, layer = image.path.split("/")[-2:]
        kept = f"../photos/{layer.removesuffix('.png')}_{build}.png"
        project.locate(image.path).rename(project.locate(kept))
        moves.append((image.id, kept, 1))
    with project.transaction():
        project.images.move(moves)
    set_build_pattern(project, r"build_(\d+)", by="lee")
    assert {build.name for build in project.balance.of_builds()} == {"1", "2"}
    for image in of(project, "ann"):
        hand_in(project, "ann", image.id)
    run("second", "give", project.folder, "--to", "bo", "--twice", 2 / EACH)
    view = OwnView(project, "bo")
    rows = view.rows(view.ids(replace(MINE, build="2", sort="name")))
    assert [row.path for row in rows] == [
        f"../photos/layer_{n:04}_build_2.png" for n in range(1, EACH + 3)
    ]
    assert {row.state for row in rows} == {"new"}


def test_it_stays_with_that_person(given: Project, run: Run) -> None:
    twice = second_of(given)
    change_person(given, "cy", by="lee")
    run("assign", given.folder, "--to", "cy", "--again")
    view = OwnView(given, "bo")
    assert view.ids(MINE).tolist() == twice
    assert not set(twice) & set(OwnView(given, "cy").ids(QueueFilter(assigned_to="cy")))
    # Returned to nobody, it goes to anybody but the one who has it a second time.
    for image in given.images.all(["submitted"]):
        back = replace(image.label, state="returned", reviewer="lee", reason="?", assigned_to=None)
        given.apply([ImageEdit(image.id, image.label, back)], actor="lee")
    run("assign", given.folder, "--to", "bo")
    whose = {i: given.images.get(i).label.assigned_to for i in twice}
    assert set(whose.values()) == {None}
    assert set(twice) <= set(view.ids(MINE))


def test_with_other_photos_to_label_it_moves_among_those(given: Project, run: Run) -> None:
    folder = given.folder.parent / "photos" / "build_3"
    (folder.parent / "build_2").rename(folder)  # the same photos, so that only their build differs
    moves = [(i.id, i.path.replace("build_2", "build_3"), 1) for i in of(given, "bo")]
    with given.transaction():
        given.images.move(moves)
    view = OwnView(given, "bo")
    assert {row.path.split("/")[-2] for row in view.rows(view.ids(MINE))} == {"build_2", "build_3"}
    run("assign", given.folder, "--to", "bo", "--again")
    assert {row.path.split("/")[-2] for row in view.rows(view.ids(MINE))} == {"build_3"}


def test_a_model_that_comes_later_looks_for_both(
    project: Project, look: Callable[[Project], object], run: Run
) -> None:
    for image in of(project, "ann"):
        hand_in(project, "ann", image.id)
    run("second", "give", project.folder, "--to", "bo", "--twice", 2 / EACH)
    first = {i.id: project.annotations.of_image(i.id) for i in of(project, "ann")}
    view = OwnView(project, "bo")
    assert {row.state for row in view.rows(view.ids(MINE))} == {"new"}
    look(project)
    rows = view.rows(view.ids(MINE))
    assert {(r.state, r.proposals) for r in rows} == {("prelabelled", len(FINDS))}
    assert {i: project.annotations.of_image(i) for i in first} == first
    assert (project.second.unlooked_at(1), len(second_of(project))) == ({}, 2)


def test_a_model_takes_nothing_that_the_second_person_did(
    given: Project, look: Callable[[Project], object]
) -> None:
    (one, other) = second_of(given)
    view = OwnView(given, "bo")
    sheet = view.sheet(view.image(one))
    taken, *rest = sheet.proposals
    given.apply(accepted(sheet, [taken.uid], person="bo"), actor="bo")
    sheet = view.sheet(view.image(one))
    given.apply([AnnotationEdit(one, rest[0], None)], actor="bo")
    hand_in(given, "bo", other)
    before = {i: view.labels_of(i) for i in (one, other)}
    look(given)
    assert {i: view.labels_of(i) for i in (one, other)} == before


def test_boxes_carried_over_and_like_it_come_on_it_too(given: Project) -> None:
    (one, _) = second_of(given)
    first = given.annotations.of_image(one)
    assert given.images.layer(one, -1) is not None
    report = carry_over(given, one, actor="bo", least_likeness=0.0)
    assert (report.settled, report.images) == (0, 1)
    sheet = OwnView(given, "bo").sheet(OwnView(given, "bo").image(one))
    asked = find_similar_in(given, one, sheet.proposals[0].uid, [one], actor="bo")
    assert (asked.settled, asked.images) == (0, 1)
    assert given.annotations.of_image(one) == first
    assert carry_over(given, one, actor="ann").settled == 1


def test_that_no_model_has_looked_is_told(
    project: Project, look: Callable[[Project], object], run: Run
) -> None:
    for image in of(project, "ann"):
        hand_in(project, "ann", image.id)
    look(project)
    said = run("second", "give", project.folder, "--to", "bo", "--twice", 2 / EACH)
    assert "2 stand among photos that a model has looked at" in said
    look(project)
    view = OwnView(project, "bo")
    assert {row.proposals for row in view.rows(view.ids(MINE))} == {len(FINDS)}


def test_that_it_cannot_be_hidden_is_told(project: Project, run: Run) -> None:
    for person in ("ann", "bo"):
        for image in of(project, person):
            hand_in(project, person, image.id)
    said = run("second", "give", project.folder, "--to", "bo", "--twice", 0.1, "--json")
    assert json.loads(said)["exposed"] == 1
    said = run("second", "give", project.folder, "--to", "bo", "--twice", 0.2)
    assert "1 stand among nothing else that is still to be labelled" in said


def test_what_a_model_has_found_is_refused_unseen(given: Project) -> None:
    (one, _) = second_of(given)
    view = OwnView(given, "bo")
    sheet = view.sheet(view.image(one))
    done = replace(sheet.label, state="submitted", annotator="bo")
    with pytest.raises(UserError, match="A model has found something"):
        given.apply([ImageEdit(one, sheet.label, done)], actor="bo", unseen_refused=True)
    assert view.labels_of(one)[0].state == "prelabelled"


def test_its_record_speaks_of_the_second_persons_boxes_and_stays_apart(given: Project) -> None:
    (one, _) = second_of(given)
    hand_in(given, "bo", one)
    own = Annotation("own", 2, Box(30, 30, 60, 60), author="ann")
    image = given.images.get(one)
    reopened = replace(image.label, state="in_progress", reason="?")
    given.apply([ImageEdit(one, image.label, reopened)], actor="lee")
    given.apply([AnnotationEdit(one, None, own)], actor="ann")
    writers = writers_for(given, ["en"])
    view = OwnView(given, "bo")
    seen = converse.conversation_of(given, view.image(one), "en", writers, person="bo")
    drawn_by_bo = {a.uid for a in view.labels_of(one)[1]}
    assert {thing.uid for thing in seen.facts.things} == drawn_by_bo
    assert given.conversations.of_image(one, "en") is None
    said = dict(question="What is it?", answer="A scratch.", person="bo")
    edited_once = converse.edit_exchange(given, seen, 0, **said)  # type: ignore[arg-type]
    again = converse.conversation_of(given, view.image(one), "en", writers, person="bo")
    assert again == edited_once
    assert again.stored.exchanges[0].author == "bo"
    assert given.conversations.of_image(one, "en") is None
    first = converse.conversation_of(given, given.images.get(one), "en", writers, person="ann")
    assert "own" in {thing.uid for thing in first.facts.things}
    assert given.conversations.of_image(one, "en") == first.stored


def told(project: Project, run: Run, out: Path) -> dict[str, object]:
    """What leaves the project, and what it says of itself."""
    run("export", project.folder, "--to", "yolo", out / "yolo", "--split", "0.5,0.5")
    run("export", project.folder, "--to", "coco", out / "coco")
    run("export", project.folder, "--to", "jsonl", out / "records")
    files = {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.suffix in (".txt", ".json", ".jsonl", ".yaml", ".png")
    }
    shown = {name: run(name, project.folder, "--json") for name in ("balance", "split", "status")}
    count_changed(project)
    return {**files, **shown, "figures": figures(project)}


def test_nothing_of_it_leaves_the_project_or_counts_in_it(
    given: Project, run: Run, tmp_path: Path
) -> None:
    before = told(given, run, tmp_path / "before")
    for image_id in second_of(given):
        hand_in(given, "bo", image_id)
    writers = writers_for(given, ["en"])
    view = OwnView(given, "bo")
    for image_id in second_of(given):
        converse.conversation_of(given, view.image(image_id), "en", writers, person="bo")
    after = told(given, run, tmp_path / "after")
    assert after.keys() == before.keys()
    assert [name for name in after if after[name] != before[name]] == []
    assert "layer_0007" not in str(after)
    (compared,) = json.loads(run("second", "show", given.folder, "--json"))
    assert (compared["person"], compared["images"], compared["f1"]) == ("bo", 2, 1.0)
    page = tmp_path / "report.html"
    run("report", given.folder, page)
    assert "layer_0007" not in page.read_text("utf-8")
