"""Recipes as people write them: the same after a round trip, and every slip told by its field."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import UserError
from app.core.geometry import Box
from app.core.recipe import DetectorStep, Filters, Fusion, Recipe
from app.formats.recipe_yaml import (
    recipe_from_plain,
    recipe_from_yaml,
    recipe_to_plain,
    recipe_to_yaml,
)

NOTHING = ("", "~", "null")

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).filter(
    lambda text: text.strip() and text.splitlines() == [text] and text not in NOTHING
)
shares = st.floats(0, 1)
above_0 = st.floats(0, 1, exclude_min=True)
spans = st.tuples(shares, shares).filter(lambda span: span[0] < span[1])
steps = st.builds(
    DetectorStep,
    texts,
    classes=st.dictionaries(texts, st.none() | texts, max_size=2),
    confidence=st.none() | shares,
    confidence_by_class=st.dictionaries(texts, shares, max_size=2),
    iou=st.none() | shares,
    image_size_px=st.none() | st.integers(32, 10_000),
    tile_px=st.none() | st.integers(64, 10_000),
    phrases=st.dictionaries(texts, st.lists(texts, min_size=1, max_size=3).map(tuple), max_size=2),
    text_threshold=shares,
)
recipes = st.builds(
    Recipe,
    texts,
    st.lists(steps, min_size=1, max_size=2).map(tuple),
    st.builds(Fusion, st.sampled_from(["wbf", "nms", "none"]), above_0),
    st.none() | texts,
    st.builds(
        Filters,
        st.floats(0, 1e6),
        above_0,
        st.builds(lambda x, y: Box(x[0], y[0], x[1], y[1]), spans, spans),
    ),
)

WHOLE = """
name: powder bed, careful
detectors:
  - model: starter
    classes: {streak: streak, slag: , over_melt: null}
    confidence: 0.25
    confidence_by_class:
      streak: .2
    iou: 0.5
    image_size_px: 416
  - model: /models/groundingdino_swint_ogc.pth
    phrases:
      on: [thin dark line, scratch]
    text_threshold: 0.3
    tile_px: 1024
fusion: {kind: nms, iou: 0.6}
segmenter: contrast
filters:
  least_side_px: 2
  most_area_share: 0.5
  region: {left: 0.1, right: 0.9}
"""


@settings(max_examples=50)
@given(recipes)
def test_yaml_reads_back_as_the_same(recipe):
    assert recipe_from_yaml(recipe_to_yaml(recipe), source="it") == recipe


@settings(max_examples=50)
@given(recipes)
def test_json_reads_back_as_the_same(recipe):
    kept = json.dumps(recipe_to_plain(recipe), ensure_ascii=False, allow_nan=False)
    assert recipe_from_plain(json.loads(kept), source="it") == recipe


def test_every_field_is_read():
    assert recipe_from_yaml(WHOLE, source="it") == Recipe(
        "powder bed, careful",
        (
            DetectorStep(
                "starter",
                classes={"streak": "streak", "slag": None, "over_melt": None},
                confidence=0.25,
                confidence_by_class={"streak": 0.2},
                iou=0.5,
                image_size_px=416,
            ),
            DetectorStep(
                "/models/groundingdino_swint_ogc.pth",
                phrases={"on": ("thin dark line", "scratch")},
                text_threshold=0.3,
                tile_px=1024,
            ),
        ),
        Fusion("nms", 0.6),
        "contrast",
        Filters(2, 0.5, Box(0.1, 0, 0.9, 1)),
    )


def test_what_is_not_said_is_usual():
    usual = Recipe("plain", (DetectorStep("starter"),))
    assert recipe_from_yaml("name: plain\ndetectors: [{model: starter}]", source="it") == usual
    written = recipe_to_yaml(usual)
    assert "confidence" not in written and "phrases" not in written
    assert "iou: 0.55" in written  # of the fusion


def plain(**changed):
    """A whole recipe as plain values, with some of them changed, by `part__field`."""
    content = json.loads(json.dumps(recipe_to_plain(recipe_from_yaml(WHOLE, source="it"))))
    for path, value in changed.items():
        part, _, name = path.rpartition("__")
        place = content["detectors"][0] if part == "detector" else content.get(part, content)
        place[name] = value
    return content


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"speed": 3}, '"speed" is no field; there is name, detectors, fusion, segmenter, filters'),
        ({"detector__confidnce": 0.5}, 'detectors[1]."confidnce" is no field; there is model,'),
        ({"fusion__sigma": 1}, 'fusion."sigma" is no field; there is kind, iou'),
        ({"name": " "}, 'name must be a text on one line, not " "'),
        ({"name": None}, "name is missing"),
        ({"name": "two\nlines"}, 'name must be a text on one line, not "two?lines"'),
        ({"detectors": []}, "detectors must be a list of at least one, not a list of 0"),
        ({"detectors": "starter"}, 'detectors must be a list of at least one, not "starter"'),
        ({"detectors": ["starter"]}, "detectors[1] must be fields (model, classes,"),
        ({"detector__model": ""}, "detectors[1].model is missing"),
        ({"detector__confidence": 1.5}, "detectors[1].confidence must be a number from 0 to 1,"),
        ({"detector__confidence": "50%"}, 'a number from 0 to 1, not "50%"'),
        ({"detector__confidence": True}, 'a number from 0 to 1, not "True"'),
        ({"detector__iou": "nan"}, "detectors[1].iou must be a number from 0 to 1"),
        ({"detector__iou": 10**400}, "detectors[1].iou must be a number from 0 to 1"),
        (
            {"detector__confidence_by_class": {"streak": "a lot"}},
            'detectors[1].confidence_by_class.streak must be a number from 0 to 1, not "a lot"',
        ),
        ({"detector__classes": ["streak"]}, "detectors[1].classes must be lines `name: value`"),
        ({"detector__classes": {"a": ["b"]}}, "detectors[1].classes.a must be a text"),
        ({"detector__image_size_px": 416.5}, "detectors[1].image_size_px must be a whole number"),
        ({"detector__tile_px": 8}, 'tile_px must be a whole number from 64 on, not "8"'),
        ({"detector__phrases": {"streak": []}}, "detectors[1].phrases.streak must be a list of"),
        ({"detector__phrases": {"streak": [""]}}, "phrases.streak[1] must be a text"),
        ({"fusion__kind": "soft"}, 'fusion.kind must be one of wbf, nms, none, not "soft"'),
        ({"fusion__iou": 0}, 'fusion.iou must be a number above 0, up to 1, not "0"'),
        ({"segmenter": ["sam"]}, "segmenter must be a text on one line, not a list of 1"),
        ({"filters": 3}, "filters must be fields (least_side_px, most_area_share, region)"),
        ({"filters__least_side_px": -1}, "filters.least_side_px must be a number from 0 on"),
        ({"filters__least_side_px": "inf"}, "filters.least_side_px must be a number from 0 on"),
        ({"filters__region": {"left": 2}}, "filters.region.left must be a number from 0 to 1"),
        ({"filters__region": {"left": 1}}, "filters.region must have left before right"),
    ],
)
def test_a_slip_is_told_with_its_field_and_what_is_allowed(changed, said):
    with pytest.raises(UserError) as told:
        recipe_from_plain(plain(**changed), source="mine.yaml")
    assert told.value.what.startswith("The recipe mine.yaml can't be used: ")
    assert said in told.value.what
    assert "flawmark recipes show" in told.value.hint


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", "name: [", "just words", "a: &x [1]\nb: *x", "[" * 3000, "? [a]\n: b"]
)
def test_what_is_no_recipe_at_all_is_told(text):
    with pytest.raises(UserError, match=r"The recipe mine\.yaml can't be used"):
        recipe_from_yaml(text, source="mine.yaml")


@given(st.text(max_size=60) | st.text("{}[]:,- \nabmodelnt012'\"|>&*!", max_size=80))
def test_any_text_gives_a_recipe_or_words(text):
    with suppress(UserError):
        assert recipe_from_yaml(text, source="it").detectors
