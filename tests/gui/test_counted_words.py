"""What is counted is said right for none, one and more."""

import pytest

from app.console import counted
from widgets.words import counted_boxes, counted_images, counted_proposals


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (1200, "1,200 images")]
)
def test_images(count: int, said: str) -> None:
    assert counted_images(count) == said


def test_boxes_and_proposals() -> None:
    assert [counted_boxes(n) for n in (0, 1, 2)] == ["0 boxes", "1 box", "2 boxes"]
    said = [counted_proposals(n) for n in (0, 1, 2)]
    assert said == ["0 proposals", "1 proposal", "2 proposals"]


def test_on_the_command_line() -> None:
    assert [counted(n, "photo") for n in (0, 1, 2)] == ["0 photos", "1 photo", "2 photos"]
    assert [counted(n, "person", many="people") for n in (0, 1, 2)] == [
        "0 people",
        "1 person",
        "2 people",
    ]
