from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.detection import Detection
from app.core.geometry import Box, intersection_over_union
from backends.tiling import Piece, Tile, TiledDetector, merged, tiles

sides = st.integers(1, 500)
overlaps = st.floats(0, 0.9)


class ColourFinder:
    """An ideal model: every colour but black is one defect, seen as far as the photo shows it."""

    class_names = ("streak",)
    device = "nowhere"
    notes = ("ideal",)

    def __init__(self, outlines=False):
        self.sizes = []
        self.outlines = outlines

    def detect(self, photos, query=None):
        self.sizes += [photo.shape[:2] for photo in photos]
        return [self._find(photo) for photo in photos]

    def _find(self, photo):
        finds = []
        for colour in np.unique(photo[..., 0][photo[..., 0] > 0]):
            ys, xs = np.nonzero(photo[..., 0] == colour)
            box = Box(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
            corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom))
            polygon = (*corners, (box.left, box.bottom)) if self.outlines else None
            finds.append(Detection("streak", box, float(colour) / 255, polygon))
        return sorted(finds, key=lambda find: -find.score)


def painted(width, height, boxes):
    photo = np.zeros((height, width, 3), np.uint8)
    for number, (left, top, right, bottom) in enumerate(boxes, start=1):
        photo[top:bottom, left:right] = number
    return photo


def found(photo, tile=200, overlap=0.2, **more):
    return TiledDetector(ColourFinder(**more), tile, overlap).detect([photo])[0]


def corners(finds):
    return sorted(tuple(int(c) for c in find.box.corners) for find in finds)


@settings(deadline=None)
@given(sides, sides, st.integers(30, 300), overlaps)
def test_tiles_cover_everything_and_stay_inside(width, height, tile, overlap):
    places = tiles(width, height, tile, overlap)
    assert len(set(places)) == len(places)
    covered = np.zeros((height, width), bool)
    for place in places:
        assert 0 <= place.left < place.right <= width
        assert 0 <= place.top < place.bottom <= height
        assert place.right - place.left == min(tile, width)
        assert place.bottom - place.top == min(tile, height)
        covered[place.top : place.bottom, place.left : place.right] = True
    assert covered.all()


@settings(deadline=None)
@given(sides, sides, st.integers(30, 300), overlaps)
def test_neighbouring_tiles_share_what_was_asked_for(width, height, tile, overlap):
    places = tiles(width, height, tile, overlap)
    lefts = sorted({place.left for place in places})
    for here, there in pairwise(lefts):
        assert here + tile - there >= overlap * tile - 1
    assert places[-1].right == width and places[-1].bottom == height
    assert places[0] == Tile(0, 0, min(tile, width), min(tile, height))


@pytest.mark.parametrize("wrong", [(0, 5, 5, 0.1), (5, 5, 0, 0.1), (5, 5, 5, 1.0), (5, 5, 5, -0.1)])
def test_impossible_tiles_are_refused(wrong):
    with pytest.raises(ValueError, match="no tiles"):
        tiles(*wrong)


def test_a_small_photo_is_left_whole():
    finder = ColourFinder()
    detector = TiledDetector(finder, 200, 0.2)
    photo = painted(200, 120, [(5, 5, 20, 20)])
    assert corners(detector.detect([photo, photo])[1]) == [(5, 5, 20, 20)]
    assert finder.sizes == [(120, 200)] * 2
    assert detector.class_names == ("streak",) and detector.notes == ("ideal",)


@pytest.mark.parametrize("overlap", [0, 0.2, 0.5])
@pytest.mark.parametrize(
    "box",
    [
        (3, 100, 997, 108),  # a streak over all tiles
        (100, 3, 108, 597),
        (150, 150, 170, 170),  # where four tiles meet
        (100, 100, 500, 450),  # larger than a tile
        (0, 0, 1000, 600),
        (155, 20, 165, 40),  # wholly in the shared part
        (999, 599, 1000, 600),
    ],
)
def test_one_defect_gives_one_box(box, overlap):
    assert corners(found(painted(1000, 600, [box]), overlap=overlap)) == [box]


def test_a_slanted_streak_gives_one_box():
    photo = np.zeros((900, 1400, 3), np.uint8)
    for x in range(20, 1380):
        photo[100 + x // 3 : 106 + x // 3, x] = 7
    (find,) = found(photo)
    assert find.box == Box(20, 106, 1380, 565)


def test_parallel_streaks_stay_apart():
    boxes = [(10, top, 990, top + 6) for top in range(20, 560, 12)]
    assert corners(found(painted(1000, 600, boxes))) == sorted(boxes)


def test_neighbours_across_a_seam_stay_apart():
    boxes = [(100, 50, 145, 90), (175, 50, 215, 90)]  # tiles end at 200 and begin at 160
    assert corners(found(painted(600, 200, boxes))) == sorted(boxes)


def test_another_class_is_never_joined():
    first = Detection("slag", Box(100, 50, 200, 60), 0.9)
    second = Detection("streak", Box(160, 50, 300, 60), 0.8)
    pieces = [
        Piece(first, 0, (False, False, True, False)),
        Piece(second, 1, (True, False, False, False)),
    ]
    assert merged(pieces, slack_px=3) == [first, second]


def test_a_piece_that_ends_short_of_the_seam_still_joins():
    """Models draw edges a little off: the second isn't cut but goes on over the first's end."""
    pieces = [
        Piece(Detection("s", Box(20, 50, 198, 60), 0.5), 0, (False, False, True, False)),
        Piece(Detection("s", Box(175, 51, 300, 61), 0.9), 1, (False, False, False, False)),
    ]
    assert merged(pieces, slack_px=3) == [Detection("s", Box(20, 50, 300, 61), 0.9)]


def test_finds_of_one_tile_are_not_weighed_against_each_other():
    boxes = [Box(10, 10, 50, 50), Box(12, 10, 52, 50)]
    assert intersection_over_union(*boxes) > 0.8
    whole = (False, False, False, False)
    pieces = [Piece(Detection("s", box, 0.5), 0, whole) for box in boxes]
    assert len(merged(pieces, slack_px=3)) == 2


def test_of_two_tiles_finds_of_the_same_defect_the_better_stays():
    whole = (False, False, False, False)
    pieces = [
        Piece(Detection("s", Box(165, 10, 195, 40), 0.5), 0, whole),
        Piece(Detection("s", Box(167, 11, 196, 41), 0.7), 1, whole),
    ]
    assert merged(pieces, slack_px=3) == [pieces[1].find]


def test_polygons_move_and_join():
    finds = found(painted(1000, 600, [(3, 100, 997, 108), (700, 300, 720, 330)]), outlines=True)
    assert {find.box: set(find.polygon) for find in finds} == {
        Box(3, 100, 997, 108): {(3, 100), (3, 108), (997, 108), (997, 100)},
        Box(700, 300, 720, 330): {(700, 300), (720, 300), (720, 330), (700, 330)},
    }


def test_best_first_and_no_more_than_asked_for():
    boxes = [(20 + 60 * i, 20, 40 + 60 * i, 40) for i in range(9)]
    detector = TiledDetector(ColourFinder(), 200, 0.2, max_detections=4)
    finds = detector.detect([painted(600, 300, boxes)])[0]
    assert [round(find.score * 255) for find in finds] == [9, 8, 7, 6]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 39), st.integers(1, 22), st.integers(1, 22)),
        min_size=1,
        max_size=12,
        unique_by=lambda spot: spot[0],
    ),
    st.sampled_from([0.1, 0.25, 0.4]),
)
def test_apart_defects_come_back_as_they_are(spots, overlap):
    """Cells of 40 px, defects up to 22 px: at least 18 px apart, more than the slack of a seam."""
    boxes = [
        (40 * (cell % 8), 40 * (cell // 8), 40 * (cell % 8) + w, 40 * (cell // 8) + h)
        for cell, w, h in spots
    ]
    assert corners(found(painted(320, 200, boxes), tile=120, overlap=overlap)) == sorted(boxes)
