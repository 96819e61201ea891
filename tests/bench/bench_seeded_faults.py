"""Three people with known rates of faults, and a reviewer: what the quality figures say of them.

    python -m tests.bench.bench_seeded_faults FOLDER [IMAGES]

takes the boxes of a YOLO set (FOLDER/images, FOLDER/labels, FOLDER/classes.txt) for the truth, and
prints each rate as it was seeded beside the figure.
"""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.core.geometry import Box, intersection_over_union
from app.core.label_class import LabelClass
from app.core.quality import PersonFigures
from app.core.quality_facts import Outcome
from app.imaging.header import read_header
from app.services.quality import count_changed, figures
from app.storage.images import NewImage
from app.storage.project import Project
from tests.helpers.seeded_work import Marked, SeededWork

Truth = Mapping[int, Sequence[Marked]]
"""Image id → its boxes as they should be."""


@dataclass(frozen=True)
class Rates:
    """Of true boxes: overlooked, moved, given another class. Of images: with a box too many, and
    sent back."""

    overlooked: float
    moved: float
    relabelled: float
    invented: float
    returned: float


PEOPLE = {
    "careful": Rates(0.02, 0.03, 0.02, 0.03, 0.05),
    "hasty": Rates(0.10, 0.12, 0.05, 0.05, 0.20),
    "new": Rates(0.25, 0.15, 0.15, 0.20, 0.45),
}


@dataclass
class Seeded:
    """What a person's boxes were when they handed them in, and how often they got images back."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    returned: int = 0
    approved: int = 0

    def share(self, outcome: Outcome) -> float:
        handed_in = sum(self.outcomes[o] for o in ("kept", "moved", "relabelled", "removed"))
        added = self.outcomes["added"] - self.outcomes["removed"] if outcome == "added" else 0
        return self.outcomes[outcome] / (handed_in + added)


def work_through(work: SeededWork, truth: Truth, classes: int) -> dict[str, Seeded]:
    """Each image is labelled with faults, maybe sent back, put right by the lead, and approved."""
    rng, seeded = random.Random(1), {name: Seeded() for name in PEOPLE}
    for number, (image_id, boxes) in enumerate(truth.items()):
        name = list(PEOPLE)[number % len(PEOPLE)]
        faults = _labelled(work, image_id, boxes, name, classes, rng)
        if not work.sheet(image_id).annotations:
            work.mark_normal(image_id, name)
        work.hand_in(image_id, name)
        if rng.random() < PEOPLE[name].returned:
            work.send_back(image_id)
            work.hand_in(image_id, name)
            seeded[name].returned += 1
        for outcome, put_right in faults:
            seeded[name].outcomes[outcome] += 1
            put_right()
        work.approve(image_id)
        seeded[name].approved += 1
    return seeded


def _labelled(work, image_id, boxes, name, classes, rng):
    """Draws the boxes with faults; returns (outcome, what puts it right) of each."""
    rates, faults = PEOPLE[name], []
    for class_id, box in boxes:
        chance = rng.random()
        if chance < rates.overlooked:
            back = lambda c=class_id, b=box: work.draw(image_id, c, b, "lead")  # noqa: E731
            faults.append(("added", back))
        elif chance < rates.overlooked + rates.moved:
            by_px = box.width * 0.4
            uid = work.draw(image_id, class_id, box.moved(by_px, 0), name)
            faults.append(
                ("moved", lambda u=uid, b=-by_px: work.move(image_id, u, "lead", by_px=b))
            )
        elif chance < rates.overlooked + rates.moved + rates.relabelled:
            uid = work.draw(image_id, class_id % classes + 1, box, name)
            faults.append(
                ("relabelled", lambda u=uid, c=class_id: work.relabel(image_id, u, c, "lead"))
            )
        else:
            work.draw(image_id, class_id, box, name)
            faults.append(("kept", lambda: None))
    free = Box(1, 1, 12, 12)
    is_free = all(intersection_over_union(free, b) < 0.2 for _, b in boxes)
    if is_free and rng.random() < rates.invented:
        uid = work.draw(image_id, 1, free, name)
        faults.append(("removed", lambda: work.remove(image_id, [uid], "lead")))
    return faults


def read_truth(folder: Path, most: int) -> tuple[list[LabelClass], list[NewImage], Truth]:
    classes = [LabelClass(name) for name in (folder / "classes.txt").read_text().split()]
    images, truth = [], {}
    for image_id, photo in enumerate(sorted((folder / "images").iterdir())[:most], start=1):
        header = read_header(photo)
        width, height = header.width_px, header.height_px
        images.append(NewImage(photo.name, f"{image_id:064x}", 1, 1, width, height))
        lines = (folder / "labels" / f"{photo.stem}.txt").read_text().splitlines()
        truth[image_id] = [_marked(line, width, height) for line in lines]
    return classes, images, truth


def _marked(line: str, width: int, height: int) -> Marked:
    class_index, *numbers = map(float, line.split())
    return int(class_index) + 1, Box.from_centre(*numbers).scaled(width, height)


def figures_by_person(project: Project) -> dict[str, PersonFigures]:
    count_changed(project)
    return {each.person: each for each in figures(project).people}


def main() -> None:
    folder, most = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    classes, images, truth = read_truth(folder, most)
    with (
        tempfile.TemporaryDirectory() as temporary,
        Project.create(Path(temporary) / "project") as project,
    ):
        project.add_classes(classes, actor="lead")
        with project.transaction():
            project.images.add(images)
        seeded = work_through(SeededWork.over(project), truth, len(classes))
        found = figures_by_person(project)
        for name, faults in seeded.items():
            told = found[name]
            print(f"\n{name}: {told.images} images")
            for outcome in ("moved", "relabelled", "removed", "added"):
                print(f"  {outcome:12s} seeded {100 * faults.share(outcome):5.2f} %"
                      f"   told {100 * (told.share(outcome) or 0):5.2f} %")  # fmt: skip
            rate = faults.returned / (faults.returned + faults.approved)
            print(f"  {'returned':12s} seeded {100 * rate:5.2f} %"
                  f"   told {100 * (told.return_rate or 0):5.2f} %")  # fmt: skip


if __name__ == "__main__":
    main()
