"""Multimodal records: how many a second from labels to files, and what memory that takes.

    python -m tests.bench.bench_records [IMAGES]

makes a project of powder-bed labels (default 20,000 images of which half are normal, all one photo
under many names) and exports it twice, in a process of its own each: conversations written and
exported, and exported again from conversations that are there; then both once more by a question
set of the team's own, whose turns aren't trusted. The baseline is json.dumps of the same rows. Then
a project a quarter as large, for the memory.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from app.core.annotation import Annotation, new_uid
from app.core.batches import batches
from app.core.edit import AnnotationEdit, ImageEdit
from app.core.geometry import Box
from app.core.image import ImageLabel
from app.imaging.opencv import cv2
from app.services.create import load_label_set
from app.services.questions import add_questions, choose, questions_yaml
from app.storage.images import NewImage
from app.storage.project import Project

_SIDE_PX = 1024
_BY_OWN_SET = ("written anew by a set of one's own", "exported again by it")

EXPORT = """
import json, resource, sys, time
from pathlib import Path
from app.garbage import collect_rarely
from app.services.export import ExportOptions, export
from app.services.record_options import RecordExport
from app.storage.project import Project
folder, out, languages = Path(sys.argv[1]), Path(sys.argv[2]), tuple(sys.argv[3].split(","))
collect_rarely()  # as the command line does
started, cpu = time.perf_counter(), time.process_time()
with Project.open(folder) as project:
    options = ExportOptions(records=RecordExport(languages=languages))
    report = export(project, "jsonl", out, options=options)
print(json.dumps({
    "records": report.records,
    "elapsed_s": time.perf_counter() - started,
    "cpu_s": time.process_time() - cpu,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def make_project(folder: Path, images: int) -> Path:
    """Every second image is normal, the others have one to four boxes."""
    photos = folder / "photos"
    photos.mkdir(parents=True)
    first = photos / "0.png"
    grey = np.zeros((_SIDE_PX, _SIDE_PX), np.uint8)
    first.write_bytes(cv2.imencode(".png", grey)[1].tobytes())
    for number in range(1, images):
        os.link(first, photos / f"{number}.png")
    rng = random.Random(1)
    with Project.create(folder / "project") as project:
        project.add_classes(load_label_set("powder-bed").classes, actor="bench")
        with project.transaction():
            project.images.add(
                NewImage(f"../photos/{n}.png", f"{n:064x}", 1, 1, _SIDE_PX, _SIDE_PX)
                for n in range(images)
            )
        for batch in batches(range(1, images + 1), 1000):
            project.apply(
                [edit for image_id in batch for edit in _labelled(image_id, rng)], actor="bench"
            )
    return folder / "project"


def _labelled(image_id: int, rng: random.Random) -> list[AnnotationEdit | ImageEdit]:
    boxes = rng.randint(1, 4) if image_id % 2 else 0
    label = ImageLabel("submitted", is_normal=not boxes, annotator="bench")
    return [
        *(AnnotationEdit(image_id, None, _box(rng)) for _ in range(boxes)),
        ImageEdit(image_id, ImageLabel(), label),
    ]


def _box(rng: random.Random) -> Annotation:
    left, top = rng.uniform(0, 900), rng.uniform(0, 900)
    box = Box(left, top, left + rng.uniform(5, 120), top + rng.uniform(5, 120))
    return Annotation(new_uid(), rng.randint(1, 5), box, author="bench")


def exported(project: Path, out: Path, languages: str = "en") -> dict[str, float]:
    command = [sys.executable, "-c", EXPORT, str(project), str(out), languages]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def ask_by_own_set(project: Path) -> None:
    """The shipped set under another name: none of its sentences is trusted as tested."""
    with Project.open(project) as opened:
        yaml = questions_yaml("powder-bed", "en").replace("name: powder-bed", "name: ours", 1)
        add_questions(opened, yaml, source="ours", actor="bench")
        choose(opened, "ours")


def dumped_s(out: Path) -> float:
    """Seconds of json.dumps alone for all rows of an export."""
    elapsed_s = 0.0
    with (out / "train.jsonl").open(encoding="utf-8") as lines:
        # In batches: what this process holds counts for those that it starts, too.
        for batch in batches(map(json.loads, lines), 1000):
            started = time.process_time()
            for row in batch:
                json.dumps(row, ensure_ascii=False)
            elapsed_s += time.process_time() - started
    return elapsed_s


def main() -> None:
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as temporary:
        for count in (images, images // 4):
            folder = Path(temporary) / str(count)
            project = make_project(folder, count)
            for what in ("written and exported", "exported again", *_BY_OWN_SET):
                if what == _BY_OWN_SET[0]:
                    ask_by_own_set(project)
                figures = exported(project, folder / "out")
                say(what, figures, count)
                baseline = figures["records"] / dumped_s(folder / "out")
                print(f"  json.dumps alone: {baseline:,.0f} records/s")


def say(what: str, figures: dict[str, float], images: int) -> None:
    records = figures["records"]
    print(
        f"{images:,} images, {what}: {records:,} records, {records / figures['cpu_s']:,.0f}/s of"
        f" one core ({records / figures['elapsed_s']:,.0f}/s), peak {figures['peak_mb']:.0f} MB"
    )


if __name__ == "__main__":
    main()
