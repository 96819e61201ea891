"""What comes next is got ready before it is shown, and looks as if nobody had expected it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

import widgets.canvas.boxes as boxes_module
from app.core.annotation import Annotation
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.label_class import LabelClass
from app.storage.project import Project
from tests.gui.bench_driver import BenchDriver
from tests.gui.canvas_driver import (
    CLASSES,
    HEIGHT_PX,
    WIDTH_PX,
    CanvasDriver,
    model_box,
    person_box,
)
from widgets.canvas.canvas import Canvas
from widgets.marks.layer import MarkLayer
from widgets.photo.view import Size

PHOTO = Size(WIDTH_PX, HEIGHT_PX)
BEFORE = [person_box("before", Box(20, 20, 90, 70))]
OUTLINE = ((30.0, 90.0), (90.0, 95.0), (60.0, 130.0))


def crowd(count: int) -> list[Annotation]:
    """Some of people, some proposals, one with an outline."""
    made = [
        person_box(f"{n}", Box(4 + 3 * n, 10 + 2 * n, 24 + 3 * n, 26 + 2 * n))
        if n % 2
        else model_box(f"{n}", Box(10 + 2 * n, 4 + n, 30 + 2 * n, 20 + n), n / count)
        for n in range(count)
    ]
    return [*made, person_box("outlined", Box(30, 90, 90, 130), polygon=OUTLINE)]


@pytest.fixture
def canvas(qtbot: QtBot) -> Callable[[], CanvasDriver]:
    def make() -> CanvasDriver:
        canvas = Canvas()
        qtbot.addWidget(canvas)
        canvas.resize(420, 320)
        canvas.set_filled(True)
        canvas.show()
        qtbot.waitExposed(canvas)
        driver = CanvasDriver(canvas)
        driver.show_photo()
        driver.show(*BEFORE)
        canvas.select(["before"])
        return driver

    return make


@pytest.fixture
def styled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many boxes were laid into columns, at each time."""
    counts: list[int] = []
    lay_out = boxes_module.styled

    def counted(annotations, styles):
        marks = lay_out(annotations, styles)
        counts.append(len(marks))
        return marks

    monkeypatch.setattr(boxes_module, "styled", counted)
    return counts


def nothing(canvas: Canvas, coming: list[Annotation]) -> None:
    """Nothing happens between."""


def repainted(canvas: Canvas, coming: list[Annotation]) -> None:
    canvas.grab()


def moved(canvas: Canvas, coming: list[Annotation]) -> None:
    coming[1] = replace(coming[1], box=Box(100, 20, 160, 60))


def another_class(canvas: Canvas, coming: list[Annotation]) -> None:
    coming[0] = replace(coming[0], class_id=1)


def gone(canvas: Canvas, coming: list[Annotation]) -> None:
    del coming[2:]


def unfilled(canvas: Canvas, coming: list[Annotation]) -> None:
    canvas.set_filled(False)


def unnamed(canvas: Canvas, coming: list[Annotation]) -> None:
    canvas.set_names_shown(False)


def surer(canvas: Canvas, coming: list[Annotation]) -> None:
    canvas.set_filter(least_score=0.5)


def resized(canvas: Canvas, coming: list[Annotation]) -> None:
    canvas.resize(500, 300)


def zoomed(canvas: Canvas, coming: list[Annotation]) -> None:
    canvas.zoom_in()


def corrected(canvas: Canvas, coming: list[Annotation]) -> None:
    """The image before."""
    canvas.show_annotations([replace(BEFORE[0], class_id=2)], CLASSES)


def other_expected(canvas: Canvas, coming: list[Annotation]) -> None:
    canvas.expect(crowd(3), CLASSES, Size(900, 500))


BETWEEN = (
    *(nothing, repainted, moved, another_class, gone, unfilled, unnamed, surer, resized, zoomed),
    *(corrected, other_expected),
)


@pytest.mark.parametrize("count", [5, 90])
@pytest.mark.parametrize("between", BETWEEN, ids=lambda each: each.__name__)
def test_it_looks_as_if_nobody_had_expected_it(
    canvas: Callable[[], CanvasDriver],
    count: int,
    between: Callable[[Canvas, list[Annotation]], None],
) -> None:
    screens = []
    for is_expected in (True, False):
        driver, coming = canvas(), crowd(count)
        if is_expected:
            driver.canvas.expect(coming, CLASSES, PHOTO)
        between(driver.canvas, coming)
        driver.show_photo(grey=120)
        driver.show(*coming)
        assert driver.canvas.selection == ()
        screens.append([driver.screen()])
        driver.canvas.select([coming[-1].uid])
        screens[-1].append(driver.screen())
    assert screens[0] == screens[1]


def test_what_is_expected_changes_nothing_that_is_seen(canvas: Callable[[], CanvasDriver]) -> None:
    driver = canvas()
    before = driver.screen()
    driver.canvas.expect(crowd(90), CLASSES, PHOTO)
    assert driver.screen() == before
    assert driver.canvas.selection == ("before",)
    assert driver.canvas.visible_annotations() == BEFORE


def test_what_was_expected_is_laid_out_and_painted_once(
    canvas: Callable[[], CanvasDriver], styled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, painted = canvas(), []
    paint = MarkLayer._paint_within
    monkeypatch.setattr(
        MarkLayer, "_paint_within", lambda layer, *where: painted.append(1) or paint(layer, *where)
    )
    styled.clear()
    driver.canvas.expect(crowd(90), CLASSES, PHOTO)
    driver.canvas.expect(crowd(90), CLASSES, PHOTO)  # those of another reading are the same
    assert (styled, painted) == ([91], [1])
    driver.show_photo(grey=120)
    driver.show(*crowd(90))
    driver.screen()
    assert (styled, painted) == ([91], [1])


def test_what_nobody_would_see_is_not_painted(
    canvas: Callable[[], CanvasDriver], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, painted = canvas(), []
    driver.canvas.set_boxes_shown(False)
    monkeypatch.setattr(MarkLayer, "prepare", lambda *_: painted.append(1))
    driver.canvas.expect(crowd(90), CLASSES, PHOTO)
    assert painted == []


def test_a_crowded_neighbour_is_ready_once_the_person_stays(
    bench: BenchDriver, styled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.shell.bench.crowded.CROWDED_FROM", 1)
    bench.press(Qt.Key.Key_D)
    bench.wait_for_image(2)
    bench.qtbot.waitUntil(lambda: 2 in styled)  # the two boxes of the first image
    styled.clear()
    bench.press(Qt.Key.Key_A)
    bench.wait_for_image(1)
    assert [a.uid for a in bench.canvas.visible_annotations()] == ["s1", "g1"]
    assert 2 not in styled


def test_a_class_that_another_program_has_just_added_is_known_in_time(bench: BenchDriver) -> None:
    project = bench.bench.project
    with Project.open(project.folder) as other:
        other.add_classes([LabelClass("crack", colour="#ffe119")], actor="bo")
        (crack,) = (c.id for c in other.classes.all() if c.name == "crack")
        found = person_box("c", Box(10, 10, 60, 60), crack)
        other.apply([AnnotationEdit(2, None, found)], actor="bo")
    bench.bench.showing.expect(bench.bench.document.read(2))
    bench.press(Qt.Key.Key_D)
    bench.wait_for_image(2)
    assert bench.has_colour_around(found.box, "#ffe119")


def test_who_goes_on_waits_for_no_neighbour(
    bench: BenchDriver, styled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The boxes of the neighbour have been read, and are still to be laid out."""
    monkeypatch.setattr("app.shell.bench.crowded.CROWDED_FROM", 1)
    bench.bench._ahead._next.setInterval(100_000)
    bench.press(Qt.Key.Key_D)
    bench.wait_for_image(2)
    bench.qtbot.waitUntil(lambda: bench.bench._ahead.are_left)
    styled.clear()
    bench.press(Qt.Key.Key_D)
    bench.wait_for_image(3)
    assert not bench.bench._ahead.are_left and 2 not in styled
