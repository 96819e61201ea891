"""Pre-labelling of some images and some classes, stopped in the middle, with a model kept warm."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.core.activity import Visit
from app.core.blind import SHARE_SETTING
from app.core.edit import AnnotationEdit
from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.prelabelling import ModelClass, ModelFacts
from app.core.progress import Cancelled
from app.core.stopping import Stop
from app.imaging.opencv import cv2
from app.services.class_names import class_names, matched_classes
from app.services.import_photos import import_photos
from app.services.model_bench import ModelBench
from app.services.models import Model, starter_model
from app.services.prelabel import PrelabelOptions, PrelabelReport, load_class_names, prelabel
from app.storage.edit_log import now
from app.storage.project import Project
from backends.base import BackendSpec
from backends.patience import Patience
from tests.helpers.reviewing import bring_to
from tests.helpers.scripted_models import DEADLY_GREY, FINDS, MENDED, NAMES, PLAIN_GREY, SLOW_GREY

SCRATCH, PIT = 1, 2
PHOTOS = 12


def bench_of(detector: str) -> ModelBench:
    scripted = BackendSpec("Scripted", f"tests.helpers.scripted_models:{detector}")
    return ModelBench({"ultralytics": scripted})


@pytest.fixture
def bench():
    bench = bench_of("Finder")
    yield bench
    bench.close()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return Model("scripted", tmp_path / "scripted.onnx", "scripted hash")


@pytest.fixture
def add_photos(project: Project, tmp_path: Path) -> Callable[[dict[str, int]], None]:
    def add(greys: dict[str, int]) -> None:
        folder = tmp_path / "photos"
        folder.mkdir(exist_ok=True)
        for name, grey in greys.items():
            content = cv2.imencode(".png", np.full((100, 100), grey, np.uint8))[1]
            (folder / f"{name}.png").write_bytes(content.tobytes())
        import_photos(project, folder)

    return add


@pytest.fixture
def filled(project: Project, add_photos) -> Project:
    project.add_classes([LabelClass("scratch"), LabelClass("pit")], actor="lead")
    add_photos({f"{number:02}": PLAIN_GREY for number in range(PHOTOS)})
    return project


@pytest.fixture
def run(filled: Project, model: Model, cache: Path, bench: ModelBench):
    def run(**options: object) -> PrelabelReport:
        wanted = PrelabelOptions(cache, **options)
        return prelabel(filled, model, wanted, actor="li", workers=bench.lend)

    return run


def found(project: Project, image_id: int) -> list[tuple[int, float | None]]:
    standing = project.annotations.of_image(image_id)
    return sorted((a.class_id, a.score) for a in standing)


def loads(cache: Path) -> int:
    log = cache / "loaded"
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_only_the_images_asked_for_are_looked_at(filled: Project, run) -> None:
    report = run(image_ids=frozenset({3, 5}))
    assert (report.images, report.proposals, report.skipped) == (2, 6, 0)
    everything = {i.id: found(filled, i.id) for i in filled.images.all()}
    assert {image_id for image_id, boxes in everything.items() if boxes} == {3, 5}
    assert run().images == PHOTOS - 2


def test_again_on_one_image_leaves_what_is_known_of_the_others(filled: Project, run) -> None:
    run()
    report = run(image_ids=frozenset({2}), again=True)
    assert (report.images, report.proposals) == (1, 0)
    assert run().images == 0


def test_what_is_on_blind_images_counts_in_nothing(filled: Project, run) -> None:
    filled.settings.put(SHARE_SETTING, 1.0)
    report = run(image_ids=frozenset({1, 2}))
    assert (report.images, report.blind, report.proposals) == (2, 2, 0)
    assert len(found(filled, 1)) == len(found(filled, 2)) == 3
    filled.visits.add(Visit(3, "li", now(), 0, 0))
    assert run(image_ids=frozenset({3})).blind == 1  # nothing was there to be seen


def test_each_class_has_its_own_threshold(filled: Project, run) -> None:
    run(confidence=0.5, confidence_by_class={"pit": 0.7}, image_ids=frozenset({1}))
    assert found(filled, 1) == [(SCRATCH, 0.9)]
    run(confidence=0.95, confidence_by_class={"scratch": 0.3}, image_ids=frozenset({2}))
    assert found(filled, 2) == [(SCRATCH, 0.4), (SCRATCH, 0.9)]


def test_a_run_of_one_class_leaves_the_models_other_proposals(filled: Project, run) -> None:
    run(image_ids=frozenset({1}))
    run(image_ids=frozenset({1}), classes=frozenset({"scratch"}), confidence=0.8)
    assert found(filled, 1) == [(SCRATCH, 0.9), (PIT, 0.6)]
    run(image_ids=frozenset({1}), confidence=0.8)
    assert found(filled, 1) == [(SCRATCH, 0.9)]


def test_classes_that_become_others_leave_nothing_behind(filled: Project, run) -> None:
    everything = frozenset(NAMES)
    run(image_ids=frozenset({1}), classes=everything)
    run(image_ids=frozenset({1}), classes=everything, mapping=dict.fromkeys(NAMES, "pit"))
    assert found(filled, 1) == [(PIT, 0.4), (PIT, 0.6), (PIT, 0.9)]


def test_classes_that_are_not_wanted_need_no_label_class(
    project: Project, add_photos, model: Model, cache: Path, bench: ModelBench
) -> None:
    add_photos({"a": PLAIN_GREY})
    project.add_classes([LabelClass("line")], actor="lead")
    options = PrelabelOptions(cache, classes=frozenset({"scratch"}), mapping={"scratch": "line"})
    prelabel(project, model, options, actor="li", workers=bench.lend)
    assert found(project, 1) == [(1, 0.4), (1, 0.9)]


def test_a_class_that_the_model_does_not_know_is_refused(run) -> None:
    with pytest.raises(UserError, match="burr"):
        run(classes=frozenset({"burr"}))


def test_the_report_tells_settled_images_from_seen_ones(filled: Project, run) -> None:
    bring_to(filled, 1, "approved")
    run(image_ids=frozenset({2, 3}))
    report = run()
    assert (report.images, report.skipped, report.settled) == (PHOTOS - 3, 3, 1)


def test_with_nothing_left_to_do_no_model_is_loaded(filled: Project, run, bench, cache) -> None:
    run()
    bench.close()
    report = run()
    assert (report.images, report.skipped, report.device) == (0, PHOTOS, "")
    assert loads(cache) == 1
    assert run(confidence=0.95).images == PHOTOS
    assert loads(cache) == 2


def test_a_damaged_note_of_class_names_only_costs_loading(run, bench, cache: Path) -> None:
    run()
    bench.close()
    for note in (cache / "class-names").iterdir():
        note.write_text('{"half": ')
    assert run().skipped == PHOTOS
    assert loads(cache) == 2
    bench.close()
    run()
    assert loads(cache) == 2


def test_a_warm_model_serves_other_thresholds_and_finds_the_same(filled, run, cache) -> None:
    run(image_ids=frozenset({1}))
    run(image_ids=frozenset({2}), confidence=0.5)
    run(image_ids=frozenset({3}), confidence=0.3)
    assert loads(cache) == 1
    assert [len(found(filled, i)) for i in (1, 2, 3)] == [3, 2, 3]
    run(image_ids=frozenset({4}), confidence=0.01)
    assert loads(cache) == 2


def test_a_loaded_model_has_told_its_classes_for_good(model, cache, bench) -> None:
    assert class_names(model, cache) is None
    options = PrelabelOptions(cache)
    assert load_class_names(model, options, stop=Stop(), workers=bench.lend) == NAMES
    assert class_names(model, cache) == NAMES


def test_the_model_that_ships_has_its_classes_on_its_card(cache: Path) -> None:
    assert class_names(starter_model(), cache) == starter_model().class_names != ()


def test_classes_of_a_model_find_label_classes_of_their_name() -> None:
    facts = ModelFacts("m", ("Streak", "scratch"), {"scratch": 0.4})
    assert matched_classes(facts, [LabelClass("streak", 1)]) == [
        ModelClass("Streak", None, "streak"),
        ModelClass("scratch", 0.4, None),
    ]


def test_images_are_told_once_they_are_saved(filled: Project, model, cache, bench) -> None:
    told: list[int] = []

    def look(ids) -> None:
        assert all(found(filled, image_id) for image_id in ids)
        told.extend(ids)

    prelabel(filled, model, PrelabelOptions(cache), actor="li", on_saved=look, workers=bench.lend)
    assert sorted(told) == [i.id for i in filled.images.all()]


def test_a_stop_before_the_start_loads_nothing(filled, model, cache, bench) -> None:
    stop = Stop()
    stop.request()
    with pytest.raises(Cancelled):
        prelabel(filled, model, PrelabelOptions(cache), actor="li", stop=stop, workers=bench.lend)
    assert loads(cache) == 0


@pytest.mark.parametrize("detector", ["Finder", "SlowLoader"])
def test_a_stop_reaches_a_model_that_loads_or_computes(
    filled: Project, add_photos, model, cache, detector: str
) -> None:
    add_photos({"zz": SLOW_GREY})
    stop, bench = Stop(), bench_of(detector)

    def interrupt() -> None:
        while not (cache / "sleeping").exists():
            finished.wait(0.01)
        stop.request()

    finished = threading.Event()
    other = threading.Thread(target=interrupt)
    other.start()
    with pytest.raises(Cancelled):
        prelabel(filled, model, PrelabelOptions(cache), actor="li", stop=stop, workers=bench.lend)
    other.join()
    bench.close()
    kept = sum(bool(found(filled, i.id)) for i in filled.images.all())
    assert kept == (8 if detector == "Finder" else 0)  # a batch is eight photos


def test_what_people_did_on_an_image_outlives_a_run_on_it(filled: Project, run) -> None:
    run(image_ids=frozenset({1}))
    best = max(filled.annotations.of_image(1), key=lambda a: a.score or 0)
    kept = best.touched_by("ann")
    filled.apply([AnnotationEdit(1, best, kept)], actor="ann")
    run(image_ids=frozenset({1}), again=True)
    assert kept in filled.annotations.of_image(1)
    assert found(filled, 1) == [(SCRATCH, 0.4), (SCRATCH, 0.9), (PIT, 0.6)]


def test_a_model_that_dies_over_every_photo_is_no_single_photos_fault(
    project: Project, add_photos, model: Model, cache: Path, bench: ModelBench
):
    project.add_classes([LabelClass("scratch"), LabelClass("pit")], actor="lead")
    add_photos({f"{number:02}": DEADLY_GREY for number in range(4)})
    with pytest.raises(UserError, match="died"):
        prelabel(project, model, PrelabelOptions(cache), actor="li", workers=bench.lend)
    assert len((cache / "loaded").read_text().split()) == 4
    assert all(image.label.state == "new" for image in project.images.all())


@pytest.mark.slow
def test_a_photo_over_which_the_model_hangs_is_told_and_the_others_go_on(
    filled: Project, add_photos, run, cache: Path, monkeypatch: pytest.MonkeyPatch
):
    """Next time it goes on with that photo alone."""
    # The first batch of eight has been answered by then: it isn't waited for as for the first.
    monkeypatch.setattr(Patience, "least_s", 2.0)
    add_photos({"hangs": SLOW_GREY, "last": PLAIN_GREY})
    (hung,) = (i.id for i in filled.images.all() if i.path.endswith("hangs.png"))
    report = run()
    (refused,) = report.refused
    assert "hangs.png: The model gave no answer for 2 seconds" in refused.what
    assert any("It was started again." in note for note in report.notes)
    assert (report.images, report.proposals) == (PHOTOS + 1, len(FINDS) * (PHOTOS + 1))
    others = {i.id: found(filled, i.id) for i in filled.images.all() if i.id != hung}
    assert {len(boxes) for boxes in others.values()} == {len(FINDS)}
    assert found(filled, hung) == []
    assert loads(cache) == 4  # once for each time that it hung: among others, alone, once more

    (cache / MENDED).touch()
    again = run()
    assert (again.images, again.proposals, again.skipped) == (1, len(FINDS), PHOTOS + 1)
    assert again.refused == [] and len(found(filled, hung)) == len(FINDS)
    assert others == {i.id: found(filled, i.id) for i in filled.images.all() if i.id != hung}


def test_beside_a_window_photos_are_decoded_in_the_process_that_steps_back(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded_here = []
    monkeypatch.setattr("app.imaging.pixels.read_pixels", decoded_here.append)

    assert run().images == PHOTOS
    assert decoded_here == []
