"""What weights are, told without opening them: real libraries' names, and everything that isn't."""

import io
import json
import pickle
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import UserError
from app.services.models import starter_folder
from backends.identify import identify
from backends.torch_file import LEGACY_TORCH, read_torch_file
from backends.weights import WeightsKind, weights_files, weights_hash
from tests.helpers.weight_files import (
    DINO,
    OTHER,
    SAM,
    hugging_face,
    legacy,
    onnx,
    put,
    safetensors,
    state,
    torch_zip,
)

ROOT = Path(__file__).parents[3]
STARTER = starter_folder() / "starter.pt"


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """Files as the real libraries would save them, but for the tensors' sizes."""
    folder = tmp_path_factory.mktemp("named")
    script = ROOT / "tests" / "helpers" / "named_weights.py"
    command = [sys.executable, str(script), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_what_the_libraries_themselves_save(named):
    told = {path.stem: identify(path) for path in named.iterdir()}
    assert {name: (facts.family, facts.variant) for name, facts in told.items()} == {
        "dino_swint": ("grounding-dino", "swin-t"),
        "dino_swinb": ("grounding-dino", "swin-b"),
        "grounding-dino-tiny": ("grounding-dino", "swin-t, Hugging Face"),
        "sam_vit_b": ("sam", "vit_b"),
        "sam_vit_l": ("sam", "vit_l"),
        "sam_vit_h": ("sam", "vit_h"),
        "sam_legacy": ("sam", "vit_b"),
        "mobile_sam": ("sam", "mobile_sam"),
        "sam2_t": ("sam", "sam2_t"),
        "sam2_s": ("sam", "sam2_s"),
        "sam2_b+": ("sam", "sam2_b+"),
        "sam2_l": ("sam", "sam2_l"),
    }
    assert not any(facts.runs_code for facts in told.values())


def test_an_ultralytics_model_says_what_it_is():
    facts = identify(STARTER, expected="ultralytics")
    assert (facts.family, facts.variant, facts.kind) == ("ultralytics", "detect", WeightsKind.TORCH)
    assert facts.class_names == ("streak", "slag", "over_melt", "wrinkle", "incomplete_spreading")
    assert facts.licence.startswith("AGPL-3.0")
    assert facts.runs_code


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("sam.pth", torch_zip(state(SAM)), ("sam", "vit with 1 blocks")),
        ("sam.pt", torch_zip(state(SAM), protocol=4), ("sam", "vit with 1 blocks")),
        ("old sam.pth", legacy(state(SAM)), ("sam", "vit with 1 blocks")),
        ("sam.safetensors", safetensors(SAM), ("sam", "vit with 1 blocks")),
        ("dino.pth", torch_zip({"model": state(DINO, "module.")}), ("grounding-dino",)),
        ("b.onnx", onnx(names="{0: 'a', 1: 'b'}", task="segment"), ("ultralytics", "segment")),
    ],
)
def test_what_names_tell(tmp_path, name, data, told):
    facts = identify(put(tmp_path / name, data))
    assert (facts.family, facts.variant)[: len(told)] == told
    assert not facts.runs_code


def test_exported_models_say_their_classes_and_licence(tmp_path):
    path = put(tmp_path / "b.onnx", onnx(names="{0: 'a', 1: '划痕'}", task="detect", license="X"))
    assert identify(path).class_names == ("a", "划痕")
    assert identify(path).licence == "X"
    folder = tmp_path / "engine"
    folder.mkdir()
    put(folder / "m.xml", b"<net></net>")
    put(folder / "m.bin", b"\0")
    stated = {"names": {0: "a", 1: "b"}, "task": "obb", "license": "Y"}
    (folder / "metadata.yaml").write_text(yaml.safe_dump(stated))
    facts = identify(folder)
    assert (facts.variant, facts.class_names, facts.licence) == ("obb", ("a", "b"), "Y")
    assert facts.kind is WeightsKind.OPENVINO


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pth", b"", "is empty"),
        ("a.pth", torch_zip(state(SAM))[:-30], "cut short or damaged"),
        ("a.pth", legacy(state(SAM))[:90], "cut short or damaged"),
        ("a.pth", LEGACY_TORCH + b"\x80\x02.", "cut short or damaged"),
        ("a.pth", b"\xff\xd8\xff\xe0JFIF", "it is a JPEG photo"),
        ("a.pth", b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        ("a.pth", torch_zip(state(OTHER)), "weights of another model .conv1.weight and 2 more"),
        ("a.pth", torch_zip({"epoch": 3}), "no named weights"),
        ("a.pth", torch_zip(state(DINO[:2])), "DETR-like detector that reads no text"),
        ("a.pth", torch_zip(state(["vision_encoder.a.w", "mask_decoder.b.w"])), "Hugging Face"),
        ("a.pth", pickle.dumps({"a": 1}), "pickle, but not one written by torch"),
        ("a.safetensors", safetensors(SAM)[:-1], "cut short or damaged"),
        ("a.safetensors", safetensors(SAM)[:40], "cut short or damaged"),
        ("a.safetensors", safetensors(OTHER), "weights of another model"),
        ("a.safetensors", safetensors(DINO), "original form, but kept as safetensors"),
        ("a.safetensors", safetensors(["model.text_backbone.w"]), "without what belongs to them"),
        ("a.safetensors", b"<!DOCTYPE html><html>", "it is a web page"),
        ("a.safetensors", b"PK", "something else, or damaged|it is text"),
        ("a.onnx", onnx(producer="x"), "not exported by ultralytics"),
        ("a.onnx", onnx(names="{}", task="classify"), "classify model: it draws no boxes"),
        ("a.ckpt", torch_zip(state(SAM)), "doesn't end in .pt or .pth"),
        ("a.pth", STARTER.read_bytes(), "must be named .pt"),
        ("a.ckpt", b"\x89PNG\r\n\x1a\n", "it is a PNG image"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path, name, data, words):
    path = put(tmp_path / name, data)
    with pytest.raises(UserError, match=words) as caught:
        identify(path)
    assert str(path) in caught.value.what
    assert caught.value.hint


class Calls:
    """Pickles as a call of os.system, which no reader of ours may make."""

    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        import os

        return os.system, (self.command,)


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("save", [torch_zip, lambda content, protocol: legacy(content)])
def test_a_pickle_from_elsewhere_is_named_and_not_run(tmp_path, save, protocol):
    trace = tmp_path / "was run"
    path = put(tmp_path / "a.pt", save(Calls(f"touch '{trace}'"), protocol))
    with pytest.raises(UserError, match=r"another program: it holds objects of (posix|nt)"):
        identify(path)
    assert not trace.exists()


def test_a_segmenter_where_a_yolo_is_expected(tmp_path):
    path = put(tmp_path / "best.pt", torch_zip(state(SAM)))
    with pytest.raises(UserError, match=r"is Segment Anything .*, not Ultralytics YOLO") as caught:
        identify(path, expected="ultralytics")
    assert "Ultralytics YOLO" in caught.value.hint
    with pytest.raises(UserError, match="is Ultralytics YOLO detect, not Segment Anything"):
        identify(STARTER, expected="sam")


def test_storage_that_a_legacy_file_lacks(tmp_path):
    """The sizes stand in the pickle, the data behind it."""

    class Storage:
        def __reduce__(self):
            return print, ()

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj):
            return ("storage", FloatStorage, "0", "cpu", 1000, None) if obj == "S" else None

    held = io.BytesIO()
    for part in (0x1950A86A20F9469CFC6C, 1001, {}):
        held.write(pickle.dumps(part, protocol=2))
    pickler = Pickler(held, protocol=2)
    pickler.dump({SAM[0]: "S", SAM[1]: 0, SAM[2]: 0})
    held.write(pickle.dumps(["0"], protocol=2))
    whole = held.getvalue() + struct.pack("<q", 1000) + b"\0" * 4000
    assert Storage
    whole = whole.replace(b"ctest_identify\nFloatStorage", b"ctorch\nFloatStorage")
    assert identify(put(tmp_path / "a.pth", whole)).family == "sam"
    with pytest.raises(UserError, match="cut short"):
        identify(put(tmp_path / "a.pth", whole[:-1]))


class FloatStorage:
    """Stands for torch's."""


def test_a_hugging_face_folder(tmp_path):
    folder = hugging_face(tmp_path / "tiny")
    facts = identify(folder)
    assert (facts.family, facts.variant) == ("grounding-dino", "swin-t, Hugging Face")
    assert facts.kind is WeightsKind.SAFETENSORS
    assert identify(folder / "model.safetensors").weights == folder
    put(folder / "pytorch_model.bin", b"not looked at: safetensors is there")
    assert identify(folder) == facts


def test_a_hugging_face_folder_of_several_files(tmp_path):
    folder = hugging_face(tmp_path / "base", left_out=["model.safetensors"])
    shards = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
    index = {"weight_map": {"model.text_backbone.w": shards[0], "model.b": shards[1]}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    put(folder / shards[0], safetensors(["model.text_backbone.w"]))
    with pytest.raises(UserError, match=f"it lacks {shards[1]}"):
        identify(folder)
    put(folder / shards[1], safetensors(["model.b"]))
    assert identify(folder).family == "grounding-dino"
    assert {folder / name for name in shards} <= set(weights_files(folder))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"left_out": ["model.safetensors"]}, r"lacks model.safetensors \(or pytorch_model.bin\)"),
        ({"left_out": ["preprocessor_config.json"]}, "lacks preprocessor_config.json"),
        ({"left_out": ["tokenizer.json"]}, "lacks tokenizer.json"),
        ({"left_out": ["config.json"]}, "neither a config.json nor an .xml graph"),
        ({"model_type": "owlvit"}, r"another kind \(owlvit\), not grounding-dino"),
        ({"names": OTHER}, "weights of another model"),
    ],
)
def test_what_is_wrong_with_a_folder_is_told(tmp_path, changed, words):
    with pytest.raises(UserError, match=words) as caught:
        identify(hugging_face(tmp_path / "m", **changed))
    assert caught.value.hint


def test_damaged_files_in_a_folder_are_named(tmp_path):
    folder = hugging_face(tmp_path / "m")
    put(folder / "model.safetensors", safetensors(SAM)[:-2])
    with pytest.raises(UserError, match=r"model\.safetensors is cut short"):
        identify(folder)
    put(folder / "config.json", b"{")
    with pytest.raises(UserError, match=r"config\.json is cut short"):
        identify(folder)


def test_a_folder_of_one_original_checkpoint_means_that(tmp_path):
    checkpoint = put(tmp_path / "groundingdino.pth", torch_zip({"model": state(DINO)}))
    facts = identify(tmp_path)
    assert facts.weights == checkpoint
    assert facts.missing == ("bert-base-uncased/config.json", "bert-base-uncased/vocab.txt")
    put(tmp_path / "config.json", json.dumps({"model_type": "bert"}).encode())
    put(tmp_path / "vocab.txt", b"[PAD]\n")
    assert identify(tmp_path).weights == checkpoint
    assert identify(tmp_path).missing == ()


def test_a_folder_of_several_files_asks_which(tmp_path):
    for name in ("a.pt", "b.pth", "c.pth"):
        put(tmp_path / name, b"x")
    with pytest.raises(UserError, match="no folder of a model") as caught:
        identify(tmp_path)
    assert "a.pt, b.pth, c.pth" in caught.value.hint


def test_nothing_there_is_told(tmp_path):
    with pytest.raises(UserError, match="There are no weights"):
        identify(tmp_path / "none.pth")


def test_of_a_hugging_face_folder_only_what_is_opened_counts(tmp_path):
    folder = hugging_face(tmp_path / "m")
    before = weights_hash(folder)
    (folder / ".git").mkdir()
    put(folder / ".git" / "objects", b"x" * 99)
    put(folder / "README.md", b"other words")
    put(folder / "pytorch_model.bin", b"the same weights in another form")
    assert weights_hash(folder) == before
    put(folder / "tokenizer.json", b'{"other": 1}')
    assert weights_hash(folder) != before


def refusal(read, path):
    """The words of a UserError; anything else that is raised fails the test."""
    try:
        read(path)
    except UserError as e:
        return e.what
    return ""


@settings(max_examples=50)
@given(st.binary(max_size=200), st.integers(0, 300))
def test_no_bytes_make_the_reader_fail_in_other_words(tmp_path_factory, noise, cut):
    folder = tmp_path_factory.mktemp("noise")
    for start in (legacy(state(SAM))[:cut], b"", LEGACY_TORCH):
        for name in ("a.pth", "a.safetensors", "a.onnx"):
            path = put(folder / name, start + noise)
            words = refusal(identify, path)
            assert str(path) in words or start.startswith(LEGACY_TORCH)


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_no_pickle_makes_the_reader_fail_in_other_words(tmp_path_factory, noise):
    path = tmp_path_factory.mktemp("noise") / "a.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", b"\x80\x02}" + noise)
    assert refusal(read_torch_file, path) in ("", f"{path} is cut short or damaged.")
