"""Looking through a project, as a person does it."""

import pytest
from PySide6.QtCore import QPoint, Qt

from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.services.import_photos import import_photos
from app.storage.images import NewImage
from app.storage.project import Project
from tests.gui.conftest import HEIGHT_PX, SLAG, SLAG_BOX, STREAK, STREAK_BOX, WIDTH_PX, write_photo

RED, BLUE = "#e6194b", "#4363d8"


def test_opening_a_project_shows_the_first_photo_with_its_boxes(viewer):
    assert "1 / 3" in viewer.status() and "layer_1.png" in viewer.status()
    assert f"{WIDTH_PX} × {HEIGHT_PX}" in viewer.status()
    assert "boxes: 2, of them proposals: 1" in viewer.status()
    assert viewer.colour_at(220, 150) == "#5a5a5a"
    assert viewer.has_colour_around(STREAK_BOX, RED)
    assert viewer.has_colour_around(SLAG_BOX, BLUE)


@pytest.mark.parametrize("key", [Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_D, Qt.Key.Key_Space])
def test_every_key_for_next_goes_to_the_next_photo(viewer, key):
    viewer.press(key)
    viewer.wait_for_photo("layer_2.png")
    assert viewer.colour_at(120, 80) == "#828282"
    assert "boxes: 0" in viewer.status()
    assert not viewer.has_colour_around(STREAK_BOX, RED)


@pytest.mark.parametrize("key", [Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_A])
def test_every_key_for_previous_comes_back(viewer, key):
    viewer.press(Qt.Key.Key_Right)
    viewer.wait_for_photo("layer_2.png")
    viewer.press(key)
    viewer.wait_for_photo("layer_1.png")
    assert viewer.has_colour_around(STREAK_BOX, RED)


def test_the_list_ends_where_it_ends(viewer):
    viewer.press(Qt.Key.Key_Left)
    assert "1 / 3" in viewer.status()
    for _ in range(5):
        viewer.press(Qt.Key.Key_Right)
    assert "3 / 3" in viewer.status()


def test_flipping_fast_shows_the_last_photo_and_its_own_boxes(viewer):
    for key in (Qt.Key.Key_D, Qt.Key.Key_D, Qt.Key.Key_A, Qt.Key.Key_A, Qt.Key.Key_D, Qt.Key.Key_D):
        viewer.press(key)
    viewer.wait_for_photo("layer_3.png")
    viewer.qtbot.waitUntil(lambda: viewer.colour_at(120, 80) == "#aaaaaa")
    assert not viewer.has_colour_around(STREAK_BOX, RED)


def test_a_missing_photo_says_so_and_the_window_goes_on(project, open_viewer, tmp_path):
    (tmp_path / "photos" / "layer_2.png").unlink()
    viewer = open_viewer(project)
    viewer.wait_for_photo("layer_1.png")
    viewer.press(Qt.Key.Key_D)
    viewer.qtbot.waitUntil(lambda: "layer_2.png" in viewer.window.canvas.message)
    assert not viewer.window.canvas.has_picture
    viewer.press(Qt.Key.Key_D)
    viewer.wait_for_photo("layer_3.png")
    assert viewer.colour_at(120, 80) == "#aaaaaa"


def test_a_damaged_photo_says_so(project, open_viewer, tmp_path):
    (tmp_path / "photos" / "layer_1.png").write_bytes(b"no photo at all")
    viewer = open_viewer(project)
    viewer.qtbot.waitUntil(lambda: "layer_1.png" in viewer.window.canvas.message)


def test_a_project_without_photos_says_what_to_do(open_viewer, tmp_path):
    with Project.create(tmp_path / "empty") as empty:
        viewer = open_viewer(empty)
        assert "flawmark import" in viewer.window.canvas.message
        viewer.press(Qt.Key.Key_D)


def test_zoom_keeps_the_image_point_under_the_cursor(viewer):
    before = viewer.on_canvas(60, 100)
    viewer.wheel(3, at=(60, 100))
    after = viewer.on_canvas(60, 100)
    assert (after - before).manhattanLength() < 0.01
    assert viewer.window.canvas.view.scale > 3
    viewer.hover(60.5, 100.5)
    assert "x 60  y 100" in viewer.status()


def test_dragging_takes_the_photo_along(viewer):
    start, goal = viewer.on_canvas(100, 80), viewer.on_canvas(130, 90)
    viewer.drag((100, 80), (130, 90))
    assert (viewer.on_canvas(100, 80) - goal).manhattanLength() < 0.01
    assert start != goal


def test_one_to_one_and_fit(viewer):
    canvas = viewer.window.canvas
    fitted = canvas.view
    viewer.press(Qt.Key.Key_1)
    assert canvas.view.scale * canvas.devicePixelRatioF() == pytest.approx(1)
    assert "100%" in viewer.window.readout.scale.text()
    viewer.press(Qt.Key.Key_F)
    assert canvas.view == fitted


def test_a_fitted_photo_stays_fitted_when_the_window_grows(viewer):
    before = viewer.window.canvas.view.scale
    viewer.window.resize(1500, 950)
    viewer.qtbot.waitUntil(lambda: viewer.window.canvas.view.scale > before)


def test_the_position_is_told_inside_the_photo_only(viewer):
    viewer.hover(12.7, 34.2)
    assert "x 12  y 34" in viewer.status()
    viewer.hover(-3, 10)
    assert " y " not in viewer.status()


def test_hiding_a_class_hides_its_boxes_and_no_others(viewer):
    viewer.window.class_panel.set_shown(STREAK, False)
    assert not viewer.has_colour_around(STREAK_BOX, RED)
    assert viewer.has_colour_around(SLAG_BOX, BLUE)
    viewer.window.class_panel.set_shown(SLAG, False)
    viewer.window.class_panel.set_shown(STREAK, True)
    assert viewer.has_colour_around(STREAK_BOX, RED)
    assert not viewer.has_colour_around(SLAG_BOX, BLUE)


def test_h_hides_and_shows_all_boxes(viewer):
    viewer.press(Qt.Key.Key_H)
    assert not viewer.has_colour_around(STREAK_BOX, RED)
    viewer.press(Qt.Key.Key_H)
    assert viewer.has_colour_around(STREAK_BOX, RED)


def test_a_box_leaves_its_inside_as_it_is(viewer):
    """What is under the box is what has to be judged."""
    assert viewer.colour_at(*STREAK_BOX.centre) == "#5a5a5a"
    assert viewer.colour_at(*SLAG_BOX.centre) == "#5a5a5a"


def test_clicking_in_the_list_shows_that_photo(viewer):
    rows = viewer.window.image_list
    viewer.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.centre_of(2))
    viewer.wait_for_photo("layer_3.png")
    viewer.qtbot.keyClick(rows, Qt.Key.Key_Up)
    viewer.wait_for_photo("layer_2.png")


def test_boxes_that_another_program_adds_are_shown_on_coming_back(project, viewer):
    with Project.open(project.folder) as other:
        (wrinkle,) = other.add_classes([LabelClass("wrinkle", colour="#f58231")], actor="bo")
        fold = Annotation("w1", wrinkle.id, Box(80, 10, 120, 30), author="bo")
        other.apply([AnnotationEdit(2, None, fold)], actor="bo")
    viewer.press(Qt.Key.Key_D)
    viewer.wait_for_photo("layer_2.png")
    assert viewer.has_colour_around(fold.box, "#f58231")


def test_outlines_are_shown(project, viewer):
    corners = ((80.0, 10.0), (120.0, 10.0), (120.0, 50.0))
    slag = Annotation("p1", SLAG, Box(80, 10, 120, 50), corners, author="bo")
    project.apply([AnnotationEdit(2, None, slag)], actor="bo")
    viewer.press(Qt.Key.Key_D)
    viewer.wait_for_photo("layer_2.png")
    inside, outside = viewer.colour_at(112, 20), viewer.colour_at(88, 45)
    assert inside != "#828282" and outside == "#828282"


def test_many_boxes_leave_their_names_out(viewer):
    many = [Annotation(f"m{n}", SLAG, Box(n, 40, n + 30, 60), author="bo") for n in range(200)]
    classes = {SLAG: LabelClass("slag", id=SLAG, colour="#4363d8")}
    canvas = viewer.window.canvas
    canvas.show_annotations(many[:1], classes)
    named = viewer.colour_at(3, 36)
    canvas.show_annotations(many, classes)
    assert named != "#5a5a5a" and viewer.colour_at(3, 36) == "#5a5a5a"


def test_a_photo_is_shown_in_its_colours(project, open_viewer, tmp_path):
    write_photo(tmp_path / "photos" / "layer_0.png", (200, 30, 10), width=900, height=700)
    import_photos(project, tmp_path / "photos")
    viewer = open_viewer(project)
    viewer.window.show_row(3)
    viewer.wait_for_photo("layer_0.png")
    assert viewer.colour_at(450, 350) == "#c81e0a"


def test_twenty_thousand_images_open_and_scroll(project, open_viewer):
    with project.transaction():
        project.images.add(
            NewImage(f"photos/far/{n:05}.png", f"h{n}", 1, n, 64, 48) for n in range(20_000)
        )
    viewer = open_viewer(project)
    viewer.window.show_row(20_000)
    assert "20001 / 20003" in viewer.status()
    rows = viewer.window.image_list
    shown = rows.viewport().rect().contains(rows.centre_of(20_000))
    assert shown and rows.centre_of(20_000) != QPoint()


def test_closing_the_window_ends_its_threads(viewer):
    import threading

    viewer.press(Qt.Key.Key_D)
    viewer.window.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("job")]
