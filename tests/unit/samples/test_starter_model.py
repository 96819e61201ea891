"""The starter model's files agree with one another and with what runs them."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest
import yaml

from app.imaging import flat_field
from app.samples.powder_bed import CLASS_NAMES, powder_bed_photo

STARTER = files("resources") / "starter"
LARGEST_BYTES = 12_000_000


@pytest.fixture(scope="module")
def settings():
    return yaml.safe_load((STARTER / "starter.yaml").read_text(encoding="utf-8"))


def test_the_weights_are_the_ones_described(settings):
    weights = (STARTER / settings["weights"]).read_bytes()
    assert hashlib.sha256(weights).hexdigest() == settings["sha256"]
    assert len(weights) < LARGEST_BYTES


def test_classes_are_those_of_the_powder_bed_set(settings):
    assert tuple(settings["classes"]) == CLASS_NAMES
    assert set(settings["confidence"]) == set(CLASS_NAMES)
    assert all(0 < value < 1 for value in settings["confidence"].values())


def test_the_named_preprocessing_makes_model_input(settings):
    prepare = getattr(flat_field, settings["preprocess"])
    size_px = settings["image_size_px"]
    photo = powder_bed_photo(3, size_px=size_px).pixels
    ready = prepare(photo)
    assert ready.shape == (size_px, size_px, 3)
    assert ready.dtype == np.uint8


def test_the_card_names_the_weights_and_the_licence(settings):
    card = (STARTER / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert settings["sha256"] in card
    assert settings["licence"] in card
