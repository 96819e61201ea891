import pickle
from pathlib import Path

import numpy as np
import pytest
from fake_chain import Shrinker

from app.core.annotation import Source
from app.core.errors import UserError
from app.core.geometry import Box
from app.core.recipe import Filters, Fusion
from app.core.text_query import TextQuery
from backends.base import BackendSpec, DetectorSettings, SegmenterSettings
from backends.client import ModelWorker
from backends.recipe import Member, RecipeDetector, RecipeSettings, SegmenterMember

RECIPE = BackendSpec("Recipe", "backends.recipe:RecipeDetector")
NAMES = {"patch": "slag"}


def fake(name):
    return BackendSpec(name, f"fake_chain:{name}")


def member(name, backend, *, names=NAMES, tile_px=None, image_size_px=None, **more):
    settings = DetectorSettings(
        Path("weights.pt"), Path("cache"), tile_px=tile_px, image_size_px=image_size_px
    )
    return Member(name, fake(backend), settings, names=names, **more)


def chain(*members, segmenter=None, **more):
    if segmenter is not None:
        settings = SegmenterSettings(None, Path("cache"))
        more["segmenter"] = SegmenterMember("outliner", fake(segmenter), settings)
    return RecipeDetector(RecipeSettings(Path("cache"), members, **more))


def painted(*patches, width=200, height=100):
    """Black, but for patches (left, top, right, bottom) of red."""
    photo = np.zeros((height, width, 3), np.uint8)
    for (left, top, right, bottom), red in patches:
        photo[top:bottom, left:right, 0] = red
    return photo


@pytest.fixture
def looked():
    """The detectors inside a chain, to ask what they saw."""

    def inside(recipe):
        return [m._detector for m in recipe._members]

    return inside


def test_what_two_found_comes_once_in_the_label_class_with_both_origins():
    recipe = chain(member("a", "Patches"), member("b", "Shifted"))
    photo = painted(((10, 10, 50, 30), 200), ((100, 50, 140, 70), 100))
    (finds,) = recipe.detect([photo])
    assert [f.class_name for f in finds] == ["slag", "slag"]
    assert finds[0].sources == (Source("a", 200 / 255), Source("b", 100 / 255))
    # The outline that one of them drew stays, with its own box.
    assert finds[0].polygon is not None and finds[0].box == Box(12, 10, 52, 30)
    assert [f.score for f in finds] == sorted((f.score for f in finds), reverse=True)


def test_each_photo_has_its_own_list():
    recipe = chain(member("a", "Patches"), member("b", "Shifted"))
    photos = [painted(), painted(((10, 10, 50, 30), 200)), painted(width=30)]
    assert [len(finds) for finds in recipe.detect(photos)] == [0, 1, 0]
    assert recipe.detect([]) == []


def test_classes_that_are_not_named_and_low_scores_are_left_out():
    photo = painted(((10, 10, 50, 30), 200), ((100, 50, 140, 70), 100))
    assert chain(member("a", "Patches", names={"weights.pt": "slag"})).detect([photo]) == [[]]
    (finds,) = chain(member("a", "Patches", least_scores={"patch": 0.5})).detect([photo])
    assert [f.box for f in finds] == [Box(10, 10, 50, 30)]


def test_it_says_what_can_come_out_where_it_runs_and_whose_note_it_is():
    recipe = chain(
        member("a", "Patches", names={"patch": "slag", "weights.pt": "streak"}),
        member("b", "Reader", names={"wrinkle": "wrinkle"}),
        segmenter="Shrinker",
    )
    assert recipe.class_names == ("slag", "streak", "wrinkle")
    assert recipe.device == "nowhere, elsewhere, at hand"
    assert recipe.notes == ("a: only an eye", "b: only an eye", "outliner: shrinks")


def test_a_member_that_adds_nothing_is_told():
    recipe = chain(member("a", "Patches", names={"hole": "slag"}))
    assert recipe.class_names == ()
    assert "a: none of its classes (patch, weights.pt)" in recipe.notes[-1]


def test_a_question_of_its_own_comes_before_that_of_the_chain(looked):
    own, common = TextQuery({"slag": ("debris",)}), TextQuery({"streak": ("line",)})
    names = {"slag": "slag", "streak": "streak"}
    recipe = chain(
        member("a", "Reader", query=own, names=names), member("b", "Reader", names=names)
    )
    (finds,) = recipe.detect([painted(((10, 10, 50, 30), 200))], common)
    assert [query for d in looked(recipe) for _, query in d.seen] == [own, common]
    assert sorted(f.class_name for f in finds) == ["slag", "streak"]


def test_a_photo_reduced_for_one_member_gives_boxes_of_the_whole(looked):
    reduced = member("a", "Shifted", preprocess="flat_field_streaks", image_size_px=100)
    recipe = chain(reduced, fusion=Fusion("none"))
    photo = np.random.default_rng(3).integers(90, 110, (200, 400, 3), np.uint8)
    (finds,) = recipe.detect([photo])
    assert looked(recipe)[0].seen == [((50, 100), None)]
    # The brightest and darkest of an even photo are anywhere: some boxes reach beyond 100 px.
    assert max(f.box.right for f in finds) > 300
    assert all(
        min(x for x, _ in f.polygon) == pytest.approx(f.box.left) for f in finds if f.polygon
    )


def test_a_photo_cut_into_tiles_is_not_reduced_before():
    tiled = member("a", "Patches", tile_px=80, image_size_px=50)
    recipe = chain(tiled)
    (finds,) = recipe.detect([painted(((10, 40, 190, 46), 200))])
    assert [f.box for f in finds] == [Box(10, 40, 190, 46)]
    assert finds[0].sources == (Source("a", 200 / 255),)


def test_the_segmenter_gives_outlines_and_tight_boxes():
    recipe = chain(member("a", "Patches"), segmenter="Shrinker")
    photo = painted(((10, 10, 50, 30), 200), ((100, 50, 102, 70), 100))
    shrunk, too_small = recipe.detect([photo])[0]
    assert shrunk.box == Box(11, 11, 49, 29)
    assert shrunk.polygon is not None and Box.around(shrunk.polygon) == shrunk.box
    assert shrunk.sources and shrunk.score == 200 / 255
    assert too_small.box == Box(100, 50, 102, 70) and too_small.polygon is None


def test_a_thin_streak_that_two_drew_beside_each_other_is_one_once_refitted():
    members = member("a", "Patches"), member("b", "Shifted")
    photo = painted(((31, 0, 36, 100), 200))
    assert len(chain(*members).detect([photo])[0]) == 2
    (streak,) = chain(*members, segmenter="Snapper").detect([photo])[0]
    assert streak.box == Box(30, 0, 40, 100)
    assert [source.name for source in streak.sources] == ["a", "b"]


def test_a_refit_that_strays_keeps_the_box_of_the_detector():
    recipe = chain(member("a", "Patches"), segmenter="Wanderer")
    photo = painted(((10, 10, 50, 30), 200), ((100, 50, 115, 70), 100))
    second_best, kept_as_it_was = recipe.detect([photo])[0]
    assert second_best.box == Box(11, 11, 49, 29)
    assert kept_as_it_was.box == Box(100, 50, 115, 70) and kept_as_it_was.polygon is None


def test_filters_come_before_and_after_the_segmenter():
    photo = painted(((10, 10, 50, 30), 200), ((120, 50, 160, 56), 150), ((100, 90, 140, 94), 100))
    filters = Filters(least_side_px=5, region=Box(0.5, 0, 1, 1))
    recipe = chain(member("a", "Patches"), filters=filters)
    assert [f.box for f in recipe.detect([photo])[0]] == [Box(120, 50, 160, 56)]
    # Shrunk by a pixel on each side it is too thin.
    assert chain(member("a", "Patches"), segmenter="Shrinker", filters=filters).detect([photo]) == [
        []
    ]


def test_photos_are_told_apart_by_their_pixels():
    recipe = chain(member("a", "Patches"), segmenter="Shrinker")
    photo = painted(((10, 10, 50, 30), 200))
    other = painted(((10, 10, 50, 30), 201))
    recipe.detect([photo, other, photo.copy(), painted()])
    segmenter = recipe._segmenter._segmenter
    assert isinstance(segmenter, Shrinker)
    first, second, third = segmenter.keys  # nothing was found on the last
    assert first == third != second


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        (fake("Refuses"), "own: these weights are no good"),
        (BackendSpec("Stranger", "no_such_library.models:Model"), "own: Stranger needs a library"),
    ],
)
def test_a_member_that_cannot_be_loaded_is_named(backend, said):
    bad = Member("own", backend, DetectorSettings(Path("w.pt"), Path("cache")), names=NAMES)
    with pytest.raises(UserError) as told:
        RecipeDetector(RecipeSettings(Path("cache"), (member("a", "Patches"), bad)))
    assert told.value.what.startswith(said) and told.value.hint


def test_a_segmenter_that_cannot_be_loaded_is_named():
    with pytest.raises(UserError, match="outliner: these weights are no good"):
        chain(member("a", "Patches"), segmenter="Refuses")


def test_a_member_that_fails_on_a_photo_is_named():
    with pytest.raises(UserError, match="b: no memory left") as told:
        chain(member("a", "Patches"), member("b", "Fails")).detect([painted()])
    assert told.value.hint == "use smaller photos"


@pytest.mark.parametrize("names", [(), ("a", "a")])
def test_no_chain_without_detectors_that_can_be_told_apart(names):
    with pytest.raises(ValueError, match="name of their own"):
        RecipeSettings(Path("cache"), tuple(member(name, "Patches") for name in names))


def test_it_runs_in_the_worker_process(tmp_path):
    settings = RecipeSettings(
        tmp_path,
        (member("a", "Patches"), member("b", "Shifted")),
        fusion=Fusion("wbf", 0.5),
        segmenter=SegmenterMember("c", fake("Shrinker"), SegmenterSettings(None, tmp_path)),
    )
    assert pickle.loads(pickle.dumps(settings)) == settings
    photo = painted(((10, 10, 50, 30), 200))
    with ModelWorker(settings, RECIPE) as worker:
        assert worker.class_names == ("slag",)
        assert worker.notes == ("a: only an eye", "b: only an eye", "c: shrinks")
        (finds,) = worker.result(worker.submit([photo], None))
    assert finds == RecipeDetector(settings).detect([photo])[0]
    assert [source.name for source in finds[0].sources] == ["a", "b"]


def test_a_bad_member_is_told_by_the_worker_process(tmp_path):
    bad = Member("own", fake("Refuses"), DetectorSettings(Path("w.pt"), tmp_path), names=NAMES)
    with (
        pytest.raises(UserError, match="own: these weights"),
        ModelWorker(RecipeSettings(tmp_path, (bad,)), RECIPE),
    ):
        pass
