"""A photo labelled a second time looks new in the window, and what is drawn is kept apart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.services.import_photos import import_photos
from app.services.own_view import OwnView
from app.services.people import change_person
from app.services.second import compared, give, name_gold
from app.shell.bench.queue_menu import QueueMenu
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.gui.bench_driver import BenchDriver
from tests.gui.conftest import SLAG, write_photo
from tests.helpers.reviewing import bring_to

Key = Qt.Key
FIRST = Annotation("bo1", 2, Box(100, 20, 140, 60), author="bo")


@pytest.fixture
def bench(project: Project, open_bench: Callable[[Path], BenchDriver]) -> BenchDriver:
    """Image 2 is bo's, approved and gold; ann, who is at the window, has it a second time."""
    for name in ("ann", "bo"):
        change_person(project, name, by="lead")
    project.apply([AnnotationEdit(2, None, FIRST)], actor="bo")
    bring_to(project, 2, "approved", by="bo")
    project.comments.add(2, "surely slag", author="wang", uid="bo1")
    name_gold(project, [project.images.get(2)], by="lead")
    with project.transaction():
        project.second.give(2, "ann", "gold")
    opened = open_bench(project.folder)
    opened.bench.open(2)
    opened.wait_for_image(2)
    return opened


def test_it_looks_new(bench: BenchDriver) -> None:
    assert bench.boxes() == []
    assert bench.sheet.label.state == "new"
    assert not bench.window.strip.blind.isVisible()
    assert [row.state for row in bench.bench._view.rows([2])] == ["new"]
    assert bench.colour_at((120, 20)) == bench.colour_at((20, 20))
    assert bench.said() == []


def test_what_is_drawn_and_handed_in_leaves_the_first_alone(
    project: Project, bench: BenchDriver
) -> None:
    bench.drag((100, 20), (140, 60))
    bench.press(Key.Key_2)
    bench.wait_until_saved()
    bench.press(Key.Key_Space)
    bench.wait_until_saved()
    assert project.annotations.of_image(2) == [FIRST]
    assert project.images.get(2).label.state == "approved"
    (told,) = compared(project)
    assert (told.person, told.purpose, told.images) == ("ann", "gold", 1)
    assert told.agreement.mean_iou == pytest.approx(1, abs=0.05)
    assert told.agreement.of_one_class == 1


def test_undo_works_and_comes_back_to_it(project: Project, bench: BenchDriver) -> None:
    bench.drag((100, 20), (140, 60))
    bench.wait_until_saved()
    bench.bench.open(1)
    bench.wait_for_image(1)
    bench.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    bench.wait_for_image(2)
    assert bench.boxes() == []
    second = project.second.get(2, "ann")
    assert second is not None
    assert (second.annotations, second.label.state) == ((), "new")


def test_the_list_tells_that_it_is_handed_in(bench: BenchDriver) -> None:
    bench.drag((100, 20), (140, 60))
    bench.wait_until_saved()
    bench.bench._watch.look()
    told: list[frozenset[int]] = []
    bench.bench._watch.images_changed.connect(lambda changed, _: told.append(changed))
    bench.press(Key.Key_Space)
    bench.qtbot.waitUntil(lambda: any(2 in changed for changed in told))
    assert [row.state for row in bench.bench._view.rows([2])] == ["submitted"]
    assert bench.bench._view.counts()["in_progress"] == 0


def test_nothing_uncovers_it(project: Project, bench: BenchDriver) -> None:
    assert not bench.bench.sight.is_blind
    bench.press(Key.Key_U)
    assert bench.bench.sight.is_kept_back
    assert bench.boxes() == []


def test_what_came_back_to_the_first_is_not_told(project: Project, bench: BenchDriver) -> None:
    approved = project.images.get(2).label
    theirs = replace(approved, assigned_to="ann")
    project.apply([ImageEdit(2, approved, theirs)], actor="lead", of_all=True)
    approved = project.images.get(2).label
    project.apply(
        [ImageEdit(2, approved, replace(approved, state="in_progress", reason="?"))], actor="lead"
    )
    bring_to(project, 2, "submitted", by="bo")
    handed_in = project.images.get(2).label
    back = replace(handed_in, state="returned", reviewer="lead", reason="wrong class")
    project.apply([ImageEdit(2, handed_in, back)], actor="lead")
    assert project.queue.came_back("bo") == [2]
    bench.qtbot.waitUntil(lambda: bench.bench._watch._gesture == project.log.newest())
    assert bench.said() == []
    assert bench.bench.reviewing.next_returned([1, 2]) is None


@pytest.fixture
def hidden(project: Project, open_bench: Callable[[Path], BenchDriver]) -> BenchDriver:
    """Image 2 is bo's, of whose folder all is handed in. A model has looked at it before, and at
    the five of another folder, which are ann's. Ann has image 2 a second time."""
    for name in ("ann", "bo"):
        change_person(project, name, by="lead")
    folder = project.folder.parent / "photos_2"
    folder.mkdir()
    for number in range(1, 6):
        write_photo(folder / f"layer_{number}.png", 100 + number)
    import_photos(project, folder)
    with project.transaction():
        run = project.runs.open(RunKey("model", "starter", "w", {}), actor="lead")
    for image_id in (2, 4, 5, 6, 7, 8):
        label = project.images.get(image_id).label
        find = Annotation(f"f{image_id}", SLAG, Box(100, 20, 140, 60), score=0.7, run_id=run)
        seen = ImageEdit(image_id, label, replace(label, state="prelabelled"))
        found = [AnnotationEdit(image_id, None, find), seen]
        project.apply(found, actor="lead", kind="prelabel")
        if image_id > 2:
            theirs = replace(seen.after, assigned_to="ann")
            project.apply([ImageEdit(image_id, seen.after, theirs)], actor="lead")
    (find,) = project.annotations.of_image(2)
    project.apply([AnnotationEdit(2, find, None), AnnotationEdit(2, None, FIRST)], actor="bo")
    for image_id in (1, 2, 3):
        bring_to(project, image_id, "submitted", by="bo")
    with project.transaction():
        assert give(project, [(2, "ann")], "twice", wanted=1).exposed == 0
    opened = open_bench(project.folder)
    opened.bench.open(2)
    opened.wait_for_image(2)
    return opened


def test_it_stands_in_the_persons_own_build(project: Project, hidden: BenchDriver) -> None:
    (row,) = hidden.bench._view.rows([2])
    assert row.path == "../photos_2/layer_6.png"
    assert hidden.window.windowTitle().startswith("layer_6.png")
    assert hidden.bench.browsing.order.ids.tolist() == [1, 3, 4, 5, 6, 7, 8, 2]
    assert (row.state, row.proposals) == ("prelabelled", 1)
    assert [a.uid for a in hidden.boxes()] == ["f2"]
    assert not hidden.window.strip.blind.isVisible()
    said = [entry.where for entry in hidden.bench.telling._entries(hidden.bench._view.done_on(2))]
    assert len(said) == 1
    assert "layer_2" not in said[0]


def test_it_moves_along_when_images_are_handed_out_in_the_list(
    project: Project, hidden: BenchDriver
) -> None:
    folder = project.folder.parent / "photos_3"
    folder.mkdir()
    for number in range(1, 4):
        write_photo(folder / f"part_{number}.png", 60 + number)
    import_photos(project, folder)
    for wanted, title in (((9, 10, 11), "Assign to me"), ((4, 5, 6, 7, 8), "Assign to nobody")):
        menu = hidden.bench.findChild(QueueMenu)
        hidden.bench.panels.queue.context_wanted.emit(QPoint(50, 50), list(wanted))
        next(a for a in menu.menu.actions() if a.text() == title).trigger()
        menu.menu.close()
        hidden.wait_until_saved()
    hidden.qtbot.waitUntil(
        lambda: hidden.bench._view.rows([2])[0].path.startswith("../photos_3/part_")
    )


def test_its_thumbnail_comes_as_any_other(project: Project, hidden: BenchDriver) -> None:
    bench = hidden.bench
    told: dict[int, bool] = {}
    bench.browsing._thumbnails.arrived.connect(lambda i, image: told.update({i: image.isNull()}))
    rows = bench._view.rows([2, 4])
    bench.browsing._thumbnails.want([(row.id, row.path, row.content_hash) for row in rows])
    hidden.qtbot.waitUntil(lambda: {2, 4} <= told.keys())
    assert not any(told.values())


def test_its_record_is_of_the_persons_own_boxes(project: Project, hidden: BenchDriver) -> None:
    hidden.bench.panels.bring_up("conversation")
    panel = hidden.bench.panels.conversation
    hidden.qtbot.waitUntil(lambda: any(card.isVisibleTo(panel) for card in panel.cards))
    assert project.conversations.of_image(2, "en") is None
    view = OwnView(project, "ann")
    assert project.second.conversations_of("ann").of_image(2, "en") is not None
    assert view.labels_of(2)[0].state == "prelabelled"
