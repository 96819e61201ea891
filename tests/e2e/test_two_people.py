"""Two people at one project, each at a real window: handed in, returned, fixed, signed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.annotation import Annotation
from app.core.comment import Comment
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.core.progress import ignore_progress
from app.services.demo import make_photos
from app.services.import_photos import import_photos
from app.shell.frame.language import LanguageChoice
from app.shell.frame.preferences import Preferences, save_preferences
from app.storage.project import Project
from tests.e2e.screen import Person, person_at, wait_until
from tests.helpers.virtual_screen import MISSING, VirtualScreen, virtual_screen

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason="needs the system packages xvfb and xdotool"),
]

STREAK, SLAG = 1, 2
LEFT, TOP, RIGHT, BOTTOM = 200.0, 300.0, 400.0, 420.0
CENTRE = ((LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2)


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Zhao leads, Li reviews, Wang labels; two photos that nobody has touched."""
    make_photos(tmp_path / "photos", count=2, on_progress=ignore_progress)
    with Project.create(tmp_path / "line3") as project:
        project.add_classes([LabelClass("streak"), LabelClass("slag")], actor="zhao")
        import_photos(project, tmp_path / "photos")
        with project.transaction():
            project.people.put(replace(project.people.meet("li"), role="reviewer"))
            project.people.meet("wang")
    return tmp_path / "line3"


class Seen:
    """The first image as the project's file has it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with Project.open(folder) as project:
            self.photo = project.locate(project.images.get(1).path)

    def label(self) -> ImageLabel:
        with Project.open(self._folder) as project:
            return project.images.get(1).label

    def boxes(self) -> list[Annotation]:
        with Project.open(self._folder) as project:
            return project.annotations.of_image(1)

    def comments(self) -> list[Comment]:
        with Project.open(self._folder) as project:
            return project.comments.of_image(1)


def hand_in(person: Person, seen: Seen) -> None:
    person.wait_for_photo(seen.photo)
    person.press("w")
    person.click(LEFT, TOP)
    person.click(RIGHT, BOTTOM)
    wait_until(seen.boxes)
    person.press("v", "space")
    wait_until(lambda: seen.label().state == "submitted")


def send_back(person: Person, seen: Seen) -> None:
    person.wait_for_photo(seen.photo)
    person.shoot("to-review")
    person.click(*CENTRE)
    person.press("shift+r")
    person.shoot("asked-why")
    person.press("1")
    wait_until(lambda: seen.label().state == "returned")


def fix(person: Person, seen: Seen) -> None:
    person.wait_for_photo(seen.photo)
    person.shoot("came-back")
    person.click(*CENTRE)
    person.press("2")
    wait_until(lambda: seen.boxes()[0].class_id == SLAG)
    person.press("space")
    wait_until(lambda: seen.label().state == "submitted")


def correct_and_sign(person: Person, seen: Seen) -> None:
    person.wait_for_photo(seen.photo)
    person.drag((RIGHT, CENTRE[1]), (RIGHT + 60, CENTRE[1]))
    wait_until(lambda: seen.boxes()[0].author == "li")
    assert seen.label().state == "submitted"
    person.press("shift+v", "shift+v")
    person.shoot("as-handed-in")
    person.press("shift+v", "space")
    wait_until(lambda: seen.label().state == "approved")
    person.shoot("approved")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_an_image_goes_from_hand_to_hand(
    folder: Path,
    screen: VirtualScreen,
    environment: dict[str, str],
    tmp_path: Path,
    language: LanguageChoice,
) -> None:
    seen = Seen(folder)
    for who in ("wang", "li"):
        save_preferences(Preferences(language=language, person=who), tmp_path / who)

    def at_work(who: str, what: str):
        own = {name: value for name, value in environment.items() if name != "FLAWMARK_USER"}
        own["FLAWMARK_CONFIG"] = str(tmp_path / who)
        return person_at(screen, folder, own, name=f"review-{language}-{what}")

    with at_work("wang", "1") as wang:
        hand_in(wang, seen)
        assert wang.leave() == ""
    with at_work("li", "2") as li:
        send_back(li, seen)
        assert li.leave() == ""
    (pin,) = seen.comments()
    assert (pin.author, pin.uid) == ("li", seen.boxes()[0].uid)
    assert (seen.label().reviewer, seen.label().reason) == ("li", pin.text)
    with at_work("wang", "3") as wang:
        fix(wang, seen)
        assert wang.leave() == ""
    with at_work("li", "4") as li:
        correct_and_sign(li, seen)
        label, (box,) = seen.label(), seen.boxes()
        assert (label.annotator, label.reviewer, box.author) == ("wang", "li", "li")
        assert box.box.right == pytest.approx(RIGHT + 60, abs=3)
        li.press("ctrl+r", "3")
        wait_until(lambda: seen.label().state == "in_progress")
        assert seen.label().reason
        assert li.leave() == ""
