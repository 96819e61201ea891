"""The real window on a real (virtual) screen, used by key and mouse from the start page on."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from app.core.annotation import Annotation
from app.core.image import ImageLabel
from app.core.progress import ignore_progress
from app.services.demo import make_photos
from app.services.import_photos import import_photos
from app.storage.project import Project
from tests.e2e.conftest import ROOT, Flawmark
from tests.e2e.screen import Person, person_at, wait_until
from tests.helpers.virtual_screen import MISSING, VirtualScreen, virtual_screen

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason="needs the system packages xvfb and xdotool"),
]

APART_PX, WIDE_PX = 40.0, 18.0
"""Boxes that a hand can't confuse."""


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


@pytest.fixture
def home(tmp_path: Path, environment: dict[str, str]) -> dict[str, str]:
    """The environment of a person who has never used the window before."""
    return {
        **environment,
        "HOME": str(tmp_path / "home"),
        "FLAWMARK_CONFIG": str(tmp_path / "config"),
    }


class Bench:
    """What a second program finds in the project's file while the window is open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with Project.open(folder) as project:
            self.images = {image.id: project.locate(image.path) for image in project.images.all()}

    def boxes(self, image_id: int) -> dict[str, Annotation]:
        with Project.open(self._folder) as project:
            return {a.uid: a for a in project.annotations.of_image(image_id)}

    def label(self, image_id: int) -> ImageLabel:
        with Project.open(self._folder) as project:
            return project.images.get(image_id).label

    def everything(self) -> tuple[object, ...]:
        return tuple((i, self.boxes(i), self.label(i)) for i in self.images)


def three_apart(boxes: list[Annotation]) -> tuple[Annotation, Annotation, Annotation] | None:
    """Three boxes, wide enough to grip, that no other comes near."""

    def is_apart(a: Annotation, b: Annotation) -> bool:
        one, other = a.box, b.box
        return (
            one.left - other.right > APART_PX
            or other.left - one.right > APART_PX
            or one.top - other.bottom > APART_PX
            or other.top - one.bottom > APART_PX
        )

    wide = [a for a in boxes if a.box.width > WIDE_PX]
    free = [a for a in wide if all(is_apart(a, b) for b in boxes if b is not a)]
    for three in combinations(free, 3):
        return three
    return None


def go_to(person: Person, bench: Bench, image_id: int) -> None:
    """One image after the other, by key."""
    ids = list(bench.images)
    shown = next(i for i in ids if person.title().startswith(bench.images[i].name))
    steps = ids.index(image_id) - ids.index(shown)
    person.press(*["d" if steps > 0 else "a"] * abs(steps))
    person.wait_for_photo(bench.images[image_id])


def test_a_new_user_corrects_the_demo_and_finds_everything_again(
    tmp_path: Path, screen: VirtualScreen, home: dict[str, str], demo: tuple[Path, str]
) -> None:
    # Made before, as it takes a while: pressed once more, the button opens it.
    shutil.copytree(demo[0], Path(home["HOME"]) / "flawmark-demo")
    folder = Path(home["HOME"]) / "flawmark-demo" / "project"
    bench = Bench(folder)
    proposed = {i: list(bench.boxes(i).values()) for i in bench.images}
    work = next(i for i in proposed if three_apart(proposed[i]))
    blank = next(i for i in proposed if not proposed[i])
    moved, renamed, wrong = three_apart(proposed[work])
    with person_at(screen, None, home, name="demo") as person:
        person.shoot("start-page")
        person.press("Tab", "Tab", "space")  # from New to Open to Try the demo
        person.wait_for_photo(bench.images[1])
        person.shoot("opened")
        go_to(person, bench, work)
        person.shoot("proposals")
        drag_an_edge(person, bench, work, moved)
        change_a_class(person, bench, work, renamed)
        add_a_box(person, bench, work)
        delete_a_box(person, bench, work, wrong)
        submit(person, bench, work)
        go_to(person, bench, blank)
        call_it_normal(person, bench, blank)
        undo_and_redo_across_images(person, bench, work, blank)
        standing = bench.everything()
        assert person.leave() == ""
    assert bench.everything() == standing

    with person_at(screen, folder, home, name="demo-again") as person:
        person.wait_for_photo(bench.images[blank])
        go_to(person, bench, work)
        person.shoot("opened-again")
        assert bench.everything() == standing
        person.press(*["ctrl+z"] * 4)
        wait_until(lambda: wrong.uid in bench.boxes(work))
        person.shoot("undone-after-opening-again")
        assert bench.boxes(work)[wrong.uid] == wrong
        assert person.leave() == ""


def drag_an_edge(person: Person, bench: Bench, image_id: int, proposal: Annotation) -> None:
    box = proposal.box
    person.drag((box.right, box.centre[1]), (box.right + 24, box.centre[1]))
    wait_until(lambda: bench.boxes(image_id)[proposal.uid].author == "li")
    person.shoot("edge-dragged")
    after = bench.boxes(image_id)[proposal.uid].box
    assert after.right == pytest.approx(box.right + 24, abs=3)
    assert after.corners[:2] == box.corners[:2]


def change_a_class(person: Person, bench: Bench, image_id: int, proposal: Annotation) -> None:
    person.click(*proposal.box.centre)
    person.press("5")
    wait_until(lambda: bench.boxes(image_id)[proposal.uid].class_id == 5)
    person.shoot("class-changed")


def add_a_box(person: Person, bench: Bench, image_id: int) -> None:
    before = bench.boxes(image_id)
    person.press("w")
    person.click(60, 960)
    person.click(160, 1010)
    (new,) = wait_until(lambda: bench.boxes(image_id).keys() - before)
    person.press("v", "2")
    wait_until(lambda: bench.boxes(image_id)[new].class_id == 2)
    person.shoot("box-added")
    assert bench.boxes(image_id)[new].box.corners == pytest.approx((60, 960, 160, 1010), abs=3)


def delete_a_box(person: Person, bench: Bench, image_id: int, proposal: Annotation) -> None:
    person.click(*proposal.box.centre)
    person.press("x")
    wait_until(lambda: proposal.uid not in bench.boxes(image_id))
    person.shoot("box-deleted")


def submit(person: Person, bench: Bench, image_id: int) -> None:
    person.press("space")
    wait_until(lambda: bench.label(image_id).state == "submitted")
    wait_until(lambda: not person.title().startswith(bench.images[image_id].name))
    person.shoot("submitted")
    assert not any(a.is_proposal for a in bench.boxes(image_id).values())


def call_it_normal(person: Person, bench: Bench, image_id: int) -> None:
    person.press("n")
    wait_until(lambda: bench.label(image_id).is_normal)
    person.shoot("normal")
    person.press("space")
    wait_until(lambda: bench.label(image_id).state == "submitted")


def undo_and_redo_across_images(person: Person, bench: Bench, work: int, blank: int) -> None:
    """Back from the normal image to the one that was submitted before it, and there again."""
    person.press("ctrl+z", "ctrl+z")
    wait_until(lambda: not bench.label(blank).is_normal)
    person.press("ctrl+z")
    wait_until(lambda: bench.label(work).state == "in_progress")
    person.wait_for_photo(bench.images[work])
    person.shoot("undone-across-images")
    person.press(*["ctrl+y"] * 3)
    wait_until(lambda: bench.label(blank).state == "submitted")
    person.wait_for_photo(bench.images[blank])
    person.shoot("redone")


def test_an_interrupt_closes_the_window_in_order(
    tmp_path: Path, screen: VirtualScreen, home: dict[str, str]
) -> None:
    make_photos(tmp_path / "photos", count=3, on_progress=ignore_progress)
    with Project.create(tmp_path / "project") as project:
        import_photos(project, tmp_path / "photos")
    bench = Bench(tmp_path / "project")
    with person_at(screen, tmp_path / "project", home, name="interrupted") as person:
        person.wait_for_photo(bench.images[1])
        person.press("d")
        person.wait_for_photo(bench.images[2])
        person.process.send_signal(signal.SIGINT)
        _, said = person.process.communicate()
        assert (person.process.returncode, said) == (0, "")


def test_without_a_screen_it_is_said_in_two_lines(
    tmp_path: Path, flawmark: Flawmark, environment: dict[str, str]
) -> None:
    flawmark("new", tmp_path / "p")
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    bare = {k: v for k, v in environment.items() if k not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "app", "open", str(tmp_path / "p")],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "There is no display to open a window on."
    assert len(done.stderr.splitlines()) == 2
