"""Model requests in their thread: told on the GUI thread, stopped, killed, and begun anew."""

import os
import signal
import threading

import numpy as np
import pytest

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.prelabelling import ModelFacts, PrelabelRequest
from app.imaging.opencv import cv2
from app.services.import_photos import import_photos
from app.services.model_bench import ModelBench
from app.services.models import Model
from app.shell.bench.model_jobs import ModelJobs
from app.storage.project import Project
from backends.base import BackendSpec
from tests.helpers.scripted_models import (
    BROKEN_GREY,
    DEADLY_GREY,
    NAMES,
    PLAIN_GREY,
    SLOW_GREY,
)

REQUEST = PrelabelRequest("scripted")
PLAIN = (1, 2, 3)
SLOW, DEADLY, BROKEN = 4, 5, 6
GREYS = (PLAIN_GREY, PLAIN_GREY, PLAIN_GREY, SLOW_GREY, DEADLY_GREY, BROKEN_GREY)


class JobsDriver:
    """Model jobs on six photos, with all they tell in order."""

    def __init__(self, qtbot, folder, cache, detector="Finder", **more):
        self.qtbot, self.cache = qtbot, cache
        self.told = []
        scripted = BackendSpec("Scripted", f"tests.helpers.scripted_models:{detector}")
        self.bench = ModelBench({"ultralytics": scripted})
        self.jobs = ModelJobs(
            folder, cache=cache, actor="ann", find=self.find, bench=self.bench, **more
        )
        for name in (
            *("started", "progress", "arrived", "restarting", "classes_known"),
            *("finished", "failed", "cancelled", "described"),
        ):
            getattr(self.jobs, name).connect(
                lambda *values, name=name: self.told.append((name, *values))
            )

    def find(self, name):
        self.found_in = threading.current_thread()
        if name == "gone":
            raise UserError("There are no weights at gone.", hint="Check the path.")
        return Model(name, self.cache / f"{name}.onnx", f"hash of {name}")

    def names(self):
        return [name for name, *_ in self.told]

    def values(self, wanted):
        return [value for name, *values in self.told for value in values if name == wanted]

    def wait_for(self, name):
        self.qtbot.waitUntil(lambda: name in self.names(), timeout=60_000)

    def wait_for_sleep(self):
        self.qtbot.waitUntil(lambda: (self.cache / "sleeping").exists(), timeout=60_000)

    def run(self, *image_ids, request=REQUEST):
        """How it ended."""
        self.told.clear()
        self.jobs.start(request, image_ids or None)
        self.qtbot.waitUntil(lambda: not self.jobs.busy, timeout=60_000)
        return self.told[-1]


@pytest.fixture
def folder(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for number, grey in enumerate(GREYS):
        content = cv2.imencode(".png", np.full((100, 100), grey, np.uint8))[1]
        (photos / f"layer_{number}.png").write_bytes(content.tobytes())
    with Project.create(tmp_path / "bed") as project:
        project.add_classes([LabelClass(name) for name in NAMES], actor="lead")
        import_photos(project, photos)
    return tmp_path / "bed"


@pytest.fixture
def make(qtbot, folder, tmp_path):
    made = []

    def make(detector="Finder", **more):
        made.append(JobsDriver(qtbot, folder, tmp_path / "cache", detector, **more))
        return made[-1]

    yield make
    for driver in made:
        driver.jobs.close()


@pytest.fixture
def driver(make):
    return make()


def boxes(folder, image_id):
    with Project.open(folder) as project:
        return len(project.annotations.of_image(image_id))


def test_a_request_tells_what_it_does_and_ends_once(driver, folder):
    ended, report = driver.run(*PLAIN)
    assert ended == "finished"
    assert (report.images, report.proposals, report.device) == (3, 9, "nowhere")
    assert driver.names()[0] == "started"
    assert driver.values("arrived") == list(PLAIN)
    assert driver.values("progress")[-1].progress.done == 3
    assert [boxes(folder, i) for i in PLAIN] == [3, 3, 3]
    assert ("classes_known", ModelFacts("scripted", NAMES)) in driver.told
    assert {"failed", "cancelled", "described"}.isdisjoint(driver.names())
    assert driver.found_in is not threading.current_thread()


def test_busy_until_the_end_was_told_and_no_second_request_meanwhile(driver):
    seen = []
    driver.jobs.finished.connect(lambda _: seen.append(driver.jobs.busy))
    driver.jobs.start(REQUEST, PLAIN)
    assert driver.jobs.busy
    with pytest.raises(RuntimeError, match="under way"):
        driver.jobs.start(REQUEST, PLAIN)
    driver.wait_for("finished")
    assert seen == [False]


def test_images_have_arrived_before_the_end_is_told(driver):
    driver.run(*PLAIN)
    names = driver.names()
    assert names.index("finished") > max(i for i, n in enumerate(names) if n == "arrived")


def test_a_photo_that_kills_the_model_is_told_and_the_others_are_done(driver, folder):
    ended, report = driver.run(DEADLY, *PLAIN)
    assert ended == "finished"
    (refused,) = report.refused
    assert "died" in refused.what and "Nothing of yours was lost" in refused.what
    deaths = driver.values("restarting")
    assert deaths and all("died" in error.what for error in deaths)
    assert any("It was started again" in note for note in report.notes)
    assert [boxes(folder, i) for i in (*PLAIN, DEADLY)] == [3, 3, 3, 0]


def test_killed_once_in_the_middle_it_begins_anew_and_killed_again_it_leaves_the_photo(
    driver, folder
):
    driver.run(1)
    driver.told.clear()
    driver.jobs.start(REQUEST, [SLOW])
    for _ in range(2):
        driver.wait_for_sleep()
        (driver.cache / "sleeping").unlink()
        os.kill(driver.bench._worker._process.pid, signal.SIGKILL)
    driver.wait_for("finished")
    (report,) = driver.values("finished")
    assert "died" in report.refused[0].what
    assert boxes(folder, 1) == 3 and boxes(folder, SLOW) == 0
    assert driver.run(2)[0] == "finished"


def test_killed_between_two_requests_nobody_notices(driver):
    driver.run(1)
    process = driver.bench._worker._process
    os.kill(process.pid, signal.SIGKILL)
    process.join()  # a signal takes its time
    assert driver.run(2)[0] == "finished"


def test_a_model_that_nobody_wants_for_long_gives_its_memory_back(make, qtbot):
    driver = make(rest_after_s=0.05)
    driver.run(1)
    worker = driver.bench._worker
    qtbot.waitUntil(lambda: not worker.running, timeout=60_000)
    assert driver.run(2)[0] == "finished"


@pytest.mark.parametrize("detector", ["Finder", "SlowLoader"])
def test_cancelled_while_it_computes_or_loads(make, folder, detector):
    driver = make(detector)
    driver.jobs.start(REQUEST, [SLOW])
    driver.wait_for_sleep()
    driver.jobs.cancel()
    driver.wait_for("cancelled")
    assert driver.names()[-1] == "cancelled"
    assert not driver.jobs.busy and boxes(folder, SLOW) == 0
    if detector == "Finder":
        assert driver.run(1)[0] == "finished"


def test_cancelling_nothing_harms_nothing(driver):
    driver.jobs.cancel()
    assert driver.run(1)[0] == "finished"
    driver.jobs.cancel()
    assert driver.run(2)[0] == "finished"


def test_a_model_that_is_not_there(driver):
    ended, error = driver.run(1, request=PrelabelRequest("gone"))
    assert (ended, error.what) == ("failed", "There are no weights at gone.")


def test_classes_that_cannot_be_mapped_are_told_with_their_names(driver, folder):
    with Project.open(folder) as project:
        project.add_classes([LabelClass("line")], actor="lead")
    ended, error = driver.run(1, request=PrelabelRequest("scripted", mapping={"pit": "hole"}))
    assert ended == "failed" and "hole" in error.what
    assert ("classes_known", ModelFacts("scripted", NAMES)) in driver.told


def test_describing_a_model_keeps_it_warm(driver):
    driver.jobs.describe("scripted")
    driver.wait_for("described")
    assert driver.names()[0] == "started"
    assert ("classes_known", ModelFacts("scripted", NAMES)) in driver.told
    pid = driver.bench._worker._process.pid
    driver.run(1)
    assert driver.bench._worker._process.pid == pid


def test_a_model_whose_classes_are_known_is_described_without_loading_it(driver):
    driver.run(1)
    driver.bench.close()
    driver.told.clear()
    driver.jobs.describe("scripted")
    driver.wait_for("described")
    assert driver.names() == ["classes_known", "described"] and driver.bench._worker is None


def test_our_bug_reaches_the_hook_and_the_person(driver, monkeypatch):
    caught = []
    monkeypatch.setattr(threading, "excepthook", lambda args: caught.append(args.exc_value))
    ended, error = driver.run(BROKEN)
    assert ended == "failed" and "mistake in Flawmark" in error.what
    assert [type(e) for e in caught] == [RuntimeError] and "a slip in our own code" in str(
        caught[0]
    )
    assert driver.run(1)[0] == "finished"


def test_news_that_nobody_takes_are_told_together(driver, qtbot, folder):
    driver.jobs.start(REQUEST, PLAIN)
    driver.jobs._thread.join()  # as if the GUI thread had been away all the time
    assert driver.names() == ["started"]
    driver.wait_for("finished")
    assert driver.values("arrived") == list(PLAIN)
    assert len(driver.values("progress")) == 1


def test_closing_ends_thread_and_process_and_tells_nothing(make, qtbot):
    driver = make()
    driver.jobs.start(REQUEST, [SLOW])
    driver.wait_for_sleep()
    process, thread = driver.bench._worker._process, driver.jobs._thread
    driver.told.clear()
    driver.jobs.close()
    assert not thread.is_alive() and driver.bench._worker is None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
    qtbot.wait(50)
    assert driver.told == []
    with pytest.raises(RuntimeError, match="closing"):
        driver.jobs.start(REQUEST, [1])
