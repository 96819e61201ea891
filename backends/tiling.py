"""Large photos in overlapping tiles, and one find out of what their seams cut in pieces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.detection import Detection
from app.core.geometry import Box
from app.core.photo import Rgb
from app.core.text_query import TextQuery
from app.imaging.outlines import joined_outline
from backends.base import Detector

# A model's box ends a little before or after the tile's border: this share of the tile's side.
_BORDER_SLACK = 0.015
_BORDER_SLACK_MIN_PX = 3.0

_DUPLICATE_IOU = 0.4
_FRAGMENT_INSIDE = 0.6  # share of a cut piece that lies in what the next tile saw whole
_BOTH_CUT_SHARED = 0.1  # share of the thinner piece's cross-extent: a slanted streak shares little
_ONE_CUT_SHARED = 0.5  # share of the thicker piece's


class Tile(NamedTuple):
    """Part of a photo, in whole pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A find in pixels of the whole photo, and the tile (by number) that it was seen in.

    `cut` says for left, top, right, bottom whether the box reaches a border of its tile behind
    which the photo goes on.
    """

    find: Detection
    tile: int
    cut: tuple[bool, bool, bool, bool]


class TiledDetector:
    """A detector that looks at photos larger than `tile_px` in tiles of that side.

    `overlap` is the share (0 up to, not including, 1) of a side that neighbours have in common.
    Of each photo's finds the best `max_detections` are kept.
    """

    def __init__(
        self,
        detector: Detector,
        tile_px: int,
        overlap: float,
        *,
        max_detections: int | None = None,
    ) -> None:
        tiles(1, 1, tile_px, overlap)
        self._detector = detector
        self._tile_px = tile_px
        self._overlap = overlap
        self._max_detections = max_detections
        self.class_names = detector.class_names
        self.device = detector.device
        self.notes = detector.notes

    def detect(
        self, photos: Sequence[Rgb], query: TextQuery | None = None
    ) -> list[list[Detection]]:
        """One list of finds for each photo, best score first, in pixels of that photo."""
        return [self._detect_one(photo, query) for photo in photos]

    def _detect_one(self, photo: Rgb, query: TextQuery | None) -> list[Detection]:
        height, width = photo.shape[:2]
        places = tiles(width, height, self._tile_px, self._overlap)
        if len(places) == 1:
            return self._detector.detect([photo], query)[0]
        parts = [photo[t.top : t.bottom, t.left : t.right] for t in places]
        slack = max(_BORDER_SLACK_MIN_PX, _BORDER_SLACK * self._tile_px)
        pieces = [
            _piece(find, number, place, (width, height), slack)
            for number, (place, finds) in enumerate(
                zip(places, self._detector.detect(parts, query), strict=True)
            )
            for find in finds
        ]
        return merged(pieces, slack_px=slack)[: self._max_detections]


def tiles(width: int, height: int, tile_px: int, overlap: float) -> list[Tile]:
    """Squares of side `tile_px` that together cover the photo, row by row; smaller where it is.

    The last of each row and column ends at the photo's edge, so it may overlap more than asked.
    Raises ValueError for a side under 1 pixel or an overlap outside 0 <= overlap < 1.
    """
    if width < 1 or height < 1 or tile_px < 1 or not 0 <= overlap < 1:
        raise ValueError(f"no tiles of {tile_px} px and overlap {overlap} in {width}x{height}")
    return [
        Tile(left, top, min(left + tile_px, width), min(top + tile_px, height))
        for top, left in product(
            _starts(height, tile_px, overlap), _starts(width, tile_px, overlap)
        )
    ]


def merged(pieces: Sequence[Piece], *, slack_px: float) -> list[Detection]:
    """One find for each defect, best score first.

    Pieces of one class join when a seam cut them and they meet across it, or one lies in the other.
    Of finds that two tiles both saw whole, the better stays. Finds of one tile are never weighed
    against each other: the model has already done that.
    """
    found: list[Detection] = []
    for name in dict.fromkeys(piece.find.class_name for piece in pieces):
        ours = [piece for piece in pieces if piece.find.class_name == name]
        found.extend(_without_duplicates(_groups(ours, slack_px)))
    return sorted(found, key=lambda find: -find.score)


def _starts(length: int, tile_px: int, overlap: float) -> list[int]:
    if length <= tile_px:
        return [0]
    step = max(1, round(tile_px * (1 - overlap)))
    return [*range(0, length - tile_px, step), length - tile_px]


def _piece(
    find: Detection, number: int, tile: Tile, photo_size: tuple[int, int], slack: float
) -> Piece:
    width, height = photo_size
    box = find.box.moved(tile.left, tile.top)
    cut = (
        tile.left > 0 and box.left - tile.left <= slack,
        tile.top > 0 and box.top - tile.top <= slack,
        tile.right < width and tile.right - box.right <= slack,
        tile.bottom < height and tile.bottom - box.bottom <= slack,
    )
    polygon = find.polygon and tuple((x + tile.left, y + tile.top) for x, y in find.polygon)
    return Piece(Detection(find.class_name, box, find.score, polygon), number, cut)


def _groups(pieces: list[Piece], slack: float) -> list[list[Piece]]:
    """Pieces (of one class) that belong together, found by following who joins whom."""
    boxes = np.array([piece.find.box.corners for piece in pieces])
    cut = np.array([piece.cut for piece in pieces])
    tile = np.array([piece.tile for piece in pieces])
    group = np.arange(len(pieces))
    for i in np.flatnonzero(cut.any(axis=1)):
        joined = _joined(boxes, cut, int(i), slack) & (tile != tile[i])
        for j in np.flatnonzero(joined):
            group[group == group[j]] = group[i]
    members: dict[int, list[Piece]] = {}
    for piece, number in zip(pieces, group.tolist(), strict=True):
        members.setdefault(number, []).append(piece)
    return list(members.values())


def _joined(
    boxes: NDArray[np.float64], cut: NDArray[np.bool_], i: int, slack: float
) -> NDArray[np.bool_]:
    """Which boxes go on where box `i` was cut, or hold most of it."""
    shared = np.minimum(boxes[i, 2:], boxes[:, 2:]) - np.maximum(boxes[i, :2], boxes[:, :2])
    sides = boxes[:, 2:] - boxes[:, :2]
    inside = np.prod(np.maximum(shared, 0), axis=1) / np.prod(sides[i])
    result: NDArray[np.bool_] = inside >= _FRAGMENT_INSIDE
    for side in np.flatnonzero(cut[i]):
        along, across = side % 2, 1 - side % 2
        seam, opposite = boxes[i, side], (side + 2) % 4
        reaches = (boxes[:, along] <= seam + slack) & (boxes[:, along + 2] >= seam - slack)
        thin = np.minimum(sides[i, across], sides[:, across])
        thick = np.maximum(sides[i, across], sides[:, across])
        both = cut[:, opposite] & (shared[:, across] >= _BOTH_CUT_SHARED * thin)
        goes_on = _beyond(boxes, i, int(side), slack) & (
            shared[:, across] >= _ONE_CUT_SHARED * thick
        )
        result |= reaches & (both | goes_on)
    return result


def _beyond(boxes: NDArray[np.float64], i: int, side: int, slack: float) -> NDArray[np.bool_]:
    """Which boxes end clearly behind that side of box `i`."""
    outward = 1 if side >= 2 else -1
    further: NDArray[np.bool_] = outward * (boxes[:, side] - boxes[i, side]) > slack
    return further


def _without_duplicates(groups: Iterable[list[Piece]]) -> list[Detection]:
    whole = [(_union(group), {piece.tile for piece in group}) for group in groups]
    # Larger first among equals: a joined streak before a piece of it that was left over.
    whole.sort(key=lambda pair: (-pair[0].score, -pair[0].box.area))
    boxes = np.array([find.box.corners for find, _ in whole])
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    kept: list[int] = []
    for i, (_, seen_in) in enumerate(whole):
        low, high = boxes[kept, :2], boxes[kept, 2:]
        shared = np.minimum(high, boxes[i, 2:]) - np.maximum(low, boxes[i, :2])
        overlap = np.prod(np.maximum(shared, 0), axis=1)
        iou = overlap / (areas[kept] + areas[i] - overlap)
        rivals = (kept[k] for k in np.flatnonzero(iou >= _DUPLICATE_IOU))
        if not any(whole[rival][1] != seen_in for rival in rivals):
            kept.append(i)
    return [whole[i][0] for i in kept]


def _union(group: list[Piece]) -> Detection:
    finds = [piece.find for piece in group]
    if len(finds) == 1:
        return finds[0]
    box = Box.around(
        point for find in finds for point in (find.box.corners[:2], find.box.corners[2:])
    )
    polygons = [find.polygon for find in finds if find.polygon is not None]
    outline = joined_outline(polygons) if polygons else None
    return Detection(finds[0].class_name, box, max(find.score for find in finds), outline)
