"""What an export of records holds doesn't grow with its images."""

import gc
import tracemalloc
from functools import _lru_cache_wrapper
from pathlib import Path

import pytest

from app.core.progress import Progress
from app.services.export import ExportOptions, export
from app.services.record_options import RecordExport
from app.storage.project import Project
from tests.bench.bench_records import make_project

IMAGES = 100
MOST_BYTES = 200
"""Of an image. Held are its id and what is known of it in 40; its value and names took 700."""

# Phrasings are no part of it: they are made ready as they are needed, up to a limit.
HOLDERS = [tracemalloc.Filter(True, f"*/app/{room}/*") for room in ("core", "services", "storage")]


# A list of turns that are left out is opened, with its buffer, when there is one.
OPTIONS = ExportOptions(records=RecordExport(least_iou=0))


def forget_texts() -> None:
    """Empties what remembers so many texts and no more, and fills while images go by."""
    for each in gc.get_objects():
        if isinstance(each, _lru_cache_wrapper):
            each.cache_clear()
    gc.collect()


def held_bytes(project: Path, out: Path) -> int:
    """What is held when the last photo goes out."""
    held: list[int] = []

    def look(progress: Progress) -> None:
        if progress.done == progress.total:
            forget_texts()
            traces = tracemalloc.take_snapshot().filter_traces(HOLDERS)
            held.append(sum(each.size for each in traces.statistics("filename")))

    with Project.open(project) as opened:
        tracemalloc.start()
        try:
            export(opened, "jsonl", out, options=OPTIONS, on_progress=look)
        finally:
            tracemalloc.stop()
    return held[-1]


@pytest.mark.slow
def test_four_times_the_images_take_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for batch in ("storage.images._PAGE", "services.export_records._BATCH"):
        monkeypatch.setattr(f"app.{batch}", 50)
    few, many = (make_project(tmp_path / str(n), n) for n in (IMAGES, 4 * IMAGES))
    for project in (few, many):  # what is made once, and what texts are remembered
        with Project.open(project) as opened:
            export(opened, "jsonl", tmp_path / "out")
    more, less = held_bytes(many, tmp_path / "out"), held_bytes(few, tmp_path / "out")
    assert more - less < MOST_BYTES * 3 * IMAGES
