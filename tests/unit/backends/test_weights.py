import io
import os
import pickle
import zipfile

import pytest

from app.core.errors import UserError
from backends.weights import WeightsKind, check_weights, ensure_trusted, weights_hash


def torch_zip(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, b"\x80\x02.")
    return held.getvalue()


TORCH = torch_zip("best/data.pkl", "best/version", "best/data/0")
LEGACY = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2) + b"\x80\x02."
ONNX = b"\x08\x08" + b"\x12\x07pytorch" + b"\x3a\x90\x03" + b"g" * 400
GRAPH = b'<?xml version="1.0"?>\n<net name="m" version="11"><layers/></net>\n'


def openvino(folder, **changed):
    files = {"m.xml": GRAPH, "m.bin": b"\0" * 64, "metadata.yaml": b"task: detect\n"}
    folder.mkdir(exist_ok=True)
    for name, data in (files | {k.replace("_", "."): v for k, v in changed.items()}).items():
        if data is not None:
            (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("best.pt", TORCH, WeightsKind.TORCH),
        ("权重 é.PT", TORCH, WeightsKind.TORCH),
        ("old.pt", LEGACY, WeightsKind.TORCH),
        ("best.onnx", ONNX, WeightsKind.ONNX),
    ],
)
def test_files_that_are_what_they_say(tmp_path, name, data, kind):
    path = tmp_path / name
    path.write_bytes(data)
    assert check_weights(path) is kind


def test_an_openvino_folder_of_any_name(tmp_path):
    assert check_weights(openvino(tmp_path / "my engine")) is WeightsKind.OPENVINO


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("best.pt", b"", "is empty"),
        ("best.onnx", b"", "is empty"),
        ("best.pt", TORCH[:-30], "cut short or damaged"),
        ("best.pt", TORCH[: len(TORCH) // 2], "cut short or damaged"),
        ("best.onnx", ONNX[:-1], "cut short or damaged"),
        ("best.onnx", ONNX[:14], "cut short or damaged"),
        ("best.onnx", ONNX[:13] + b"\xff" * 40, "cut short or damaged"),
        ("best.pt", b"\xff\xd8\xff\xe0JFIF", "it is a JPEG photo"),
        ("best.pt", b"some words\nand more\n", "it is text"),
        ("best.pt", b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        ("best.pt", b"<!DOCTYPE html><html>", "a web page"),
        ("best.pt", torch_zip("photo.jpg"), "zip archive, not weights saved by torch"),
        ("best.pt", torch_zip("m/data.pkl", "m/constants.pkl"), "TorchScript"),
        ("best.pt", pickle.dumps({"a": 1}), "pickle, but not one written by torch"),
        ("best.pt", b"\x00\x01\x02\xfe", "something else, or damaged"),
        ("best.onnx", TORCH, "it is a zip archive"),
        ("best.onnx", b"\x89PNG\r\n\x1a\n", "it is a PNG image"),
        ("best.engine", b"\x08\x08", "no kind of weights"),
        ("weights", TORCH, "no kind of weights"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UserError, match=words) as caught:
        check_weights(path)
    assert str(path) in caught.value.what
    assert caught.value.hint


def test_no_truncated_onnx_passes(tmp_path):
    path = tmp_path / "m.onnx"
    for cut in range(1, len(ONNX)):
        path.write_bytes(ONNX[:cut])
        if cut in (2, 11):  # where a shorter message is a whole one
            assert check_weights(path) is WeightsKind.ONNX
        else:
            with pytest.raises(UserError, match="cut short"):
                check_weights(path)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"m_bin": None}, "m.bin is missing"),
        ({"m_bin": b""}, "m.bin is empty"),
        ({"metadata_yaml": None}, "metadata.yaml is missing"),
        ({"m_xml": None}, "no .xml file"),
        ({"n_xml": GRAPH}, "2 .xml files"),
        ({"m_xml": GRAPH[:40]}, "cut short"),
        ({"m_xml": b"<html>" + b"x" * 50}, "a web page"),
    ],
)
def test_what_is_wrong_with_a_folder_is_told(tmp_path, changed, words):
    with pytest.raises(UserError, match=words):
        check_weights(openvino(tmp_path / "m_openvino_model", **changed))


def test_nothing_there_is_told(tmp_path):
    for check in (check_weights, weights_hash):
        with pytest.raises(UserError, match=r"no weights at .*yolo11n\.pt"):
            check(tmp_path / "yolo11n.pt")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    path = tmp_path / "best.pt"
    path.write_bytes(TORCH)
    path.chmod(0)
    with pytest.raises(UserError, match="can't be read"):
        check_weights(path)


def test_the_hash_of_a_file_is_its_sha256(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert weights_hash(path) == expected


def test_the_hash_of_a_folder_is_of_names_and_contents(tmp_path):
    first, second = openvino(tmp_path / "a"), openvino(tmp_path / "b")
    assert weights_hash(first) == weights_hash(second)
    (second / "m.bin").write_bytes(b"\1" * 64)
    assert weights_hash(first) != weights_hash(second)
    (second / "m.bin").write_bytes(b"\0" * 64)
    (second / "m.bin").rename(second / "n.bin")
    assert weights_hash(first) != weights_hash(second)


def test_a_pickle_is_opened_only_when_trusted(tmp_path):
    trusted, other = tmp_path / "trusted", tmp_path / "other"
    for folder in (trusted, other):
        folder.mkdir()
        (folder / "best.pt").write_bytes(TORCH)
    ensure_trusted(trusted / "best.pt", trusted_folders=[trusted], trust=False)
    ensure_trusted(other / "best.pt", trusted_folders=[], trust=True)
    for path in (other / "best.pt", trusted / ".." / "other" / "best.pt", other / "BEST.PT"):
        with pytest.raises(UserError, match="run any code") as caught:
            ensure_trusted(path, trusted_folders=[trusted], trust=False)
        assert "--trust" in caught.value.hint


def test_a_link_in_a_trusted_folder_is_trusted_no_more_than_its_target(tmp_path):
    trusted, other = tmp_path / "trusted", tmp_path / "other"
    trusted.mkdir()
    other.mkdir()
    (other / "best.pt").write_bytes(TORCH)
    (trusted / "best.pt").symlink_to(other / "best.pt")
    with pytest.raises(UserError, match="run any code"):
        ensure_trusted(trusted / "best.pt", trusted_folders=[trusted], trust=False)
