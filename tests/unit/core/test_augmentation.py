"""Changed copies: boxes and outlines lie on the very pixels that they lay on before."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.augmentation import AUGMENT_KINDS, USUAL_KINDS, Augmentation, augmentations
from app.core.geometry import Box
from app.core.shape import Shape
from app.imaging.augmenting import augmented

WIDTH, HEIGHT = 23, 17


@st.composite
def changes(draw: st.DrawFn) -> Augmentation:
    cut = tuple(draw(st.integers(0, 5)) for _ in range(4))
    return Augmentation(cut, draw(st.booleans()), draw(st.integers(0, 3)))  # type: ignore[arg-type]


@st.composite
def boxes(draw: st.DrawFn, *, width: int = WIDTH, height: int = HEIGHT) -> Box:
    """On whole pixels, where a picture of it says exactly where it is."""
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
    return Box(left, top, right, bottom)


def painted(box: Box) -> np.ndarray:
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    left, top, right, bottom = map(int, box.corners)
    pixels[top:bottom, left:right] = 255
    return pixels


def seen_in(pixels: np.ndarray) -> Box:
    ys, xs = np.nonzero(pixels[:, :, 0])
    return Box(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)


def is_kept(box: Box, change: Augmentation) -> bool:
    left, top, right, bottom = change.cut_px
    return (
        box.left >= left
        and box.top >= top
        and box.right <= WIDTH - right
        and box.bottom <= HEIGHT - bottom
    )


@given(boxes(), changes())
def test_a_box_lies_where_its_pixels_lie(box: Box, change: Augmentation) -> None:
    assume(is_kept(box, change))

    copy = augmented(painted(box), change)

    assert copy.shape[1::-1] == change.size(WIDTH, HEIGHT)
    assert change.carried(Shape(box), WIDTH, HEIGHT).box == seen_in(copy)


@given(boxes(), changes())
def test_an_outline_goes_with_its_box(box: Box, change: Augmentation) -> None:
    left, top, right, bottom = box.corners
    outline = ((left, top), (right, top), (right, bottom), (left, bottom), (left, bottom))

    carried = change.carried(Shape(box, outline), WIDTH, HEIGHT)

    assert carried.polygon is not None and len(carried.polygon) == len(outline)
    assert Box.around(carried.polygon) == carried.box


corner = st.floats(0, 100, width=32)


@given(corner, corner, st.floats(1, 100, width=32), st.floats(1, 100, width=32))
def test_mirrored_twice_or_turned_four_times_is_as_before(
    left: float, top: float, width: float, height: float
) -> None:
    shape = Shape(Box(left, top, left + width, top + height))
    mirror, turn = Augmentation(is_mirrored=True), Augmentation(quarter_turns=1)

    twice = mirror.carried(mirror.carried(shape, 256, 512), 256, 512)
    size, round_about = (256, 512), shape
    for _ in range(4):
        round_about = turn.carried(round_about, *size)
        size = turn.size(*size)

    assert twice.box.corners == pytest.approx(shape.box.corners, abs=1e-4)
    assert round_about.box.corners == pytest.approx(shape.box.corners, abs=1e-4)


@given(
    st.lists(boxes(width=200, height=100), max_size=4),
    st.sets(st.sampled_from(AUGMENT_KINDS)),
    st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=7),
)
def test_what_is_drawn_keeps_every_box_whole(
    there: list[Box], kinds: set[str], numbers: list[float]
) -> None:
    drawn = augmentations(3, kinds, there, 200, 100, lambda what: numbers[len(what) % len(numbers)])  # type: ignore[arg-type]

    for change in drawn:
        width, height = change.size(200, 100)
        assert sorted((width, height)) >= [80, 160]
        for box in there:
            carried = change.carried(Shape(box), 200, 100).box
            assert carried.inside(width, height)
            assert carried.area == box.area
        assert change.is_mirrored <= ("mirror" in kinds)
        assert bool(change.quarter_turns) == ("rotate" in kinds)
        assert change.gain == 1 or "brightness" in kinds
        assert not any(change.cut_px) or "shift" in kinds


def test_light_changes_levels_and_stops_at_white() -> None:
    pixels = np.full((2, 2, 3), (10, 100, 250), np.uint8)

    assert augmented(pixels, Augmentation(gain=1.1))[0, 0].tolist() == [11, 110, 255]
    assert augmented(pixels, Augmentation(gain=0.9))[0, 0].tolist() == [9, 90, 225]


def test_directions_are_left_alone_unless_asked() -> None:
    assert "rotate" in AUGMENT_KINDS and "rotate" not in USUAL_KINDS


@pytest.mark.parametrize(
    "wrong", [{"cut_px": (0, -1, 0, 0)}, {"quarter_turns": 4}, {"gain": 0.0}, {"gain": -1.0}]
)
def test_what_cannot_be_done_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="can't be made"):
        Augmentation(**wrong)  # type: ignore[arg-type]
