"""The figures of quality in a large project: counting, reading, and noting what changed.

    python -m tests.bench.bench_quality [IMAGES]

makes a project with ten boxes an image (default 100,000 images), all of them proposed, corrected,
timed and handed in, in a temporary folder, and prints each figure beside its baseline of the same
run.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from statistics import median

from app.core.activity import Visit
from app.core.annotation import Annotation, new_uid
from app.core.batches import batches
from app.core.edit import AnnotationEdit, Edit, ImageEdit
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.core.label_class import LabelClass
from app.services.quality import count_changed, figures, suspects
from app.storage.images import NewImage
from app.storage.project import Project
from app.storage.runs import RunKey
from tests.bench.bench_project import timed_ms

BOXES_AN_IMAGE = 10
CLASSES = 5
PEOPLE = 20
LISTED = 200
TRIGGERS = ("edit", "visit", "comparison", "next_comparison", "answer")

# What the same figures of proposals cost without anything that is kept for them.
BARE_COUNT = """
    SELECT run_id, class_id, author IS NULL, count(*) FROM annotation
    WHERE run_id IS NOT NULL GROUP BY 1, 2, 3"""


def make_worked_on_project(folder: Path, images: int) -> Project:
    """Of each image's proposals one is moved, one deleted; the others are accepted."""
    project = Project.create(folder)
    project.add_classes([LabelClass(f"class {n}") for n in range(CLASSES)], actor="lead")
    with project.transaction():
        project.images.add(
            NewImage(f"{n // 1000}/{n}.jpg", f"{n:064x}", 1, 1, 1024, 1024) for n in range(images)
        )
        run = project.runs.open(RunKey("model", "starter", "w", {}), actor="lead")
    rng = random.Random(1)
    for batch in batches(range(1, images + 1), 500):
        proposed = {i: [_proposal(rng, run) for _ in range(BOXES_AN_IMAGE)] for i in batch}
        person = f"person {batch[0] // 500 % PEOPLE}"
        with project.transaction():
            project.apply(_prelabelled(proposed), actor="lead", kind="prelabel")
            project.runs.mark_seen(run, batch)
            for image_id in batch:
                at = "2026-01-01T00:00:00.000+00:00"
                project.visits.add(Visit(image_id, person, at, rng.randrange(2000, 90_000), 0))
            project.apply(_handed_in(proposed, person), actor=person)
    return project


def _proposal(rng: random.Random, run: int) -> Annotation:
    left, top = rng.uniform(0, 900), rng.uniform(0, 900)
    box = Box(left, top, left + rng.uniform(5, 100), top + rng.uniform(5, 100))
    return Annotation(new_uid(), rng.randint(1, CLASSES), box, score=rng.random(), run_id=run)


def _prelabelled(proposed: dict[int, list[Annotation]]) -> Iterable[Edit]:
    for image_id, boxes in proposed.items():
        yield from (AnnotationEdit(image_id, None, box) for box in boxes)
        yield ImageEdit(image_id, ImageLabel(), ImageLabel("prelabelled"))


def _handed_in(proposed: dict[int, list[Annotation]], person: str) -> Iterable[Edit]:
    for image_id, (moved, deleted, *others) in proposed.items():
        after = replace(moved, box=moved.box.moved(8, 0), author=person)
        yield AnnotationEdit(image_id, moved, after)
        yield AnnotationEdit(image_id, deleted, None)
        yield from (AnnotationEdit(image_id, box, box.touched_by(person)) for box in others)
        submitted = ImageLabel("submitted", annotator=person)
        yield ImageEdit(image_id, ImageLabel("prelabelled"), submitted)


def opened(project: Project) -> int:
    """What the panel reads when it is opened."""
    return len(figures(project).people) + len(suspects(project, most=LISTED))


def bare(project: Project) -> object:
    return project._db.execute(BARE_COUNT).fetchall()


def edit_ms(project: Project, images: int = 200) -> float:
    """Median of moving one box, each a gesture of its own, taken back at the end."""
    taken = []
    with project.transaction():
        project._db.execute("SAVEPOINT bench")
        for image_id in range(1, images + 1):
            box = project.annotations.of_image(image_id)[0]
            after = replace(box, box=box.box.moved(1, 0))
            started = time.perf_counter()
            project.apply([AnnotationEdit(image_id, box, after)], actor="lead")
            taken.append((time.perf_counter() - started) * 1000)
        project._db.execute("ROLLBACK TO bench")
        project._db.execute("RELEASE bench")
    return median(taken)


def edit_ms_without_triggers(project: Project) -> float:
    with project.transaction():
        project._db.execute("SAVEPOINT bare")
        for name in TRIGGERS:
            project._db.execute(f"DROP TRIGGER quality_due_after_{name}")
        taken = edit_ms(project)
        project._db.execute("ROLLBACK TO bare")
        project._db.execute("RELEASE bare")
    return taken


def print_figures(project: Project, images: int) -> None:
    file = project.folder / "project.db"
    before_mb = file.stat().st_size / 2**20
    started = time.perf_counter()
    count_changed(project)
    taken_s = time.perf_counter() - started
    after_mb = file.stat().st_size / 2**20
    print(f"counted from nothing: {taken_s:.1f} s, {taken_s / images * 1e6:.0f} µs an image")
    print(f"the file grows from {before_mb:.0f} to {after_mb:.0f} MB")
    bare_ms = timed_ms(lambda: bare(project), 3)
    print(f"figures and {LISTED} suspects: {timed_ms(lambda: opened(project)):.1f} ms")
    print(f"a bare count of proposals alone: {bare_ms:.0f} ms")
    with_ms, without_ms = edit_ms(project), edit_ms_without_triggers(project)
    print(f"one edit: {with_ms:.3f} ms, without the note that it changed {without_ms:.3f} ms")
    started = time.perf_counter()
    project._db.execute("INSERT INTO quality_due SELECT id FROM image LIMIT 1000")
    count_changed(project)
    print(f"a day's work of a team, 1,000 images: {time.perf_counter() - started:.2f} s")


def main() -> None:
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with make_worked_on_project(Path(folder) / "project", images) as project:
            made_s = time.perf_counter() - started
            print(f"{images} images, {images * BOXES_AN_IMAGE} proposals, made in {made_s:.0f} s")
            print_figures(project, images)


if __name__ == "__main__":
    main()
