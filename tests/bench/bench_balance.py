"""Class balance of a large project: opening its figures, the order by rarity, what counting costs.

    python -m tests.bench.bench_balance [IMAGES]

makes a project with ten boxes an image, half of them proposals (default: 100,000 images, so a
million boxes), and prints each figure beside its baseline of the same run.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.core.annotation import Annotation, new_uid
from app.core.edit import AnnotationEdit
from app.core.geometry import Box
from app.core.queue import QueueFilter
from app.services.balance import class_figures, read_balance
from app.services.splits import set_build_pattern
from app.storage.project import Project
from tests.bench.bench_project import make_project, timed_ms
from tests.bench.bench_queue import WORKED_ON, plain_ids
from widgets.panels.balance_panel import BalancePanel

# The least that any look at all boxes costs: none of the sums is wanted by place, size or pair.
BARE = (
    "SELECT class_id, state, author IS NULL, count(*) FROM annotation"
    " JOIN image ON image.id = image_id GROUP BY 1, 2, 3"
)
OPEN_IDS = "SELECT id FROM image WHERE state IN ('new', 'prelabelled') ORDER BY id LIMIT 500"
PATTERN = r"(\d+)\d\d\.jpg"
"""A hundred photos each, as `make_project` names them."""
COUNTING = ("class_stand", "class_pair", "class_map", "image_stands", "image_goes")


def make_labelled_project(folder: Path, images: int) -> Project:
    """As half a year of work leaves one. Step by step it would take the bench minutes, so what
    refuses steps is taken out."""
    project = make_project(folder, images)
    guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
    with project.transaction():
        for (name,) in project._db.rows(guards):
            project._db.execute(f"DROP TRIGGER {name}")
        for statement in WORKED_ON:
            project._db.execute(statement)
    return project


def bare(project: Project) -> list[tuple[object, ...]]:
    return project._db.rows(BARE)


def written_ms(project: Project, boxes: int = 2000) -> float:
    """Milliseconds for a thousand new boxes, log and all; taken back again."""
    box = Box(10, 10, 60, 40)
    open_ids = [id_ for (id_,) in project._db.rows(OPEN_IDS)]
    edits = [
        AnnotationEdit(
            open_ids[n % 500], None, Annotation(new_uid(), 1 + n % 3, box, run_id=1, score=0.5)
        )
        for n in range(boxes)
    ]
    project._db.execute("BEGIN")
    started = time.perf_counter()
    project.apply(edits, actor="bench", kind="prelabel")
    taken = (time.perf_counter() - started) * 1000
    project._db.execute("ROLLBACK")
    return taken * 1000 / boxes


def uncounted_ms(project: Project) -> float:
    """The same without the triggers that this bench is about."""
    project._db.execute("BEGIN")
    triggers = project._db.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers:
        if name.startswith(COUNTING):
            project._db.execute(f"DROP TRIGGER {name}")
    project._db.execute("COMMIT")
    return min(written_ms(project) for _ in range(5))


def shown_ms(project: Project) -> float:
    """Milliseconds until a new panel has all its figures and charts on an (offscreen) screen."""
    started = time.perf_counter()
    panel = BalancePanel()
    panel.resize(380, 1500)
    panel.show_balance(read_balance(project))
    panel.show()
    QApplication.processEvents()
    panel.grab()
    taken = (time.perf_counter() - started) * 1000
    panel.close()
    return taken


def print_by_pattern(project: Project) -> None:
    """Builds as a project's own pattern finds them, a hundred photos each, in place of folders."""
    started = time.perf_counter()
    set_build_pattern(project, PATTERN, by="bench")
    taken_s = time.perf_counter() - started
    opened = timed_ms(lambda: read_balance(project))
    build = project.balance.of_builds()[-1]
    print(f"another pattern: {taken_s:.1f} s, {len(project.balance.of_builds())} builds")
    print(f"all figures by it: {opened:.1f} ms; panel: {shown_ms(project):.0f} ms")
    of_build = timed_ms(lambda: project.queue.ids(QueueFilter(build=build.name)), 3)
    print(f"the {build.crowd.images} images of one build: {of_build:.0f} ms")


def print_figures(project: Project) -> None:
    looked_at = timed_ms(lambda: bare(project), 3)
    opened = timed_ms(lambda: read_balance(project))
    strip = timed_ms(lambda: class_figures(project))
    print(f"all figures: {opened:.1f} ms; looking at all boxes once: {looked_at:.0f} ms")
    print(f"what is always in sight: {strip:.2f} ms")
    for when in ("first time", "later"):
        print(f"panel, {when}: {shown_ms(project):.0f} ms")
    plain = timed_ms(lambda: plain_ids(project))
    by_rarity = timed_ms(lambda: project.queue.ids(QueueFilter(sort="label_next")), 3)
    by_score = timed_ms(lambda: project.queue.ids(QueueFilter(sort="lowest_score")), 3)
    print(
        f"rarest first: {by_rarity:.0f} ms; by score: {by_score:.0f} ms; as added: {plain:.0f} ms"
    )
    counted = min(written_ms(project) for _ in range(5))
    bare_ms = uncounted_ms(project)
    print(f"1,000 new boxes: {counted:.1f} ms, without these counts {bare_ms:.1f} ms")


def main() -> None:
    app = QApplication([])
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with (
        tempfile.TemporaryDirectory() as temporary,
        make_labelled_project(Path(temporary) / "project", images) as project,
    ):
        print(f"{images} images, {10 * images} boxes")
        print_by_pattern(project)
        print_figures(project)
    app.quit()


if __name__ == "__main__":
    main()
