"""Models and recipes by the name people give: what is asked of them, and what comes of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import UserError
from app.core.label_class import LabelClass
from app.core.recipe import DetectorStep, Filters, Fusion, Recipe
from app.core.stopping import Stop
from app.imaging.opencv import cv2
from app.services.class_mapping import read_phrases
from app.services.class_names import remember_class_names
from app.services.drawers import facts_of, plan_named
from app.services.import_photos import import_photos
from app.services.model_bench import ModelBench
from app.services.models import Model, find_model, starter_model
from app.services.plan import Plan
from app.services.prelabel import PrelabelOptions, prelabel
from app.services.recipes import put_recipe
from app.services.shelf import Shelf
from app.storage.project import Project
from backends.base import BACKENDS, BackendSpec
from tests.helpers.scripted_models import FINDS, NAMES, READER_SCORE
from tests.helpers.weight_files import SAM, state, torch_zip
from tests.helpers.weight_files import put as put_file

SCRIPTED = "tests.helpers.scripted_models"


@pytest.fixture
def filled(project: Project, tmp_path: Path) -> Project:
    project.add_classes(
        [LabelClass("scratch", prompts=("thin line",)), LabelClass("deep_pit")], actor="lead"
    )
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(3):
        content = cv2.imencode(".png", np.full((100, 120), 90 + number, np.uint8))[1]
        (photos / f"{number}.png").write_bytes(content.tobytes())
    import_photos(project, photos)
    return project


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch):
    """The families that are used here are scripts, alone and as members of a recipe."""
    scripted = {
        "ultralytics": BackendSpec("Finder", f"{SCRIPTED}:Finder"),
        "grounding-dino": BackendSpec("Reader", f"{SCRIPTED}:Reader", reads_text=True),
    }
    bench = ModelBench({**BACKENDS, **scripted})
    yield bench
    bench.close()


def scripted(plan: Plan) -> Plan:
    """Its members are looked up in another process, where the bench has no say."""
    if plan.backend != "recipe":
        return plan
    finder = BackendSpec("Finder", f"{SCRIPTED}:Finder")
    members = [replace(member, backend=finder) for member in plan.settings.detectors]
    return replace(plan, settings=replace(plan.settings, detectors=tuple(members)))


@pytest.fixture
def find(tmp_path: Path):
    models = {
        "finder": Model("finder", tmp_path / "finder.pt", "f1"),
        "reader": Model("reader", tmp_path / "reader", "r1", family="grounding-dino"),
    }
    return lambda name: models[name] if name in models else find_model(name)


@pytest.fixture
def draw(filled: Project, tmp_path: Path, bench: ModelBench, find):
    def draw(name: str, **more: object):
        options = PrelabelOptions(tmp_path / "cache", **more)
        plan = scripted(plan_named(name, filled, options, find=find, workers=bench.lend))
        report = prelabel(filled, plan, options, actor="li", workers=bench.lend)
        return report, filled.annotations.of_image(1)

    return draw


def test_a_model_that_reads_is_asked_for_the_prompts_of_the_classes(draw):
    report, drawn = draw("reader")
    widths = {(a.class_id, a.box.width) for a in drawn}
    assert report.images == 3
    assert widths == {(1, 10 * len("thin line")), (2, 10 * len("deep pit"))}


def test_phrases_that_are_given_win(draw):
    _, drawn = draw("reader", phrases={"deep_pit": ("hole", "dent")})
    assert {(a.class_id, a.box.width) for a in drawn} == {(2, 40)}


def test_other_words_are_another_run_and_replace_what_the_first_drew(draw):
    draw("reader", phrases={"scratch": ("line",)})
    report, drawn = draw("reader", phrases={"scratch": ("long line",)})
    assert report.images == 3 and [a.box.width for a in drawn] == [90]
    report, _ = draw("reader", phrases={"scratch": ("long line",)})
    assert (report.images, report.skipped) == (0, 3)


def test_scores_of_a_reader_are_part_of_the_question_not_of_the_process(draw, tmp_path: Path):
    _, drawn = draw("reader", confidence=READER_SCORE)
    assert len(drawn) == 2
    _, drawn = draw("reader", confidence=0.3, confidence_by_class={"scratch": 0.8})
    assert [a.class_id for a in drawn] == [2]
    assert (tmp_path / "cache" / "loaded").read_text() == "loaded\n"


def test_a_reader_has_nothing_to_ask_for_without_classes(
    project: Project, tmp_path: Path, find, bench: ModelBench
):
    with pytest.raises(UserError, match="no classes yet"):
        plan_named("reader", project, PrelabelOptions(tmp_path), find=find, workers=bench.lend)


def test_a_segmenter_finds_nothing_by_itself(filled: Project, tmp_path: Path, find, bench):
    with pytest.raises(UserError, match="by itself it finds nothing"):
        plan_named("contrast", filled, PrelabelOptions(tmp_path), find=find, workers=bench.lend)


def test_what_a_person_is_told_of_each_kind(filled: Project, tmp_path: Path, find, bench):
    def told(name: str):
        options = PrelabelOptions(tmp_path / "cache")
        return facts_of(name, filled, options, find=find, stop=Stop(), workers=bench.lend)

    assert (told("finder").kind, told("finder").class_names) == ("trained", NAMES)
    assert told("reader").phrases == {"scratch": ("thin line",), "deep_pit": ("deep pit",)}
    assert told("recipe:powder-bed").kind == "recipe"
    with pytest.raises(UserError, match="nonsense"):
        told("recipe:nonsense")


def test_a_phrase_file_takes_one_or_several(tmp_path: Path):
    file = tmp_path / "words.yaml"
    file.write_text("scratch: [thin line, stripe]\ndeep_pit: hole\n")
    assert read_phrases(file) == {"scratch": ("thin line", "stripe"), "deep_pit": ("hole",)}
    file.write_text("scratch: []\n")
    with pytest.raises(UserError, match="scratch has no phrase"):
        read_phrases(file)


def put(project: Project, *steps: DetectorStep, **more: object) -> None:
    put_recipe(project, Recipe("mine", steps, **more), actor="lead")


def test_a_recipe_maps_the_classes_of_its_models(filled: Project, tmp_path: Path, find, bench):
    put(filled, DetectorStep("finder", classes={"pit": "deep_pit"}, confidence=0.5))
    options = PrelabelOptions(tmp_path / "cache")
    plan = plan_named("recipe:mine", filled, options, find=find, workers=bench.lend)
    (member,) = plan.settings.detectors
    assert member.names == {"scratch": "scratch", "pit": "deep_pit"}
    assert member.least_scores == {"scratch": 0.5, "pit": 0.5}
    assert plan.class_names == ("scratch", "deep_pit")
    assert len(FINDS) == 3


def test_a_recipe_names_what_the_project_lacks(filled: Project, tmp_path: Path, find, bench):
    options = PrelabelOptions(tmp_path / "cache")
    put(filled, DetectorStep("finder", classes={"pit": "hole"}))
    with pytest.raises(UserError, match="'hole' that the project doesn't have"):
        plan_named("recipe:mine", filled, options, find=find, workers=bench.lend)
    put(filled, DetectorStep("reader", phrases={"hole": ("dent",)}))
    with pytest.raises(UserError, match="'hole' that the project doesn't have"):
        plan_named("recipe:mine", filled, options, find=find, workers=bench.lend)
    put(filled, DetectorStep("finder", classes={"scratch": None}))
    with pytest.raises(UserError, match="No class of the models"):
        plan_named("recipe:mine", filled, options, find=find, workers=bench.lend)


@pytest.mark.parametrize("slip", [{"classes": {"skratch": None}}, {"confidence_by_class": {"": 1}}])
def test_a_recipe_names_no_class_that_its_model_does_not_know(
    filled: Project, tmp_path: Path, find, bench, slip: dict[str, dict]
):
    put(filled, DetectorStep("finder", **slip))
    options = PrelabelOptions(tmp_path / "cache")
    with pytest.raises(UserError, match="which finder doesn't know") as told:
        plan_named("recipe:mine", filled, options, find=find, workers=bench.lend)
    assert "scratch, pit" in told.value.hint


def test_a_change_of_the_recipe_is_another_run_of_the_same(
    filled: Project, tmp_path: Path, find, bench
):
    options = PrelabelOptions(tmp_path / "cache")

    def key(**more: object):
        put(filled, DetectorStep("finder"), **more)
        plan = plan_named("recipe:mine", filled, options, find=find, workers=bench.lend)
        return plan.run_key({})

    plain, filtered = key(), key(filters=Filters(least_side_px=5), fusion=Fusion("nms"))
    assert plain != filtered and plain.weights_hash == filtered.weights_hash


def test_a_recipe_leaves_what_its_models_drew_of_classes_that_it_does_not_look_for(
    filled: Project, draw
):
    _, alone = draw("finder", mapping={"pit": "deep_pit"}, image_ids=frozenset({1}))
    assert sorted(a.class_id for a in alone) == [1, 1, 2]
    put(filled, DetectorStep("finder", classes={"pit": None}))
    _, drawn = draw("recipe:mine", image_ids=frozenset({1}))
    (pit,) = (a for a in drawn if a.class_id == 2)
    assert pit in alone
    assert [bool(a.sources) for a in drawn if a.class_id == 1] == [True, True]
    put(filled, DetectorStep("finder", classes={"scratch": None, "pit": "deep_pit"}))
    _, drawn = draw("recipe:mine", image_ids=frozenset({1}))
    assert [(a.class_id, bool(a.sources)) for a in drawn] == [(2, True)]


def test_other_prompts_make_a_recipe_that_reads_another_run(
    filled: Project, tmp_path: Path, find, bench
):
    put(filled, DetectorStep("reader"))
    options = PrelabelOptions(tmp_path / "cache")

    def key():
        plan = plan_named("recipe:mine", filled, options, find=find, workers=bench.lend)
        return plan.run_key({})

    before = key()
    assert key() == before
    scratch = filled.classes.all()[0]
    filled.change_class(replace(scratch, prompts=("long thin line",)), actor="lead")
    assert key() != before


def test_phrases_are_enough_where_a_project_has_no_classes_yet(
    filled: Project, tmp_path: Path, find, bench: ModelBench
):
    with Project.create(tmp_path / "bare") as bare:
        import_photos(bare, tmp_path / "photos")
        options = PrelabelOptions(tmp_path / "cache", phrases={"dent": ("small hole",)})
        plan = plan_named("reader", bare, options, find=find, workers=bench.lend)
        report = prelabel(bare, plan, options, actor="li", workers=bench.lend)
        assert [c.name for c in bare.classes.all()] == ["dent"]
        assert (report.images, report.proposals) == (3, 3)


def test_what_a_plan_knows_is_not_written_down_under_the_name_of_a_recipe(tmp_path: Path):
    known = Model("mine", None, "recipe ../../mine", class_names=("pit",))
    remember_class_names(known, NAMES, tmp_path / "cache")
    assert not list(tmp_path.rglob("*mine*"))


def test_only_weights_that_run_code_want_somebody_to_vouch_for_them(tmp_path: Path):
    tensors = put_file(tmp_path / "mobile_sam.pt", torch_zip(state(SAM)))
    assert find_model(str(tensors)).family == "sam"
    copy = put_file(tmp_path / "best.pt", starter_model().weights.read_bytes())
    with pytest.raises(UserError, match="run any code"):
        find_model(str(copy))
    assert find_model(str(copy), trust=True).family == "ultralytics"


def test_a_name_that_no_model_has_is_told_with_those_that_there_are(tmp_path: Path):
    with pytest.raises(UserError, match="No model is called") as refused:
        find_model("dino", shelf=Shelf(tmp_path))
    assert "starter, contrast" in refused.value.hint
    with pytest.raises(UserError, match="no weights at"):
        find_model(str(tmp_path / "dino.pt"), shelf=Shelf(tmp_path))
