"""Every family on a card, as far as that shows without one: see stand_in_card.

That nothing is left on the CPU or taken for an array, that half precision fits together and moves
finds little, and what is told of cards that fail. Speed and memory only a card could tell.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from run_on_stand_in import BEDS

from app.core.geometry import Box, intersection_over_union

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
FAMILIES = [
    "yolo segment",
    "grounding-dino original",
    "grounding-dino hugging-face",
    "sam original",
    "sam sam2",
]
SURE = 0.12  # a little above the least score that was asked for


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    # Where there is a card its place is taken.
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "", "OMP_WAIT_POLICY": "PASSIVE"}
    command = [sys.executable, str(HERE / "run_on_stand_in.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "told.json").read_text())


def matched(ours, others, *, least=0.0):
    """For each find the overlap with the nearest of its class, and how far their scores are."""
    for found, wanted in zip(ours, others, strict=True):
        for name, score, corners in (each for each in found if each[1] >= least):
            box = Box(*corners)
            same = [
                (intersection_over_union(box, Box(*c)), abs(score - s))
                for n, s, c in wanted
                if n == name
            ]
            yield max(same, default=(0.0, 1.0))


@pytest.mark.parametrize("family", FAMILIES)
def test_it_runs_there_in_half_precision_and_finds_nearly_the_same(told, family):
    """Random weights lean on the last bit; those of the next test don't."""
    there, here = (told["families"][family][place] for place in ("card", "cpu"))
    assert there["device"].startswith("cuda:0, Stand-in (PyTorch, half precision")
    assert here["device"].startswith("cpu (PyTorch")
    overlaps = [overlap for overlap, _ in matched(here["finds"], there["finds"])]
    assert len(overlaps) >= 5
    assert sum(overlap > 0.9 for overlap in overlaps) >= 0.8 * len(overlaps)


def test_the_starter_model_finds_the_same_in_half_precision(told):
    """Its boxes are read out in full precision: in half, half of them overlapped less than this."""
    there, here = (told["families"]["starter"][place]["finds"] for place in ("card", "cpu"))
    for ours, others in ((here, there), (there, here)):
        pairs = list(matched(ours, others, least=SURE))
        assert len(pairs) >= 4 * BEDS
        exact = [overlap > 0.99 and moved < 0.01 for overlap, moved in pairs]
        assert sum(exact) >= 0.97 * len(pairs)


def test_a_card_that_fails_is_not_chosen(told):
    assert told["broken"]["auto"] == "cpu"


def test_a_card_that_fails_is_told_when_it_is_named(told):
    kind, what, hint = told["broken"]["named"]
    assert kind == "UserError"
    assert what.startswith("cuda:0, Stand-in can't be used: ")
    assert "--device cpu" in hint


def test_a_card_that_fails_while_it_computes_is_not_the_weights_fault(told):
    kind, what, hint = told["broken"]["while it computes"]
    assert kind == "DeviceFailedError"
    assert "failed: CUDA error: " in what
    assert "--device cpu" in hint


def test_the_doctor_lists_a_card_that_fails_with_the_reason(told):
    card, *others = told["broken"]["doctor"]
    assert card.startswith("cuda:0 (Stand-in), which can't be used: ")
    assert others[-1].startswith("cpu (")


def test_a_card_that_other_programs_fill_is_told_as_such(told):
    assert "is not enough for this model" in told["broken"]["filled by others"][1]


def test_a_card_whose_memory_is_not_enough_goes_on_with_less(told):
    kind, what, _ = told["full"]["together"]
    assert kind == "UserError"
    assert what.startswith("The memory of cuda:0, Stand-in (PyTorch, half precision) is not enough")
    assert told["full"]["alone"][0]
