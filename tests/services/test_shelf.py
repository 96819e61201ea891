"""The shelf: what comes on it, whole or not at all; what stands there; and trying a model."""

import errno
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UserError
from app.core.progress import Cancelled, Progress
from app.core.stopping import Stop
from app.services import shelf_copy
from app.services.add_model import AddRequest, add_model
from app.services.environment import models_folder
from app.services.model_list import list_models, listed_model
from app.services.model_trial import PHOTO_PX, try_model
from app.services.models import STARTER, starter_folder
from app.services.shelf import Addition, Shelf
from app.services.shelf_card import CARD, Trial, read_trial
from app.services.shelf_names import fit_name, suggest_name
from backends.base import BackendSpec
from backends.weights import file_hash, weights_hash
from tests.helpers.weight_files import (
    DINO,
    SAM,
    hugging_face,
    legacy,
    onnx,
    put,
    state,
    torch_zip,
)

STARTER_FILE = starter_folder() / "starter.pt"
TRIAL = Trial("", "cpu", 1.5, 40.0, 1024, "2026-01-02T03:04:05+00:00")


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "shelf" / "models")


@pytest.fixture
def weights(tmp_path):
    """A small segmenter: no code in it."""
    return put(tmp_path / "tiny_sam.pth", torch_zip(state(SAM)))


def add(shelf, path, **more):
    return shelf.add(Addition(path, **more), by="li")


def left_on(shelf):
    """Everything in the shelf's folder, hidden or not."""
    return sorted(path.name for path in shelf.folder.iterdir()) if shelf.folder.exists() else []


def test_an_empty_shelf_holds_nothing_and_makes_nothing(shelf):
    assert shelf.all() == []
    assert shelf.find("best") is None
    assert not shelf.folder.exists()


def test_what_was_added_stands_there(shelf, weights):
    added = add(shelf, weights, licence="Apache-2.0")
    assert added == shelf.find("tiny_sam") == shelf.find("TINY_SAM")
    assert shelf.all() == [added]
    assert added.weights == shelf.folder / "tiny_sam" / "tiny_sam.pth"
    assert added.weights.read_bytes() == weights.read_bytes()
    assert added.weights_hash == file_hash(weights)
    assert (added.family, added.licence, added.source) == ("sam", "Apache-2.0", str(weights))
    assert added.size_bytes == weights.stat().st_size
    assert added.is_trusted and not added.trusted_by
    assert left_on(shelf) == ["tiny_sam"]


def test_an_ultralytics_model_keeps_its_classes_and_needs_trust(shelf):
    plain = add(shelf, STARTER_FILE, name="plain")
    assert plain.class_names[:2] == ("streak", "slag")
    assert not plain.is_trusted
    assert add(shelf, STARTER_FILE, name="known", trust=True).trusted_by == "li"
    shelf.trust("Plain", by="wang")
    found = shelf.find("plain")
    assert found is not None and found.is_trusted and found.trusted_by == "wang"
    with pytest.raises(UserError, match="No model is called other"):
        shelf.trust("other", by="wang")


def test_weights_in_a_trusted_folder_need_no_more_trust(shelf):
    request = AddRequest(str(STARTER_FILE), trusted_folders=[starter_folder()])
    assert add_model(shelf, request, by="li").trusted_by == "li"


def test_a_folder_comes_whole_and_without_what_nobody_opens(shelf, tmp_path):
    folder = hugging_face(tmp_path / "grounding-dino-tiny")
    added = add(shelf, folder)
    assert added.weights == shelf.folder / "grounding-dino-tiny" / "grounding-dino-tiny"
    assert sorted(f.name for f in added.weights.iterdir()) == [
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
        "tokenizer.json",
    ]
    assert added.weights_hash == weights_hash(folder) == weights_hash(added.weights)


def test_weights_may_stay_in_place(shelf, weights):
    added = add(shelf, weights, in_place=True)
    assert added.weights == weights
    assert added.is_in_place
    removed = shelf.remove("tiny_sam")
    assert removed.left_at == weights
    assert weights.exists()
    assert shelf.all() == []


def test_a_grounding_dino_gets_its_language_model_beside_it(shelf, tmp_path):
    checkpoint = put(tmp_path / "swint.pth", torch_zip({"model": state(DINO)}))
    lacking = add(shelf, checkpoint, name="lacking")
    assert "bert-base-uncased" in lacking.missing[0]
    words = tmp_path / "elsewhere" / "words"
    words.mkdir(parents=True)
    with pytest.raises(UserError, match=r"no BERT folder: it lacks config.json, vocab.txt"):
        add(shelf, checkpoint, language_model=words)
    for name in ("config.json", "vocab.txt", "pytorch_model.bin"):
        put(words / name, b'{"model_type": "bert"}')
    with pytest.raises(UserError, match="stay in place need their BERT folder"):
        add(shelf, checkpoint, language_model=words, in_place=True)
    whole = add(shelf, checkpoint, name="whole", language_model=words)
    assert whole.missing == ()
    beside = whole.weights.parent / "bert-base-uncased"
    assert sorted(f.name for f in beside.iterdir()) == ["config.json", "vocab.txt"]
    assert whole.weights_hash == file_hash(checkpoint)


def test_a_language_model_beside_the_source_comes_along(shelf, tmp_path):
    checkpoint = put(tmp_path / "swint.pth", torch_zip({"model": state(DINO)}))
    put(tmp_path / "swint.py", b"num_queries = 900\n")
    words = tmp_path / "bert-base-uncased"
    words.mkdir()
    for name in ("config.json", "vocab.txt"):
        put(words / name, b"{}")
    added = add(shelf, checkpoint)
    assert added.missing == ()
    assert (added.weights.parent / "swint.py").is_file()


def test_a_segmenter_wants_no_language_model(shelf, weights, tmp_path):
    with pytest.raises(UserError, match="needs no BERT folder"):
        add(shelf, weights, language_model=tmp_path)


def test_a_wrong_hash_leaves_nothing(shelf, weights):
    with pytest.raises(UserError, match=f"SHA-256 is {file_hash(weights)}, not abc"):
        add(shelf, weights, sha256="abc")
    assert left_on(shelf) == []
    assert add(shelf, weights, sha256=f" {file_hash(weights).upper()} ").name == "tiny_sam"


def test_of_a_folder_the_hash_of_its_weights_will_do(shelf, tmp_path):
    folder = hugging_face(tmp_path / "tiny")
    added = add(shelf, folder, sha256=file_hash(folder / "model.safetensors"))
    assert added.weights_hash != file_hash(folder / "model.safetensors")


def test_what_is_no_model_is_refused_before_anything_is_made(shelf, tmp_path):
    with pytest.raises(UserError, match="JPEG photo"):
        add(shelf, put(tmp_path / "a.pt", b"\xff\xd8\xff\xe0JFIF"))
    assert not shelf.folder.exists()


def test_names_are_unique_whatever_their_case(shelf, weights):
    add(shelf, weights, name="Bed é")
    for same in ("bed é", "BED É", "bed e\u0301"):
        with pytest.raises(UserError, match="already called"):
            add(shelf, weights, name=same)
    assert add(shelf, weights).name == "tiny_sam"
    assert add(shelf, weights).name == "tiny_sam-2"


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "a/b", "a\\b", "a:b", "con", "NUL.v2", "lpt1", " a", "a.", "-x", "a\nb",
     "a\u200bb", "x" * 101, "划" * 40, "starter", "Contrast"],
)  # fmt: skip
def test_names_that_some_file_system_cannot_hold(shelf, weights, name):
    with pytest.raises(UserError, match="can't be called") as caught:
        add(shelf, weights, name=name)
    assert "--name" in caught.value.hint
    assert left_on(shelf) == []


@given(st.text(max_size=150), st.sets(st.sampled_from(["model", "a", "b-2"])))
def test_a_suggested_name_is_fit_and_free(stem, taken):
    name = suggest_name(stem, taken)
    assert fit_name(name) == name
    assert name.casefold() not in taken


def test_a_disk_without_room_is_told_before_copying(shelf, weights, monkeypatch):
    usage = shelf_copy.shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(shelf_copy.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(UserError, match="no room for the model"):
        add(shelf, weights)
    assert left_on(shelf) == []


def test_a_disk_that_fills_up_leaves_nothing_half(shelf, weights, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shelf_copy.os, "fsync", full)
    with pytest.raises(UserError, match="No space left on device") as caught:
        add(shelf, weights)
    assert "Nothing half" in caught.value.hint
    assert left_on(shelf) == []


def test_a_stopped_copy_leaves_nothing_half(shelf, weights, monkeypatch):
    monkeypatch.setattr(shelf_copy, "_CHUNK_BYTES", 64)
    seen = []

    def stop(progress):
        seen.append(progress)
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        shelf.add(Addition(weights), by="li", on_progress=stop)
    assert left_on(shelf) == []
    assert all(isinstance(p, Progress) and p.note == "tiny_sam.pth" for p in seen)


def test_what_killed_processes_left_long_ago_goes(shelf, weights):
    add(shelf, weights, name="kept")
    old, young = shelf.folder / ".adding-old", shelf.folder / ".adding-young"
    for folder in (old, young):
        folder.mkdir()
        put(folder / "half.pth", b"x")
    long_ago = time.time() - 3 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    assert [m.name for m in shelf.all()] == ["kept"]
    add(shelf, weights, name="other")
    assert left_on(shelf) == [".adding-young", "kept", "other"]


def test_changed_weights_are_noticed(shelf, weights):
    added = add(shelf, weights, in_place=True)
    put(weights, torch_zip(state([*SAM, "mask_decoder.b.weight"])))
    with pytest.raises(UserError, match="changed since they were added") as caught:
        shelf.find(added.name)
    assert "add it again" in caught.value.hint
    assert "changed" in shelf.all()[0].problem
    weights.unlink()
    assert "can't be read" in shelf.all()[0].problem


def test_weights_are_read_again_only_when_they_were_touched(shelf, weights, monkeypatch):
    added = add(shelf, weights)
    hashed = []
    monkeypatch.setattr(
        "app.services.shelf_model.weights_hash", lambda p: hashed.append(p) or file_hash(p)
    )
    assert shelf.find("tiny_sam") == added
    assert hashed == []
    os.utime(added.weights, (1, 1))
    assert shelf.find("tiny_sam") == added
    assert shelf.find("tiny_sam") == added
    assert hashed == [added.weights]


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("", "holds no fields"),
        ("name: a\n", "no field 'family'"),
        ("a: [", "line 1"),
        ("&a [*a]", "aliases"),
    ],
)
def test_a_damaged_card_is_told_and_the_rest_goes_on(shelf, weights, card, words):
    add(shelf, weights, name="good")
    (add(shelf, weights, name="bad").weights.parent / CARD).write_text(card)
    bad, good = shelf.all()
    assert words in bad.problem and not good.problem
    with pytest.raises(UserError, match="can't be used"):
        shelf.find("bad")
    assert shelf.remove("bad").name == "bad"
    assert shelf.all() == [good]


def test_a_family_that_nobody_knows_is_told(shelf, weights):
    card = add(shelf, weights).weights.parent / CARD
    card.write_text(card.read_text().replace("family: sam", "family: owl"))
    assert "no family of models is called 'owl'" in shelf.all()[0].problem


def test_what_ships_is_listed_and_stays(shelf, weights):
    mine = add(shelf, weights)
    starter, contrast, own = list_models(shelf)
    assert (starter.name, starter.family, starter.is_shipped) == (STARTER, "ultralytics", True)
    assert starter.weights_hash == file_hash(STARTER_FILE)
    assert (contrast.name, contrast.weights) == ("contrast", None)
    assert own == mine == listed_model(shelf, "tiny_sam")
    assert listed_model(shelf, "Starter") == starter
    for shipped in ("starter", "CONTRAST"):
        with pytest.raises(UserError, match="ships with Flawmark"):
            shelf.remove(shipped)
    with pytest.raises(UserError, match="No model is called best") as caught:
        listed_model(shelf, "best")
    assert "starter, contrast, tiny_sam" in caught.value.hint


def test_removing_says_what_went(shelf, weights):
    added = add(shelf, weights)
    removed = shelf.remove("tiny_SAM")
    assert (removed.name, removed.left_at) == ("tiny_sam", None)
    assert removed.freed_bytes > added.size_bytes
    assert left_on(shelf) == []
    with pytest.raises(UserError, match="No model is called tiny_sam"):
        shelf.remove("tiny_sam")


def test_a_test_is_kept_with_the_weights_it_was_of(shelf, weights):
    added = add(shelf, weights)
    trial = replace(TRIAL, sha256=added.weights_hash, class_names=("划痕", "on"), notes=("a",))
    shelf.remember_trial(added.name, trial)
    found = shelf.find(added.name)
    assert found is not None and found.trial == trial
    assert found.class_names == ("划痕", "on")
    shelf.remember_trial(added.name, replace(trial, sha256="of others"))
    assert shelf.all()[0].trial is None
    shelf.remember_trial(STARTER, trial)
    assert list_models(shelf)[0].trial is None
    ours = replace(trial, sha256=file_hash(STARTER_FILE))
    shelf.remember_trial(STARTER, ours)
    assert list_models(shelf)[0].trial == ours
    assert len(shelf.all()) == 1
    assert read_trial(shelf.folder / "nowhere", "") is None


def test_the_shelf_lies_where_it_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("FLAWMARK_MODELS", str(tmp_path))
    assert models_folder() == tmp_path
    monkeypatch.delenv("FLAWMARK_MODELS")
    assert models_folder().name == "models"


def test_places_on_a_hub_are_left_alone_unless_asked_for(shelf):
    for request in (AddRequest("hf:a/b"), AddRequest("a.pth", bert="hf:a/b")):
        with pytest.raises(UserError, match="nothing is downloaded unless you ask") as caught:
            add_model(shelf, request, by="li")
        assert "--download" in caught.value.hint
    with pytest.raises(UserError, match="nothing to download"):
        add_model(shelf, AddRequest("a.pth", from_hub=True), by="li")
    with pytest.raises(UserError, match="no other place than the shelf"):
        add_model(shelf, AddRequest("hf:a/b", from_hub=True, in_place=True), by="li")


WITHOUT_NETWORK = """
import sys
def watch(event, arguments):
    if event.startswith("socket."):
        raise SystemExit(f"a socket: {event} {arguments}")
sys.addaudithook(watch)
from pathlib import Path
from app.services.model_list import list_models
from app.services.shelf import Addition, Shelf
shelf = Shelf(Path(sys.argv[1]))
shelf.add(Addition(Path(sys.argv[2])), by="li")
shelf.find("tiny_sam")
list_models(shelf)
shelf.remove("tiny_sam")
heavy = {"torch", "huggingface_hub", "requests", "PySide6"} & set(sys.modules)
print(f"done {heavy}")
"""


def test_the_shelf_opens_no_socket_and_loads_no_model_library(tmp_path, weights):
    command = [sys.executable, "-c", WITHOUT_NETWORK, str(tmp_path / "shelf"), str(weights)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "done set()\n", done.stderr


class Fake:
    """A detector or segmenter without a model."""

    class_names = ("scratch",)
    device = "nowhere"
    notes = ("only a fake",)

    def __init__(self, settings):
        self.settings = settings
        if settings.weights and settings.weights.name == "slow.pth":
            (settings.cache / "sleeping").touch()
            time.sleep(60)

    def detect(self, photos, query=None):
        assert [photo.shape for photo in photos] == [(PHOTO_PX, PHOTO_PX, 3)]
        time.sleep(0.2)
        return [[] for _ in photos]

    def embed(self, photos, keys):
        assert len(photos) == len(keys) == 1
        time.sleep(0.3)
        return [None]

    def segment(self, photos, key, prompts, most=None):
        time.sleep(0.2)
        return [[] for _ in prompts]


DETECTOR = BackendSpec("Fake", f"{__name__}:Fake", reads_text=True)
SEGMENTER = BackendSpec("Fake", f"{__name__}:Fake", role="segmenter")


def test_a_trial_measures(shelf, weights, tmp_path, monkeypatch):
    monkeypatch.setattr("app.services.model_trial._LONG_ENOUGH_S", 0.3)
    model = add(shelf, weights)
    trial = try_model(model, cache=tmp_path / "cache", spec=DETECTOR)
    assert (trial.device, trial.class_names, trial.notes) == (
        "nowhere",
        ("scratch",),
        ("only a fake",),
    )
    assert trial.sha256 == model.weights_hash
    assert trial.photo_ms >= 200 and not trial.click_ms and trial.load_s > 0
    trial = try_model(model, cache=tmp_path / "cache", spec=SEGMENTER)
    assert trial.photo_ms >= 300 and trial.click_ms >= 200


def test_a_trial_can_be_stopped(shelf, tmp_path):
    model = add(shelf, put(tmp_path / "slow.pth", torch_zip(state(SAM))))
    stop = Stop()
    stop.request()
    with pytest.raises(Cancelled):
        try_model(model, cache=tmp_path / "cache", spec=DETECTOR, stop=stop)


def test_a_model_that_cannot_be_tried_says_why(shelf, tmp_path):
    cache = tmp_path / "cache"
    with pytest.raises(UserError, match="Nobody vouched") as caught:
        try_model(add(shelf, STARTER_FILE, name="best"), cache=cache)
    assert "flawmark models trust best" in caught.value.hint
    lacking = add(shelf, put(tmp_path / "swint.pth", legacy({"model": state(DINO)})))
    with pytest.raises(UserError, match="lacks a BERT folder"):
        try_model(lacking, cache=cache)
    exported = put(tmp_path / "m.onnx", onnx(names="{0: 'a'}", task="detect"))
    gone = add(shelf, exported, in_place=True)
    exported.unlink()
    with pytest.raises(UserError, match="can't be read"):
        try_model(shelf.all()[1], cache=cache)
    assert gone.class_names == ("a",)


@pytest.mark.slow
def test_the_starter_works_here(shelf, tmp_path):
    trial = try_model(listed_model(shelf, STARTER), cache=tmp_path / "cache", device="cpu")
    assert trial.photo_ms > 0 and trial.load_s > 0
    assert trial.device.startswith("cpu")
    shelf.remember_trial(STARTER, trial)
    starter = list_models(shelf)[0]
    assert starter.trial == trial and trial.class_names == starter.class_names
