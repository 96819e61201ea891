"""GroundingDINO in both formats beside the libraries' own functions, on the same small weights."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from make_grounding_dino import BOX_THRESHOLD, PHRASES, THIN, THIN_SIZE
from run_grounding_dino import CLOSE_IOU, FEW, STREAK_THRESHOLD
from ten_photos import SIZES
from test_no_network import RECORDER

from app.core.geometry import Box, intersection_over_union

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CLASSES = {phrase: name for name, phrases in PHRASES.items() for phrase in phrases}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Made in one process by the libraries, then run in another by us, off the network."""
    folder = tmp_path_factory.mktemp("grounding-dino")
    site = folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(RECORDER)
    # Where other tests use the cores too, threads that wait actively take twenty times as long.
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "HOME": str(folder)}
    run("make_grounding_dino.py", folder, environment)
    environment["PYTHONPATH"] = os.pathsep.join([str(site), str(ROOT)])
    environment["ATTEMPTS"] = str(folder / "attempts")
    printed = run("run_grounding_dino.py", folder, environment)
    assert printed == "", "a library prints"
    return folder


def run(script, folder, environment):
    command = [sys.executable, str(Path(__file__).with_name(script)), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def theirs(folder):
    return json.loads((folder / "made.json").read_text())


@pytest.fixture(scope="module")
def ours(folder):
    return json.loads((folder / "run.json").read_text())


def assert_same(ours, theirs, size):
    """The same finds, whatever their order: scores to 0.001, boxes to 0.001 of the photo's side."""
    height, width = size
    assert len(ours) == len(theirs) > 10
    left = list(ours)
    for other in theirs:
        expected = Box(*other["box"]).clipped(width, height)
        near = [f for f in left if abs(f["score"] - other["score"]) < 1e-3]
        same = [f for f in near if f["class"] == other.get("class", CLASSES.get(other["phrase"]))]
        hits = [f for f in same if is_near(f["box"], expected.corners, width, height)]
        assert hits, f"{other} was not found"
        assert hits[0]["phrase"] == other["phrase"]
        left.remove(hits[0])


def is_near(corners, expected, width, height, *, share=1e-3):
    scaled = zip(corners, expected, (width, height) * 2, strict=True)
    return all(abs(a - b) < share * side for a, b, side in scaled)


@pytest.mark.parametrize("name", SIZES)
def test_the_original_finds_what_its_library_finds(ours, theirs, name):
    assert_same(ours["found"]["original"][name], theirs["scaled"][name], SIZES[name])


def test_the_original_scales_as_its_library_does(ours, theirs):
    found = ours["found"]["original, trained"]
    assert_same(found[THIN], theirs["trained"][THIN], THIN_SIZE)
    assert ours["architectures"]["sizes"]


@pytest.mark.parametrize("name", SIZES)
def test_hugging_face_finds_what_transformers_finds(ours, theirs, name):
    found = ours["found"]["hugging-face, trained"]
    assert_same(found[name], theirs["hugging-face"][name], SIZES[name])


@pytest.mark.parametrize("name", SIZES)
def test_converted_weights_find_the_same(ours, name):
    found = ours["found"]
    assert_same(found["hugging-face"][name], found["original"][name], SIZES[name])


def test_every_phrase_was_found(theirs):
    found = {find["phrase"] for finds in theirs["scaled"].values() for find in finds}
    assert found == CLASSES.keys()


def test_words_are_whole_and_those_that_the_library_names(ours, theirs):
    """It joins tokens of all phrases ("powdervan"); and "powder" is in two of them."""
    compared = 0
    for name in SIZES:
        for find in ours["found"]["original"][name]:
            if "powder" in find["phrase"]:
                continue
            other = nearest(find["score"], theirs["scaled"][name])
            words = find["phrase"].split()
            assert other["phrase"] == find["phrase"]
            assert find["words"] == [w for w in words if w.removesuffix("van") in other["named"]]
            compared += 1
    assert compared > 50


def nearest(score, finds):
    return min(finds, key=lambda find: abs(find["score"] - score))


def test_finds_come_best_first_and_inside_the_photo(ours):
    for name, (height, width) in SIZES.items():
        for finds in (ours["found"]["original"][name], ours["found"]["hugging-face"][name]):
            scores = [find["score"] for find in finds]
            assert scores == sorted(scores, reverse=True)
            assert all(Box(*find["box"]).inside(width, height) for find in finds)


@pytest.mark.parametrize("engine", ["original", "hugging-face"])
def test_photos_with_too_few_places_are_padded(ours, engine):
    found = ours["found"][f"{engine}, hair"]
    assert found["hair"]
    assert all(Box(*find["box"]).inside(1000, 4) for find in found["hair"])
    assert all(Box(*find["box"]).inside(1, 1) for find in found["dot"])


@pytest.mark.parametrize("engine", ["original", "hugging-face"])
def test_photos_that_go_through_together_are_answered_as_if_alone(ours, engine):
    alone, together = (ours["found"][f"{engine}, {how}"] for how in ("alone", "together"))
    assert len(together) == 3
    for name, finds in together.items():
        assert_same(finds, alone[name], SIZES["odd"])


@pytest.mark.parametrize("engine", ["original", "hugging-face"])
def test_half_precision_finds_nearly_the_same(ours, engine):
    """Random weights find much that is all but as good as something else."""
    full, half = (ours["found"][f"{engine}, {how}"] for how in ("together", "half"))
    height, width = SIZES["odd"]
    for name, finds in full.items():
        same = 0
        for find in finds:
            near = (f for f in half[name] if abs(f["score"] - find["score"]) < 0.02)
            boxes = (f["box"] for f in near if f["class"] == find["class"])
            same += any(is_near(box, find["box"], width, height, share=0.01) for box in boxes)
        assert same >= 0.75 * len(finds) > 10


def test_phrases_beyond_the_window_are_asked_in_another_pass(ours):
    found = ours["settings"]
    both = [*found["first"], *found["second"]]
    assert found["first"] and found["second"]
    assert sorted(both, key=str) == sorted(found["long"], key=str)


def test_a_class_keeps_to_its_own_threshold(ours):
    every, strict = ours["found"]["original"]["odd"], ours["settings"]["strict"]
    expected = [
        find
        for find in every
        if find["score"] >= (STREAK_THRESHOLD if find["class"] == "streak" else BOX_THRESHOLD)
    ]
    assert strict == expected
    assert len(strict) < len(every)


def test_of_boxes_of_one_class_that_overlap_the_better_stays(ours):
    every, apart = ours["found"]["original"]["odd"], ours["settings"]["apart"]
    kept = []
    for find in every:
        rivals = (other for other in kept if other["class"] == find["class"])
        if not any(overlap(find, rival) > CLOSE_IOU for rival in rivals):
            kept.append(find)
    assert apart == kept
    assert len(apart) < len(every)


def overlap(a, b):
    return intersection_over_union(Box(*a["box"]), Box(*b["box"]))


def test_only_the_best_are_answered(ours):
    """Asked of the folder, in which the checkpoint is found."""
    assert ours["settings"]["few"] == ours["found"]["original"]["odd"][:FEW]


def test_pickled_weights_find_the_same(ours):
    """Asked of a file in the folder."""
    assert ours["settings"]["pickled"] == ours["found"]["hugging-face"]["odd"]


def test_the_worker_answers_the_same(ours):
    worker = ours["worker"]
    expected = [[find["class"], find["score"]] for find in ours["found"]["hugging-face"]["odd"]]
    assert worker["finds"] == expected
    assert (worker["classes"], worker["device"], worker["notes"]) == ([], "cpu (PyTorch)", [])


def test_phrases_lie_where_the_tokenizer_puts_them(ours):
    assert len(ours["spans"]) == 5
    for tokens, expected in ours["spans"]:
        assert tokens == expected


def test_nothing_reaches_for_the_network(folder):
    attempts = folder / "attempts"
    assert len((folder / "attempts.pids").read_text().split()) >= 2, "the worker was not watched"
    assert not attempts.exists(), attempts.read_text()


def test_published_architectures_are_told_by_their_shapes(ours):
    told = ours["architectures"]
    assert told["swin_T_224_1k"] == "swin_T_224_1k"
    assert told["swin_B_384_22k"] == "swin_B_384_22k"
    assert "beside it, as gd.py" in told["swin_L_384_22k"]


@pytest.mark.parametrize(
    ("case", "what", "hint"),
    [
        ("missing", "There are no weights at", "path"),
        ("text", "made.json is not a kind of weights that can be used", "GroundingDINO (.pth"),
        ("photo", "model.pth is not weights saved by torch: it is a PNG", "GroundingDINO (.pth"),
        ("code", "model.pth holds something else than tensors", "groundingdino_swint_ogc.pth"),
        ("cut", "model.pth is cut short or damaged", "again"),
        ("foreign", "the weights of another model (layer.weight", "GroundingDINO (.pth"),
        ("list", "model.pth holds no named weights", "GroundingDINO (.pth"),
        ("lacking", "lacks 2 parts of GroundingDINO, transformer.decoder.norm", "whole"),
        ("no words", "model.pth needs its language model's words", "config.json and vocab.txt of"),
        ("other words", "is not the one that model.pth was trained with", "1100 words, 32 wide"),
        ("no config", "doesn't fit its architecture", "as model.py"),
        ("config", "model.py is no config of GroundingDINO", "num_queries = 900"),
        ("hf other type", "a Hugging Face model of another kind (detr)", "GroundingDINO (.pth"),
        ("hf not whole", "it lacks preprocessor_config.json", "whole folder"),
        ("hf cut", "model.safetensors is cut short or damaged", "again"),
        ("hf damaged config", "config.json is cut short or damaged", "again"),
        ("hf other vocabulary", "is not the one of bert-base-uncased", "vocab.txt"),
        ("hf lacking", "lacks 2 parts of GroundingDINO, model.decoder.layer_norm", "-tiny or"),
        ("no query", "no phrases were given", "English phrases"),
        ("unknown word", "knows no word of 'wrinkle'", "phrases"),
        ("memory", "The memory of cpu (PyTorch) is not enough", "smaller image size"),
    ],
)
def test_what_cannot_be_done_is_told(ours, case, what, hint):
    told = ours["refused"][case]
    assert what in told[0]
    assert hint in told[1]
