"""A project whose proposals are wrong in known ways: true boxes of real photos, spoilt by seed."""

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.geometry import Box, intersection_over_union
from app.core.image import Image, ImageLabel
from app.core.label_class import LabelClass
from app.services.import_photos import import_photos
from app.storage.project import Project
from app.storage.runs import RunKey

_COLOURS = ("#e6194b", "#4363d8", "#3cb44b", "#f58231", "#911eb4", "#008080")
_LEAST_OFF_PX = 5.0
"""What a person sees at a glance."""
_LEAST_SIDE_PX = 8.0


@dataclass(frozen=True, slots=True)
class Defect:
    """What truly is at a place, as an expert sees it."""

    class_id: int
    box: Box


@dataclass(frozen=True, slots=True)
class Task:
    """One image with the kind of fault its proposals have; `truth` is what it is to end with."""

    image_id: int
    kind: str
    truth: tuple[Defect, ...]


class Spoiler:
    """Makes one fault at a time; images are `size_px` wide and high."""

    def __init__(self, rng: random.Random, size_px: tuple[int, int], class_ids: list[int]) -> None:
        self._rng, self._size_px, self._class_ids = rng, size_px, class_ids

    def nothing(self, defects: list[Defect]) -> list[Defect]:
        return defects

    def other_class(self, defects: list[Defect]) -> list[Defect]:
        def changed(defect: Defect) -> Defect:
            others = [c for c in self._class_ids if c != defect.class_id]
            return replace(defect, class_id=self._rng.choice(others))

        return self._one(defects, changed)

    def false_box(self, defects: list[Defect]) -> list[Defect]:
        """Where little or nothing is, as far as that can be found."""
        candidates = [self._anywhere() for _ in range(50)]
        box = min(candidates, key=lambda c: _most_overlap(c, defects))
        return [*defects, Defect(self._rng.choice(self._class_ids), box)]

    def duplicate(self, defects: list[Defect]) -> list[Defect]:
        """A second find of the same defect, every edge a little elsewhere."""
        twin = self._rng.choice(defects)
        by = [self._rng.uniform(1.5, 4.0) * self._rng.choice((-1, 1)) for _ in range(4)]
        corners = [edge + d for edge, d in zip(twin.box.corners, by, strict=True)]
        if corners[2] - corners[0] < _LEAST_SIDE_PX / 2:
            corners[0], corners[2] = twin.box.left, twin.box.right
        if corners[3] - corners[1] < _LEAST_SIDE_PX / 2:
            corners[1], corners[3] = twin.box.top, twin.box.bottom
        box = Box(*corners).clipped(*self._size_px)
        assert box is not None
        return [*defects, Defect(twin.class_id, box)]

    def one_edge(self, defects: list[Defect]) -> list[Defect]:
        def changed(defect: Defect) -> Defect:
            boxes = list(self._with_an_edge_off(defect.box))
            return replace(defect, box=self._rng.choice(boxes)) if boxes else defect

        return self._one(defects, changed)

    def shifted(self, defects: list[Defect]) -> list[Defect]:
        def changed(defect: Defect) -> Defect:
            moved = list(self._moved(defect.box))
            return replace(defect, box=self._rng.choice(moved)) if moved else defect

        return self._one(defects, changed)

    def missed(self, defects: list[Defect]) -> list[Defect]:
        gone = self._rng.randrange(len(defects))
        return [d for place, d in enumerate(defects) if place != gone]

    def several(self, defects: list[Defect]) -> list[Defect]:
        """A false box, an edge that is off and a wrong class, and one is missed where two are."""
        if len(defects) > 1:
            defects = self.missed(defects)
        return self.false_box(self.one_edge(self.other_class(defects)))

    def _one(self, defects: list[Defect], change: Callable[[Defect], Defect]) -> list[Defect]:
        """Changes one of those that can be changed in this way; none where none can."""
        changes = {place: change(defect) for place, defect in enumerate(defects)}
        possible = [place for place, after in changes.items() if after != defects[place]]
        chosen = self._rng.choice(possible) if possible else None
        return [changes[p] if p == chosen else d for p, d in enumerate(defects)]

    def _anywhere(self) -> Box:
        width, height = (self._rng.uniform(0.1, 0.25) * side for side in self._size_px)
        left = self._rng.uniform(0, self._size_px[0] - width)
        top = self._rng.uniform(0, self._size_px[1] - height)
        return Box(left, top, left + width, top + height)

    def _with_an_edge_off(self, box: Box) -> Iterator[Box]:
        """By up to a third of the side, but by so much that it is seen."""
        for edge in range(4):
            side_px = box.width if edge % 2 == 0 else box.height
            off_px = max(self._rng.uniform(0.1, 0.33) * side_px, _LEAST_OFF_PX)
            for by in (-off_px, off_px):
                corners = list(box.corners)
                corners[edge] += by
                if corners[2] - corners[0] < _LEAST_SIDE_PX:
                    continue
                if corners[3] - corners[1] >= _LEAST_SIDE_PX and self._is_inside(corners):
                    yield Box(*corners)

    def _moved(self, box: Box) -> Iterator[Box]:
        """By up to a quarter of each side, inside the photo."""
        for way_x in (-1, 1):
            for way_y in (-1, 1):
                dx = way_x * max(self._rng.uniform(0.08, 0.25) * box.width, _LEAST_OFF_PX)
                dy = way_y * max(self._rng.uniform(0.08, 0.25) * box.height, _LEAST_OFF_PX)
                for by in ((dx, dy), (dx, 0), (0, dy)):
                    moved = box.moved(*by)
                    if self._is_inside(moved.corners) and intersection_over_union(box, moved) > 0.2:
                        yield moved

    def _is_inside(self, corners: Sequence[float]) -> bool:
        width, height = self._size_px
        return min(corners) >= 0 and corners[2] <= width and corners[3] <= height


FAULTS: dict[str, Callable[[Spoiler, list[Defect]], list[Defect]]] = {
    "right": Spoiler.nothing,
    "wrong class": Spoiler.other_class,
    "false box": Spoiler.false_box,
    "duplicate": Spoiler.duplicate,
    "off at one edge": Spoiler.one_edge,
    "shifted whole": Spoiler.shifted,
    "missed": Spoiler.missed,
    "several at once": Spoiler.several,
}
"""One a proposal set can have, in the order of the table."""


def make_faulty_project(folder: Path, source: Path, *, images: int, seed: int) -> list[Task]:
    """`images` photos of a YOLO folder in a mixed order, each with proposals of one kind of fault;
    each kind is as frequent as the others. The project is in `folder`/project.
    """
    rng = random.Random(seed)
    labels = rng.sample(sorted((source / "labels").glob("*.txt")), images)
    photos = folder / "photos"
    photos.mkdir(parents=True)
    for number, label in enumerate(labels):
        photo = source / "images" / f"{label.stem}.jpg"
        shutil.copyfile(photo, photos / f"{number:03}_{photo.name}")
    with Project.create(folder / "project") as project:
        names = (source / "classes.txt").read_text("utf-8").split()
        project.add_classes(
            [LabelClass(n, colour=c) for n, c in zip(names, _COLOURS, strict=True)], actor="lead"
        )
        import_photos(project, photos)
        with project.transaction():
            key = RunKey("model", "simulated", f"seed {seed}", {})
            run_id = project.runs.open(key, actor="lead")
        class_ids = [c.id for c in project.classes.all()]
        kinds = [*FAULTS] * (images // len(FAULTS) + 1)
        tasks = []
        for image, label in zip(project.images.all(), labels, strict=True):
            truth = _read_truth(label, image, class_ids)
            spoiler = Spoiler(rng, (image.width_px, image.height_px), class_ids)
            kind, proposals = _spoilt(spoiler, truth, kinds)
            kinds.remove(kind)
            _save(project, image, proposals, rng, run_id)
            tasks.append(Task(image.id, kind, tuple(truth)))
    return tasks


def _spoilt(spoiler: Spoiler, truth: list[Defect], kinds: list[str]) -> tuple[str, list[Defect]]:
    """The first of the kinds that this image has room for: one box all over it can't be shifted."""
    for kind in kinds:
        proposals = FAULTS[kind](spoiler, truth)
        if kind == "right" or proposals != truth:
            return kind, proposals
    raise ValueError("no kind of fault fits this image")


def _save(
    project: Project, image: Image, proposals: list[Defect], rng: random.Random, run_id: int
) -> None:
    """As a model run does."""
    scores = [round(rng.uniform(0.3, 0.95), 2) for _ in proposals]
    edits: list[Edit] = [
        AnnotationEdit(
            image.id, None, Annotation(new_uid(), d.class_id, d.box, score=score, run_id=run_id)
        )
        for d, score in zip(proposals, scores, strict=True)
    ]
    edits.append(ImageEdit(image.id, image.label, ImageLabel("prelabelled")))
    project.apply(edits, actor="simulated", kind="prelabel")


def _read_truth(label: Path, image: Image, class_ids: list[int]) -> list[Defect]:
    """Lines of class, centre x, centre y, width, height; the last four as shares of the image."""
    defects = []
    for line in label.read_text().splitlines():
        if line.strip():
            index, *numbers = line.split()
            share = Box.from_centre(*map(float, numbers))
            box = share.scaled(image.width_px, image.height_px)
            inside = box.clipped(image.width_px, image.height_px)
            assert inside is not None
            defects.append(Defect(class_ids[int(index)], inside))
    return defects


def _most_overlap(box: Box, defects: list[Defect]) -> float:
    """By area of `box` that lies in any one of them, so that a small one inside counts in full."""
    return max((_shared(box, d.box) for d in defects), default=0.0)


def _shared(box: Box, other: Box) -> float:
    width = min(box.right, other.right) - max(box.left, other.left)
    height = min(box.bottom, other.bottom) - max(box.top, other.top)
    return max(width, 0.0) * max(height, 0.0) / box.area
