"""The segmenter without weights, and find-similar, against boxes that people drew.

`python -m tests.bench.bench_segmenter` prints tables for the photos in ../shared/data. Boxes are
displaced at random, each side by a normal deviate of a share of the box, and fitted again: the
displaced box is the baseline. Clicks go to what differs most in the middle of a box.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Box, intersection_over_union, match_one_to_one
from app.core.photo import Rgb
from app.core.segmentation import Click, Prompt
from app.imaging.contrast_segmenter import outlines_of, refitted
from app.imaging.opencv import cv2
from app.imaging.pixels import read_pixels
from app.imaging.registration import still_there
from app.imaging.similar import LEAST_SCORE, find_similar, flattened

DATA = Path(__file__).parents[3] / "shared" / "data"
SETS = {
    "powder-bed-labels": (DATA / "powder-bed-labels", DATA / "powder-bed"),
    "neu-det": (DATA / "neu-det" / "labels", DATA / "neu-det" / "images"),
}
CLASSES = {
    "powder-bed-labels": DATA / "powder-bed-labels" / "classes.txt",
    "neu-det": DATA / "neu-det" / "classes.txt",
}

SHARES = (0.05, 0.1)
LOOSE = (0.2, 0.4)
"""Shares of a box by which each side of a loose one lies outside it, from and to."""
_FOUND_IOU = 0.5
_ANY_SCORE = 0.5
"""Of a find of `find_similar`, where it is asked how many there are to find at all."""
_SAME_PLACE_IOU = 0.3
"""Of a find of `find_similar`: it is as large as the target, not as what it finds."""


@dataclass(frozen=True)
class Labelled:
    """A photo and what people drew on it: (class, box), in pixels."""

    photo: Rgb
    boxes: Sequence[tuple[str, Box]]
    folder: str


@dataclass
class Scores:
    """Of one class: what was measured, box by box."""

    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)

    @property
    def gain(self) -> float:
        return statistics.fmean(self.after) - statistics.fmean(self.before)


def labelled(name: str, *, every: int = 1) -> Iterator[Labelled]:
    """Photos of a set that carry boxes, every so manieth."""
    labels, photos = SETS[name]
    classes = CLASSES[name].read_text("utf-8").split()
    files = [
        path
        for path in sorted(labels.rglob("*.txt"))
        if not path.name.endswith(".ignore.txt") and path != CLASSES[name]
    ]
    for path in files[::every]:
        rows = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
        if not rows:
            continue
        photo = read_pixels((photos / path.relative_to(labels)).with_suffix(".jpg"))
        height, width = photo.shape[:2]
        yield Labelled(
            photo,
            [
                (classes[int(row[0])], Box.from_centre(*map(float, row[1:5])).scaled(width, height))
                for row in rows
            ],
            path.parent.name,
        )


def displaced(box: Box, photo: Rgb, share: float, random: np.random.Generator) -> Box:
    sides = np.array([box.width, box.height, box.width, box.height])
    moved = np.array(box.corners) + random.normal(0, share, 4) * sides + random.normal(0, 1, 4)
    if moved[0] >= moved[2] - 3 or moved[1] >= moved[3] - 3:
        return box
    return Box(*moved.tolist()).clipped(photo.shape[1], photo.shape[0]) or box


def loosened(box: Box, photo: Rgb, random: np.random.Generator) -> Box:
    """Each side moved outward by a share between those of `LOOSE`, as far as the photo goes."""
    sides = np.array([-box.width, -box.height, box.width, box.height])
    moved = np.array(box.corners) + random.uniform(*LOOSE, 4) * sides
    return Box(*moved.tolist()).clipped(photo.shape[1], photo.shape[0]) or box


def measure_fits(photos: Iterable[Labelled], share: float | None) -> dict[str, Scores]:
    """By class: overlap with people's box before and after it is fitted again.

    The box is displaced by `share`, or a loose one where that is None.
    """
    random = np.random.default_rng(7)
    scores: dict[str, Scores] = defaultdict(Scores)
    for each in photos:
        for name, box in each.boxes:
            if share is None:
                loose = loosened(box, each.photo, random)
            else:
                loose = displaced(box, each.photo, share, random)
            scores[name].before.append(intersection_over_union(box, loose))
            fit = refitted(each.photo, loose)
            scores[name].after.append(intersection_over_union(box, fit))
    return dict(scores)


def measure_clicks(photos: Iterable[Labelled]) -> dict[str, Scores]:
    """By class: overlap of the first answer (before) and of the best one (after)."""
    scores: dict[str, Scores] = defaultdict(Scores)
    for each in photos:
        for name, box in each.boxes:
            answers = outlines_of(each.photo, Prompt(clicks=(_click(each.photo, box),)))
            overlaps = [intersection_over_union(box, answer.box) for answer in answers] or [0.0]
            scores[name].before.append(overlaps[0])
            scores[name].after.append(max(overlaps))
    return dict(scores)


def _click(photo: Rgb, box: Box) -> Click:
    """Where a person would click: on what differs most, in the inner half of the box."""
    grey = cv2.GaussianBlur(photo[..., 0].astype(np.float32), (0, 0), 1)
    left, top = int(box.left + box.width / 4), int(box.top + box.height / 4)
    right, bottom = int(box.right - box.width / 4), int(box.bottom - box.height / 4)
    inner = grey[top : max(bottom, top + 1), left : max(right, left + 1)]
    whole = grey[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1]
    y, x = np.unravel_index(int(np.abs(inner - np.median(whole)).argmax()), inner.shape)
    return Click(left + int(x) + 0.5, top + int(y) + 0.5)


def measure_similar(photos: Iterable[Labelled], *, most: int) -> dict[str, Scores]:
    """By class, at most `most` targets: of the others on the photo, the share among as many first
    finds as there are others (before), and among all finds (after).
    """
    scores: dict[str, Scores] = defaultdict(Scores)
    for name, others, found in _searches(photos, most=most, least_score=_ANY_SCORE):
        first = match_one_to_one(found[: len(others)], others, iou=_SAME_PLACE_IOU)
        all_of_them = match_one_to_one(found, others, iou=_SAME_PLACE_IOU)
        scores[name].before.append(len(first) / len(others))
        scores[name].after.append(len(all_of_them) / len(others))
    return dict(scores)


def measure_proposals(
    photos: Iterable[Labelled], *, most: int, least_score: float = LEAST_SCORE
) -> dict[str, tuple[float, float]]:
    """By class, at most `most` targets: precision and recall of what is proposed, all together."""
    counts: dict[str, NDArray[np.int64]] = defaultdict(lambda: np.zeros(3, np.int64))
    for name, others, found in _searches(photos, most=most, least_score=least_score):
        right = len(match_one_to_one(found, others, iou=_SAME_PLACE_IOU))
        counts[name] += (right, len(found), len(others))
    return {
        name: (right / max(proposed, 1), right / wanted)
        for name, (right, proposed, wanted) in counts.items()
    }


def _searches(
    photos: Iterable[Labelled], *, most: int, least_score: float
) -> Iterator[tuple[str, list[Box], list[Box]]]:
    """Of at most `most` targets of a class: its name, the others on the photo, what is found."""
    searched: dict[str, int] = defaultdict(int)
    for each in photos:
        for name, box in each.boxes:
            others = [b for n, b in each.boxes if n == name and b is not box]
            if not others or searched[name] == most:
                continue
            searched[name] += 1
            found = find_similar(each.photo, box, each.photo, known=[box], least_score=least_score)
            yield name, others, [b for b, _ in found]


def measure_carry(photos: Sequence[Labelled]) -> tuple[list[bool], list[bool]]:
    """Of the boxes on each photo, those that people drew on the next one too, and those they did
    not: whether they were carried over.
    """
    there: list[bool] = []
    gone: list[bool] = []
    for before, now in pairwise(photos):
        if before.folder != now.folder or before.photo.shape != now.photo.shape:
            continue
        boxes = [box for _, box in before.boxes]
        places = still_there(flattened(before.photo), flattened(now.photo), boxes)
        for (name, box), place in zip(before.boxes, places, strict=True):
            at = box if place is None else refitted(now.photo, place[0])
            is_there = any(
                each == name and intersection_over_union(at, other) >= _SAME_PLACE_IOU
                for each, other in now.boxes
            )
            (there if is_there else gone).append(place is not None)
    return there, gone


def measure_speed(photos: Iterable[Labelled]) -> dict[str, Scores]:
    """By size of photo: milliseconds of a box (before) and of a click (after)."""
    scores: dict[str, Scores] = defaultdict(Scores)
    for each in photos:
        size = f"{each.photo.shape[1]} x {each.photo.shape[0]}"
        for _, box in each.boxes:
            for prompt, kept in (
                (Prompt(box), scores[size].before),
                (Prompt(clicks=(_click(each.photo, box),)), scores[size].after),
            ):
                begun = time.perf_counter()
                outlines_of(each.photo, prompt)
                kept.append(1000 * (time.perf_counter() - begun))
    return dict(scores)


def _print(title: str, columns: tuple[str, str], scores: Mapping[str, Scores]) -> None:
    print(f"\n{title}\n{'':24s}{'boxes':>6s} {columns[0]:>10s} {columns[1]:>10s}")
    for name, score in scores.items():
        before, after = statistics.fmean(score.before), statistics.fmean(score.after)
        print(f"{name:24s}{len(score.after):6d} {before:10.3f} {after:10.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=12, help="every so manieth photo of neu-det")
    every = {"powder-bed-labels": 1, "neu-det": parser.parse_args().every}
    for name in SETS:
        for share in SHARES:
            fits = measure_fits(labelled(name, every=every[name]), share)
            title = f"{name}, sides displaced by {share:.0%}: overlap (IoU)"
            _print(title, ("displaced", "fitted"), fits)
        fits = measure_fits(labelled(name, every=every[name]), None)
        title = "{}, loose boxes, sides {:.0%} to {:.0%} outside: overlap (IoU)"
        _print(title.format(name, *LOOSE), ("loose", "fitted"), fits)
        clicks = measure_clicks(labelled(name, every=every[name]))
        _print(f"{name}, a click: overlap (IoU)", ("first", "best"), clicks)
        alike = measure_similar(labelled(name, every=every[name]), most=40)
        _print(f"{name}, find similar: share found", ("first N", "of 50"), alike)
        proposed = measure_proposals(labelled(name, every=every[name]), most=40)
        print(f"\n{name}, find similar from score {LEAST_SCORE} on: precision, recall")
        for each, (precision, recall) in proposed.items():
            print(f"{each:24s}{precision:10.3f} {recall:10.3f}")
    there, gone = measure_carry(list(labelled("powder-bed-labels")))
    print(
        "\ncarried over to the next labelled layer, 5 to 25 later: "
        f"{statistics.fmean(there):.2f} of {len(there)} boxes that are still there, "
        f"{statistics.fmean(gone):.2f} of {len(gone)} that are not"
    )
    speed = measure_speed(labelled("powder-bed-labels"))
    _print("milliseconds, mean", ("a box", "a click"), speed)


if __name__ == "__main__":
    main()
