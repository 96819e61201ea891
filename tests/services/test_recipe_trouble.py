"""A recipe of which one member fails, in a real process: it is said, and nothing is doubled."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.prelabelling import PrelabelReport
from app.core.progress import Cancelled
from app.core.recipe import DetectorStep, Recipe
from app.core.stopping import Stop
from app.imaging.opencv import cv2
from app.services.import_photos import import_photos
from app.services.model_bench import ModelBench, own_worker
from app.services.models import Model, starter_model
from app.services.plan import Plan
from app.services.prelabel import PrelabelOptions, prelabel
from app.services.recipe_plan import recipe_plan
from app.storage.project import Project
from backends.base import BackendSpec
from tests.helpers.failing_members import MENDED, SPOILT_GREY
from tests.helpers.scripted_models import FINDS, NAMES, PLAIN_GREY

PHOTOS = 12
BATCH = 8
SPOILT = 10
"""The number of the photo that one member fails over; it is in the second batch."""


@pytest.fixture
def options(tmp_path: Path) -> PrelabelOptions:
    (tmp_path / "cache").mkdir()
    return PrelabelOptions(tmp_path / "cache")


@pytest.fixture
def filled(project: Project, tmp_path: Path) -> Project:
    project.add_classes([LabelClass(name) for name in NAMES], actor="lead")
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(1, PHOTOS + 1):
        grey = SPOILT_GREY if number == SPOILT else PLAIN_GREY
        content = cv2.imencode(".png", np.full((100, 100), grey, np.uint8))[1]
        (folder / f"{number:02}.png").write_bytes(content.tobytes())
    import_photos(project, folder)
    return project


@pytest.fixture
def plan_with(filled: Project, tmp_path: Path, options: PrelabelOptions):
    """A plan for two detectors that find the same; the second is one of `failing_members`."""

    def plan_with(failing: str) -> Plan:
        models = {
            "sound": Model("sound", tmp_path / "sound.pt", "s1", class_names=NAMES),
            "failing": Model("failing", tmp_path / "failing.pt", "f1", class_names=NAMES),
        }
        plan = recipe_plan(
            Recipe("both", (DetectorStep("sound"), DetectorStep("failing"))),
            options,
            filled.classes.all(),
            find=models.__getitem__,
            stop=Stop(),
            workers=own_worker,
        )
        scripts = ("scripted_models:Finder", f"failing_members:{failing}")
        members = [
            replace(member, backend=BackendSpec(script, f"tests.helpers.{script}"))
            for member, script in zip(plan.settings.detectors, scripts, strict=True)
        ]
        return replace(plan, settings=replace(plan.settings, detectors=tuple(members)))

    return plan_with


@pytest.fixture
def run(filled: Project, options: PrelabelOptions):
    bench = ModelBench()

    def run(plan: Plan, stop: Stop | None = None) -> PrelabelReport:
        return prelabel(filled, plan, options, actor="li", stop=stop, workers=bench.lend)

    yield run
    bench.close()


def drawn(project: Project) -> dict[int, int]:
    """Boxes by image; each is of both members, and none stands on another of its class."""
    boxes = {image.id: project.annotations.of_image(image.id) for image in project.images.all()}
    for standing in boxes.values():
        assert len({(a.class_id, a.box) for a in standing}) == len(standing)
        assert all([s.name for s in a.sources] == ["failing", "sound"] for a in standing)
    return {image_id: len(standing) for image_id, standing in boxes.items()}


def on_images(numbers: range) -> dict[int, int]:
    return {n: len(FINDS) if n in numbers else 0 for n in range(1, PHOTOS + 1)}


EVERYWHERE = on_images(range(1, PHOTOS + 1))


def interrupt_once(there: Callable[[], bool], stop: Stop, over: threading.Event) -> None:
    while not there() and not over.wait(0.01):
        pass
    stop.request()


def test_a_photo_that_kills_a_member_is_told_and_the_rest_goes_on(filled, plan_with, run, options):
    plan = plan_with("Killed")
    report = run(plan)
    (refused,) = report.refused
    assert f"{SPOILT}.png: The model process died (killed" in refused.what
    assert report.images == PHOTOS - 1 and drawn(filled) == {**EVERYWHERE, SPOILT: 0}
    report = run(plan)  # as often as it is tried, nothing comes twice
    assert (report.images, report.proposals) == (0, 0)
    (options.cache / MENDED).touch()
    report = run(plan)
    assert (report.images, report.skipped) == (1, PHOTOS - 1)
    assert drawn(filled) == EVERYWHERE
    assert run(plan).images == 0


def test_a_hanging_member_is_stopped_and_the_next_run_goes_on(filled, plan_with, run, options):
    plan, stop, over = plan_with("Hangs"), Stop(), threading.Event()
    sleeping = options.cache / "sleeping"
    other = threading.Thread(target=interrupt_once, args=(sleeping.exists, stop, over))
    other.start()
    try:
        with pytest.raises(Cancelled):
            run(plan, stop)
    finally:
        over.set()
        other.join()
    assert drawn(filled) == on_images(range(1, BATCH + 1))
    (options.cache / MENDED).touch()
    assert run(plan).images == PHOTOS - BATCH
    assert drawn(filled) == EVERYWHERE


def test_a_photo_too_large_for_memory_is_told_and_the_rest_goes_on(filled, plan_with, run, options):
    plan = plan_with("OutOfMemory")
    report = run(plan)
    (refused,) = report.refused
    assert f"{SPOILT}.png: The model process ran out of memory" in refused.what and refused.hint
    assert report.images == PHOTOS - 1
    assert drawn(filled) == {**EVERYWHERE, SPOILT: 0}
    (options.cache / MENDED).touch()
    report = run(plan)
    assert (report.images, report.proposals, report.refused) == (1, len(FINDS), [])
    assert drawn(filled) == EVERYWHERE


def test_what_no_photo_is_to_blame_for_ends_the_run(filled, plan_with, run, options):
    """Else every photo of a project would be refused for it, one by one."""
    plan = plan_with("Puzzled")
    with pytest.raises(UserError, match="failing: it knows no word of 'wrinkle'") as told:
        run(plan)
    assert told.value.hint == "use others"
    assert not any(drawn(filled).values())
    (options.cache / MENDED).touch()
    assert run(plan).images == PHOTOS
    assert drawn(filled) == EVERYWHERE


def test_a_member_with_damaged_weights_is_named_and_the_next_run_does_it_all(
    filled, plan_with, run, tmp_path
):
    plan = plan_with("Careful")
    whole = starter_model().weights.read_bytes()
    weights = plan.settings.detectors[1].settings.weights
    for damaged, words in ((whole[: len(whole) // 2], "failing: .*cut short"), (b"", "is empty")):
        weights.write_bytes(damaged)
        with pytest.raises(UserError, match=words):
            run(plan)
        assert not any(drawn(filled).values())
    shutil.copyfile(starter_model().weights, weights)
    assert run(plan).images == PHOTOS
    assert drawn(filled) == EVERYWHERE
